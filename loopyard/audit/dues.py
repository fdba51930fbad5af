"""What the hub's record demands of the books: who owes and who is owed how much for each transfer and conversion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loopyard.audit.books import TransferRecord
from loopyard.audit.sums import Key
from loopyard.kernel.money import Money

MOST_OPTIONS = 4096
"""Beyond so many combinations of unfinished movements none is refused: nobody could explain one by hand either."""


@dataclass(frozen=True, slots=True)
class Due:
    """What one record does to the position of one party: negative for who owes. Its scheme clearing does the opposite."""

    record: TransferRecord
    party: str
    code: str
    units: int

    @property
    def key(self) -> Key:
        return self.party, self.code

    @property
    def owes(self) -> bool:
        return self.units < 0


def dues(records: Sequence[TransferRecord]) -> list[Due]:
    """Both sides of every record.

    transfer A      payer - A, payee + A; with a conversion behind it the FX provider stands in the payer's place
    conversion S/T  initiator - S, FX provider + S; the target T moves with the determining transfer
    """
    if len(records) == 1 and records[0].kind == "transfer":  # nearly all
        return _sides(records[0], records[0].payer)
    return [
        due
        for record in records
        for due in _sides(record, _payer(record, [each for each in records if each.hub == record.hub]))
    ]


def total(found: Iterable[Due]) -> dict[Key, int]:
    """Dues added up by party and currency."""
    sums: dict[Key, int] = {}
    for due in found:
        sums[due.key] = sums.get(due.key, 0) + due.units
    return sums


def options(base: int, optional: Iterable[int]) -> set[int] | None:
    """`base` with any of the optional movements made or not made; None for more than anyone would list."""
    possible = {base}
    for units in optional:
        possible |= {each + units for each in possible}
        if len(possible) > MOST_OPTIONS:
            return None
    return possible


def _payer(record: TransferRecord, records: Sequence[TransferRecord]) -> str:
    if record.kind == "conversion":
        return record.payer
    behind = (each for each in records if each.kind == "conversion" and _serves(each, record))
    return next((each.payee for each in behind), record.payer)


def _serves(conversion: TransferRecord, transfer: TransferRecord) -> bool:
    dead = conversion.state == "aborted" and transfer.state != "aborted"
    return conversion.determining == transfer.id and conversion.amounts[1].currency == transfer.amounts[0].currency and not dead


def _sides(record: TransferRecord, payer: str) -> list[Due]:
    amount: Money = record.amounts[0]
    code, units = amount.currency.code, amount.units
    return [Due(record, payer, code, -units), Due(record, record.payee, code, units)]
