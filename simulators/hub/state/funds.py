"""Funds in and out of settlement accounts, as the operator records them. Net debit caps play no part here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from loopyard.kernel import ledger as books
from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Currency, Money
from simulators.hub.state.participants import MULTILATERAL, Account, Participants

Action = Literal["recordFundsIn", "recordFundsOutPrepareReserve"]


@dataclass(slots=True, eq=False)
class Movement:
    """One recorded movement; only a withdrawal stays RESERVED until it is committed or aborted, which it can be before
    `expires_at`. What happens to the reservation afterwards is not known; here it stays."""

    id: str
    account: Account
    amount: Money
    state: Literal["RESERVED", "COMMITTED", "ABORTED"]
    expires_at: datetime


class Funds:
    """The movements of one hub. An id that was used is ignored, whatever comes with it."""

    def __init__(self, participants: Participants, book: Ledger, now: Callable[[], datetime], validity: float) -> None:
        self._participants = participants
        self._book = book
        self._now = now
        self._validity = timedelta(seconds=validity)
        self._withdrawals: dict[Currency, books.Account] = {}
        self.movements: dict[str, Movement] = {}

    def record(self, id_: str, account: Account, action: str, amount: Money) -> None:
        """Funds in, or the first half of funds out; the latter undoes itself when the prefunding does not suffice."""
        if id_ in self.movements:
            return
        expires_at = self._now() + self._validity
        if action == "recordFundsIn":
            self.movements[id_] = Movement(id_, account, amount, "COMMITTED", expires_at)
            self._post(id_, debit(self._mirror(amount), amount), credit(account.book, amount), account, "funds in")
            return
        movement = self.movements[id_] = Movement(id_, account, amount, "RESERVED", expires_at)
        self._post(id_, debit(account.book, amount), credit(self._pending(amount), amount), account, "funds out, reserved")
        if account.value > Money.zero(amount.currency):
            self._abort(movement)

    def commit(self, id_: str) -> None:
        """The second half of funds out. What is unknown, not reserved or expired is left as it is."""
        movement = self._reserved(id_)
        if movement is not None:
            movement.state = "COMMITTED"
            amount = movement.amount
            legs = debit(self._pending(amount), amount), credit(self._mirror(amount), amount)
            self._post(id_, *legs, movement.account, "funds out")

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
        self._post(movement.id, *legs, account, "funds out, aborted")

    def _post(self, id_: str, one: books.Leg, other: books.Leg, account: Account, memo: str) -> None:
        account.changed = self._book.post(id_, (one, other), memo).at

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
