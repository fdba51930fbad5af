"""The defects of the template: all off, and each a part that only its own setting brings in. What they do to money is shown by
the mutants of tests/mutants, one by one."""

from __future__ import annotations

from dataclasses import fields

import pytest

from connectors.core_connector import like_template, settings
from connectors.core_connector.connector import PARTS
from tests.mutants.catalogue import MUTANTS, TEMPLATE

DEFECTS = [each.name for each in fields(settings.LikeTemplate)]


def test_all_are_off_by_default() -> None:
    made = settings.read({"fsp_id": "a"}, "x")
    assert not [name for name in DEFECTS if getattr(made.like_template, name)]
    assert like_template.replacements(made) == {}


def test_there_are_the_nine_that_are_known() -> None:
    assert len(DEFECTS) == 9


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_is_caught_by_a_scenario_that_the_mutants_name(defect: str) -> None:
    assert [each.name for each in MUTANTS if each.setting == f"{TEMPLATE}.{defect}"]


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_replaces_no_more_than_one_part_and_none_that_there_is_not(defect: str) -> None:
    found = like_template.replacements(settings.read({"fsp_id": "a", "like_template": {defect: True}}, "x"))
    assert len(found) <= 1
    assert found.keys() <= PARTS.keys()


def test_within_one_currency_alone_nothing_is_taken_for_a_conversion() -> None:
    raw = {"fsp_id": "a", "currency_mode": "single", "like_template": {"accepts_before_it_checks": True}}
    assert like_template.replacements(settings.read(raw, "x")) == {}
