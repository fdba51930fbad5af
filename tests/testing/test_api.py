"""The form in which a run speaks: what it says of scenarios that need the other, and how their tags are proven."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.config import Sut, load
from loopyard.testing.stage import opened
from loopyard.world.defaults import default_world

PLUGIN = 'pytest_plugins = ("loopyard.testing.plugin",)\n'
TEST = 'from pytest_bdd import scenarios\n\nscenarios("x.feature")\n'
FEATURE = """Feature: Forms
  @X01 @needs:fspiop
  Scenario: What only FSPIOP can say
    When Blue Wallet sends the hub a lookup of Amina, each time with one fault
      | header Accept: application/vnd.interoperability.parties+json;version=3.0 |
    Then each refusal lists the versions 1.0, 1.1, 2.0

  @X01 @needs:fspiop
  Scenario: What both can say
    When Bob looks Amina up
    Then Blue Wallet learns that the number belongs to Amina Banda of Green Bank, who takes MWK

  @X01
  Scenario: What is said in either
    Given Bob has paid 100 MWK to Amina
    Then the payment is committed
"""


def run(folder: Path, *options: str) -> str:
    (folder / "conftest.py").write_text(PLUGIN)
    (folder / "test_x.py").write_text(TEST)
    (folder / "x.feature").write_text(FEATURE)
    (folder / "acceptance.toml").write_text('[X01]\ntext = "x"\nproof = "y"\n')
    command = [sys.executable, "-m", "pytest", "-q", "-rsxfX", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False).stdout


def test_in_iso_what_needs_fspiop_is_not_applicable_with_the_reason(tmp_path: Path) -> None:
    told = run(tmp_path, "--api", "iso20022")
    assert "1 passed, 2 skipped" in told
    assert "2 not applicable: ISO 20022 is spoken here, and this takes bodies in FSPIOP's own form" in told


def test_a_tag_is_proven_by_its_scenario_failing_without_what_it_needs(tmp_path: Path) -> None:
    told = run(tmp_path, "--api", "iso20022", "--prove-needs")
    assert "1 failed, 1 passed, 1 xfailed" in told
    assert "XPASS(strict)" in told
    assert "test_what_both_can_say" in told


@pytest.mark.parametrize(("api", "lacks"), [(None, False), ("fspiop", False), ("iso20022", True)])
def test_a_stage_knows_which_form_is_spoken(api: str | None, lacks: bool) -> None:
    with opened(str(default_world()), Sut(), api=api) as stage:
        assert ("fspiop" in stage.lacks) == lacks
        assert stage.complete, "needs are judged in either form"


def test_the_form_can_be_laid_down_in_the_team_s_own_file(tmp_path: Path) -> None:
    (tmp_path / "loopyard.toml").write_text('api = "iso20022"\n')
    assert load(tmp_path).api == "iso20022"
    (tmp_path / "loopyard.toml").write_text('api = "swift"\n')
    with pytest.raises(UsageError, match="api"):
        load(tmp_path)
