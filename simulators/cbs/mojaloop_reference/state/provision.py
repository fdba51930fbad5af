"""Opens the accounts of a world's people at this bank, and the treasury of an FX provider."""

from __future__ import annotations

from collections.abc import Iterable

from loopyard.engine.plan import Crowd, Participant, Person, Plan
from loopyard.kernel.ledger import Account, credit, debit
from loopyard.kernel.money import Money
from simulators.cbs.engine.accounts import BankAccount
from simulators.cbs.engine.book import INTERNAL, PROVISIONING, Book
from simulators.cbs.mojaloop_reference.settings import Settings


def account_number(index: int) -> str:
    """The account number of a bank's customer, by her index among its customers."""
    return f"10{index + 1:08d}"


def open_accounts(book: Book, participant: Participant, plan: Plan, settings: Settings) -> None:
    """Every customer's account with its opening balance, and what the bank itself has at the scheme."""
    people = plan.customers_of(participant.id)
    _open_internal(book, dict.fromkeys((*participant.currencies, *(person.currency for person in people))))
    for code, funds in participant.funds.items():
        clearing, opening = book.internal("scheme-clearing", code), book.internal("opening", code)
        if funds:
            book.post(f"opening-scheme-clearing-{code}", (debit(clearing, funds), credit(opening, funds)), PROVISIONING)
    for index, person in enumerate(people):
        account = _open(book, index, person, settings)
        book.deposit(account, person.balance, f"opening-{account.number}")
    if customers := plan.crowd.customers_of(participant.id):
        _expect(book, plan.crowd, customers, len(people), settings)
    if participant.kind == "fxp":
        for code, funds in participant.funds.items():
            _treasury(book, code, Money(settings.treasury[code], code) if code in settings.treasury else funds)


def _expect(book: Book, crowd: Crowd, customers: range, named: int, settings: Settings) -> None:
    """Those of the crowd who bank here, numbered after the `named`: one account for all of them, until each is asked for."""
    each = crowd.opening(crowd.dfsp(customers[0]))
    rest = book.ledger.open(f"crowd-{each.currency}", each.currency, "credit", "crowd")
    if each:
        whole = Money.of_units(each.units * len(customers), each.currency)
        book.post(
            f"opening-{rest.name}", (debit(book.internal("opening", each.currency), whole), credit(rest, whole)), PROVISIONING
        )

    def meet(id_type: str, id_value: str) -> BankAccount | None:
        if id_type == "ACCOUNT_NUMBER":
            place = int(id_value[2:]) - 1 - named if id_value[2:].isdecimal() and id_value.isascii() else -1
            index = customers[place] if 0 <= place < len(customers) and account_number(named + place) == id_value else None
        else:
            index = crowd.find(id_type, id_value)
        if index is None or index not in customers:
            return None
        return _open(book, named + customers.index(index), crowd.person(index), settings, rest)

    book.register.meet = meet


def _open_internal(book: Book, currencies: Iterable[str]) -> None:
    """All at once, so that what was counted at the start of a scenario is all there is at its end."""
    for code in currencies:
        for role in INTERNAL:
            book.internal(role, code)


def _open(book: Book, index: int, person: Person, settings: Settings, out_of: Account | None = None) -> BankAccount:
    overdraft = settings.overdraft.get(person.currency)
    return book.open(
        account_number(index), person.name, person.currency, (person.id_type, person.id_value),
        holder=f"{person.id_type}:{person.id_value}", product=settings.account_type, status=person.status,
        overdraft=None if overdraft is None else Money(overdraft, person.currency), limits=settings.limits.get(person.currency),
        out_of=out_of, share=person.balance,
    )  # fmt: skip


def _treasury(book: Book, code: str, funds: Money) -> None:
    number = f"treasury-{code}"
    account = book.open(
        number, "Treasury", code, role="treasury", holder=f"ACCOUNT_NUMBER:{number}", product="CURRENT", status="active"
    )
    book.deposit(account, funds, f"opening-{number}")
