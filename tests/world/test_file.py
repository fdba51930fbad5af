"""World files: what a user can get wrong is answered with the file, the key and the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.world.defaults import default_world
from loopyard.world.file import load, parse

BANK = {"id": "a", "currencies": {"MWK": {"cap": "10", "funds": "10"}}}
PROXY = {"id": "p", "between": ["hub", "coast-hub"], "currencies": ["MWK"]}
PERSON = {"name": "P", "dfsp": "a", "id_value": "1"}


def holding(currency: str, cap: str) -> dict[str, Any]:
    return {"id": "a", "currencies": {currency: {"cap": cap, "funds": "1"}}}


def test_the_default_world_has_the_cast_it_promises() -> None:
    world = load(default_world())
    assert len([each for each in world.plan.participants if each.kind == "dfsp"]) == 7
    assert len([each for each in world.plan.participants if each.kind == "fxp"]) == 2
    assert [each.schemes for each in world.plan.participants if each.kind == "proxy"] == [
        ("hub", "coast-hub"), ("hub", "hill-hub"),
    ]  # fmt: skip
    assert len(list(world.plan.everybody)) == 54
    assert len(world.cast.people) == 14
    exponents = {person.balance.currency.exponent for person in world.plan.everybody}
    assert 0 in exponents
    assert len({person.currency for person in world.plan.everybody}) == 3


def test_people_are_the_same_for_the_same_seed() -> None:
    first, again, other = (tuple(load(default_world(), seed).plan.everybody) for seed in ("one", "one", "two"))
    assert first == again
    assert first != other


def test_people_have_numbers_of_their_own() -> None:
    numbers = [person.id_value for person in load(default_world()).plan.everybody]
    assert len(set(numbers)) == len(numbers)


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown section": ({"banks": []}, "banks", "known are"),
    "missing id": ({"dfsp": [{"currencies": BANK["currencies"]}]}, "dfsp[0].id", "add id"),
    "number for text": ({"dfsp": [{**BANK, "id": 7}]}, "dfsp[0].id", 'write id = "7"'),
    "no currencies": ({"dfsp": [{"id": "a"}]}, "dfsp[0].currencies", "write currencies ="),
    "amount": ({"dfsp": [holding("MWK", "x")]}, "dfsp[0].currencies.MWK.cap", "amount"),
    "currency": ({"dfsp": [holding("QQQ", "1")]}, "dfsp[0].currencies.QQQ.cap", "4217"),
    "play": ({"dfsp": [{**BANK, "play": "guest"}]}, "dfsp[0].play", "choose one of home, peer, external"),
    "external without address": ({"dfsp": [{**BANK, "play": "external"}]}, "dfsp[0].callback_url", "http://host:port"),
    "twice": ({"dfsp": [BANK, BANK]}, "dfsp", "id of its own"),
    "person at nobody": ({"dfsp": [BANK], "person": [{**PERSON, "dfsp": "b"}]}, "person[0].dfsp", "choose one of a"),
    "person's unknown key": (
        {"dfsp": [BANK], "person": [{**PERSON, "age": 3}]}, "person[0].age", "known are",
    ),
    "too few people": (
        {"dfsp": [BANK], "person": [PERSON], "people": {"count": 0}}, "people.count", "count = 1",
    ),
    "cast": ({"dfsp": [BANK], "cast": {"banks": {"Green": "z"}}}, "cast.banks.Green", "choose one of a"),
    "clock": ({"world": {"clock": "sun"}}, "world.clock", "virtual, real"),
    "a port that is none": ({"ports": {"hub.fspiop": 70_000}}, "ports.hub.fspiop", "write"),
    "a place that is none": ({"places": {"core_connector.dfsp": "localhost"}}, "places.core_connector.dfsp", "http://host:port"),
    "quiet that is none": ({"world": {"quiet_seconds": 0}}, "world.quiet_seconds", "write quiet_seconds"),
    "a world that keeps nothing": ({"world": {"retain": 0}}, "world.retain", "write retain = 1000"),
    "a log without room": ({"log": {"kept": 0}}, "log.kept", "write kept"),
    "a scheme without a hub": (
        {"dfsp": [BANK | {"scheme": "coast-hub"}]}, "dfsp", 'add [simulators.coast-hub] kind = "hub"',
    ),
    "a home in another scheme": (
        {"dfsp": [BANK | {"play": "home", "scheme": "coast-hub"}]}, "dfsp[0].scheme", "leave it out",
    ),
    "a proxy within one scheme": ({"proxy": [PROXY | {"between": ["hub", "hub"]}]}, "proxy[0].between", "write between"),
    "a proxy without currencies": ({"proxy": [PROXY | {"currencies": {}}]}, "proxy[0].currencies", "write currencies"),
    "a proxy that nobody plays": (
        {"proxy": [PROXY], "simulators": {"coast-hub": {"kind": "hub"}}}, "proxy", "add [simulators.proxy]",
    ),
    "a proxy with funds": ({"proxy": [PROXY | {"funds": 1}]}, "proxy[0].funds", "known are"),
    "date": ({"world": {"starts": "yesterday"}}, "world.starts", "2026-03-02T08:00:00Z"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_named_with_file_key_and_remedy(case: str) -> None:
    raw, key, remedy = WRONG[case]
    with pytest.raises(UsageError) as caught:
        parse(raw, "my-world.toml")
    assert caught.value.file == "my-world.toml"
    assert caught.value.key == key
    assert remedy in caught.value.remedy


def test_a_file_that_is_not_there_or_not_toml_is_a_mistake_too(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        load(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[world\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is not TOML"):
        load(broken)
