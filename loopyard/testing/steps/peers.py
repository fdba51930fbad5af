"""Steps of peers: their customers look customers of the home DFSP up, ask for terms and pay; their institutions misbehave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
from pytest_bdd import given, then, when

from loopyard.engine.plan import Person
from loopyard.kernel.money import Money
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

PAYER = "{payer:Name}"
NEVER_GIVEN: Final = "01HZZZZZZZZZZZZZZZZZZZZZZZ"
"""An id that no generator of a world makes: its moment has passed."""
ASKED: Final = {"lookups": "parties", "requests for terms": "quotes", "payments": "transfers"}
OTHER_TERMS: Final = {
    "condition": {"condition": "bm90IHRoZSBjb25kaXRpb24gb2YgYW55IHF1b3RlIGE"},
    "amount": {"amount.amount": "7"},
}


class Incoming:
    """Payments that customers of peers make, the latest last, as their own institutions see them."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world = world
        self._cast = cast
        self._latest: tuple[str, str] | None = None

    def start(self, payer: str, payee: Person | str, amount: Money, **order: Any) -> None:
        """Begin a payment; all that is due at this moment happens. A text for payee is a number."""
        who = self._cast.people[payer]
        to = {"id_value": payee} if isinstance(payee, str) else {"id_type": payee.id_type, "id_value": payee.id_value}
        asked = {"amount": str(amount), "currency": amount.currency.code} | order
        by = {"id_type": who.id_type, "id_value": who.id_value}
        row = self._world.control("dfsp.send", fsp=who.dfsp, payer=by, payee=to, **asked)
        self._world.settle()
        self._latest = who.dfsp, row["transferId"]

    @property
    def fsp(self) -> str:
        return self._known[0]

    @property
    def id(self) -> str:
        """The transfer of the latest payment."""
        return self._known[1]

    @property
    def row(self) -> dict[str, Any]:
        """The latest payment as the payer's institution sees it now."""
        row: dict[str, Any] = self._world.control("dfsp.transfer", fsp=self.fsp, id=self.id)
        return row

    @property
    def _known(self) -> tuple[str, str]:
        assert self._latest is not None, "no customer of a peer has started a payment"
        return self._latest


@pytest.fixture
def incoming(world: World, cast: Cast) -> Incoming:
    """Payments that come from peers."""
    return Incoming(world, cast)


def behave(world: World, cast: Cast, bank: str, on: str, do: str, times: int = 0, **options: Any) -> None:
    world.control("dfsp.behave", fsp=cast.banks[bank], on=on, do=do, times=times, **{"with": options})


# -- state: how the payer's institution is disposed -------------------------------------------------------------------


@given(phrase("{bank:Name} waits {seconds:d} seconds between the terms and the payment"))
def waits(world: World, cast: Cast, bank: str, seconds: int) -> None:
    behave(world, cast, bank, "prepare", "delay", seconds=seconds)


@given(phrase("{bank:Name} pays on another {what} than was agreed"))
def pays_otherwise(world: World, cast: Cast, bank: str, what: str) -> None:
    behave(world, cast, bank, "prepare", "alter", set=OTHER_TERMS[what])


@given(phrase("payments of {bank:Name} expire after {seconds:d} seconds"))
def expire_after(world: World, cast: Cast, bank: str, seconds: int) -> None:
    at = world.now + timedelta(seconds=seconds)
    behave(world, cast, bank, "prepare", "alter", set={"expiration": f"{at:%Y-%m-%dT%H:%M:%S}.000Z"})


@given(phrase("{bank:Name} asks for terms in {currency}"))
def asks_in(world: World, cast: Cast, bank: str, currency: str) -> None:
    behave(world, cast, bank, "ask-quote", "alter", set={"amount.currency": cast.currencies[currency]})


@given(phrase("{bank:Name} refuses {what} with code {code:d}"))
def refuses_with(world: World, cast: Cast, bank: str, what: str, code: int) -> None:
    behave(world, cast, bank, ASKED[what], "error", code=str(code))


@given(phrase("{bank:Name} refuses {what} with code {code:d} in {length:d} letters"))
def refuses_at_length(world: World, cast: Cast, bank: str, what: str, code: int, length: int) -> None:
    behave(world, cast, bank, ASKED[what], "error", code=str(code), description="x" * length)


@given(phrase("{bank:Name} refuses {what} with the number {code:d} for a code"))
def refuses_with_number(world: World, cast: Cast, bank: str, what: str, code: int) -> None:
    behave(world, cast, bank, ASKED[what], "integer-error-code", code=code)


@given(phrase("{bank:Name} aborts the payments that it gets"))
def aborts(world: World, cast: Cast, bank: str) -> None:
    behave(world, cast, bank, "transfers", "abort")


# -- the payer's actions ----------------------------------------------------------------------------------------------


@given(phrase("{bank:Name} keeps {fee} of what its customers receive"))
def peer_keeps(world: World, cast: Cast, bank: str, fee: str) -> None:
    world.control("dfsp.set-options", fsp=cast.banks[bank], fee=fee)


@given(phrase("{bank:Name} asks the payer's institution for a commission of {commission}"))
def peer_asks_commission(world: World, cast: Cast, bank: str, commission: str) -> None:
    world.control("dfsp.set-options", fsp=cast.banks[bank], commission=commission)


@given(phrase("{bank:Name} says that its customers can receive no currency"))
def peer_takes_nothing(world: World, cast: Cast, bank: str) -> None:
    behave(world, cast, bank, "parties", "alter", set={"party.supportedCurrencies": []})


@when(phrase(PAYER + " looks {payee:Name} up"))
def looks_up(incoming: Incoming, cast: Cast, payer: str, payee: str) -> None:
    incoming.start(payer, cast.people[payee], Money(1, cast.people[payer].currency), until="parties")


@when(phrase(PAYER + " looks the number {number} up"))
def looks_number_up(incoming: Incoming, cast: Cast, payer: str, number: str) -> None:
    incoming.start(payer, number, Money(1, cast.people[payer].currency), until="parties")


@when(phrase(PAYER + " looks the number {number} up at {bank:Name}"))
def looks_number_up_at(world: World, incoming: Incoming, cast: Cast, payer: str, number: str, bank: str) -> None:
    own = next(name for name, fsp in cast.banks.items() if fsp == cast.people[payer].dfsp)
    behave(world, cast, own, "ask-party", "alter", 1, headers={"fspiop-destination": cast.banks[bank]})
    incoming.start(payer, number, Money(1, cast.people[payer].currency), until="parties")


@given(phrase(PAYER + " has asked for terms to pay {amount:Money} to {payee:Name}"))
@when(phrase(PAYER + " asks for terms to pay {amount:Money} to {payee:Name}"))
def asks_for_terms(incoming: Incoming, cast: Cast, payer: str, amount: Money, payee: str) -> None:
    incoming.start(payer, cast.people[payee], amount, until="quote")


@given(phrase(PAYER + " has paid {amount:Money} to {payee:Name}"))
@given(phrase(PAYER + " is paying {amount:Money} to {payee:Name}"))
@when(phrase(PAYER + " pays {amount:Money} to {payee:Name}"))
def pays(incoming: Incoming, cast: Cast, payer: str, amount: Money, payee: str) -> None:
    incoming.start(payer, cast.people[payee], amount)


@when(phrase(PAYER + " pays so that {payee:Name} receives {amount:Money}"))
def pays_exactly(incoming: Incoming, cast: Cast, payer: str, payee: str, amount: Money) -> None:
    incoming.start(payer, cast.people[payee], amount, amount_type="RECEIVE")


# -- what the payer's institution repeats and asks --------------------------------------------------------------------


@when(phrase("{bank:Name} sends the payment again"))
def sends_again(world: World, incoming: Incoming, bank: str) -> None:
    resend(world, incoming, "prepare")


@when(phrase("{bank:Name} sends the payment again, now of {amount:Money}"))
def sends_again_other(world: World, incoming: Incoming, bank: str, amount: Money) -> None:
    resend(world, incoming, "prepare", set={"amount.amount": str(amount)})


@when(phrase("{bank:Name} asks for the terms again, now for {amount:Money}"))
def asks_again_other(world: World, incoming: Incoming, bank: str, amount: Money) -> None:
    resend(world, incoming, "quote", set={"amount.amount": str(amount)})


@when(phrase("{bank:Name} addresses its request for terms to an institution that does not exist"))
def asks_nobody(world: World, incoming: Incoming, bank: str) -> None:
    resend(world, incoming, "quote", headers={"fspiop-destination": "no-such-bank"})


@when(phrase("{bank:Name} asks {payee_bank:Name} for the terms that it was given"))
def asks_for_given_terms(world: World, incoming: Incoming, cast: Cast, bank: str, payee_bank: str) -> None:
    ask(world, cast, bank, f"/quotes/{incoming.row['quoteId']}", payee_bank)


@when(phrase("{bank:Name} asks {payee_bank:Name} for terms that were never given"))
def asks_for_no_terms(world: World, cast: Cast, bank: str, payee_bank: str) -> None:
    ask(world, cast, bank, f"/quotes/{NEVER_GIVEN}", payee_bank)


@when(phrase("{bank:Name} asks the hub how the payment stands"))
def asks_hub(world: World, incoming: Incoming, cast: Cast, bank: str) -> None:
    ask(world, cast, bank, f"/transfers/{incoming.id}")


@when(phrase("{bank:Name} asks the hub how a payment stands that was never made"))
def asks_hub_for_nothing(world: World, cast: Cast, bank: str) -> None:
    ask(world, cast, bank, f"/transfers/{NEVER_GIVEN}")


@when(phrase("{bank:Name} asks {other:Name} how a transaction stands that was never made"))
def asks_for_no_transaction(world: World, cast: Cast, bank: str, other: str) -> None:
    ask(world, cast, bank, f"/transactions/{NEVER_GIVEN}", other)


def resend(world: World, incoming: Incoming, message: str, **changes: Any) -> None:
    answer = world.control("dfsp.resend", fsp=incoming.fsp, id=incoming.id, message=message, **changes)
    assert answer["status"] == 202, f"the hub refused the message at once: {answer}"
    world.settle()


def ask(world: World, cast: Cast, bank: str, path: str, destination: str | None = None) -> None:
    to = {"destination": cast.banks[destination]} if destination else {}
    answer = world.control("dfsp.raw", fsp=cast.banks[bank], method="GET", path=path, **to)
    assert answer["status"] == 202, f"the hub refused the question at once: {answer}"
    world.settle()


# -- how the latest payment stands ------------------------------------------------------------------------------------


@then("the payment is committed")
def payment_committed(world: World, incoming: Incoming) -> None:
    expect_end(world, incoming, "COMMITTED")


@then("the payment is aborted")
def payment_aborted(world: World, incoming: Incoming) -> None:
    expect_end(world, incoming, "ABORTED")


def expect_end(world: World, incoming: Incoming, state: str) -> None:
    """The hub's record and the payer's institution say the same."""
    at_hub = world.control("hub.transfer", id=incoming.id)["transferState"]
    row = incoming.row
    assert (at_hub, row["state"]) == (state, state), (
        f"at the hub it is {at_hub}, at {incoming.fsp} {row['state']} {row['error']}"
    )


@then("no payment has reached the hub")
def nothing_prepared(world: World) -> None:
    rows = world.control("hub.transfers")
    assert not rows, f"the hub has {[row['id'] for row in rows]}"
