"""`loopyard scenarios`: every id with what proves it, in this repository and in a team's own."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.cli.commands.yard import Run

ROOT = Path(__file__).parents[3]
FEATURE = """
Feature: Paying in
  @T01
  Scenario: It arrives
    When it is sent
  Rule: Never twice
    @T01 @slow @needs:restart
    Scenario Outline: It arrives once, after <what>
      When it is sent
      Examples:
        | what    |
        | a crash |
        | a week  |
"""
CATALOGUE = """
[T01]
text = "Money arrives."
proof = "The account has gained it."
[T02]
text = "Money never doubles."
proof = "It has gained it once."
"""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A team's own repository: the catalogue stands above the features."""
    features = tmp_path / "acceptance" / "payments"
    features.mkdir(parents=True)
    (features / "paying.feature").write_text(FEATURE)
    (tmp_path / "acceptance" / "acceptance.toml").write_text(CATALOGUE)
    return features


def test_the_houses_own_ids_are_all_there(loopyard: Run) -> None:
    told = loopyard("scenarios", str(ROOT / "features"), "--json").json
    catalogue = tomllib.loads((ROOT / "features" / "acceptance.toml").read_text())
    assert {each["id"]: each["proof"] for each in told["ids"]} == {name: each["proof"] for name, each in catalogue.items()}
    assert told["stray"] == []
    (first,) = [each for each in told["ids"] if each["id"] == "O01"]
    assert "She consents to the terms and the money arrives" in [each["name"] for each in first["scenarios"]]


def test_an_id_is_told_with_its_scenarios_and_what_they_need(loopyard: Run, team: Path) -> None:
    first, second = loopyard("scenarios", str(team), "--json").json["ids"]
    assert (first["text"], first["features"], first["needs"], first["slow"]) == (
        "Money arrives.",
        ["Paying in"],
        ["restart"],
        True,
    )
    assert [(each["name"], each["rows"]) for each in first["scenarios"]] == [
        ("It arrives", 1), ("It arrives once, after <what>", 2),
    ]  # fmt: skip
    assert (second["scenarios"], second["missing"]) == ([], True)
    shown = loopyard("scenarios", str(team)).out
    assert "It arrives once, after <what>  [2 examples; needs restart; slow]" in shown
    assert shown.splitlines()[-1] == "2 ids: 1 proven by 2 scenarios (3 runs), 1 missing"


def test_what_nobody_has_written_is_shown_alone(loopyard: Run, team: Path) -> None:
    assert [each["id"] for each in loopyard("scenarios", str(team), "--missing", "--json").json["ids"]] == ["T02"]
    shown = loopyard("scenarios", str(team), "--missing").out
    assert "missing: no scenario carries it" in shown
    assert "T01" not in shown


def test_scenarios_that_no_catalogue_knows_are_named(loopyard: Run, team: Path) -> None:
    (team / "paying.feature").write_text(FEATURE.replace("@T01\n", "@T09\n", 1))
    shown = loopyard("scenarios", str(team)).out
    assert "not in the catalogue  paying.feature:4 It arrives (carries T09)" in shown


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("paying.feature", "Scenario: without a feature", "is no feature"),
        ("acceptance.toml", "[T01", "is not TOML"),
        ("acceptance.toml", '[T01]\ntext = "alone"', "needs a text and a proof"),
    ],
)
def test_what_cannot_be_read_is_named(loopyard: Run, team: Path, file: str, text: str, says: str) -> None:
    (team / file).write_text(text)
    done = loopyard("scenarios", str(team))
    assert (done.code, says in done.err, file in done.err) == (2, True, True)


def test_a_folder_without_features_is_a_mistake(loopyard: Run, tmp_path: Path) -> None:
    assert "has no feature and no acceptance.toml" in loopyard("scenarios", str(tmp_path)).err
    assert "is no folder" in loopyard("scenarios", str(tmp_path / "nowhere")).err
