"""Continuous gross settlement: each committed transfer is settled by itself, out of the participants' prefunding, some moments
after its commit. Until then its positions stand as they are."""

from __future__ import annotations

from datetime import timedelta

from loopyard.kernel import ledger as books
from loopyard.kernel.clock import Crew
from loopyard.kernel.ledger import Ledger, credit, debit
from simulators.hub.state.models import SettlementModel, SettlementModels
from simulators.hub.state.participants import Account, Participants
from simulators.hub.state.positions import Moved
from simulators.hub.state.records import Record


class GrossSettlement:
    """The gross settlement handler of one hub; `delay` seconds pass before it comes to a transfer."""

    def __init__(self, participants: Participants, models: SettlementModels, book: Ledger, crew: Crew, delay: float) -> None:
        self._participants = participants
        self._models = models
        self._book = book
        self._crew = crew
        self._delay = delay

    def committed(self, record: Record, moved: Moved) -> None:
        """Settle a committed transfer, if a gross model is responsible for its currency."""
        model = self._models.gross_model(moved.payer.type, moved.amount.currency.code)
        if model is None:
            return
        if not self._delay:
            self._settle(model, record, moved)
            return

        async def handle() -> None:
            self._settle(model, record, moved)

        due = self._crew.clock.now() + timedelta(seconds=self._delay)
        self._crew.at(due, handle, f"gross settlement of {record.id}")

    def _settle(self, model: SettlementModel, record: Record, moved: Moved) -> None:
        payer, payee, amount = moved.payer, moved.payee, moved.amount
        legs = (
            credit(payer.book, amount), debit(self._liquidity(model, payer), amount),
            debit(payee.book, amount), credit(self._liquidity(model, payee), amount),
        )  # fmt: skip
        posting = self._book.post(record.id, legs, "gross settlement")
        payer.changed = payee.changed = posting.at
        record.step("settle", posting.at)

    def _liquidity(self, model: SettlementModel, position: Account) -> books.Account:
        who = self._participants.get(position.book.holder)
        kind, code = model.settlement_account_type, position.currency.code
        return (who.account(kind, code) or self._participants.open_account(who, kind, code)).book
