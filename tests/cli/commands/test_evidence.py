"""`loopyard evidence`: what a bundle holds, when it may be signed off, and that nobody changes it unnoticed."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from loopyard.protocols.fspiop.error_codes import STANDARD_TEXTS
from tests.cli.commands.yard import Run

RUN = {
    "sut": {"name": "Payout service", "version": "2.3.1", "runs": "url", "places": ["core_connector"]},
    "world": {"at": "w.toml", "file": "world/w.toml", "sha256": hashlib.sha256(b"w").hexdigest()},
    "seed": "5eed", "started": "2026-03-02T08:00:00+00:00", "ended": "2026-03-02T08:10:00+00:00", "exit_code": 0,
    "tools": {"loopyard": "0.1.0"},
}  # fmt: skip


def line(id_: str, outcome: str, reason: str = "", test: str = "t") -> dict[str, Any]:
    kept = {"traffic": f"traffic/{id_}.ndjson", "ledgers": None}
    return {
        "id": id_,
        "name": "It <works>",
        "test": f"{id_}::{test}",
        "outcome": outcome,
        "reason": reason,
        "seed": "1",
        **kept,
    }


def record(folder: Path, *lines: dict[str, Any], more: tuple[str, ...] = ()) -> Path:
    """A record with these lines; `more` are ids that no scenario carries."""
    ids = {id_: {"text": f"{id_} & more", "proof": "p"} for id_ in (*(each["id"] for each in lines), *more)}
    for name in ("traffic", "world"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for id_ in ids:
        (folder / "traffic" / f"{id_}.ndjson").write_text("{}\n")
    (folder / "world" / "w.toml").write_text("w")
    (folder / "run.json").write_text(json.dumps(RUN))
    (folder / "collection.json").write_text(json.dumps({"ids": ids, "scenarios": []}))
    (folder / "scenarios.ndjson").write_text("".join(json.dumps(each) + "\n" for each in lines))
    return folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that lies in this checkout's build folder goes into a bundle."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def green(tmp_path: Path) -> Path:
    waived = line("T02", "waived", "fixed in 2.4 until 2999-12-31 (Payments)")
    return record(tmp_path / "record", line("T01", "passed"), waived, line("T03", "not applicable", "no restart"))


def test_a_bundle_holds_everything_that_was_proven(loopyard: Run, green: Path, tmp_path: Path) -> None:
    done = loopyard("evidence", str(green), "--output", str(tmp_path / "out"), "--report", "none")
    assert done.code == 0, done.err
    assert "1 passed  1 not applicable  1 waived" in done.out
    assert "T02  waived: fixed in 2.4 until 2999-12-31 (Payments)" in done.out
    out = tmp_path / "out"
    assert {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()} == {
        "MANIFEST.sha256", "summary.json", "summary.html", "junit.xml", "scenarios.ndjson", "world/w.toml",
        "traffic/T01.ndjson", "traffic/T02.ndjson", "traffic/T03.ndjson",
    }  # fmt: skip
    told = json.loads((out / "summary.json").read_text())
    assert (told["accepted"], told["sut"]["version"], told["seed"]) == (True, "2.3.1", "5eed")
    assert {each["id"]: each["outcome"] for each in told["ids"]} == {"T01": "passed", "T02": "waived", "T03": "not applicable"}
    page = (out / "summary.html").read_text()
    assert "Payout service 2.3.1" in page
    assert "T01 &amp; more" in page
    assert "http" not in page


@pytest.mark.parametrize(
    ("lines", "more", "says"),
    [
        ((line("T01", "passed"), line("T01", "failed", "Boom\nhere", "u")), (), "T01  failed: Boom"),
        ((line("T01", "passed"), line("T01", "not run", "deselected", "u")), (), "T01  not run: deselected"),
        ((line("T01", "passed"),), ("T09",), "T09  not run: no scenario of this run carries it"),
    ],
)
def test_a_failure_or_an_id_that_nobody_ran_is_1(
    loopyard: Run, tmp_path: Path, lines: tuple[dict[str, Any], ...], more: tuple[str, ...], says: str
) -> None:
    folder = record(tmp_path / "record", *lines, more=more)
    done = loopyard("evidence", str(folder), "--output", str(tmp_path / "out.zip"))
    assert done.code == 1
    assert says in done.lines


def test_the_last_word_on_a_scenario_counts(loopyard: Run, tmp_path: Path) -> None:
    folder = record(tmp_path / "record", line("T01", "passed"), line("T01", "failed", "at teardown"))
    told = loopyard("evidence", str(folder), "--output", str(tmp_path / "out.zip"), "--json").json
    assert told["counts"] == {"passed": 0, "not applicable": 0, "waived": 0, "not run": 0, "failed": 1}


def test_junit_tells_failures_and_what_was_left_out(loopyard: Run, tmp_path: Path) -> None:
    failed = line("T01", "failed", "Boom: \x07 <tag>\nsecond line")
    folder = record(tmp_path / "record", failed, line("T02", "waived", "until then"), line("T03", "passed", test="t[row]"))
    loopyard("evidence", str(folder), "--output", str(tmp_path / "out"))
    root = fromstring((tmp_path / "out" / "junit.xml").read_text())
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "1", "1")
    first, second, third = root.iter("testcase")
    assert [each.get("message") for each in first.iter("failure")] == ["Boom: \ufffd <tag>"]
    assert [each.get("type") for each in second.iter("skipped")] == ["waived"]
    assert (third.get("classname"), third.get("name")) == ("T03", "It <works> [row]")


def test_the_same_record_makes_the_same_zip_and_it_verifies(loopyard: Run, green: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    hashes = [loopyard("evidence", str(green), "--output", str(each), "--json").json["sha256"] for each in (first, second)]
    assert first.read_bytes() == second.read_bytes()
    done = loopyard("evidence", "--verify", str(first), "--expect", hashes[0])
    assert (done.code, done.lines) == (0, ["as it was written: 9 files", f"sha256  {hashes[1]}"])


def test_a_changed_a_missing_and_an_added_file_are_named(loopyard: Run, green: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    loopyard("evidence", str(green), "--output", str(out))
    (out / "junit.xml").write_text("<testsuites/>")
    (out / "summary.html").unlink()
    (out / "more.txt").write_text("more")
    done = loopyard("evidence", "--verify", str(out))
    assert (done.code, done.lines) == (1, ["summary.html is missing", "junit.xml was changed", "more.txt was added"])


def test_a_bundle_that_was_written_anew_has_another_hash(loopyard: Run, green: Path, tmp_path: Path) -> None:
    signed = loopyard("evidence", str(green), "--output", str(tmp_path / "1.zip"), "--json").json["sha256"]
    with (green / "traffic" / "T01.ndjson").open("a") as traffic:
        traffic.write("{}\n")
    loopyard("evidence", str(green), "--output", str(tmp_path / "2.zip"))
    assert loopyard("evidence", "--verify", str(tmp_path / "2.zip")).code == 0
    done = loopyard("evidence", "--verify", str(tmp_path / "2.zip"), "--expect", signed)
    assert (done.code, f"not {signed}" in done.out) == (1, True)


def test_a_report_goes_in_only_if_it_is_of_this_run(loopyard: Run, green: Path, tmp_path: Path) -> None:
    report = tmp_path / "index.html"
    report.write_text("<html></html>")
    loopyard("evidence", str(green), "--output", str(tmp_path / "new.zip"), "--report", str(report))
    assert "report/index.html" in zipfile.ZipFile(tmp_path / "new.zip").namelist()
    os.utime(report, (0, 0))
    done = loopyard("evidence", str(green), "--output", str(tmp_path / "old.zip"), "--report", str(report))
    assert f"left out {report}: it is older than the run" in done.out
    assert "no report in it" not in done.out
    assert "report/index.html" not in zipfile.ZipFile(tmp_path / "old.zip").namelist()


def test_that_there_is_no_report_is_said_with_the_remedy(loopyard: Run, green: Path, tmp_path: Path) -> None:
    done = loopyard("evidence", str(green), "--output", str(tmp_path / "out.zip"))
    assert "no report in it: loopyard report RESULTS build/report/index.html makes one" in done.out


def test_what_is_no_record_and_no_bundle_is_2(loopyard: Run, green: Path, tmp_path: Path) -> None:
    assert "record a whole run: pytest --evidence" in loopyard("evidence", str(tmp_path)).err
    (green / "traffic" / "T01.ndjson").unlink()
    done = loopyard("evidence", str(green), "--output", str(tmp_path / "out.zip"))
    assert (done.code, "traffic/T01.ndjson: is not there" in done.err) == (2, True)
    (tmp_path / "no.zip").write_text("no")
    for bundle in ("no.zip", "nowhere.zip"):
        done = loopyard("evidence", "--verify", str(tmp_path / bundle))
        assert (done.code, "name the folder or the zip of a bundle" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("run.json", {}, "run.json has no 'sut'"),
        ("run.json", [], "run.json is no object"),
        ("run.json", RUN | {"world": {"at": "w.toml"}}, "'world' of run.json has no 'file'"),
        ("run.json", RUN | {"ended": "late"}, "'late'"),
        ("collection.json", {"ids": ["T01"], "scenarios": []}, "'ids' of collection.json is list"),
        ("collection.json", {"ids": {"T01": "T01"}, "scenarios": []}, "'T01' of 'ids' of collection.json is no object"),
        ("scenarios.ndjson", {"test": "t"}, "a scenario has no 'id'"),
        ("scenarios.ndjson", line("T01", "splendid"), "has the outcome 'splendid'"),
        ("scenarios.ndjson", line("T01", "passed") | {"traffic": 5}, "'traffic' of T01::t is int"),
    ],
)
def test_a_damaged_record_is_2_and_says_where(
    loopyard: Run, green: Path, tmp_path: Path, file: str, content: object, says: str
) -> None:
    (green / file).write_text(json.dumps(content) + "\n")
    for command in (
        ("evidence", str(green), "--output", str(tmp_path / "o.zip")),
        ("coverage-matrix", str(green), str(tmp_path / "m")),
    ):
        done = loopyard(*command)
        assert done.code == 2, done.err
        assert f"{green}: (record): cannot be read: " in done.err
        assert says in done.err


@pytest.mark.parametrize(("row", "says"), [({}, "a message has no 'from'"), ([], "a message is no object")])
def test_damaged_traffic_is_2_for_the_coverage_matrix(
    loopyard: Run, green: Path, tmp_path: Path, row: object, says: str
) -> None:
    (green / "traffic" / "T01.ndjson").write_text(json.dumps(row) + "\n")
    done = loopyard("coverage-matrix", str(green), str(tmp_path / "m"))
    assert (done.code, f"traffic/T01.ndjson: cannot be read: {says}; record the run again" in done.err) == (2, True)


def test_a_folder_that_is_not_empty_is_not_written_into(loopyard: Run, green: Path) -> None:
    done = loopyard("evidence", str(green), "--output", str(green))
    assert (done.code, "is not empty" in done.err) == (2, True)


def test_the_coverage_matrix_is_written_beside_each_other_as_html_and_csv(loopyard: Run, green: Path, tmp_path: Path) -> None:
    told = {"from": "a", "to": "hub", "url": "/quotes", "outcome": "answered", "request": {"body": ""}}
    answer = {"response": {"body": '{"errorInformation": {"errorCode": "3100"}}'}}
    for id_ in ("T01", "T02", "T03"):
        (green / "traffic" / f"{id_}.ndjson").write_text(json.dumps(told | answer) + "\n")
    done = loopyard("coverage-matrix", str(green), str(tmp_path / "out" / "matrix"))
    assert (done.code, done.lines[-1].startswith("1 codes seen, ")) == (0, True)
    assert "3100,Generic validation error,quotes,a,T01 T02 T03,3," in (tmp_path / "out" / "matrix.csv").read_text()
    assert "<b>a</b> T01 T02 T03" in (tmp_path / "out" / "matrix.html").read_text()


def with_code(folder: Path, code: str) -> None:
    told = {"from": "a", "to": "hub", "url": "/quotes", "outcome": "answered", "request": {"body": ""}}
    answer = {"response": {"body": json.dumps({"errorInformation": {"errorCode": code}})}}
    for id_ in ("T01", "T02", "T03"):
        (folder / "traffic" / f"{id_}.ndjson").write_text(json.dumps(told | answer) + "\n")


def exempting(file: Path, codes: list[str]) -> Path:
    file.write_text(f'[[exempt]]\ncodes = {json.dumps(codes)}\nreason = "nobody can"\n')
    return file


def test_a_code_that_nobody_met_and_that_is_not_exempt_ends_with_1(loopyard: Run, green: Path, tmp_path: Path) -> None:
    with_code(green, "3100")
    others = sorted(STANDARD_TEXTS.keys() - {"3100"})
    ask = ("coverage-matrix", str(green), str(tmp_path / "matrix"), "--require")
    done = loopyard(*ask, str(exempting(tmp_path / "all.toml", others)))
    assert (done.code, done.out.count("MISSING")) == (0, 0)
    done = loopyard(*ask, str(exempting(tmp_path / "most.toml", others[1:])))
    assert (done.code, f"MISSING  {others[0]} " in done.out) == (1, True)


def test_an_exempt_code_that_was_met_ends_with_1(loopyard: Run, green: Path, tmp_path: Path) -> None:
    with_code(green, "3100")
    file = exempting(tmp_path / "all.toml", sorted(STANDARD_TEXTS))
    done = loopyard("coverage-matrix", str(green), str(tmp_path / "matrix"), "--require", str(file))
    assert (done.code, "MET      3100 " in done.out) == (1, True)


@pytest.mark.parametrize(
    "text",
    ["[[exempt]]", "exempt = 7", "[[exempt]]\ncodes = ['9999']\nreason = 'x'", "[[exempt]]\ncodes = ['7300']\nreason = ' '"],
)
def test_a_list_of_exempt_codes_that_says_nothing_ends_with_2(loopyard: Run, green: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "codes.toml").write_text(text)
    done = loopyard("coverage-matrix", str(green), str(tmp_path / "m"), "--require", str(tmp_path / "codes.toml"))
    assert (done.code, "codes.toml" in done.err) == (2, True)
