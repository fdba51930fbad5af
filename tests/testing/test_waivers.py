"""Waivers, run as a team runs them: a small feature in a pytest of its own, judged by how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.evidence.categories import CATEGORIES
from loopyard.testing.waivers import load_waivers

FEATURE = """
Feature: Waived
  @T01
  Scenario: A step says what is waived
    Given it fails with "paid twice, not once"
  @T02
  Scenario: The audit says what is waived
    Given the audit finds "duplicate: booked twice"
  @T03
  Scenario: Nothing fails
    Given all is well
  @T04
  Scenario: Something else fails
    Given it fails with "another thing"
  @T05
  Scenario: Its day is over
    Given it fails with "paid twice, not once"
  @T06
  Scenario: One finding of two is waived
    Given the audit finds "duplicate: booked twice"
    And the audit finds "orphan hold: still held"
  @T07
  Scenario: This one fails
    Given it fails with "paid twice, not once"
  @T07
  Scenario: That one passes
    Given all is well
  @T08
  Scenario: A step fails as waived and hides a finding
    Given the audit finds "orphan hold: still held"
    And it fails with "paid twice, not once"
  @T09
  Scenario: Left out
    Given it is not applicable
"""
STEPS = """
import pytest
from pytest_bdd import given, parsers, scenarios
from loopyard.testing.keys import WATCHED
from loopyard.testing.observation import Observation
scenarios("waived.feature")

@given(parsers.parse('it fails with "{text}"'))
def fails(text): raise AssertionError(text)

@given(parsers.parse('the audit finds "{text}"'))
def finds(request, text):
    request.node.stash.setdefault(WATCHED, Observation(None, None, "")).complaints.append(text)

@given("all is well")
def well(): pass

@given("it is not applicable")
def absent(): pytest.skip("not applicable: nobody can")
"""
CONFTEST = """
from loopyard.testing.keys import WATCHED
from loopyard.testing.observation import AuditFailed

def pytest_bdd_step_error(request, exception): request.node.failed = True

def pytest_bdd_after_scenario(request):
    watch = request.node.stash.get(WATCHED, None)
    if watch and not hasattr(request.node, "failed"):
        raise AuditFailed("\\n".join([*watch.complaints, "again     pytest"]))
"""
CONFIG = """
[pytest]
strict = true
filterwarnings = ["error"]
asyncio_default_fixture_loop_scope = "function"
addopts = [
  "-p", "no:faker", "-p", "no:cacheprovider", "-p", "loopyard.testing.evidence.allure", "-p", "loopyard.testing.waiving",
]
"""
TWICE, DUPLICATE = "paid twice", "duplicate"


def waiver(id_: str, finding: str, until: str = "2999-12-31", more: str = "") -> str:
    said = f'id = "{id_}"\nfinding = "{finding}"\nreason = "fixed in 2.4"\nowner = "Payments"\nuntil = {until}'
    return f"[[waiver]]\n{said}\n{more}\n"


WAIVERS = "".join(
    [
        waiver("T01", TWICE), waiver("T02", DUPLICATE), waiver("T03", DUPLICATE), waiver("T04", TWICE),
        waiver("T05", TWICE, "2020-02-29"), waiver("T06", DUPLICATE), waiver("T07", TWICE, more='scenario = "This one fails"'),
        waiver("T08", TWICE), waiver("T09", TWICE),
    ]
)  # fmt: skip


def run(folder: Path, waivers: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    catalogue = "".join(f'[T{number:02}]\ntext = "t"\nproof = "p"\n' for number in range(1, 10))
    files = {
        "features/waived.feature": FEATURE, "features/test_waived.py": STEPS, "conftest.py": CONFTEST, "pytest.toml": CONFIG,
        "features/acceptance.toml": catalogue, "features/waivers.toml": waivers,
    }  # fmt: skip
    (folder / "features").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], dict[str, tuple[str, str]]]:
    folder = tmp_path_factory.mktemp("waivers")
    done = run(folder, WAIVERS, "--alluredir=results")
    told = [json.loads(file.read_text()) for file in (folder / "results").glob("*-result.json")]
    return done, {each["name"]: (each["status"], each.get("statusDetails", {}).get("message", "")) for each in told}


@pytest.mark.parametrize("name", ["A step says what is waived", "The audit says what is waived", "This one fails"])
def test_what_is_waived_is_an_expected_failure_with_reason_day_and_owner(results: tuple, name: str) -> None:  # type: ignore[type-arg]
    status, message = results[1][name]
    assert status == "skipped"
    assert "waived: fixed in 2.4 until 2999-12-31 (Payments)" in message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Nothing fails", "T03 is waived for 'duplicate', which did not happen: drop the waiver (owner Payments)"),
        ("Something else fails", "AssertionError: another thing"),
        ("Its day is over", "has expired: it was until 2020-02-29, owner Payments"),
        ("One finding of two is waived", "not waived: orphan hold: still held"),
        ("A step fails as waived and hides a finding", "not waived: orphan hold: still held"),
    ],
)
def test_anything_else_fails(results: tuple, name: str, says: str) -> None:  # type: ignore[type-arg]
    status, message = results[1][name]
    assert status in ("failed", "broken")
    assert says in message


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("A step says what is waived", "Waived"),
        ("Nothing fails", "Waiver to drop or renew"),
        ("Its day is over", "Waiver to drop or renew"),
        ("Left out", "Not applicable"),
    ],
)
def test_the_report_files_it_under_a_category_of_its_own(results: tuple, name: str, category: str) -> None:  # type: ignore[type-arg]
    status, message = results[1][name]
    fitting = (
        each["name"]
        for each in CATEGORIES
        if status in each["matchedStatuses"] and re.fullmatch(each.get("messageRegex", r"[\s\S]*"), message)  # type: ignore
    )
    assert next(fitting) == category


def test_a_scenario_that_is_left_out_stays_left_out(results: tuple) -> None:  # type: ignore[type-arg]
    assert results[1]["Left out"][0] == "skipped"
    assert results[1]["That one passes"][0] == "passed"


def test_the_run_tells_who_waived_what(results: tuple) -> None:  # type: ignore[type-arg]
    done, _ = results
    assert done.returncode == 1
    assert "\n3 waived: fixed in 2.4 until 2999-12-31 (Payments)\n" in done.stdout
    assert "5 failed, 1 passed, 1 skipped, 3 xfailed" in done.stdout


def test_waivers_can_be_set_aside(tmp_path: Path) -> None:
    done = run(tmp_path, waiver("T01", TWICE) + waiver("T03", TWICE), "--runxfail", "-k", "T01 or T03")
    assert "1 failed, 1 passed" in done.stdout


def test_a_slip_stops_the_run_even_where_its_scenario_is_not_chosen(tmp_path: Path) -> None:
    done = run(tmp_path, waiver("T99", TWICE), "-k", "T03")
    assert done.returncode == 2
    assert (done.stdout + done.stderr).count("waiver[0].id: T99 is not in acceptance.toml; correct the id") == 1


def test_a_waiver_for_a_scenario_that_is_not_there_stops_the_run(tmp_path: Path) -> None:
    done = run(tmp_path, waiver("T07", TWICE, more='scenario = "This one fials"'))
    assert done.returncode == 2
    assert "waiver[0].scenario: no scenario of T07 is called 'This one fials'; write one of 'That one passes'" in done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[waiver", "(file): is not TOML"),
        ('[waivers]\nid = "T01"', "waivers: is not known here; write each waiver as a table [[waiver]]"),
        ('waiver = "T01"', "waiver: must be a list of tables"),
        ('[[waiver]]\nid = "T01"', "waiver[0].finding: is missing; add finding ="),
        (waiver("T01", TWICE, more='ticket = "7"'), "waiver[0].ticket: is not known here; known are id, finding"),
        (waiver("T01", TWICE, '"soon"'), "waiver[0].until: must be a date, not 'soon'; write until = 2027-01-31"),
        (waiver("T01", TWICE) + waiver("T02", TWICE).replace("Payments", " "), "waiver[1].owner: must be a text, not ' '"),
        (waiver("T01", "a"), "waiver[0].finding: 'a' names no one finding; write at least 8 characters"),
    ],
)
def test_what_is_malformed_is_named_by_file_key_and_remedy(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "acceptance.toml").write_text('[T01]\ntext = "t"\nproof = "p"\n[T02]\ntext = "t"\nproof = "p"\n')
    (tmp_path / "waivers.toml").write_text(text)
    with pytest.raises(UsageError) as refused:
        load_waivers(tmp_path / "waivers.toml")
    assert str(refused.value).startswith(f"{tmp_path / 'waivers.toml'}: {says}")


def test_waivers_without_a_catalogue_beside_them_are_misplaced(tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text("")
    with pytest.raises(UsageError, match=r"has no acceptance\.toml beside it"):
        load_waivers(tmp_path / "waivers.toml")
