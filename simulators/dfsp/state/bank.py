"""One peer DFSP: its customers, its book, its charges, and the postings of a payment on either side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from loopyard.engine.plan import Participant, Person
from loopyard.engine.site import Site
from loopyard.kernel.ledger import Account, Hold, Leg, credit, debit
from loopyard.kernel.money import Money
from simulators.dfsp.settings import Options
from simulators.dfsp.state.errors import AboveLimit, AccountBlocked, AccountClosed, AmountTooFine, PartyUnknown, WrongCurrency


@dataclass(frozen=True, slots=True)
class Customer:
    """A person with her account."""

    person: Person
    account: Account


class Bank:
    """The book of one peer. Money in the scheme is the asset `scheme-clearing`: it falls when money leaves."""

    def __init__(self, participant: Participant, options: Options, site: Site) -> None:
        self.id = participant.id
        self.scheme = participant.schemes[0]
        self.options = options
        self.ledger = site.ledger(participant.id)
        self._customers: dict[tuple[str, str, str | None], Customer] = {}
        for code, funds in participant.funds.items():
            for role, normal in _OWN_ACCOUNTS:
                self.ledger.open(f"{role}:{code}", code, normal, role)  # type: ignore[arg-type]
            if funds:
                self.ledger.post(
                    "opening", (debit(self.own("scheme-clearing", funds), funds), credit(self.own("opening", funds), funds))
                )
        for person in site.plan.customers_of(participant.id):
            self._admit(person)
        self._crowd = site.plan.crowd
        self._rest = self._open_rest(self._crowd.opening(participant), len(self._crowd.customers_of(participant.id)))

    def _admit(self, person: Person) -> None:
        holder = _holder(person)
        name = f"{holder}:{person.sub_id}" if person.sub_id else holder
        account = self.ledger.open(name, person.balance.currency, "credit", "customer", holder)
        self._customers[person.id_type, person.id_value, person.sub_id] = Customer(person, account)
        if person.balance:
            self._deposit(account, person.balance)

    def _open_rest(self, each: Money, customers: int) -> Account | None:
        """One account for what all of the crowd have here, until each is asked for."""
        if not customers:
            return None
        account = self.ledger.open(f"crowd:{each.currency}", each.currency, "credit", "crowd")
        if each:
            self._deposit(account, Money.of_units(each.units * customers, each.currency))
        return account

    def _deposit(self, account: Account, money: Money) -> None:
        self.ledger.post("opening", (debit(self.own("opening", money), money), credit(account, money)))

    def _meet(self, id_type: str, id_value: str) -> Customer | None:
        """Somebody of the crowd who banks here, asked for the first time."""
        index = self._crowd.find(id_type, id_value)
        if index is None or self._rest is None or self._crowd.dfsp(index).id != self.id:
            return None
        person = self._crowd.person(index)
        account = self.ledger.single_out(self._rest, person.balance, _holder(person), "customer", _holder(person))
        return self._customers.setdefault((id_type, id_value, None), Customer(person, account))

    def know_as(self, customer: Customer, id_type: str, id_value: str) -> None:
        """Let one more identifier find a customer."""
        person = replace(customer.person, id_type=id_type, id_value=id_value, sub_id=None)
        self._customers[id_type, id_value, None] = Customer(person, customer.account)

    def own(self, role: str, money: Money) -> Account:
        """The bank's own account of a role in the currency of `money`. Raises UnknownAccount."""
        return self.ledger.account(f"{role}:{money.currency.code}")

    def customer(self, id_type: str, id_value: str, sub_id: str | None = None) -> Customer:
        """A customer whose account can be used. Raises PartyUnknown, AccountBlocked, AccountClosed."""
        found = self._customers.get((id_type, id_value, sub_id))
        if found is None and sub_id is None:
            found = self._meet(id_type, id_value)
        if found is None:
            raise PartyUnknown(f"{self.id} has no customer {id_type} {id_value}; use an identifier of the world")
        if found.person.status == "blocked":
            raise AccountBlocked(f"{found.person.name}'s account at {self.id} is blocked; choose another customer")
        if found.person.status == "closed":
            raise AccountClosed(f"{found.person.name}'s account at {self.id} is closed; choose another customer")
        return found

    def check(self, customer: Customer, amount: Money) -> None:
        """Whether a customer may receive this. Raises WrongCurrency, AmountTooFine, AboveLimit."""
        held_in = customer.account.currency
        if amount.currency != held_in:
            raise WrongCurrency(f"the account is in {held_in}, not {amount.currency}; convert first")
        if not amount.fits(held_in.exponent):
            raise AmountTooFine(f"{amount} {held_in} has more than {held_in.exponent} decimals; round it")
        limit = self.options.limit
        if limit is not None and amount > Money(limit, held_in):
            raise AboveLimit(f"{amount} {held_in} is above the limit of {limit}; send less")

    def expect(self, reference: str, amount: Money) -> Hold:
        """Mark money that the hub has promised but not committed."""
        return self.ledger.hold(self.own("scheme-clearing", amount), amount, reference)

    def receive(self, reference: str, customer: Customer, transfer: Money, receive: Money, back: bool = False) -> None:
        """Money came through the scheme: the customer gets `receive`, the bank keeps the rest. `back` undoes it."""
        into, out = (credit, debit) if back else (debit, credit)
        legs = [into(self.own("scheme-clearing", transfer), transfer), out(customer.account, receive)]
        if kept := transfer - receive:
            legs.append(out(self.own("fee-income", kept), kept))
        self.ledger.post(reference, legs, "inbound transfer taken back" if back else "inbound transfer")

    def fund(self, reference: str, amount: Money, *, inward: bool) -> None:
        """Pay money into the bank's liquidity account at the scheme, or take it out, by way of its settlement bank."""
        name = f"settlement-bank:{amount.currency.code}"
        known = {each.name: each for each in self.ledger.accounts}
        outside = known.get(name) or self.ledger.open(name, amount.currency, "debit", "settlement-bank")
        clearing = self.own("scheme-clearing", amount)
        into, out = (clearing, outside) if inward else (outside, clearing)
        self.ledger.post(reference, (debit(into, amount), credit(out, amount)), "funds in" if inward else "funds out")

    def pay(self, reference: str, customer: Customer, pays: Money, fee: Money, leaves: Money) -> None:
        """Money left through the scheme: the customer pays `pays` and the fee, the bank what `leaves` exceeds `pays`."""
        legs: list[Leg] = [debit(customer.account, pays + fee), credit(self.own("scheme-clearing", leaves), leaves)]
        if fee:
            legs.append(credit(self.own("fee-income", fee), fee))
        if commission := leaves - pays:
            legs.append(debit(self.own("commission-paid", commission), commission))
        self.ledger.post(reference, legs, "outbound transfer")


_OWN_ACCOUNTS = (("scheme-clearing", "debit"), ("fee-income", "credit"), ("commission-paid", "debit"), ("opening", "debit"))


def _holder(person: Person) -> str:
    return f"{person.id_type}:{person.id_value}"


def charge(rule: str, amount: Money) -> Money:
    """A charge on an amount: "1.5" in its currency, or "1%" rounded half-even to its decimals."""
    if not rule.endswith("%"):
        return Money(rule, amount.currency)
    share = Decimal(rule[:-1]) / 100
    return amount.convert(share, amount.currency)[0] if share else Money.zero(amount.currency)
