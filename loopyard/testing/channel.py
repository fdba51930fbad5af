"""The channel: the customer's app. It starts payments through a driver, shows terms, and remembers what it was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from loopyard.engine.plan import Person
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.testing.drivers.base import (
    Birth,
    Driver,
    Identifier,
    Outcome,
    Payment,
    Registration,
    RequestsDriver,
    Talk,
    Wish,
)
from loopyard.world.client import World

Result = TypeVar("Result")


@dataclass(slots=True)
class Order:
    """One payment as the customer sees it: what she asked for, and everything she was told, in order."""

    payer: Person
    payment: Payment
    told: list[Outcome] = field(default_factory=list)

    @property
    def last(self) -> Outcome:
        return self.told[-1]

    @property
    def transfer_id(self) -> str | None:
        return next((each.transfer_id for each in self.told if each.transfer_id), None)

    @property
    def terms(self) -> Outcome:
        """The terms she was shown. AssertionError when she was shown none."""
        for each in self.told:
            if each.told == "terms":
                return each
        raise AssertionError(
            f"no terms were shown; the customer was told {self.last.told}: {self.last.code} {self.last.message}"
        )


class Channel:
    """Starts and steers payments; every call runs in the world, and time passes only as far as the call needs."""

    def __init__(self, world: World, driver: Driver, ids: Ids) -> None:
        self.driver = driver
        self._world = world
        self._ids = ids
        self.orders: list[Order] = []
        self.registrations: list[Registration] = []
        self.asked_worklist = False
        self.key = ""
        """What the app shows of itself, as a bearer token; empty for an app that shows nothing."""

    @property
    def order(self) -> Order:
        """The latest payment."""
        return self.orders[-1]

    def initiate(
        self, payer: Person, payee: Person | tuple[str, str], amount: Money, amount_type: Literal["SEND", "RECEIVE"] = "SEND",
        receive_currency: str | None = None, reference: str | None = None, birth: Birth | None = None,
        payer_name: str | None = None,
    ) -> Order:  # fmt: skip
        """Ask for terms. `payee` is a person of the world, or an identifier that may belong to nobody. `birth` and `payer_name`
        are what the app says of the payer, by default her name alone."""
        id_type, id_value, sub_id = (
            (payee.id_type, payee.id_value, payee.sub_id) if isinstance(payee, Person) else (*payee, None)
        )
        target = receive_currency or (payee.currency if isinstance(payee, Person) else payer.currency)
        payment = Payment(
            payer.id_type, payer.id_value, payer_name or payer.name, id_type, id_value, amount, amount_type, payer.currency,
            target, reference or self._ids.uuid(), sub_id, birth,
        )  # fmt: skip
        order = Order(payer, payment)
        order.told.append(self._have(self.driver.initiate(payment)))
        self.orders.append(order)
        return order

    def refund(self, payer: Person, transfer_id: str, amount: Money, reason: str) -> Order:
        """Ask for terms to give back what was received, or a part of it."""
        payment = Payment(
            payer.id_type, payer.id_value, payer.name, "", "", amount, "RECEIVE", payer.currency, payer.currency,
            self._ids.uuid(), refund_of=transfer_id, refund_reason=reason,
        )  # fmt: skip
        order = Order(payer, payment)
        order.told.append(self._have(self.driver.initiate(payment)))
        self.orders.append(order)
        return order

    # -- requests to pay ----------------------------------------------------------------------------------------------

    @property
    def requests(self) -> RequestsDriver:
        """AssertionError for a driver that cannot speak of requests to pay."""
        found = getattr(self.driver, "requests", None)
        assert found is not None, "the driver speaks of no requests to pay: [sut.capabilities] request-to-pay = false says so"
        return found  # type: ignore[no-any-return]

    def request(self, payee: Person, payer: Person, amount: Money, password: bool) -> Outcome:
        """A customer asks somebody for money: the app finds who that is."""
        wish = Wish(payee.id_value, payee.name, payer.id_type, payer.id_value, amount, self._ids.uuid(), password)
        return self.have(self.requests.ask(wish))

    def have(self, talk: Talk[Result]) -> Result:
        """Make a call and read its answer."""
        return self._have(talk)

    def accept(self, order: Order) -> Outcome:
        return self._decide(order, True)

    def accept_together(self, orders: Sequence[Order]) -> list[Outcome]:
        """Consent to several terms at one moment."""
        talks = [self.driver.decide(order.payment, str(order.transfer_id), True) for order in orders]
        answers = self._world.control("channel.calls", calls=[self._call(talk) for talk in talks])
        outcomes = [talk.heard(answer) for talk, answer in zip(talks, answers, strict=True)]
        for order, outcome in zip(orders, outcomes, strict=True):
            order.told.append(outcome)
        return outcomes

    def repeat(self, order: Order) -> Order:
        """Ask for terms once more under the same reference, as an app does that has lost the answer."""
        again = Order(order.payer, order.payment)
        again.told.append(self._have(self.driver.initiate(order.payment)))
        self.orders.append(again)
        return again

    def refuse(self, order: Order) -> Outcome:
        return self._decide(order, False)

    def ask(self, order: Order) -> Outcome:
        """How it stands, from the system under test itself."""
        assert order.transfer_id is not None, f"there is no transfer to ask for: {order.last}"
        order.told.append(self._have(self.driver.ask(order.payment, order.transfer_id)))
        return order.last

    def _decide(self, order: Order, accept: bool) -> Outcome:
        assert order.transfer_id is not None, f"there are no terms to decide on: {order.last}"
        order.told.append(self._have(self.driver.decide(order.payment, order.transfer_id, accept)))
        return order.last

    def unresolved(self) -> frozenset[str]:
        """What the system under test says that it has not finished; nothing where it cannot say."""
        return self._have(self.driver.unresolved())

    def worklist(self) -> frozenset[str]:
        """The same, for a scenario that needs the answer."""
        self.asked_worklist = True
        return self.unresolved()

    def register(self, identifiers: Sequence[Identifier]) -> Registration:
        """Have the scheme find customers under these identifiers."""
        self.registrations.append(self._have(self.driver.register(identifiers)))
        return self.registrations[-1]

    def remove(self, identifier: Identifier) -> Registration:
        """Have the scheme find nobody under this identifier."""
        self.registrations.append(self._have(self.driver.remove(identifier)))
        return self.registrations[-1]

    def new_identifiers(self, count: int, **more: Any) -> list[Identifier]:
        """Aliases that nobody has had before."""
        stem = self._ids.uuid()[:13]
        return [Identifier("ALIAS", f"{stem}-{number}", **more) for number in range(count)]

    def _have(self, talk: Talk[Result]) -> Result:
        return talk.heard(self._world.control("channel.call", **self._call(talk)))

    def _call(self, talk: Talk[Any]) -> dict[str, Any]:
        call = talk.call
        shown = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {"face": self.driver.calls, **call, "headers": {**call["headers"], **shown}}
