"""The log: bounded, numbered, closed once, and readable when what it holds is not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from loopyard.engine.traffic import Interaction, Traffic, dig, fact, parsed, references

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def opened(traffic: Traffic, body: bytes = b"", span: str | None = None) -> Interaction:
    return traffic.open("a", "b", "b.things.do", "POST", "/things/7", (), body, span, ("{id}", "order.id"), {"id": "7"})


def test_what_names_no_business_does_not_push_out_what_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loopyard.engine.traffic.IDLE", 2)
    spilt: list[int] = []
    traffic = Traffic(lambda: START, spill=lambda row: spilt.append(row.seq))
    for refs_at in (("transferId",), (), (), (), ("transferId",)):
        traffic.open("a", "b", "op", "GET", "/", (), b"", None, refs_at, {})
    assert [row.seq for row in traffic] == [1, 3, 4, 5]
    assert spilt == [2]


def test_beyond_its_bound_the_oldest_go_to_the_spill() -> None:
    spilt: list[int] = []
    traffic = Traffic(lambda: START, kept=2, spill=lambda row: spilt.append(row.seq))
    for _ in range(5):
        opened(traffic)
    assert spilt == [1, 2, 3]
    assert [row.seq for row in traffic] == [4, 5]
    assert [row.seq for row in traffic.since(4)] == [5]


def test_an_interaction_ends_once() -> None:
    traffic = Traffic(lambda: START)
    ends: list[str] = []
    traffic.watchers.append(lambda row: ends.append(row.outcome))
    row = opened(traffic, span="s")
    assert traffic.opened("s") is row
    traffic.close(row, "timeout")
    traffic.close(row, "answered", 200, (), b"late")
    assert (row.outcome, row.status, row.response_body, ends) == ("timeout", None, b"", ["timeout"])
    assert traffic.opened("s") is None


def test_a_cleared_log_numbers_anew() -> None:
    traffic = Traffic(lambda: START)
    opened(traffic, span="s")
    traffic.clear()
    assert len(traffic) == 0
    assert traffic.opened("s") is None
    assert opened(traffic).seq == 1


def test_references_come_from_path_and_body_and_skip_what_is_absent() -> None:
    assert references(("{id}", "order.id"), {"id": "7"}, b'{"order":{"id":12}}') == ("7", "12")
    assert references(("{id}", "order.id"), {}, b"noise") == ()


@pytest.mark.parametrize("body", [b"", b"noise", b"[" * 200 + b"]" * 200, b'"\xff"'])
def test_a_body_that_cannot_be_read_is_none(body: bytes) -> None:
    assert parsed(body) is None


@pytest.mark.parametrize(
    "path, value",
    [("a.b", 1), ("rows.1.n", 2), ("rows.2.n", None), ("rows.n", None), ("a.b.c", None), ("x", None)],
)
def test_a_dotted_path_reaches_into_objects_and_lists(path: str, value: Any) -> None:
    assert dig({"a": {"b": 1}, "rows": [{"n": 1}, {"n": 2}]}, path) == value


@pytest.mark.parametrize(
    "name, value",
    [
        ("from", "a"),
        ("to", "b"),
        ("status", 409),
        ("outcome", "answered"),
        ("{id}", "7"),
        ("order.id", 12),
        ("answer.code", "X"),
    ],
)
def test_facts_of_an_interaction(name: str, value: Any) -> None:
    traffic = Traffic(lambda: START)
    row = opened(traffic, b'{"order":{"id":12}}')
    traffic.close(row, "answered", 409, (), b'{"code":"X"}')
    assert fact(row, name) == value
