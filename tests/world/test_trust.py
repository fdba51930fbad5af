"""TLS in a whole world: the profile of the world file, what a reset brings back, what contradicts itself, and the same history
for one seed. And the lines that a world's programs log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.kernel.money import Money
from loopyard.testing.lab import Lab
from loopyard.testing.observation import watch_world
from loopyard.world.defaults import default_world
from loopyard.world.file import WorldFile, load, parse
from loopyard.world.trust import FACES, TlsProfile


def file(**tls: Any) -> WorldFile:
    """The default world; with `tls`, secured from the start."""
    plain = load(default_world())
    connectors = dict(plain.connectors)
    kind, settings = connectors["mojaloop_connector"]
    connectors["mojaloop_connector"] = (kind, {**settings, "outbound_mutual_tls_enabled": True})
    return replace(plain, connectors=connectors, tls=TlsProfile(FACES, **tls)) if tls else plain


@pytest.fixture(scope="module", params=["1.2", "1.3"])
def secured(request: pytest.FixtureRequest) -> Iterator[Lab]:
    with Lab(file(newest=request.param)) as lab:
        yield lab


@pytest.fixture(scope="module")
def plain() -> Iterator[Lab]:
    with Lab(file()) as lab:
        yield lab


def pay(lab: Lab) -> str:
    """Make a payment; what the customer was told."""
    watch = watch_world(lab.world, "one seed")
    people = lab.world.cast.people
    order = watch.channel.initiate(people["Amina"], people["Bob"], Money("100", people["Amina"].currency))
    watch.channel.accept(order)
    watch.conclude("a payment", failed=False)
    return order.last.told


def test_a_world_that_is_secured_from_the_start_makes_payments(secured: Lab) -> None:
    assert pay(secured) == "completed"
    faces = secured.world.describe()["faces"]
    assert {face for face, url in faces.items() if url.startswith("https://")} == set(FACES)
    assert secured.world.control("tls.refused") == []


def test_one_seed_gives_one_history_over_tls(secured: Lab) -> None:
    histories = set()
    for _ in range(3):
        pay(secured)
        histories.add(secured.world.control("traffic.digest"))
    assert len(histories) == 1


def test_a_reset_brings_back_good_certificates(secured: Lab) -> None:
    secured.world.control("tls.serve", face="hub.fspiop", certificate="expired")
    secured.world.control("tls.present", party="hub", certificate="none")
    assert pay(secured) == "completed"


def test_tls_holds_until_the_reset_at_the_same_ports(plain: Lab) -> None:
    before = plain.world.describe()["faces"]
    plain.world.control("tls.enable", faces=["hub.fspiop"])
    during = plain.world.describe()["faces"]
    assert during["hub.fspiop"] == before["hub.fspiop"].replace("http://", "https://")
    assert {**during, "hub.fspiop": ""} == {**before, "hub.fspiop": ""}
    plain.world.reset()
    assert plain.world.describe()["faces"] == before
    assert pay(plain) == "completed"


@pytest.mark.parametrize(
    "operation, arguments, words",
    [
        ("tls.enable", {"faces": ["hub.nowhere"]}, "is not served by this world"),
        ("tls.serve", {"face": "hub.nowhere", "certificate": "own"}, "is not served by this world"),
        ("tls.serve", {"face": "hub.fspiop", "certificate": "none"}, "none"),
        ("tls.present", {"party": "nobody", "certificate": "own"}, "is not of this world"),
        ("tls.present", {"party": "mojaloop_connector", "certificate": "own"}, "decides for itself"),
        ("network.leave-from", {"party": "mojaloop_connector", "address": "127.0.0.2"}, "decides for itself"),
    ],
)
def test_what_makes_no_sense_is_named(plain: Lab, operation: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        plain.world.control(operation, **arguments)


def test_a_wrong_profile_is_named_with_its_place() -> None:
    with pytest.raises(UsageError, match=r"world\.tls\.newest"):
        parse({"world": {"tls": {"newest": "1.1"}}}, "world.toml")


def test_certificate_files_that_are_none_stop_the_connector_with_the_setting(plain: Lab, tmp_path: Path) -> None:
    settings = {"outbound_mutual_tls_enabled": True, "out_ca_cert_path": str(tmp_path / "root.pem")}
    with pytest.raises(UsageError, match="out_client_cert_path"):
        plain.world.configure("mojaloop_connector", **settings)
    plain.world.reset()
    assert pay(plain) == "completed"


def test_lines_of_a_worlds_programs_are_kept_until_the_reset_and_others_are_not(plain: Lab) -> None:
    plain.world.reset()
    logging.getLogger("connectors.mojaloop_connector").warning("a %s", "word")
    logging.getLogger("loopyard.hub").info("another")
    logging.getLogger("somebody.else").warning("a third")
    (own,) = plain.world.control("connectors.logs", name="mojaloop_connector")
    assert (own["level"], own["text"], own["at"][:10]) == ("WARNING", "a word", "2026-03-02")
    assert [each["text"] for each in plain.world.control("logs.list")] == ["another"]
    plain.world.reset()
    assert plain.world.control("logs.list") == []


def test_a_world_leaves_the_levels_of_loggers_as_they_were() -> None:
    logger = logging.getLogger("simulators")
    before = logger.level, list(logger.handlers)
    with Lab(file()):
        assert logger.handlers != before[1]
    assert (logger.level, list(logger.handlers)) == before
