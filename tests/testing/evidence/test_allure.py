"""The bridge, run as users run it: a small feature in a pytest of its own, judged by the results it writes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loopyard.testing.evidence.categories import CATEGORIES

FEATURE = """
@epic:Cross-border_payments
Feature: Send money
  Rule: Limits
    @O01 @severity:critical @issue:42 @owner:payments @needs:restart @needs:fx
    Scenario: It works
      Given Amina has 500 MWK
        | who   | amount |
        | Amina | 500    |
      When Amina sends 100 MWK

  @O02 @slow
  Scenario: It fails
    Given Amina has 500 MWK
    When Amina sends 13 MWK
    Then nobody defined this step

  @O03
  Scenario: Nobody defined it
    Then nobody defined this step

  @O04
  Scenario Outline: Amounts
    Given Amina has <amount> MWK
    Examples:
      | amount |
      | 5      |
      | 7      |
"""
STEPS = """
from pytest_bdd import given, parsers, scenarios, when
scenarios("send.feature")

@given(parsers.cfparse("Amina has {amount:d} MWK"))
def has(amount): pass

@when(parsers.cfparse("Amina sends {amount:d} MWK"))
def sends(amount):
    assert amount != 13, "the hub refused 13"
"""
CONFTEST = """
from datetime import UTC, datetime
from loopyard.testing.evidence.allure import attach_evidence, environment
from loopyard.testing.evidence.model import AccountView, Exchange, Finding

def pytest_configure(config):
    environment(config)["seed"] = "0x5f3a"

def pytest_bdd_after_scenario(request, feature, scenario):
    call = Exchange(1, datetime(2026, 11, 23, tzinfo=UTC), "a", "b", "x.y.z", "GET", "/", status=200, fault="latency")
    attach_evidence(scenario.name, [call], [], [Finding("k", "note", "t")], repeat="pytest -k " + scenario.name)

def pytest_collection_modifyitems(items):
    for item in items:
        print("needs", item.name, getattr(item.function, "loopyard_needs", []))
"""
CONFIG = """
[pytest]
strict = true
filterwarnings = ["error"]
asyncio_default_fixture_loop_scope = "function"
addopts = ["-p", "no:faker", "-p", "no:cacheprovider", "-p", "loopyard.testing.evidence.allure"]
"""


def run(folder: Path, *arguments: str, feature: str = FEATURE) -> subprocess.CompletedProcess[str]:
    files = {"send.feature": feature, "test_send.py": STEPS, "conftest.py": CONFTEST, "pytest.toml": CONFIG}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-s", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bridge")
    done = run(folder, "--alluredir=results")
    assert done.returncode == 1, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def results(folder: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(path.read_text()) for path in (folder / "results").glob("*-result.json")]
    return {result["name"]: result for result in found}


def labels(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(label["name"], label["value"]) for label in result["labels"]}


def test_every_scenario_and_row_is_named_after_its_scenario(results: dict[str, dict[str, Any]]) -> None:
    assert sorted(results) == ["Amounts [amount=5]", "Amounts [amount=7]", "It fails", "It works", "Nobody defined it"]


def test_gherkin_steps_become_steps_with_their_tables(results: dict[str, dict[str, Any]]) -> None:
    steps = results["It works"]["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [
        ("Given Amina has 500 MWK", "passed"),
        ("When Amina sends 100 MWK", "passed"),
    ]
    assert [attachment["name"] for attachment in steps[0]["attachments"]] == ["table"]


def test_the_failing_step_is_the_one_that_failed(results: dict[str, dict[str, Any]]) -> None:
    result = results["It fails"]
    assert result["status"] == "failed"
    assert [step["status"] for step in result["steps"]] == ["passed", "failed"]
    assert "the hub refused 13" in result["steps"][1]["statusDetails"]["message"]


def test_a_step_without_definition_is_shown_as_broken(results: dict[str, dict[str, Any]]) -> None:
    [step] = results["Nobody defined it"]["steps"]
    assert (step["name"], step["status"]) == ("Then nobody defined this step", "broken")


def test_tags_become_labels(results: dict[str, dict[str, Any]]) -> None:
    result = results["It works"]
    assert labels(result) >= {
        ("epic", "Cross-border payments"),
        ("feature", "Send money"),
        ("story", "Limits"),
        ("severity", "critical"),
        ("owner", "payments"),
        ("acceptance", "O01"),
    }
    assert [link["name"] for link in result["links"]] == ["42"]
    assert ("tag", "slow") in labels(results["It fails"])


def test_a_row_of_an_outline_shows_its_values_and_has_its_own_history(results: dict[str, dict[str, Any]]) -> None:
    five, seven = results["Amounts [amount=5]"], results["Amounts [amount=7]"]
    visible = [parameter for parameter in five["parameters"] if parameter.get("mode") != "hidden"]
    assert [(parameter["name"], parameter["value"]) for parameter in visible] == [("amount", "'5'")]
    assert five["historyId"] != seven["historyId"]


def test_evidence_is_attached_even_when_the_scenario_fails(results: dict[str, dict[str, Any]]) -> None:
    for name in ("It works", "It fails"):
        names = [attachment["name"] for attachment in results[name]["attachments"]]
        assert names == [
            "sequence diagram",
            "interactions",
            "interactions (NDJSON)",
            "T-accounts",
            "audit",
            "faults",
            "repeat this scenario",
        ]


def test_no_path_of_the_machine_is_told(folder: Path, results: dict[str, dict[str, Any]]) -> None:
    assert str(folder) not in results["It works"].get("description", "")


def test_categories_and_environment_lie_beside_the_results(folder: Path) -> None:
    names = [category["name"] for category in json.loads((folder / "results" / "categories.json").read_text())]
    failures = ["Infrastructure", "Contract breach", "Refused callback", "Product defect", "Harness fault"]
    assert [name for name in names if name in failures] == failures, "the narrower ones stand first"
    assert set(names) - set(failures) == {"Not applicable", "Not run", "Waived", "Waiver to drop or renew"}
    assert "seed = 0x5f3a\n" in (folder / "results" / "environment.properties").read_text()


def test_it_runs_without_results_and_an_acceptance_id_chooses_its_scenarios(tmp_path: Path) -> None:
    done = run(tmp_path, "-k", "O01 or O04")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed, 2 deselected" in done.stdout
    assert "needs test_it_works ['fx', 'restart']" in done.stdout
    assert not list(tmp_path.rglob("*.json"))


def test_under_xdist_every_scenario_is_written_once_and_the_files_beside_them_too(tmp_path: Path) -> None:
    done = run(tmp_path, "--alluredir=results", "-n1", "-k", "O01 or O04")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "results").glob("*-result.json"))) == 3
    assert (tmp_path / "results" / "categories.json").is_file()


@pytest.mark.parametrize("tag, words", [("@sevrity:minor", "unknown; write one of"), ("@severity:mionr", "blocker")])
def test_a_misspelt_tag_stops_collection(tmp_path: Path, tag: str, words: str) -> None:
    done = run(tmp_path, feature=f"Feature: F\n  {tag}\n  Scenario: S\n    Given Amina has 5 MWK\n")
    assert done.returncode not in (0, 1)
    assert words in done.stdout + done.stderr


@pytest.mark.parametrize(
    "message, status, name",
    [
        ("InfrastructureError: nothing listens at http://sut", "broken", "Infrastructure"),
        ("aiohttp.client_exceptions.ClientConnectorError: Cannot connect to host", "broken", "Infrastructure"),
        ("AssertionError: breach: POST /quotes broke its contract", "failed", "Contract breach"),
        ("AssertionError: expected x\nrefused   PUT /quotes was answered 400 by y", "failed", "Refused callback"),
        ("AssertionError: the payee received 0 MWK", "failed", "Product defect"),
        ("StepDefinitionNotFoundError: Step definition is not found", "broken", "Harness fault"),
        ("Skipped: not applicable: core_connector runs elsewhere", "skipped", "Not applicable"),
        ("Skipped: not run: it waits more than 30 seconds in real time", "skipped", "Not run"),
    ],
)
def test_a_failure_falls_into_the_right_category_first(message: str, status: str, name: str) -> None:
    matching = [
        category["name"]
        for category in CATEGORIES
        if status in str(category["matchedStatuses"]) and re.search(str(category.get("messageRegex", "")), message)
    ]
    assert matching[0] == name
