"""The hub's postings for transfers and conversions: prepare raises the payer's position against a hidden in-flight account,
fulfil passes it on to the payee, within the settlement window of that moment. Whether a transfer may be prepared or fulfilled
at all is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from loopyard.kernel import ledger as books
from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Currency, Money
from simulators.hub.state.bins import Bins
from simulators.hub.state.errors import InsufficientLiquidity, NetDebitCapExceeded
from simulators.hub.state.mails import THRESHOLD_BREACHED, Mails
from simulators.hub.state.participants import POSITION, SETTLEMENT, Account, Participants
from simulators.hub.state.records import Record
from simulators.hub.state.windows import Windows


@dataclass(frozen=True, slots=True)
class Moved:
    """What a commit has passed on."""

    payer: Account
    payee: Account
    amount: Money


Side = Callable[[books.Account, Money], books.Leg]
"""`debit` or `credit`."""


class Positions:
    """Reserves, releases and commits on the positions of one hub."""

    def __init__(self, participants: Participants, book: Ledger, windows: Windows, mails: Mails, bins: Bins) -> None:
        self._participants = participants
        self._book = book
        self._windows = windows
        self._mails = mails
        self._bins = bins
        self._in_flight: dict[Currency, books.Account] = {}

    def reserve(self, record: Record, who: str, amount: Money) -> None:
        """Raise the position of `who`. Raises InsufficientLiquidity, NetDebitCapExceeded; then nothing is posted. Of a proxy no
        limit is checked: its own scheme has checked those of the payer."""
        position = self._position(who, amount)
        cover, limited = self._cover(who, position), not self._participants.get(who).is_proxy
        if limited:
            _check(cover, self._bins.seen(position), position, amount)
        self._post(record, position, (debit, credit), amount, "reserve")
        self._bins.approve(position, amount)
        record.reserved_for, record.reserved = who, amount
        if limited:
            self._warn(cover, position)

    def release(self, record: Record) -> None:
        """Undo the reservation of a record, if it has one."""
        if record.reserved_for is None or record.reserved is None:
            return
        position, amount = self._position(record.reserved_for, record.reserved), record.reserved
        self._post(record, position, (credit, debit), amount, "release")
        record.reserved_for = record.reserved = None

    def commit(self, record: Record, to: str) -> Moved:
        """Pass the reserved amount on to the position of `to`, within the open settlement window."""
        assert record.reserved is not None, f"{record.id} is not reserved"
        assert record.reserved_for is not None
        amount = record.reserved
        payer, payee = self._position(record.reserved_for, amount), self._position(to, amount)
        self._post(record, payee, (credit, debit), amount, "commit")
        record.reserved_for = record.reserved = None
        record.window = self._windows.moved(payer, payee, amount, counts=record.kind == "transfer")
        return Moved(payer, payee, amount)

    def _post(self, record: Record, position: Account, sides: tuple[Side, Side], amount: Money, memo: str) -> None:
        """Position against what is in flight. An amount of 0, which the schema allows, moves nothing and is no error."""
        if not amount:
            return
        one, other = sides
        posting = self._book.post(record.id, (one(position.book, amount), other(self._flight(amount), amount)), memo)
        position.changed = posting.at

    def _position(self, who: str, amount: Money) -> Account:
        participant = self._participants.get(who)
        found = participant.account(POSITION, amount.currency.code)
        # A payee without account in the currency is only found out by a setting; real hubs then fail at fulfil.
        return found or self._participants.open_account(participant, POSITION, amount.currency.code)

    def _warn(self, cover: Money, position: Account) -> None:
        # Whole units on both sides of position / cover > percentage / 100.
        limit = position.limit
        if limit is not None and position.value.units * 100 > cover.units * limit.alarm_percentage:
            self._mails.write(THRESHOLD_BREACHED, position)

    def _cover(self, who: str, position: Account) -> Money:
        settlement = self._participants.get(who).account(SETTLEMENT, position.currency.code)
        return -settlement.value if settlement else Money.zero(position.currency)

    def _flight(self, amount: Money) -> books.Account:
        cur = amount.currency
        if cur not in self._in_flight:
            self._in_flight[cur] = self._book.open(f"in-flight {cur}", cur, "credit", "in-flight", "")
        return self._in_flight[cur]


def _check(cover: Money, value: Money, position: Account, amount: Money) -> None:
    if cover - value < amount:
        raise InsufficientLiquidity
    if position.limit is not None and position.limit.value - value < amount:
        raise NetDebitCapExceeded
