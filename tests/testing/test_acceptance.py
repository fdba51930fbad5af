"""Collection stops at scenarios that carry no id of their catalogue, or more than one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FEATURE = """
Feature: Ids
  {tags}
  Scenario: It works
    Given it works
"""
STEPS = """
from pytest_bdd import given, scenarios
scenarios("ids.feature")

@given("it works")
def works(): pass
"""
CONFTEST = """
import pytest
from loopyard.testing.acceptance import check_items

def pytest_collection_modifyitems(items): check_items(items)
"""


@pytest.mark.parametrize(
    ("tags", "code", "says"),
    [
        ("@T01", 0, "1 passed"),
        ("@T02", 4, "@T02 is not in"),
        ("@epic:Ids", 4, "carries no acceptance id; give it exactly one tag"),
        ("@T01 @T02", 4, "carries T01, T02; give it exactly one tag"),
    ],
)
def test_a_scenario_carries_exactly_one_id_of_its_catalogue(tmp_path: Path, tags: str, code: int, says: str) -> None:
    files = {
        "ids.feature": FEATURE.format(tags=tags), "test_ids.py": STEPS, "conftest.py": CONFTEST,
        "acceptance.toml": '[T01]\ntext = "t"\nproof = "p"\n', "pytest.ini": "[pytest]\n",
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    options = ("-q", "-p", "no:faker", "-p", "no:cacheprovider", "-p", "loopyard.testing.evidence.allure")
    command = [sys.executable, "-m", "pytest", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stdout + done.stderr
