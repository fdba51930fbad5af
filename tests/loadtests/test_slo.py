"""What journeys must keep, and the verdict on a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from loadtests._slo import BadObjectives, Measured, Objective, Objectives, judge, missed, read

GOOD = Measured("send money", 1000, 1, 100.0, 200.0, 300.0, 50.0)


def test_what_is_kept_to_the_limit_is_kept() -> None:
    assert missed(Objective(100, 200, 300, 0.001, 50), GOOD) == []


@pytest.mark.parametrize(
    ("worse", "says"),
    [
        ({"p50_ms": 101.0}, "p50 101 ms > 100"),
        ({"p95_ms": 201.0}, "p95 201 ms > 200"),
        ({"p99_ms": 301.0}, "p99 301 ms > 300"),
        ({"failures": 2}, "0.20% failed > 0.10%"),
        ({"per_second": 49.9}, "49.9/s < 50"),
        ({"count": 0}, "it never happened"),
    ],
)
def test_each_limit_is_missed_by_itself(worse: dict[str, float], says: str) -> None:
    assert missed(Objective(100, 200, 300, 0.001, 50), replace(GOOD, **worse)) == [says]  # type: ignore[arg-type]


def test_what_is_not_asked_for_is_not_missed() -> None:
    assert missed(Objective(), replace(GOOD, p99_ms=1e9, failures=1000, per_second=0.0)) == []


def test_a_run_without_a_journey_has_kept_nothing() -> None:
    assert judge(Objectives({"send money": Objective()}), []) == {"(any journey)": ["no journey ended: nothing was measured"]}


def test_a_journey_without_objectives_may_not_fail() -> None:
    assert judge(Objectives(), [GOOD]) == {"send money": ["0.10% failed > 0.00%"]}
    assert judge(Objectives(), [replace(GOOD, failures=0)]) == {"send money": []}


def test_requests_are_judged_where_they_are_named() -> None:
    journey, request = replace(GOOD, failures=0), replace(GOOD, name="POST /quotes", failures=5, is_journey=False)
    assert judge(Objectives(), [journey, request]) == {"send money": []}
    named = Objectives({"POST /quotes": Objective(p99_ms=299)})
    assert judge(named, [journey, request]) == {"send money": [], "POST /quotes": ["p99 300 ms > 299"]}


def test_what_journeys_leave_in_memory_has_a_bound_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "slo.toml").write_text("[memory]\nkib_per_journey = 10", encoding="utf-8")
    journeys = [replace(GOOD, failures=0)]
    objectives = read(tmp_path / "slo.toml")
    assert judge(objectives, journeys, grown=10.0) == {"send money": []}
    assert judge(objectives, journeys, grown=10.1)["memory"] == ["10.1 KiB a journey > 10"]
    assert judge(objectives, journeys, grown=None) == {"send money": []}
    assert judge(Objectives(), journeys, grown=1e9) == {"send money": []}


@pytest.mark.parametrize("name", ["slo.toml", "slo-short.toml", "slo-soak.toml"])
def test_the_files_that_we_ship_name_the_journeys_that_there_are(name: str) -> None:
    folder = Path(__file__).parents[2] / "loadtests"
    objectives = read(folder / name).by_name
    journeys = "".join(file.read_text(encoding="utf-8") for file in folder.glob("[a-z]*.py"))
    assert objectives
    assert all(f'journey("{each}")' in journeys for each in objectives)
    # a soak is of journeys over the system under test
    assert journeys.count(".journey(") == len(objectives) + (name == "slo-soak.toml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('["send money"]\np90_ms = 1', "send money.p90_ms is not known"),
        ('["send money"]\np50_ms = "fast"', "must be a number from 0, not 'fast'"),
        ('["send money"]\nper_second = -1', "must be a number from 0, not -1"),
        ("p50_ms = 1", "p50_ms is no table"),
        ("[memory]\nmib = 1", "memory.mib is not known; known are kib_per_journey"),
        ("not toml", "cannot be read"),
    ],
)
def test_a_wrong_file_is_answered_with_its_place_and_remedy(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "slo.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadObjectives, match=says):
        read(file)
