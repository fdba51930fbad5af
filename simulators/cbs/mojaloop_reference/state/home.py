"""Money that the bank's own channel takes for a transfer before the connector hears of it: the payer's side of the
published document, which knows no payer reserve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loopyard.kernel.ledger import credit, debit
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from simulators.cbs.engine import checks
from simulators.cbs.engine.accounts import BankAccount
from simulators.cbs.engine.book import Book
from simulators.cbs.mojaloop_reference.state.errors import HomeTransactionExists, UnknownHomeTransaction
from simulators.cbs.mojaloop_reference.state.quotes import Quotes

HOME_TRANSACTION = Lifecycle(
    "home transaction",
    initial="DEBITED",
    final={"SETTLED", "REFUNDED"},
    transitions={
        ("DEBITED", "settle"): "SETTLED",  # the scheme committed
        ("DEBITED", "refund"): "REFUNDED",
    },
)


@dataclass(slots=True, eq=False)
class HomeTransaction:
    """A debit by the channel: `amount` for the transfer and the bank's `fee` wait in the holding account."""

    id: str
    account: BankAccount
    amount: Money
    fee: Money
    state: str = HOME_TRANSACTION.initial


class HomeTransactions:
    """The channel debits of one bank."""

    def __init__(self, book: Book, quotes: Quotes) -> None:
        self._book = book
        self._quotes = quotes
        self._by_id: dict[str, HomeTransaction] = {}

    def debit(self, id_: str, account: BankAccount, amount: Money) -> HomeTransaction:
        """Customer to holding, once for an id. Raises Refusal, HomeTransactionExists for the same id with other terms."""
        earlier = self._by_id.get(id_)
        if earlier is not None:
            if (earlier.account, earlier.amount) != (account, amount):
                raise HomeTransactionExists(f"home transaction {id_} has other terms; take another id")
            return earlier
        fee = self._quotes.fee("payer", account, amount)
        checks.may_debit(self._book, account, amount, fee)
        holding = self._book.internal("holding", account.currency)
        self._book.post(id_, (debit(account.entry, amount + fee), credit(holding, amount + fee)), "debited for a transfer")
        made = self._by_id[id_] = HomeTransaction(id_, account, amount, fee)
        return made

    def settle(self, id_: str, transferred: Money | None = None) -> HomeTransaction:
        """Holding to the scheme, the rest to fee income; what the scheme took beyond the debit is commission paid.

        A repeat changes nothing. Raises UnknownHomeTransaction, IllegalTransition after a refund.
        """
        home = self.by_id(id_)
        if home.state == "SETTLED":
            return home
        state = HOME_TRANSACTION.next(home.state, "settle")
        currency, sent = home.account.currency, transferred or home.amount
        commission = max(sent - home.amount, Money.zero(currency))
        held = home.amount + home.fee
        legs = [debit(self._book.internal("holding", currency), held)]
        legs.append(credit(self._book.internal("scheme-clearing", currency), sent))
        if commission:
            legs.append(debit(self._book.internal("commission-paid", currency), commission))
        if income := held + commission - sent:
            legs.append(credit(self._book.internal("fee-income", currency), income))
        self._book.post(id_, legs, "settled with the scheme")
        home.state = state
        return home

    def refund(self, id_: str) -> HomeTransaction:
        """Holding back to the customer, once; a settled transaction stays settled. Raises UnknownHomeTransaction."""
        home = self.by_id(id_)
        if home.state == "DEBITED":
            held = home.amount + home.fee
            holding = self._book.internal("holding", home.account.currency)
            self._book.post(id_, (debit(holding, held), credit(home.account.entry, held)), "refund")
            home.state = HOME_TRANSACTION.next(home.state, "refund")
        return home

    def by_id(self, id_: str) -> HomeTransaction:
        """Raises UnknownHomeTransaction."""
        if id_ not in self._by_id:
            raise UnknownHomeTransaction(f"no debit of home transaction {id_}; the channel debits first")
        return self._by_id[id_]

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of these debits, if they have ended."""
        for id_ in ids:
            if id_ in self._by_id and self._by_id[id_].state in HOME_TRANSACTION.final:
                del self._by_id[id_]

    def __iter__(self) -> Iterator[HomeTransaction]:
        return iter(self._by_id.values())
