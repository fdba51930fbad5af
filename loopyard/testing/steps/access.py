"""Steps of who is let in: access tokens at the hub's gateway, keys at the institution's own door, and what becomes of a call
that is turned away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from pytest_bdd import given, then, when

from loopyard.engine.plan import Person
from loopyard.kernel.money import Money
from loopyard.protocols import base64url, oauth
from loopyard.testing.channel import Channel
from loopyard.testing.observation import Observation
from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

REALM: Final = "iam.oidc/realms/dfsps"
TOKEN: Final = f"{REALM}/protocol/openid-connect/token"
KEY: Final = "the key of an app"
SOON: Final = 5
"""Seconds for which the gateway takes the provider's keys for known."""
UNSIGNED: Final = base64url.encode(b'{"alg":"none","typ":"JWT"}')
Refused = tuple[int | None, str]
"""Status and text of an answer at once."""


@pytest.fixture
def turned_away() -> list[Refused]:
    """What callers were answered at once, in order."""
    return []


# -- access tokens ----------------------------------------------------------------------------------------------------


@given(phrase("the hub asks for access tokens, and {bank:Name} renews its own every {seconds:d} seconds"))
def hub_asks_tokens(watch: Observation, cast: Cast, bank: str, seconds: int) -> None:
    guard(watch, cast.banks[bank], f"{cast.banks[bank]}-secret", seconds)


@given(phrase("the hub asks for access tokens, and {bank:Name} has a wrong secret"))
def wrong_secret(watch: Observation, cast: Cast, bank: str) -> None:
    guard(watch, cast.banks[bank], "another-secret", 60)


def guard(watch: Observation, bank: str, secret: str, seconds: int) -> None:
    """A hub behind a gateway, whose participants fetch tokens."""
    world = watch.world
    world.configure_simulator("hub", require_token=True, token_keys_seconds=SOON)
    for peers in ("dfsp", "fxp"):
        world.configure_simulator(peers, token_realm=REALM)
    watch.begin()
    world.configure(
        "mojaloop_connector", oauth_token_endpoint=TOKEN, oauth_client_key=bank, oauth_client_secret=secret,
        oauth_refresh_seconds=seconds, oidc_auth_failure_request_retries=1,
    )  # fmt: skip


@when("the identity provider withdraws its signing key, and the hub has learned of it")
def key_withdrawn(world: World) -> None:
    world.control("iam.rotate-keys", keep=False)
    world.advance(SOON)


@when(phrase("the identity provider locks {bank:Name} out"))
def locked_out(world: World, cast: Cast, bank: str) -> None:
    world.control("iam.set-enabled", client=cast.banks[bank], enabled=False)


@when(phrase("the identity provider lets {bank:Name} in again"))
def let_in_again(world: World, cast: Cast, bank: str) -> None:
    world.control("iam.set-enabled", client=cast.banks[bank], enabled=True)


@then(phrase("{bank:Name} has fetched {times:d} access tokens"))
def tokens_fetched(world: World, cast: Cast, bank: str, times: int) -> None:
    rows = world.traffic(operation="iam.token.issue")
    answers = [row["status"] for row in rows if row["sender"] == cast.banks[bank]]
    assert answers == [200] * times, f"it was answered {answers}"


@then(phrase("{bank:Name}'s Mojaloop connector reports that it has no access token"))
def reports_no_token(world: World, bank: str) -> None:
    told = world.control("channel.call", face="mojaloop_connector.outbound", method="GET", path="/health")
    assert told.get("status") == 503, f"it reports {told}"
    assert '"name":"oauth","status":"DOWN"' in told["body"], f"it reports {told['body']}"


@when(phrase("{bank:Name} sends the hub a lookup of {person:Name}, each time with another token"))
def sends_with_tokens(
    world: World, cast: Cast, turned_away: list[Refused], bank: str, person: str, datatable: list[list[str]]
) -> None:
    for (what,) in datatable:
        header = None if what == "none" else f"Bearer {forged(world, cast, what)}"
        turned_away.append(lookup(world, cast.banks[bank], cast.people[person], {"Authorization": header}))


def lookup(world: World, bank: str, who: Person, headers: Mapping[str, str | None]) -> Refused:
    """What the hub answers at once to a lookup that bears these headers."""
    path = f"/parties/{who.id_type}/{who.id_value}"
    answer = world.control("dfsp.raw", fsp=bank, method="GET", path=path, headers=headers)
    return answer["status"], latest(world, "dfsp.raw.send", sender=bank)["response"]


def forged(world: World, cast: Cast, what: str) -> str:
    """A token that must not open anything, made of a good one."""
    good = latest(world, "iam.token.issue")["response"]["access_token"]
    head, body, signature = good.split(".")
    claims = oauth.unverified(good)
    issued: Mapping[str, Callable[[], str]] = {
        "not-a-token": lambda: "not-a-token",
        "one that has expired": lambda: oauth.issue(oauth.throwaway_key(1), {**claims, "exp": claims["exp"] - 86_400}),
        "one of another realm": lambda: oauth.issue(oauth.throwaway_key(1), {**claims, "iss": f"{claims['iss']}-other"}),
        "one that it has signed itself": lambda: oauth.issue(oauth.throwaway_key(2), claims),
        "one that nobody has signed": lambda: f"{UNSIGNED}.{body}.",
        "Green Bank's, with its name changed": lambda: f"{head}.{_renamed(claims)}.{signature}",
    }
    return issued[what]()


def _renamed(claims: Mapping[str, Any]) -> str:
    return oauth.issue(oauth.throwaway_key(1), {**claims, "azp": "another-bank"}).split(".")[1]


@then(phrase("each is turned away with HTTP {status:d}, in these words"))
def turned_away_with(turned_away: list[Refused], status: int, datatable: list[list[str]]) -> None:
    wanted = [(status, words) for (words,) in datatable]
    assert turned_away == wanted, f"answered was {turned_away}"


@then("the hub has turned nobody away")
def nobody_turned_away(world: World) -> None:
    rows = rejected(world)
    assert not rows, f"it has answered {rows[0]['sender']} with {rows[0]['status']}: {rows[0]['note']}"


@then(phrase("the hub has turned {bank:Name} away once: {why}"))
def turned_away_once(world: World, cast: Cast, bank: str, why: str) -> None:
    seen = [row["note"] for row in rejected(world) if row["sender"] == cast.banks[bank]]
    assert seen == [why], f"it has turned it away for {seen}"


def rejected(world: World) -> list[dict[str, Any]]:
    return [row for row in world.traffic() if row["receiver"] == "hub" and row["status"] in (401, 403)]


@then(phrase("{bank:Name} has sent the hub nothing"))
def sent_nothing(world: World, cast: Cast, bank: str) -> None:
    rows = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["receiver"] == "hub"]
    assert not rows, f"it has sent {rows[0]['method']} {rows[0]['path']}"


@then(phrase("the hub has asked nobody for {person:Name}"))
def asked_nobody(world: World, person: str) -> None:
    rows = world.traffic(operation="hub.parties.get-notice")
    assert not rows, f"it has asked {rows[0]['receiver']}"


# -- the institution's own door ---------------------------------------------------------------------------------------


@given(phrase("{bank:Name}'s send-money API serves only apps with its key"))
def serves_with_key(world: World, bank: str) -> None:
    world.configure("core_connector", dfsp_api_access="key", dfsp_api_key=KEY)


@given(phrase("{person:Name}'s app shows the key"))
@when(phrase("{person:Name}'s app shows the key"))
def app_shows_key(channel: Channel, person: str) -> None:
    channel.key = KEY


@when(phrase("an app {that} asks to send {amount:Money} of {payer:Name}'s to {payee:Name}"))
def stranger_asks(channel: Channel, cast: Cast, that: str, amount: Money, payer: str, payee: str) -> None:
    channel.key = {"without a key": "", "with another key": "another"}[that]
    channel.initiate(cast.people[payer], cast.people[payee], amount)


@when("an app without a key accepts the terms")
def stranger_accepts(channel: Channel) -> None:
    channel.key = ""
    channel.accept(channel.order)


@when(phrase("an app without a key calls everything that {bank:Name} offers"))
def stranger_calls(world: World, channel: Channel, turned_away: list[Refused], bank: str, datatable: list[list[str]]) -> None:
    for (call,) in datatable:
        method, path = call.split(" ")
        answer = world.control("channel.call", face=channel.driver.calls, method=method, path=path, body="{}")
        turned_away.append((answer.get("status"), answer.get("body", "")))


@then(phrase("each time it is answered with HTTP {status:d}"))
def each_answered(turned_away: list[Refused], status: int) -> None:
    assert turned_away, "nothing was called"
    assert [each[0] for each in turned_away] == [status] * len(turned_away), f"answered was {turned_away}"


@then(phrase("the app was answered with HTTP {status:d}"))
def app_answered(channel: Channel, status: int) -> None:
    last = channel.order.last
    assert last.http_status == status, f"it was answered {last.http_status}: {last.message}"
