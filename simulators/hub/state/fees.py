"""Interchange fees, as a scheme's rule script adds them: a committed transfer between two wallets costs its payer a share of
the amount, which stands on accounts of its own and is settled by a model of its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.protocols import ilp
from simulators.hub.state.participants import FEE, Account, Participants
from simulators.hub.state.positions import Moved
from simulators.hub.state.records import Record
from simulators.hub.state.windows import Windows

RATE: Final = Decimal("0.006")
_CENT: Final = 100  # units of 1/10,000
_CHARGED: Final = {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"}


class InterchangeFees:
    """The rule script of one hub."""

    def __init__(self, participants: Participants, book: Ledger, windows: Windows) -> None:
        self._participants = participants
        self._book = book
        self._windows = windows

    def committed(self, record: Record, moved: Moved) -> None:
        """Charge a committed transfer, if it is one between wallets of two participants that have accounts for fees."""
        code = moved.amount.currency.code
        payer, payee = (self._account(moved.payer, code), self._account(moved.payee, code))
        if payer is None or payee is None or payer is payee or not _is_charged(record.prepare.packet):
            return
        fee, _ = moved.amount.convert(RATE, code, ROUND_HALF_UP, _CENT)
        if fee:
            posting = self._book.post(record.id, (debit(payer.book, fee), credit(payee.book, fee)), "interchange fee")
            payer.changed = payee.changed = posting.at
            self._windows.moved(payer, payee, fee, counts=False)

    def _account(self, position: Account, code: str) -> Account | None:
        return self._participants.get(position.book.holder).account(FEE, code)


def _is_charged(packet: str) -> bool:
    try:
        data = ilp.decode(packet).data
    except ilp.InvalidPacket:
        return False
    kind = data.get("transactionType", {})
    return all(kind.get(name) == value for name, value in _CHARGED.items()) and all(
        _is_wallet(data.get(side, {})) for side in ("payer", "payee")
    )


def _is_wallet(party: Mapping[str, Any]) -> bool:
    entries = party.get("partyIdInfo", {}).get("extensionList", {}).get("extension", [])
    return any(each.get("key") == "accountType" and each.get("value") == "Wallet" for each in entries)
