"""What a settlement does to the ledger: positions go back towards zero against the hub's multilateral settlement account. The
real money moves elsewhere: settlement accounts follow through funds in and out alone."""

from __future__ import annotations

from loopyard.kernel import ledger as books
from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Money
from simulators.hub.state.mails import POSITION_CHANGED, Mails
from simulators.hub.state.models import SettlementModel
from simulators.hub.state.participants import MULTILATERAL, Account, Participants


class SettlementEntries:
    """The postings of one hub's settlements. They leave the positions' dates of change alone, as the real ledger does."""

    def __init__(self, participants: Participants, book: Ledger, mails: Mails) -> None:
        self._participants = participants
        self._book = book
        self._mails = mails

    def post(self, model: SettlementModel, reference: str, account: Account, net: Money, event: str) -> None:
        """What an event in the life of a settlement account does to its position.

        reserve     a recipient's position rises by what it is owed
        commit      a sender's position falls by what it owes
        abort       what was reserved for a recipient is undone
        """
        if not model.auto_position_reset:
            return
        if event == "reserve" and net.is_negative:
            self._make_room(model, account, abs(net))
            self._move(reference, account, abs(net), rises=True, memo="settlement reserved")
        elif event == "commit" and net > Money.zero(net.currency):
            self._move(reference, account, net, rises=False, memo="settlement committed")
        elif event == "abort" and net.is_negative:
            self._move(reference, account, abs(net), rises=False, memo="settlement aborted")

    def _make_room(self, model: SettlementModel, account: Account, amount: Money) -> None:
        # Named a liquidity check, it refuses nothing: the real ledger raises the cap instead.
        limit = account.limit
        if model.require_liquidity_check and limit is not None and account.value + amount > limit.value:
            limit.value += amount

    def _move(self, reference: str, account: Account, amount: Money, *, rises: bool, memo: str) -> None:
        multilateral = self._multilateral(amount.currency.code)
        legs = (
            (debit(account.book, amount), credit(multilateral, amount))
            if rises
            else (credit(account.book, amount), debit(multilateral, amount))
        )
        self._book.post(reference, legs, memo)
        self._mails.write(POSITION_CHANGED, account)

    def _multilateral(self, code: str) -> books.Account:
        account = self._participants.hub.account(MULTILATERAL, code)
        return (account or self._participants.open_hub_account(MULTILATERAL, code)).book
