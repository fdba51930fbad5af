"""The record of a run in a team's own repository: what it says of each scenario, and what it keeps to itself."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loopyard.cli.init import run as init
from loopyard.testing.evidence.signoff import read

MUTANT = "tests.mutants.reference:credits_on_transfer"
WAIVER = """
[[waiver]]
id = "P03"
finding = "credited before commit"
reason = "fixed in 2.4"
owner = "Payments"
until = 2999-12-31
"""
NUMBERS = ("265991000101", "265881000201", "265881000204", "260971000301", "1000000001", "Amina Banda", "Kamanga")


def scenarios(team: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--evidence", "build/evidence", *arguments]
    return subprocess.run(command, cwd=team, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("team")
    init(folder)
    settings = folder / "loopyard.toml"
    settings.write_text(settings.read_text().replace("[sut]\n", '[sut]\nname = "Payout service"\nversion = "2.3.1"\n', 1))
    (folder / "features" / "waivers.toml").write_text(WAIVER)
    catalogue = folder / "features" / "acceptance.toml"
    catalogue.write_text(catalogue.read_text() + '\n[P04]\ntext = "Nobody proves it."\nproof = "None."\n')
    return folder


@pytest.fixture(scope="module")
def folder(team: Path) -> Path:
    done = scenarios(team, "--parts", MUTANT, "-k", "not P02")
    assert done.returncode == 0, done.stdout
    assert "1 waived: fixed in 2.4 until 2999-12-31 (Payments)" in done.stdout
    return team / "build" / "evidence"


def test_every_id_of_the_catalogue_is_accounted_for(folder: Path) -> None:
    told = {each.id: (each.outcome, each.reasons) for each in read(folder).proofs()}
    assert told == {
        "P01": ("passed", ()),
        "P02": ("not run", ("deselected: it was not asked for",)),
        "P03": ("waived", ("fixed in 2.4 until 2999-12-31 (Payments)",)),
        "P04": ("not run", ("no scenario of this run carries it",)),
    }


def test_a_line_holds_seed_findings_traffic_and_ledgers(folder: Path) -> None:
    (line,) = [each for each in read(folder).lines if each["id"] == "P03"]
    assert line["name"] == "A customer of another institution pays her"
    assert [each["kind"] for each in line["findings"]] == ["credited before commit"]
    assert len(line["seed"]) == 16
    traffic = [json.loads(each) for each in (folder / line["traffic"]).read_text().splitlines()]
    assert {"hub", "green-bank", "blue-wallet"} <= {each["to"] for each in traffic}
    ledgers = json.loads((folder / line["ledgers"]).read_text())
    (amina,) = [
        each for each in ledgers if each["lines"] and each["holder"].startswith("MSISDN:") and each["owner"] == "green-bank"
    ]
    assert amina["holder"] == "MSISDN:•••101"
    assert [each["credit"] for each in amina["lines"]] == ["100"]


def test_a_reason_is_as_discreet_as_the_traffic(team: Path, folder: Path) -> None:
    assert scenarios(team, "--parts", MUTANT, "--runxfail", "--evidence", "build/failed").returncode == 1
    (line,) = [each for each in read(team / "build" / "failed").lines if each["id"] == "P03"]
    assert line["reason"].startswith("AuditFailed: credited before commit: ")
    assert "green-bank credited 100 MWK to •••001, and" in line["reason"]
    assert "again     pytest test_payments.py -k P03 --seed loopyard" in line["reason"]


def test_the_run_names_system_seed_and_world(folder: Path, team: Path) -> None:
    run = read(folder).run
    assert (run["sut"]["name"], run["sut"]["version"], run["seed"]) == ("Payout service", "2.3.1", "loopyard")
    assert run["world"]["sha256"] == hashlib.sha256((team / "world.toml").read_bytes()).hexdigest()
    assert (folder / run["world"]["file"]).read_bytes() == (team / "world.toml").read_bytes()


def test_nothing_but_the_world_file_names_anybody_in_full(folder: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_file() and file.parent.name != "world"]
    text = "".join(file.read_text() for file in files)
    assert len(files) == 7
    assert [number for number in NUMBERS if number in text] == []


def test_workers_record_the_same(team: Path, folder: Path) -> None:
    def lines() -> list[dict[str, Any]]:
        return sorted(({**each, "duration": 0} for each in read(folder).lines), key=lambda each: str(each["test"]))

    before = lines()
    assert scenarios(team, "--parts", MUTANT, "-k", "not P02", "-n", "2").returncode == 0
    assert lines() == before


def test_a_run_that_ends_early_says_what_it_left_out(team: Path, folder: Path) -> None:
    assert scenarios(team, "--world", "http://127.0.0.1:9").returncode == 3
    assert {each.reasons for each in read(folder).proofs() if each.scenarios} == {("the run ended before it",)}


def test_a_folder_with_something_else_is_left_alone(team: Path) -> None:
    done = scenarios(team, "--evidence", "features")
    assert done.returncode == 2
    assert "features: holds something else than a record; name another folder" in done.stdout + done.stderr
    assert (team / "features" / "payments.feature").is_file()
