"""`loopyard fault`: what is armed strikes, what could never strike is refused."""

from __future__ import annotations

import pytest

from loopyard.engine.faults.catalogue import FAULTS
from loopyard.world.client import World
from tests.cli.commands.yard import Run, pay


def test_the_catalogue_is_told_in_full_without_a_world(loopyard: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPYARD_WORLD", "http://127.0.0.1:1")
    kinds = {each["kind"]: each for each in loopyard("fault", "kinds", "--json").json}
    assert kinds.keys() == FAULTS.keys()
    assert all(each["of"] and each["meaning"] and each["does"] for each in kinds.values())
    assert kinds["latency"]["options"] == {"seconds": 1.0, "up_to": None, "sigma": None}
    assert (kinds["latency"]["of"], kinds["lost"]["of"], kinds["hang"]["of"]) == (
        ["requests", "messages"], ["messages"], ["requests"],
    )  # fmt: skip
    assert "options: status=500, body=null, headers={}, applied=false" in loopyard("fault", "kinds").out


def test_an_armed_fault_strikes_whom_it_is_meant_for(loopyard: Run, world: World) -> None:
    done = loopyard(
        "fault", "add", "latency", "--on", "hub.transfers.*-notice", "--where", "to=green-bank", "--times", "1",
        "--option", "seconds=2.5",
    )  # fmt: skip
    assert done.out == "armed: latency on hub.transfers.*-notice 1 times, where to=green-bank seconds=2.5\n"
    pay(world)
    (struck,) = [row for row in world.traffic() if row["fault"]]
    assert (struck["operation"], struck["receiver"], struck["fault"]) == (
        "hub.transfers.fulfil-notice",
        "green-bank",
        "latency",
    )
    assert world.seconds == 2.5
    assert loopyard("fault", "list").lines[1].split()[-1] == "1"
    (rule,) = loopyard("fault", "list", "--json").json
    assert (rule["hits"], rule["probability"], rule["options"]["seconds"]) == (1, 1.0, 2.5)


def test_options_are_values_of_json_or_texts(loopyard: Run, world: World) -> None:
    options = ["--option", "status=503", "--option", 'body={"code": "BUSY"}', "--option", "applied=true"]
    rule = loopyard("fault", "add", "status", "--on", "green-bank.funds.*", "--json", *options).json
    assert rule["options"] == {"status": 503, "body": {"code": "BUSY"}, "headers": {}, "applied": True}
    rule = loopyard("fault", "add", "soft-error", "--on", "green-bank.funds.*", "--json", "--option", "body=try later").json
    assert rule["options"]["body"] == "try later"


def test_clearing_disarms_all(loopyard: Run, world: World) -> None:
    loopyard("fault", "add", "lost", "--on", "hub.*")
    assert loopyard("fault", "clear").code == 0
    assert (loopyard("fault", "list").out, world.control("faults.list")) == ("no fault is armed\n", [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("lost", "--on", "hub.transfer.*"), "near are hub.transfers."),
        (("lost", "--on", "moon"), "see `loopyard fault operations`"),
        (("lost", "--on", "hub.transfers.prepare"), "is a request, which cannot suffer lost"),
        (("hang", "--on", "hub.*-notice"), "is a message, which cannot suffer hang"),
        (("plague", "--on", "hub.*"), "choose one of applied-no-reply"),
        (("status", "--on", "hub.*", "--option", "code=1"), "known are applied, body, headers, status"),
        (("status", "--on", "hub.*", "--option", "times=1"), "write it as --times"),
        (("status", "--on", "hub.*", "--option", "status"), "write --option name=value"),
        (("status", "--on", "hub.*", "--where", "to:hub"), "write --where name=value"),
        (("status", "--on", "hub.*", "--probability", "2"), "probability"),
        (("status",), "on"),
    ],
)
def test_what_could_never_strike_is_refused(loopyard: Run, world: World, arguments: tuple[str, ...], says: str) -> None:
    done = loopyard("fault", "add", *arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert "Traceback" not in done.err
    assert world.control("faults.list") == []


def test_everything_that_can_be_struck_is_listed_by_the_name_that_faults_go_by(loopyard: Run, world: World) -> None:
    pay(world)
    listed = {row["name"] for row in loopyard("fault", "operations", "--json").json}
    said = {row["operation"] for row in world.traffic() if row["sender"] != "channel" and row["receiver"] != "core_connector"}
    assert said <= listed
    assert "hub.transfers.fulfil-notice" in loopyard("fault", "operations", "hub.transfers.*").out
    assert "hub.quotes" not in loopyard("fault", "operations", "hub.transfers.*").out
