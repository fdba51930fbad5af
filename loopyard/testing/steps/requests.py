"""Steps of requests to pay: customers of the home DFSP ask others for money and are asked, with and without a password."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_bdd import given, then, when

from loopyard.engine.plan import Person
from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.base import Outcome
from loopyard.testing.steps.payments import expect_told
from loopyard.testing.steps.peers import NEVER_GIVEN
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

WRONG = "0000000000"
"""No bank sends ten digits."""


class Requests:
    """The requests of a scenario, the latest last: who asked whom, and what the home DFSP's customer was told of them."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self.id = ""
        self.peer = ""
        self.told: list[Outcome] = []

    @property
    def last(self) -> Outcome:
        assert self.told, "the customer was told nothing of a request"
        return self.told[-1]

    def come(self, payee: Person, payer: Person, amount: Money, **more: Any) -> None:
        """A peer's customer asks a customer of the home DFSP."""
        by, of = ({"id_type": who.id_type, "id_value": who.id_value} for who in (payee, payer))
        asked = {"amount": str(amount), "currency": amount.currency.code, **more}
        row = self._world.control("dfsp.ask", fsp=payee.dfsp, payee=by, payer=of, **asked)
        self._world.settle()
        self.id, self.peer = row["transactionRequestId"], payee.dfsp

    def make(self, payee: Person, payer: Person, amount: Money, password: bool) -> None:
        """A customer of the home DFSP looks for whom to ask."""
        self.told.append(self._channel.request(payee, payer, amount, password))
        self.id, self.peer = str(self.last.body.get("transactionRequestId", "")), payer.dfsp

    def hear(self, talk: Any) -> None:
        self.told.append(self._channel.have(talk))
        self._world.settle()

    @property
    def row(self) -> dict[str, Any]:
        """The request as the peer sees it now."""
        row = self._world.control("dfsp.request", fsp=self.peer, id=self.id)
        assert row is not None, f"{self.peer} knows no request {self.id!r}"
        return dict(row)


@pytest.fixture
def requests(world: World, channel: Channel) -> Requests:
    """The scenario's requests to pay."""
    return Requests(world, channel)


# -- a peer's customer asks ours --------------------------------------------------------------------------------------


@given(phrase("{payee:Name} has asked {payer:Name} for {amount:Money}"))
@when(phrase("{payee:Name} asks {payer:Name} for {amount:Money}"))
def asks(requests: Requests, cast: Cast, payee: str, payer: str, amount: Money) -> None:
    requests.come(cast.people[payee], cast.people[payer], amount)


@given(phrase("{payee:Name} has asked {payer:Name} for {amount:Money}, with a password"))
def asks_with_password(requests: Requests, cast: Cast, payee: str, payer: str, amount: Money) -> None:
    requests.come(cast.people[payee], cast.people[payer], amount, password=True)


@given(phrase("{payee:Name} has asked {payer:Name} for {amount:Money} within {seconds:d} seconds"))
def asks_within(requests: Requests, cast: Cast, payee: str, payer: str, amount: Money, seconds: int) -> None:
    requests.come(cast.people[payee], cast.people[payer], amount, seconds=seconds)


@given(phrase("{payer:Name} has looked at the request"))
@when(phrase("{payer:Name} looks at the request"))
def looks(requests: Requests, channel: Channel, cast: Cast, payer: str) -> None:
    found = channel.have(channel.requests.open(cast.people[payer].id_value))
    assert requests.id in found, f"{payer} sees {found or 'no request'}, not {requests.id}"
    requests.hear(channel.requests.terms(requests.id))


@when(phrase("{payer:Name} looks at the request once more"))
def looks_again(requests: Requests, channel: Channel, payer: str) -> None:
    requests.hear(channel.requests.terms(requests.id))


@given(phrase("{payer:Name} has agreed to pay"))
@when(phrase("{payer:Name} agrees to pay"))
@when(phrase("{payer:Name} agrees to pay once more"))
def agrees(requests: Requests, channel: Channel, payer: str) -> None:
    requests.hear(channel.requests.decide(requests.id, True))


@when(phrase("{payer:Name} rejects the request"))
def rejects(requests: Requests, channel: Channel, payer: str) -> None:
    requests.hear(channel.requests.decide(requests.id, False))


@when(phrase("{payer:Name} asks how the request stands"))
def asks_how(requests: Requests, channel: Channel, payer: str) -> None:
    requests.hear(channel.requests.came(requests.id))


@when(phrase("{payee:Name} types the password that {payer:Name} was sent"))
def peer_types(world: World, requests: Requests, cast: Cast, payee: str, payer: str) -> None:
    who = cast.people[payer]
    sent = world.control(f"{who.dfsp}.passwords", id_type=who.id_type, id_value=who.id_value)
    value = next(each["value"] for each in sent if each["authenticationId"] == requests.id)
    peer_enters(world, requests, value)


@when(phrase("{payee:Name} types a wrong password"))
@given(phrase("{payee:Name} has typed a wrong password"))
def peer_types_wrong(world: World, requests: Requests, payee: str) -> None:
    peer_enters(world, requests, WRONG)


@when(phrase("{payee:Name} types a wrong password {times:d} times"))
def peer_types_wrong_times(world: World, requests: Requests, payee: str, times: int) -> None:
    for _ in range(times):
        peer_enters(world, requests, WRONG)


def peer_enters(world: World, requests: Requests, value: str) -> None:
    world.control("dfsp.type-password", fsp=requests.peer, id=requests.id, value=value)
    world.settle()


# -- our customer asks a peer's ---------------------------------------------------------------------------------------


@given(phrase("{payee:Name} wants {amount:Money} from {payer:Name}"))
@when(phrase("{payee:Name} looks for {payer:Name}, to ask for {amount:Money}"))
def looks_for(requests: Requests, cast: Cast, payee: str, payer: str, amount: Money) -> None:
    requests.make(cast.people[payee], cast.people[payer], amount, password=False)


@given(phrase("{payee:Name} wants {amount:Money} from {payer:Name}, with a password"))
def looks_for_with_password(requests: Requests, cast: Cast, payee: str, payer: str, amount: Money) -> None:
    requests.make(cast.people[payee], cast.people[payer], amount, password=True)


@given(phrase("{payee:Name} has sent the request"))
@when(phrase("{payee:Name} sends the request"))
def sends(requests: Requests, channel: Channel, payee: str) -> None:
    expect_told(requests.last, "terms")
    requests.hear(channel.requests.confirm(requests.id, True))


@when(phrase("{payee:Name} does not send the request"))
def does_not_send(requests: Requests, channel: Channel, payee: str) -> None:
    requests.hear(channel.requests.confirm(requests.id, False))


@given(phrase("{bank:Name}'s customer has agreed to pay"))
@when(phrase("{bank:Name}'s customer agrees to pay"))
def peer_agrees(world: World, requests: Requests, bank: str) -> None:
    world.control("dfsp.approve-request", fsp=requests.peer, id=requests.id)
    world.settle()


@when(phrase("{bank:Name}'s customer rejects the request"))
def peer_rejects(world: World, requests: Requests, bank: str) -> None:
    world.control("dfsp.reject-request", fsp=requests.peer, id=requests.id)
    world.settle()


@when(phrase("{payee:Name} types the password that {bank:Name}'s customer was sent"))
def types(world: World, channel: Channel, requests: Requests, payee: str, bank: str) -> None:
    value = world.control("dfsp.read-password", fsp=requests.peer, id=requests.id)["value"]
    requests.hear(channel.requests.type_password(requests.id, value))


@when(phrase("{payee:Name} types {times:d} wrong passwords"))
def types_wrong(channel: Channel, requests: Requests, payee: str, times: int) -> None:
    for _ in range(times):
        requests.hear(channel.requests.type_password(requests.id, WRONG))


@when(phrase("{bank:Name} tells {home:Name} that a request is rejected which was never made"))
def rejects_nothing(world: World, requests: Requests, cast: Cast, bank: str, home: str) -> None:
    requests.id, requests.peer = NEVER_GIVEN, cast.banks[bank]
    told = {"path": f"/transactionRequests/{NEVER_GIVEN}", "body": {"transactionRequestState": "REJECTED"}}
    answer = world.control("dfsp.raw", fsp=requests.peer, method="PUT", destination=cast.banks[home], **told)
    assert answer["status"] == 200, f"the hub refused the message at once: {answer}"
    world.settle()


@when(phrase("{payee:Name} asks what became of the request"))
def asks_what_became(requests: Requests, channel: Channel, payee: str) -> None:
    requests.hear(channel.requests.asked(requests.id))


# -- how the latest request stands ------------------------------------------------------------------------------------


@then(phrase("{who:Name} is told that the request is {told}"))
def is_told(requests: Requests, who: str, told: str) -> None:
    meaning = {"paid": "completed", "under way": "pending"}.get(told)
    assert meaning is not None, f"a request is paid or under way, not {told!r}"
    expect_told(requests.last, meaning)


@then(phrase("{who:Name} is told {code:d}"))
def is_told_code(requests: Requests, who: str, code: int) -> None:
    expect_told(requests.last, "failed")
    assert requests.last.code == str(code), f"told {requests.last.code}: {requests.last.message}"


@then(phrase("{who:Name} is shown that she pays {amount:Money}"))
def is_shown(requests: Requests, who: str, amount: Money) -> None:
    expect_told(requests.last, "terms")
    shown = requests.last.money("totalAmount", "sendCurrency")
    assert shown == amount, f"the terms show {shown} {shown.currency}"


@then(phrase("{who:Name} is shown that {payer:Name} would be asked"))
def is_shown_payer(requests: Requests, cast: Cast, who: str, payer: str) -> None:
    expect_told(requests.last, "terms")
    shown = requests.last.body["payerDetails"]["name"]
    assert shown == cast.people[payer].name, f"the app shows {shown!r}"


@then(phrase("at {bank:Name} the request is {state}"))
def stands(requests: Requests, bank: str, state: str) -> None:
    row = requests.row
    seen = "paid" if row.get("paid") else row["state"].lower()
    assert seen == state, f"at {bank} the request is {seen} {row['error'] or ''}"


@then(phrase("{bank:Name} has been told that the request is {state}"))
def peer_told(world: World, cast: Cast, bank: str, state: str) -> None:
    rows = world.traffic(operation="hub.transaction-requests.respond-notice")
    told = [row["request"]["transactionRequestState"] for row in rows if row["receiver"] == cast.banks[bank]]
    assert told[-1:] == [state.upper()], f"{bank} has been told {told or 'nothing'}"


@then(phrase("{bank:Name} has been refused the request with {code:d}"))
def peer_refused(world: World, cast: Cast, bank: str, code: int) -> None:
    rows = world.traffic(operation="hub.transaction-requests.error-notice")
    codes = [row["request"]["errorInformation"]["errorCode"] for row in rows if row["receiver"] == cast.banks[bank]]
    assert codes == [str(code)], f"{bank} has been told {codes or 'no error'}"


@then(phrase("{bank:Name} has been asked for the password {times:d} times"))
@then(phrase("{bank:Name} has been asked for the password {times:d} time"))
def asked_for_password(world: World, cast: Cast, bank: str, times: int) -> None:
    found = [row for row in world.traffic(operation="hub.authorizations.get-notice") if row["receiver"] == cast.banks[bank]]
    assert len(found) == times, f"{bank} has been asked {len(found)} times"


@then(phrase("{bank:Name} has been told of no quote"))
def no_quote(world: World, cast: Cast, bank: str) -> None:
    assert not quote_errors(world, cast.banks[bank])


@then(phrase("{bank:Name} has been told of an error of a quote for which it never asked"))
def strange_quote(world: World, requests: Requests, cast: Cast, bank: str) -> None:
    errors = quote_errors(world, cast.banks[bank])
    assert errors == [f"/quotes/{requests.id}/error"], f"{bank} has been told of {errors or 'no quote'}"
    asked = [row for row in world.traffic(operation="dfsp.quotes.ask") if row["sender"] == cast.banks[bank]]
    assert not asked, f"{bank} has asked for {len(asked)} quotes"


def quote_errors(world: World, fsp: str) -> list[str]:
    """The paths of all errors of quotes that a peer was told of."""
    rows = world.traffic(operation="hub.quotes.error-notice")
    return [row["path"].removeprefix(f"/{fsp}") for row in rows if row["receiver"] == fsp]


@then("no password has been asked for")
def no_password(world: World) -> None:
    rows = world.traffic(operation="hub.authorizations.get")
    assert not rows, f"{len(rows)} passwords have been asked for"


@then("the request has brought about one transfer")
def one_transfer(world: World) -> None:
    known = [row["id"] for row in world.control("hub.transfers")]
    assert len(known) == 1, f"the hub has {len(known)} transfers: {known}"
