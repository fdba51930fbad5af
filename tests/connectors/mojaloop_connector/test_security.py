"""Whose keys the connector goes by: its own settings', a connection manager's, the world's, in this order; and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from connectors.mojaloop_connector.security import Security
from connectors.mojaloop_connector.settings import read
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.kernel.keyring import KeyRing
from loopyard.protocols import canonical, jws
from loopyard.transport.client import Client
from loopyard.transport.service import Surroundings
from loopyard.transport.signing import Signing
from tests.simulators.dfsp.yard import START

BODY = {"b": "1", "a": "2"}
HEADERS = {"FSPIOP-Source": "blue", "FSPIOP-Destination": "green"}


class Pair:
    """A key pair on a curve."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        self.private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
        self.public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


FIRST, SECOND, THIRD = Pair(), Pair(), Pair()


class World:
    """A world in which Blue has published its first key."""

    def __init__(self, **more: Any) -> None:
        self.clock = VirtualClock(START)
        self.ring = KeyRing(self.clock.now)
        self.ring.publish("blue", FIRST.public)
        self.part = Signing(self.ring, FIRST.private, **more)

    def security(self, signs: bool = True, **settings: Any) -> Security:
        own = {"dfsp_id": "green", **settings}
        around = Surroundings(
            "mojaloop_connector", self.clock, Crew(self.clock), Ids("x"), Client(self.clock, Ids("x")),
            lambda party, face: "http://hub", Path("store"), own, signing=lambda fsp: self.part if signs else None,
        )  # fmt: skip
        return Security(read(own, "mojaloop_connector"), around)


def accepts(security: Security, pair: Pair, form: jws.Form = "sorted") -> bool:
    headers = HEADERS | jws.Signer(pair.private, form).sign("POST", "/quotes", HEADERS, BODY)
    try:
        security.verify("POST", "quotes", headers, canonical.insertion_json(BODY))
    except jws.InvalidSignature:
        return False
    return True


@pytest.fixture
def world() -> World:
    return World()


def test_the_worlds_keys_count_as_they_are_at_the_moment(world: World) -> None:
    security = world.security()
    world.ring.publish("blue", SECOND.public)
    assert accepts(security, SECOND)
    assert not accepts(security, FIRST)


def test_a_connection_managers_list_goes_before_the_worlds_keys(world: World) -> None:
    security = world.security()
    security.trust({"blue": SECOND.public})
    assert accepts(security, SECOND)
    assert not accepts(security, FIRST)
    security.trust({})
    assert not accepts(security, SECOND)


def test_the_settings_keys_go_before_both(world: World) -> None:
    security = world.security(jws_verification_keys={"blue": THIRD.public}, validate_inbound_jws=True)
    security.trust({"blue": SECOND.public})
    assert [accepts(security, pair) for pair in (FIRST, SECOND, THIRD)] == [False, False, True]


@pytest.mark.parametrize(("overlap", "old_is_good"), [(0, False), (60, True)])
def test_a_key_that_was_replaced_stays_for_the_overlap(world: World, overlap: int, old_is_good: bool) -> None:
    security = world.security(jws_key_overlap_seconds=overlap)
    security.trust({"blue": FIRST.public})
    security.trust({"blue": SECOND.public})
    security.trust({"blue": SECOND.public})  # the next poll
    assert accepts(security, SECOND)
    assert accepts(security, FIRST) is old_is_good


def test_it_signs_with_the_key_that_it_is_given_unless_the_settings_have_one(world: World) -> None:
    def signer(security: Security) -> list[Pair]:
        headers = {"FSPIOP-Source": "green"}
        headers |= security.signature("POST", "http://hub/quotes", headers, BODY, "quotes")
        sent, signature = canonical.sorted_json(BODY), headers["fspiop-signature"]
        return [pair for pair in (FIRST, SECOND, THIRD) if jws.forms_under(pair.public, signature, sent)]

    follows, has_one = world.security(), world.security(jws_signing_key=THIRD.private)
    assert (signer(follows), signer(has_one)) == ([FIRST], [THIRD])
    for security in (follows, has_one):
        security.sign_with(SECOND.private)
    assert (signer(follows), signer(has_one)) == ([SECOND], [THIRD])
    with pytest.raises(jws.CannotSign):
        follows.sign_with("no key")


def test_it_keeps_one_key_of_each_when_it_is_like_the_real_one(world: World) -> None:
    security = world.security(like_sdk={"one_key_per_participant": True})
    world.ring.publish("blue", SECOND.public, overlap=START - START.replace(hour=0))
    assert accepts(security, SECOND)
    assert not accepts(security, FIRST)


@pytest.mark.parametrize(
    ("sends", "like_sdk", "form", "body"),
    [
        ("sorted", {}, "sorted", b'{"a":"2","b":"1"}'),
        ("insertion", {}, "sorted", b'{"b":"1","a":"2"}'),
        ("sorted", {"sends_unsorted": True}, "sorted", b'{"b":"1","a":"2"}'),
        ("sorted", {}, "insertion", b'{"b":"1","a":"2"}'),
    ],
)
def test_what_goes_out_is_sorted_so_that_every_verifier_agrees(sends: Any, like_sdk: Any, form: Any, body: bytes) -> None:
    assert World(sends=sends, form=form).security(like_sdk=like_sdk).body_bytes(BODY) == body


def test_in_a_world_that_does_not_sign_nothing_is_signed_or_verified(world: World) -> None:
    security = world.security(signs=False)
    assert security.signature("POST", "http://hub/quotes", {}, BODY, "quotes") == {}
    assert accepts(security, THIRD)


@pytest.mark.parametrize("demanded", [False, True])
def test_put_parties_has_a_flag_of_its_own_each_way(demanded: bool) -> None:
    security = World(sign_put_parties=demanded, validate_put_parties=demanded).security()
    made = security.signature("PUT", "http://hub/parties/MSISDN/1", {"FSPIOP-Source": "green"}, BODY, "parties")
    assert bool(made) is demanded

    if not demanded:
        security.verify("PUT", "parties", HEADERS, b'{"a":1}')
        return
    with pytest.raises(jws.InvalidSignature, match="are all required"):
        security.verify("PUT", "parties", HEADERS, b'{"a":1}')
