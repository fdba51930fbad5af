"""The coverage matrix: who was told which code about what, and what nobody was told."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.evidence.matrix import Matrix, matrix, sightings
from loopyard.testing.evidence.matrix_page import matrix_csv, matrix_html
from loopyard.testing.evidence.signoff import Record


def row(
    sender: str, receiver: str, url: str, asked: object = None, told: object = None, outcome: str = "answered"
) -> dict[str, Any]:
    request, response = ({"headers": [], "body": "" if each is None else json.dumps(each)} for each in (asked, told))
    return {"from": sender, "to": receiver, "url": url, "outcome": outcome, "request": request, "response": response}


def error(code: str) -> dict[str, Any]:
    return {"errorInformation": {"errorCode": code, "errorDescription": "x"}}


def report(code: str) -> dict[str, Any]:
    return {"TxInfAndSts": {"StsRsnInf": {"Rsn": {"Prtry": code}, "AddtlInf": "x"}}}


def seen(*rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each.code, each.resource, each.party) for each in sightings(rows, "T01", "It fails")]


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (row("hub", "green-bank", "/parties/MSISDN/1/error", error("3204")), [("3204", "parties", "green-bank")]),
        (row("hub", "blue", "/transfers/1/error", report("3303")), [("3303", "transfers", "blue")]),
        (row("hub", "blue", "/parties/MSISDN/1/error", {"Rpt": {"Rsn": {"Cd": "3204"}}}), [("3204", "parties", "blue")]),
        (row("hub", "blue", "/quotes", {"CdtTrfTxInf": {"Purp": {"Cd": "1234"}}}), []),
        (row("blue", "hub", "/transfers", {}, error("3102")), [("3102", "transfers", "blue")]),
        (row("hub", "lake-fx", "/fxQuotes/1/error?x=1", error("3302")), [("3302", "fxQuotes", "lake-fx")]),
        (row("hub", "b", "http://b:1/v2/participants/MSISDN/1/error", error("3003")), [("3003", "participants", "b")]),
        (row("channel", "cc", "/transfers/1", None, {"statusCode": "5000"}), [("5000", "send-money API", "channel")]),
        (row("a", "hub", "/nothing", None, error("3002")), [("3002", "other", "a")]),
    ],
)
def test_a_code_is_seen_by_whom_it_was_told_to(exchange: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert seen(exchange) == expected


def test_what_never_arrived_was_seen_by_nobody() -> None:
    assert seen(row("hub", "a", "/quotes/1/error", error("3205"), outcome="lost")) == []
    assert seen(row("hub", "a", "/quotes/1/error", error("3205"), outcome="refused")) == []
    assert seen(row("a", "hub", "/quotes", {}, error("3100"), outcome="closed")) == []
    assert seen(row("hub", "a", "/quotes/1/error", error("3205"), outcome="timed out")) == [("3205", "quotes", "a")]


def test_a_message_nested_to_hurt_told_nobody_a_code() -> None:
    deep = row("a", "hub", "/quotes", {}, error("3100"))
    deep["request"]["body"] = "[" * 100_000 + "]" * 100_000
    assert seen(deep) == [("3100", "quotes", "a")]


def test_a_code_is_four_digits_where_a_code_stands() -> None:
    assert seen(row("a", "hub", "/quotes", {"amount": "3100", "statusCode": 200}, "3100")) == []


@pytest.fixture
def found(tmp_path: Path) -> Matrix:
    lines = []
    for number, scenario in enumerate(("First", "Second")):
        told = (
            row("hub", "green-bank", "/transfers/1/error", error("5104")),
            row("hub", "blue", "/quotes/1/error", error("9999")),
        )
        (tmp_path / f"{number}.ndjson").write_text("".join(json.dumps(each) + "\n" for each in told[: 2 - number]))
        lines.append({"id": f"T0{number}", "name": f"{scenario} <&>", "traffic": f"{number}.ndjson"})
    return matrix(Record(tmp_path, {}, {}, (*lines, {"id": "T03", "name": "Not run"})))


def test_the_table_for_programs_has_a_row_for_each_place_and_for_each_code_that_nobody_saw(found: Matrix) -> None:
    rows = list(csv.DictReader(io.StringIO(matrix_csv(found))))
    (told,) = [each for each in rows if each["code"] == "5104"]
    assert (told["resource"], told["party"], told["ids"], told["scenarios"]) == ("transfers", "green-bank", "T00 T01", "2")
    assert told["first scenario"] == "T00 First <&>"
    assert [each["party"] for each in rows if each["code"] == "3204"] == [""]
    assert [each["party"] for each in rows if each["code"] == "9999"] == ["blue"]


def test_the_page_lists_what_was_never_seen(found: Matrix) -> None:
    page = matrix_html(found)
    table, _, never = page.partition("<h2>Never seen")
    assert '<div title="T00 First &lt;&amp;&gt;\nT01 Second &lt;&amp;&gt;"><b>green-bank</b> T00 T01</div>' in table
    assert "3204 Party not found" in never
    assert "5104" not in never
    assert "http" not in page


def test_traffic_that_is_gone_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="record the run again"):
        matrix(Record(tmp_path, {}, {}, ({"id": "T01", "name": "It", "traffic": "gone.ndjson"},)))
