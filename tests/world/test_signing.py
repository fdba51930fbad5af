"""Signatures as a profile of a world: whose keys are whose, what holds for whom, and what a user can get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from loopyard.kernel.errors import UsageError
from loopyard.testing.lab import Lab
from loopyard.world import signing
from loopyard.world.defaults import default_world
from loopyard.world.file import load, parse
from loopyard.world.signing import PartyProfile, Profile, Signatures

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PARTIES = ("green", "blue", "lake-fx")


def signatures(profile: Profile) -> Signatures:
    return Signatures(profile, PARTIES, ["Hub"], lambda: NOW)


def test_a_world_does_not_sign_unless_it_is_told_to() -> None:
    ours = signatures(Profile())
    assert ours.of("green") is None
    assert len(ours.keys) == 0


def test_everybody_has_a_key_of_its_own_and_the_hub_too() -> None:
    ours = signatures(Profile(on=True))
    assert set(ours.keys) == {"Hub", *PARTIES}
    assert len({ours.keys[party] for party in ours.keys}) == 4


def test_the_pool_holds_pairs_and_none_twice() -> None:
    pool = signing._pool()
    publics = [pair["public"] for pairs in pool.values() for pair in pairs]
    assert len(set(publics)) == len(publics) == 48
    for pairs in pool.values():
        for pair in pairs:
            key = load_pem_private_key(pair["private"].encode(), None, unsafe_skip_rsa_key_validation=True)
            assert key.public_key() == load_pem_public_key(pair["public"].encode())
    assert all("BEGIN EC " in pair["private"] for pair in pool["ES256"])  # by this the scheme's library knows the kind


def test_starting_a_world_that_does_not_sign_reads_no_key() -> None:
    signing._pool.cache_clear()
    signatures(Profile())
    assert signing._pool.cache_info().currsize == 0


def test_a_party_may_differ_from_its_world() -> None:
    ours = signatures(Profile(on=True, parties={"blue": PartyProfile(alg="ES256", form="insertion", accept="sorted")}))
    blue, green = ours.of("blue"), ours.of("green")
    assert blue is not None
    assert green is not None
    assert "BEGIN EC " in blue.private_key
    assert "BEGIN EC " not in green.private_key
    assert (blue.form, blue.sends, blue.accepts) == ("insertion", "insertion", "sorted")
    assert (green.form, green.sends, green.accepts) == ("sorted", "sorted", "either")


def test_the_hub_verifies_only_when_it_is_told_to() -> None:
    for profile, validates in ((Profile(on=True), False), (Profile(on=True, hub_validates=True), True)):
        hub = signatures(profile).of("Hub")
        assert hub is not None
        assert hub.validates is validates


def test_a_new_key_comes_with_an_overlap_and_is_signed_with_when_the_party_wants() -> None:
    ours = signatures(Profile(on=True))
    before = ours.of("blue")
    assert before is not None
    ours.publish("blue", timedelta(seconds=20), signs_with_it=False)
    assert len(ours.keys["blue"]) == 2
    assert ours.of("blue") is before
    ours.sign_with_latest("blue")
    after = ours.of("blue")
    assert after is not None
    assert after.private_key != before.private_key
    assert after.earlier_key == before.private_key
    ours.reset()
    assert ours.of("blue") == replace(before, keys=ours.keys)


def test_keys_run_out_with_a_word() -> None:
    ours = signatures(Profile(on=True))
    for _ in range(5):
        ours.publish("blue", timedelta())
    with pytest.raises(UsageError, match="has had 6 keys"):
        ours.publish("blue", timedelta())


def test_a_party_elsewhere_gives_its_public_key(tmp_path: Path) -> None:
    file = tmp_path / "green.pem"
    file.write_text("-----BEGIN PUBLIC KEY-----\n", encoding="ascii")
    ours = signatures(Profile(on=True, parties={"green": PartyProfile(public_key=str(file))}))
    green = ours.of("green")
    assert green is not None
    assert (green.private_key, green.signs) == ("", False)
    assert ours.keys["green"] == ("-----BEGIN PUBLIC KEY-----\n",)
    with pytest.raises(UsageError, match="has no key of this world"):
        ours.publish("green", timedelta())
    with pytest.raises(UsageError, match="neither a PEM nor a file"):
        ours.use(Profile(on=True, parties={"green": PartyProfile(public_key="nowhere.pem")}))
    assert ours.of("green") is green, "a profile that cannot be used changes nothing"
    with pytest.raises(UsageError, match="neither a PEM nor a file"):
        signatures(Profile(on=True, parties={"green": PartyProfile(public_key="nowhere.pem")}))


def test_a_private_key_is_never_told() -> None:
    ours = signatures(Profile(on=True))
    assert "PRIVATE" not in repr(ours.of("green"))


@pytest.mark.parametrize(
    ("jws", "key", "remedy"),
    [
        ({"on": 1}, "world.jws.on", "true or false"),
        ({"alg": "HS256"}, "world.jws.alg", "choose one of RS256, ES256"),
        ({"accept": "raw"}, "world.jws.accept", "choose one of either, insertion, sorted"),
        ({"parties": {"a": {"key": "x"}}}, "world.jws.parties.a.key", "known are"),
        ({"secret": "x"}, "world.jws.secret", "known are"),
    ],
)
def test_what_is_wrong_in_a_world_file_is_told_with_its_place(jws: dict[str, Any], key: str, remedy: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse({"world": {"jws": jws}}, "w.toml")
    assert key in str(refused.value)
    assert remedy in str(refused.value)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    file = load(default_world())
    with Lab(replace(file, jws=Profile(on=True))) as lab:
        yield lab


def test_a_party_that_is_nobody_is_refused_and_nothing_changes(lab: Lab) -> None:
    before = lab.world.control("jws.profile")
    with pytest.raises(UsageError, match="is nobody of this world"):
        lab.world.control("jws.use", parties={"red-bank": {"alg": "ES256"}})
    with pytest.raises(UsageError, match="known are"):
        lab.world.control("jws.use", colour="red")
    assert lab.world.control("jws.profile") == before


def test_what_is_changed_holds_until_the_reset(lab: Lab) -> None:
    lab.world.control("jws.use", accept="sorted", parties={"blue-wallet": {"alg": "ES256"}})
    lab.world.control("jws.use", hub_validates=True)
    told = lab.world.control("jws.profile")
    assert (told["accept"], told["hub_validates"], told["parties"]["blue-wallet"]["alg"]) == ("sorted", True, "ES256")
    lab.world.reset()
    assert lab.world.control("jws.profile")["parties"] == {}


def test_the_keys_that_a_world_tells_are_public_and_have_their_times(lab: Lab) -> None:
    lab.world.reset()
    lab.world.control("jws.publish", participant="blue-wallet", overlap=60)
    told = lab.world.control("jws.keys")
    assert set(told) == {"Hub", "CoastHub", "HillHub", *(each["id"] for each in lab.world.describe()["participants"])}
    first, second = told["blue-wallet"]
    assert (first["until"], second["until"]) == ("2026-03-02T08:01:00+00:00", None)
    assert "PRIVATE" not in str(told) + str(lab.world.describe())
    lab.world.reset()


def test_what_hubs_do_can_change_and_nobody_gets_another_key() -> None:
    ours = signatures(Profile(on=True))
    ours.publish("blue", timedelta(seconds=20))
    before = ours.keys["blue"]
    ours.let_hubs_validate(True)
    ours.let_hubs_sign("sender")
    hub, blue = ours.of("Hub"), ours.of("blue")
    assert hub is not None
    assert blue is not None
    assert (hub.validates, hub.translated, blue.validates) == (True, "sender", True)
    assert ours.keys["blue"] == before
