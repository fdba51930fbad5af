"""What doctor says of core connectors: one that is right, and the same with one thing wrong at a time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loopyard.testing.doctor.finding import exit_code
from tests.foreign.yard import free_ports
from tests.testing.doctor.stubs import Bench, Core, bench, core, findings, told

PLACE = "core_connector"


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    return bench(tmp_path)


def right(at: Bench) -> Core:
    return Core(at.url("mojaloop_connector.outbound"), at.url("green-bank.core"))


def test_a_connector_that_is_right_is_ready(at: Bench) -> None:
    with core(at) as faces:
        sections = at.examined(PLACE, faces=faces)
    assert not findings(sections, "problem")
    assert exit_code(sections) == 0
    good = told(sections, "ok")
    for seen in ("terms came", "got the lookup of", "the lookup and the request for terms were answered", "no ledger"):
        assert seen in good
    assert "worklist = false" in told(sections, "warning")


def test_a_wrong_address_of_the_mojaloop_connector_is_named(at: Bench) -> None:
    (nowhere,) = free_ports(1)
    with core(at, Core(f"http://127.0.0.1:{nowhere}", at.url("green-bank.core"))) as faces:
        sections = at.examined(PLACE, faces=faces)
    remedy = f"call the Mojaloop connector at {at.url('mojaloop_connector.outbound')} (SDK_BASE_URL)"
    assert "no lookup of" in told(sections, "problem")
    assert remedy in told(sections, "problem")
    assert exit_code(sections) == 1


def test_a_message_for_one_face_that_goes_to_another_is_seen(at: Bench) -> None:
    with core(at, Core(at.url("green-bank.core"), at.url("green-bank.core"))) as faces:
        sections = at.examined(PLACE, faces=faces)
    assert "called POST /transfers at green-bank.core, which does not serve it" in told(sections, "problem")


def test_a_wrong_address_of_the_bank_is_named(at: Bench) -> None:
    (nowhere,) = free_ports(1)
    with core(at, Core(at.url("mojaloop_connector.outbound"), f"http://127.0.0.1:{nowhere}")) as faces:
        sections = at.examined(PLACE, faces=faces)
    problems = told(sections, "problem")
    assert "the bank green-bank was not asked for anything" in problems
    assert f"let the core connector call {at.url('green-bank.core')} (CBS_BASE_URL)" in problems
    assert "green-bank answered with an error: PUT /parties/" in problems


def test_exchanged_ports_are_recognised(at: Bench) -> None:
    with core(at) as faces:
        exchanged = {"core_connector.dfsp": faces["core_connector.sdk"], "core_connector.sdk": faces["core_connector.dfsp"]}
        sections = at.examined(PLACE, faces=exchanged)
    assert "are the ports of its faces exchanged" in told(sections, "problem")


@pytest.mark.parametrize("ahead, level", [(2, "ok"), (20, "warning"), (120, "problem"), (-120, "problem")])
def test_a_clock_that_is_wrong_is_measured(at: Bench, ahead: float, level: str) -> None:
    with core(at, ahead=ahead) as faces:
        sections = at.examined(PLACE, faces=faces)
    clocks = next(each for each in sections if each.name == "clocks")
    assert clocks.findings[0].level == level
    if level != "ok":
        told = re.match(rf"(\d+) s {'ahead of' if ahead > 0 else 'behind'} the world's clock", clocks.findings[0].seen)
        assert told, clocks.findings[0].seen
        assert abs(int(told[1]) - abs(ahead)) <= 2, "a date has no fractions, and an answer is under way for a moment"


def test_terms_that_have_run_out_when_they_come_are_seen(at: Bench) -> None:
    stub = right(at)
    stub.lifetime = -120
    with core(at, stub) as faces:
        sections = at.examined(PLACE, faces=faces)
    assert "s before it came" in told(sections, "problem")


@pytest.mark.parametrize(
    "headers, seen",
    [
        ({}, "is JSON without a Content-Type"),
        ({"Content-Type": "text/plain"}, "is JSON and says text/plain"),
        ({"Content-Type": "application/json; charset=iso-8859-1"}, "says charset=iso-8859-1"),
    ],
)
def test_odd_media_types_of_answers_are_seen(at: Bench, headers: dict[str, str], seen: str) -> None:
    with core(at, headers=headers) as faces:
        sections = at.examined(PLACE, faces=faces)
    assert seen in told(sections, "warning")


def test_terms_without_what_the_scenarios_read_are_seen(at: Bench) -> None:
    stub = right(at)
    stub.without = ("targetFees", "payeeDetails")
    with core(at, stub) as faces:
        sections = at.examined(PLACE, faces=faces)
    assert "the terms lack targetFees" in told(sections, "problem")
    assert "payeeDetails.name" in told(sections, "problem")


def test_money_that_is_held_before_anybody_has_consented_is_seen(at: Bench) -> None:
    stub = right(at)
    stub.holds_at_once = True
    with core(at, stub) as faces:
        sections = at.examined(PLACE, faces=faces)
    assert "no payment was agreed to, and something was posted or is held on green-bank/" in told(sections, "problem")
