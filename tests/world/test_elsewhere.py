"""A world some of whose connectors run elsewhere: fresh people after each reset, and messages that come from before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from loopyard.engine.traffic import Interaction
from loopyard.testing.lab import Lab
from loopyard.world.control import Elsewhere
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.fresh import renumbered
from loopyard.world.strays import strays

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    file = replace(load(default_world()), places={"core_connector.dfsp": "http://127.0.0.1:9"})
    with Lab(file, without=("core_connector",)) as lab:
        yield lab


def row(seq: int, sender: str, transfer: str) -> Interaction:
    return Interaction(
        seq, NOW, sender, "hub", "hub.transfers.prepare", "POST", "/transfers", (), b"", None, ("{ID}",), {"ID": transfer}
    )


def test_people_keep_their_names_and_get_fresh_numbers_with_every_seed(lab: Lab) -> None:
    seen = []
    for seed in ("one", "two", "one"):
        lab.world.reset(seed)
        seen.append({name: who.id_value for name, who in lab.world.cast.people.items()})
    assert seen[0] == seen[2]
    assert not set(seen[0].values()) & set(seen[1].values())
    who = lab.world.cast.people["Amina"]
    assert lab.world.account(owner=who.dfsp, holder=f"MSISDN:{who.id_value}").balance.decimal == 500


def test_numbers_keep_country_and_length_and_nobody_shares_one() -> None:
    file = load(default_world())
    plan, cast = renumbered(file.plan, file.cast, "seed")
    pairs = [(old.id_value, new.id_value) for old, new in zip(file.plan.people, plan.people, strict=True)]
    assert all(old[:5] == new[:5] and len(old) == len(new) for old, new in pairs)
    assert len({new for _, new in pairs}) == len(pairs)
    assert set(cast.people.values()) <= set(plan.people)


def test_a_connector_that_runs_elsewhere_cannot_be_crashed_from_here(lab: Lab) -> None:
    with pytest.raises(Elsewhere, match="core_connector runs elsewhere"):
        lab.world.crash("core_connector")
    assert lab.world.describe()["connectors"]["core_connector"]["runs"] == "elsewhere"
    assert lab.world.describe()["faces"]["core_connector.dfsp"] == "http://127.0.0.1:9"
    assert lab.world.describe()["faces"]["core_connector.sdk"] == "http://127.0.0.1:3003", "the conventional port"


def test_what_the_system_under_test_takes_up_again_is_stray() -> None:
    rows = [row(1, "green-bank", "old"), row(2, "hub", "old"), row(3, "channel", "new"), row(4, "green-bank", "new")]
    assert [each.seq for each in strays(rows, {"old"}, {"channel", "hub"})] == [1, 2]


def test_what_a_scenario_itself_brings_up_again_is_not_stray() -> None:
    rows = [row(1, "blue-wallet", "never given"), row(2, "green-bank", "never given")]
    assert strays(rows, {"never given"}, {"blue-wallet"}) == []
