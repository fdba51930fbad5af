"""Opens the accounts of a world's people at this bank, and the treasury of an FX provider."""

from __future__ import annotations

from collections.abc import Iterable

from loopyard.engine.plan import Participant, Person
from loopyard.kernel.ledger import credit, debit
from loopyard.kernel.money import Money
from simulators.cbs.engine.book import INTERNAL, PROVISIONING, Book
from simulators.cbs.mojaloop_reference.settings import Settings


def account_number(index: int) -> str:
    """The account number of a bank's customer, by her index among its customers."""
    return f"10{index + 1:08d}"


def open_accounts(book: Book, participant: Participant, people: tuple[Person, ...], settings: Settings) -> None:
    """Every customer's account with its opening balance, and what the bank itself has at the scheme."""
    _open_internal(book, dict.fromkeys((*participant.currencies, *(person.currency for person in people))))
    for code, funds in participant.funds.items():
        clearing, opening = book.internal("scheme-clearing", code), book.internal("opening", code)
        if funds:
            book.post(f"opening-scheme-clearing-{code}", (debit(clearing, funds), credit(opening, funds)), PROVISIONING)
    for index, person in enumerate(people):
        _open(book, index, person, settings)
    if participant.kind == "fxp":
        for code, funds in participant.funds.items():
            _treasury(book, code, Money(settings.treasury[code], code) if code in settings.treasury else funds)


def _open_internal(book: Book, currencies: Iterable[str]) -> None:
    """All at once, so that what was counted at the start of a scenario is all there is at its end."""
    for code in currencies:
        for role in INTERNAL:
            book.internal(role, code)


def _open(book: Book, index: int, person: Person, settings: Settings) -> None:
    overdraft = settings.overdraft.get(person.currency)
    account = book.open(
        account_number(index), person.name, person.currency, (person.id_type, person.id_value),
        holder=f"{person.id_type}:{person.id_value}", product=settings.account_type, status=person.status,
        overdraft=None if overdraft is None else Money(overdraft, person.currency), limits=settings.limits.get(person.currency),
    )  # fmt: skip
    book.deposit(account, person.balance, f"opening-{account.number}")


def _treasury(book: Book, code: str, funds: Money) -> None:
    number = f"treasury-{code}"
    account = book.open(
        number, "Treasury", code, role="treasury", holder=f"ACCOUNT_NUMBER:{number}", product="CURRENT", status="active"
    )
    book.deposit(account, funds, f"opening-{number}")
