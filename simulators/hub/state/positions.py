"""The hub's postings for transfers and conversions: prepare raises the payer's position against a hidden in-flight account,
fulfil passes it on to the payee. Whether a transfer may be prepared or fulfilled at all is decided elsewhere."""

from __future__ import annotations

from loopyard.kernel import ledger as books
from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Currency, Money
from simulators.hub.state.errors import InsufficientLiquidity, NetDebitCapExceeded
from simulators.hub.state.participants import POSITION, SETTLEMENT, Account, Participants
from simulators.hub.state.records import Record


class Positions:
    """Reserves, releases and commits on the positions of one hub."""

    def __init__(self, participants: Participants, book: Ledger) -> None:
        self._participants = participants
        self._book = book
        self._in_flight: dict[Currency, books.Account] = {}

    def reserve(self, record: Record, who: str, amount: Money) -> None:
        """Raise the position of `who`. Raises InsufficientLiquidity, NetDebitCapExceeded; then nothing is posted."""
        position = self._position(who, amount)
        self._check(who, position, amount)
        self._post(record, position, debit(position.book, amount), credit(self._flight(amount), amount), "reserve")
        record.reserved_for, record.reserved = who, amount

    def release(self, record: Record) -> None:
        """Undo the reservation of a record, if it has one."""
        if record.reserved_for is None or record.reserved is None:
            return
        position, amount = self._position(record.reserved_for, record.reserved), record.reserved
        self._post(record, position, credit(position.book, amount), debit(self._flight(amount), amount), "release")
        record.reserved_for = record.reserved = None

    def commit(self, record: Record, to: str) -> None:
        """Pass the reserved amount on to the position of `to`."""
        assert record.reserved is not None, f"{record.id} is not reserved"
        position, amount = self._position(to, record.reserved), record.reserved
        self._post(record, position, credit(position.book, amount), debit(self._flight(amount), amount), "commit")
        record.reserved_for = record.reserved = None

    def _post(self, record: Record, position: Account, one: books.Leg, other: books.Leg, memo: str) -> None:
        posting = self._book.post(record.id, (one, other), memo)
        position.changed = posting.at

    def _position(self, who: str, amount: Money) -> Account:
        participant = self._participants.get(who)
        found = participant.account(POSITION, amount.currency.code)
        # A payee without account in the currency is only found out by a setting; real hubs then fail at fulfil.
        return found or self._participants.open_account(participant, POSITION, amount.currency.code)

    def _check(self, who: str, position: Account, amount: Money) -> None:
        settlement = self._participants.get(who).account(SETTLEMENT, amount.currency.code)
        cover = -settlement.value if settlement else Money.zero(amount.currency)
        if cover - position.value < amount:
            raise InsufficientLiquidity
        if position.limit is not None and position.limit.value - position.value < amount:
            raise NetDebitCapExceeded

    def _flight(self, amount: Money) -> books.Account:
        cur = amount.currency
        if cur not in self._in_flight:
            self._in_flight[cur] = self._book.open(f"in-flight {cur}", cur, "credit", "in-flight", "")
        return self._in_flight[cur]
