"""Connectors of a world that run otherwise than the world file says: until the next reset, crashes and restarts included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import load

PAY = {
    "fsp": "blue-wallet", "payer": {"id_value": "265881000201"}, "payee": {"id_value": "265991000101"}, "amount": "10",
}  # fmt: skip


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(load(default_world())) as lab:
        yield lab


def terms_are_valid_for(lab: Lab) -> float:
    """Seconds between the home institution's terms and their end, as the payer's institution is told."""
    lab.world.control("dfsp.send", **PAY, until="quote")
    lab.world.settle()
    told = lab.world.traffic(operation="hub.quotes.respond-notice")[-1]
    end, at = (datetime.fromisoformat(moment) for moment in (told["request"]["expiration"], told["at"]))
    return (end - at).total_seconds()


def test_other_settings_outlast_a_crash_and_end_with_a_reset(lab: Lab) -> None:
    lab.world.reset("a")
    assert terms_are_valid_for(lab) == 60
    lab.world.configure("core_connector", quote_expiry_seconds=20)
    lab.world.crash("core_connector")
    lab.world.restart("core_connector")
    assert terms_are_valid_for(lab) == 20
    lab.world.reset("b")
    assert terms_are_valid_for(lab) == 60


def test_a_wrong_clock_keeps_other_settings_and_ends_with_a_reset(lab: Lab) -> None:
    lab.world.reset("a")
    lab.world.configure("core_connector", quote_expiry_seconds=20)
    lab.world.skew("core_connector", 30)
    assert terms_are_valid_for(lab) == 50
    lab.world.skew("core_connector", -5)
    assert terms_are_valid_for(lab) == 15
    lab.world.reset("b")
    assert terms_are_valid_for(lab) == 60


def test_boundaries_are_told_once_each_however_often_they_were_passed(lab: Lab) -> None:
    lab.world.reset("c")
    seen = []
    for _ in range(2):
        lab.world.control("dfsp.pay", **PAY)
        lab.world.settle()
        seen.append(lab.world.control("connectors.boundaries", name="core_connector"))
    assert seen[0] == seen[1] == list(dict.fromkeys(seen[0]))
    assert seen[0]
