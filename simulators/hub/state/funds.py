"""Funds in and out of settlement accounts, as the operator records them. Net debit caps play no part here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from loopyard.kernel import ledger as books
from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Currency, Money
from simulators.hub.state.participants import MULTILATERAL, POSITION, Account, Participants


@dataclass(slots=True, eq=False)
class Movement:
    """One recorded movement, posted under `reference`: its own id, or what it pays for. Only a withdrawal stays RESERVED until
    it is committed or aborted, which it can be before `expires_at`. What becomes of the reservation afterwards is not known;
    here it stays."""

    reference: str
    account: Account
    amount: Money
    inward: bool
    state: Literal["RESERVED", "COMMITTED", "ABORTED"]
    expires_at: datetime


class Funds:
    """The movements of one hub. An id that was used is ignored, whatever comes with it."""

    def __init__(
        self, participants: Participants, book: Ledger, now: Callable[[], datetime], validity: float, ignores_positions: bool
    ) -> None:
        self._participants = participants
        self._book = book
        self._now = now
        self._validity = timedelta(seconds=validity)
        self._ignores_positions = ignores_positions
        self._withdrawals: dict[Currency, books.Account] = {}
        self.movements: dict[str, Movement] = {}

    def record(self, id_: str, account: Account, action: str, amount: Money, reference: str = "") -> None:
        """Funds in, or the first half of funds out; the latter undoes itself when what is left does not cover the open
        position, or, where positions are ignored, when the prefunding does not suffice. `reference` names what the movement
        pays for, so that the books can show the two as one business."""
        if id_ in self.movements:
            return
        inward, expires_at = action == "recordFundsIn", self._now() + self._validity
        state: Literal["RESERVED", "COMMITTED"] = "COMMITTED" if inward else "RESERVED"
        movement = self.movements[id_] = Movement(reference or id_, account, amount, inward, state, expires_at)
        if inward:
            self._post(movement, debit(self._mirror(amount), amount), credit(account.book, amount), "funds in")
            return
        legs = debit(account.book, amount), credit(self._pending(amount), amount)
        self._post(movement, *legs, "funds out, reserved")
        if account.value + self._to_cover(account) > Money.zero(amount.currency):
            self._abort(movement)

    def _to_cover(self, account: Account) -> Money:
        """What must stay on a settlement account: the open position of its owner, if that owes."""
        nothing = Money.zero(account.currency)
        owner = None if self._ignores_positions else self._participants.find(account.book.holder)
        position = owner.account(POSITION, account.currency.code) if owner else None
        return max(position.value, nothing) if position else nothing

    def commit(self, id_: str) -> None:
        """The second half of funds out. What is unknown, not reserved or expired is left as it is."""
        movement = self._reserved(id_)
        if movement is not None:
            movement.state = "COMMITTED"
            amount = movement.amount
            legs = debit(self._pending(amount), amount), credit(self._mirror(amount), amount)
            self._post(movement, *legs, "funds out")

    def abort(self, id_: str) -> None:
        """Take back the first half of funds out. What is unknown, not reserved or expired is left as it is."""
        movement = self._reserved(id_)
        if movement is not None:
            self._abort(movement)

    def _reserved(self, id_: str) -> Movement | None:
        movement = self.movements.get(id_)
        if movement is None or movement.state != "RESERVED" or movement.expires_at <= self._now():
            return None
        return movement

    def _abort(self, movement: Movement) -> None:
        movement.state = "ABORTED"
        amount, account = movement.amount, movement.account
        legs = debit(self._pending(amount), amount), credit(account.book, amount)
        self._post(movement, *legs, "funds out, aborted")

    def _post(self, movement: Movement, one: books.Leg, other: books.Leg, memo: str) -> None:
        movement.account.changed = self._book.post(movement.reference, (one, other), memo).at

    def paid(self, account: Account, reference: str) -> Money:
        """What has been paid into an account for something, less what has been paid out."""
        total = Money.zero(account.currency)
        for each in self.movements.values():
            if each.account is account and each.reference == reference and each.state == "COMMITTED":
                total = total + each.amount if each.inward else total - each.amount
        return total

    def _mirror(self, amount: Money) -> books.Account:
        # Real hubs take the hub's first account of the currency, whatever its type.
        accounts = self._participants.hub.in_currency(amount.currency.code)
        first = accounts[0] if accounts else self._participants.open_hub_account(MULTILATERAL, amount.currency.code)
        return first.book

    def _pending(self, amount: Money) -> books.Account:
        cur = amount.currency
        if cur not in self._withdrawals:
            self._withdrawals[cur] = self._book.open(f"withdrawals {cur}", cur, "credit", "withdrawals", "")
        return self._withdrawals[cur]
