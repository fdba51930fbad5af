"""`loopyard clock` and `loopyard reset`: time moves as asked, and only then; a reset takes everything back."""

from __future__ import annotations

import pytest

from loopyard.testing.channel import Order
from loopyard.world.client import World
from tests.cli.commands.yard import Run


def test_the_clock_shows_the_worlds_date(loopyard: Run, world: World) -> None:
    assert loopyard("clock").out == "2026-03-02 08:00:00 UTC, 0 seconds since the start, virtual clock\n"
    assert loopyard("clock", "--json").json == {"now": "2026-03-02T08:00:00+00:00", "seconds": 0.0, "clock": "virtual"}


@pytest.mark.parametrize(
    ("time", "seconds"), [("60", 60), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("1d", 86400), ("0.5", 0.5)]
)
def test_time_passes_by_as_much_as_is_said(loopyard: Run, world: World, time: str, seconds: float) -> None:
    assert loopyard("clock", "advance", time, "--json").json["seconds"] == seconds
    assert world.seconds == seconds


def test_settling_takes_no_time(loopyard: Run, world: World) -> None:
    assert loopyard("clock", "settle").code == 0
    assert world.seconds == 0


@pytest.mark.parametrize("time", ["soon", "5x", "", "1h 30m", "4000d", "m"])
def test_what_is_no_time_moves_nothing(loopyard: Run, world: World, time: str) -> None:
    done = loopyard("clock", "advance", time)
    assert (done.code, world.seconds) == (2, 0)
    assert "write seconds, or 90s, 5m, 1h30m, 1d" in done.err


def test_options_stand_before_or_behind_the_subcommand(
    loopyard: Run, world: World, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPYARD_WORLD", "http://127.0.0.1:1")
    assert loopyard("clock", "--world", url, "--json", "advance", "1").json["seconds"] == 1
    assert loopyard("clock", "advance", "1", "--world", url, "--json").json["seconds"] == 2
    assert loopyard("clock", "--world", "http://127.0.0.1:2", "advance", "1", "--world", url).code == 0
    assert loopyard("clock", "advance", "1").code == 3, "and the environment goes where neither says otherwise"


def test_a_reset_takes_everything_back_to_the_seed_of_the_start_unless_told(loopyard: Run, world: World, paid: Order) -> None:
    assert world.traffic()
    assert loopyard("reset", "--seed", "0x5f3a").out == "world default is as at its start, seed 0x5f3a\n"
    assert (world.traffic(), world.account(owner="hub", name="green-bank POSITION MWK").gained.units) == ([], 0)
    assert loopyard("reset", "--json").json["seed"] == "loopyard"


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("http://127.0.0.1:1", 3, "start one with `loopyard up`"),
        ("http://nowhere.invalid", 3, "is no host name that this machine knows"),
        ("http://127.0.0.1:port", 2, "write http://host:port"),
        ("my-world.toml", 2, "is no address of a world"),
    ],
)
@pytest.mark.parametrize("command", ["reset", "clock", "traffic", "sequence", "ledger", "audit", "fault list"])
def test_a_world_that_cannot_be_reached_is_one_message_with_the_remedy(
    loopyard: Run, command: str, address: str, code: int, says: str
) -> None:
    done = loopyard(*command.split(), "--world", address)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert len(done.err.splitlines()) == 1
