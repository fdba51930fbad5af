"""Steps of a DFSP that connects to its scheme: certificates, keys and addresses, at the connection manager and as the DFSP's
own management API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import pytest
from pytest_bdd import given, then, when

from loopyard.protocols.x509 import reading
from loopyard.protocols.x509.keys import pooled
from loopyard.testing.drivers.base import Talk
from loopyard.testing.drivers.management import Management
from loopyard.testing.observation import Observation
from loopyard.testing.steps.access import TOKEN
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

Result = TypeVar("Result")

HEALTH_STATES: Final = 11
SECURITY_TYPE: Final = {"client certificate": "outboundTLS", "signing key": "JWS", "server certificate": "inboundTLS"}
STATE: Final = {
    "the hub's CA": "HUB_CA", "its own CA": "DFSP_CA", "its client certificate": "DFSP_CLIENT_CERT",
    "its server certificate": "DFSP_SERVER_CERT", "its signing key": "DFSP_JWS", "its peers' keys": "PEER_JWS",
}  # fmt: skip


@dataclass(slots=True)
class Connection:
    """What a scenario knows of a DFSP's connection; `before` is what the connection manager kept at an earlier moment."""

    world: World
    cast: Cast
    driver: Management = field(default_factory=Management)
    before: dict[str, Any] = field(default_factory=dict)

    def have(self, talk: Talk[Result]) -> Result:
        return talk.heard(self.world.control("channel.call", face=self.driver.calls, **talk.call))

    def states(self) -> dict[str, dict[str, Any]]:
        return self.have(self.driver.states())

    def kept(self, bank: str) -> dict[str, Any]:
        """What the connection manager keeps of a DFSP."""
        found: dict[str, Any] = self.world.control("mcm.certificates", dfsp=self.cast.banks[bank])
        return found

    def connect(self, bank: str) -> None:
        self.before = self.kept(bank)
        self.have(self.driver.reonboard("a scenario asks for it"))
        self.world.settle()

    def client_certificates(self, bank: str) -> list[Mapping[str, Any]]:
        """The client certificates that the hub has signed, the oldest first."""
        return signed(self.kept(bank))


def signed(kept: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in kept.get("inbound", ()) if each.get("certificate")]


@pytest.fixture
def connection(world: World, cast: Cast) -> Connection:
    return Connection(world, cast)


# -- connecting -------------------------------------------------------------------------------------------------------


@given(phrase("the connection manager asks for access tokens, and {bank:Name} has {whose} secret"))
def asks_for_tokens(world: World, cast: Cast, bank: str, whose: str) -> None:
    client = cast.banks[bank]
    secret = {"its own": f"{client}-secret", "a wrong": "another-secret"}[whose]
    world.configure_simulator("mcm", tokens={"required": True})
    world.configure("mojaloop_connector", oauth_token_endpoint=TOKEN, oauth_client_key=client, oauth_client_secret=secret)


@given(phrase("{bank:Name} has connected to the scheme"))
@when(phrase("{bank:Name} connects to the scheme"))
@when(phrase("{bank:Name} connects to the scheme again"))
def connects(connection: Connection, bank: str) -> None:
    connection.connect(bank)


@when(phrase("{bank:Name} makes its {what} anew"))
def makes_anew(connection: Connection, bank: str, what: str) -> None:
    connection.before = connection.kept(bank)
    connection.have(connection.driver.recreate(SECURITY_TYPE[what], "a scenario asks for it"))
    connection.world.settle()


@then(phrase("all eleven parts of {bank:Name}'s connection are in place"))
def all_in_place(connection: Connection, bank: str) -> None:
    states = connection.states()
    assert len(states) == HEALTH_STATES, f"{bank} shows {len(states)} states: {', '.join(states)}"
    wrong = {name: each for name, each in states.items() if each["status"] != "completed"}
    assert not wrong, f"not completed: {wrong}"


@then(phrase("{bank:Name} shows that {what} is {status}"))
def shows_state(connection: Connection, bank: str, what: str, status: str) -> None:
    shown = connection.states()[STATE[what]]
    wanted = {"in place": "completed", "awaited": "inProgress"}[status]
    assert shown["status"] == wanted, f"{what}: {shown}"


@then(phrase('{bank:Name} shows an error in {what}: "{text}"'))
def shows_error(connection: Connection, bank: str, what: str, text: str) -> None:
    shown = connection.states()[STATE[what]]
    assert shown["status"] == "inError", f"{what}: {shown}"
    assert text in shown["errorDescription"], f"the error is another: {shown['errorDescription']}"


@then(phrase("the connection manager knows that {what} of {bank:Name} is {status}"))
def manager_knows(connection: Connection, what: str, bank: str, status: str) -> None:
    reported = connection.world.control("mcm.states", dfsp=connection.cast.banks[bank])[connection.cast.banks[bank]]
    wanted = {"in place": "completed", "in error": "inError"}[status]
    names = REPORTED if what == "every part" else (STATE[what],)
    wrong = {name: reported.get(name) for name in names if (reported.get(name) or {}).get("status") != wanted}
    assert not wrong, f"the connection manager believes {wrong}"


REPORTED: Final = (
    "HUB_CA", "DFSP_CA", "DFSP_CLIENT_CERT", "DFSP_SERVER_CERT", "HUB_CERT", "PEER_JWS", "UPLOAD_PEER_JWS", "DFSP_JWS",
    "ENDPOINT_CONFIG",
)  # fmt: skip
"""What the connection manager can be told of."""


# -- certificates -----------------------------------------------------------------------------------------------------


@then(phrase("the certificates of {bank:Name} and of the hub are signed by whom they must be, and hold"))
def chains_hold(connection: Connection, bank: str) -> None:
    kept = connection.kept(bank)
    own, hub = reading.certificate(kept["ca"]["rootCertificate"]), reading.certificate(hub_ca(connection))
    client = reading.certificate(signed(kept)[-1]["certificate"])
    server = reading.certificate(kept["server"]["serverCertificate"])
    assert reading.issued(hub, client), "the client certificate is not of the hub's CA"
    assert reading.issued(own, server), "the server certificate is not of the DFSP's CA"
    for each in kept["outbound"]:
        assert each["state"] == "CERT_SIGNED", f"the hub's request {each['id']} is not answered"
        assert reading.issued(own, reading.certificate(each["certificate"])), "the hub's certificate is not of the DFSP's CA"
    verdicts = {kept["ca"]["validationState"], kept["server"]["validationState"], kept["outbound"][-1]["validationState"]}
    assert verdicts == {"VALID"}, f"the connection manager holds something for invalid: {verdicts}"


def hub_ca(connection: Connection) -> str:
    """The hub's CA as anybody can ask for it."""
    answer = connection.world.control("channel.call", face="mcm.api", method="GET", path="/api/hub/ca")
    assert answer["status"] == 200, f"the hub's CA cannot be had: {answer}"
    talk = Talk("GET", "/", lambda heard: str(heard.members["rootCertificate"]))
    return talk.heard(answer)


@then(phrase("{bank:Name} has no client certificate"))
def has_none(connection: Connection, bank: str) -> None:
    assert not connection.client_certificates(bank), "the hub has signed one"


@then(phrase("{bank:Name} has brought one certificate request"))
def brought_one(connection: Connection, bank: str) -> None:
    brought = connection.kept(bank)["inbound"]
    assert len(brought) == 1, f"it has brought {len(brought)}"


@then(phrase("{bank:Name} has another {what} than before, and its {other} is the same"))
def changed_and_same(connection: Connection, bank: str, what: str, other: str) -> None:
    now = connection.kept(bank)
    assert thing(now, what) != thing(connection.before, what), f"its {what} is the same"
    assert thing(now, other) == thing(connection.before, other), f"its {other} is another"


def thing(kept: Mapping[str, Any], what: str) -> Any:
    """One of the things that the connection manager keeps of a DFSP."""
    found = {
        "client certificate": signed(kept)[-1:],
        "signing key": (kept["jws"] or {}).get("publicKey"),
        "server certificate": (kept["server"] or {}).get("serverCertificate"),
        "own CA": (kept["ca"] or {}).get("rootCertificate"),
    }[what]
    return found[0]["certificate"] if isinstance(found, list) and found else found


@given(phrase("the hub's CA signs for {hours:d} hours and {minutes:d} minutes"))
def signs_for(world: World, hours: int, minutes: int) -> None:
    world.configure_simulator("mcm", sign_expiry_hours=hours + minutes / 60)


@then(phrase("{bank:Name} has got {count:d} client certificates, the last of them good for another {hours:d} hours"))
def has_got(connection: Connection, bank: str, count: int, hours: int) -> None:
    got = connection.client_certificates(bank)
    assert len(got) == count, f"it has got {len(got)}"
    ends = datetime.fromisoformat(got[-1]["certInfo"]["notAfter"])
    assert ends - connection.world.now >= timedelta(hours=hours), f"the last one ends at {ends}"


@given("the hub's operator signs nothing by itself")
def operator_waits(world: World) -> None:
    world.control("mcm.set-operator", operator="manual")


@when(phrase("the hub's operator signs {bank:Name}'s request for {minutes:d} minutes"))
def operator_signs_for(connection: Connection, bank: str, minutes: int) -> None:
    connection.world.control("mcm.sign", dfsp=connection.cast.banks[bank], seconds=60 * minutes)


@when(phrase("the hub's operator signs {bank:Name}'s request"))
def operator_signs(connection: Connection, bank: str) -> None:
    connection.world.control("mcm.sign", dfsp=connection.cast.banks[bank])


@when("the hub begins to use another CA")
def another_ca(connection: Connection, cast: Cast) -> None:
    connection.before = {bank: connection.kept(bank) for bank in cast.banks}
    connection.world.control("mcm.renew-hub-ca")


# -- keys -------------------------------------------------------------------------------------------------------------


@given(phrase("{bank:Name} takes only messages that are signed with the keys that the connection manager has of their senders"))
def verifies(world: World, bank: str) -> None:
    world.configure("mojaloop_connector", validate_inbound_jws=True)


@given(phrase("{bank:Name} and the hub sign what they send with the keys that they have published"))
def sign_with_published(watch: Observation, cast: Cast, bank: str) -> None:
    world, peer = watch.world, cast.banks[bank]
    own, hub = world.control("mcm.change-jws", dfsp=peer), world.control("mcm.change-jws")
    sign_with(watch, peer, own["privateKey"], hub["privateKey"])


@given(phrase("{bank:Name} signs what it sends with a key that it has not published, the hub with its own"))
def signs_with_unpublished(watch: Observation, cast: Cast, bank: str) -> None:
    hub = watch.world.control("mcm.change-jws")
    sign_with(watch, cast.banks[bank], reading.pem_of(unpublished()), hub["privateKey"])


def sign_with(watch: Observation, peer: str, own: str, hub: str) -> None:
    watch.world.configure_simulator("dfsp", keys={peer: own})
    watch.world.configure_simulator("hub", jws_sign=True, jws_key=hub)
    watch.begin()


@when(phrase("{bank:Name} publishes the key that it signs with"))
def publishes(world: World, cast: Cast, bank: str) -> None:
    key = reading.pem_of(unpublished().public_key())
    world.control("mcm.publish-jws", dfsp=cast.banks[bank], publicKey=key)


def unpublished() -> Any:
    """The last key of the pool, which nobody draws as long as there are others."""
    return pooled("peer", 2048, 7)
