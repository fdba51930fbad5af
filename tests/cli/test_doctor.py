"""`loopyard doctor`, run as a user runs it, in the folder of a team's repository."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.testing.doctor.stubs import bench


def doctor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from loopyard.cli.main import main; main()", "doctor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=folder)


def test_the_reference_is_ready(tmp_path: Path) -> None:
    done = doctor(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PROBLEM" not in done.stdout
    assert done.stdout.rstrip().endswith("ready for the scenarios: no problem, 0 warnings")


def test_a_reference_that_signs_is_looked_at(tmp_path: Path) -> None:
    done = doctor(tmp_path, "--jws", "--api", "iso20022")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "messages of green-bank are signed with RS256" in done.stdout


def test_nothing_listens_where_loopyard_toml_says(tmp_path: Path) -> None:
    at = bench(tmp_path)
    face, url = "core_connector.dfsp", at.url("core_connector.dfsp")
    (tmp_path / "loopyard.toml").write_text(
        f'world = "world.toml"\n[sut]\nruns = "url"\n[sut.faces]\n"{face}" = "{url}"\n"core_connector.sdk" = "{url}"\n'
    )
    done = doctor(tmp_path, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == told["exit_code"] == 3
    problems = [each for part in told["sections"] for each in part["findings"] if each["level"] == "problem"]
    assert problems[0]["seen"] == f"{face}: nothing listens at {url}"
    assert "[sut.faces] of loopyard.toml" in problems[0]["remedy"]


def test_a_configuration_that_cannot_be_read_is_the_users(tmp_path: Path) -> None:
    (tmp_path / "loopyard.toml").write_text('[sut]\nrun = "url"\n')
    slip, nowhere = doctor(tmp_path), doctor(tmp_path.parent, "--world", "nowhere.toml")
    assert (slip.returncode, nowhere.returncode) == (2, 2)
    assert "sut.run: is not known here" in slip.stderr
    assert "nowhere.toml: (file): does not exist" in nowhere.stdout


def test_a_world_that_is_not_there_is_the_labs(tmp_path: Path) -> None:
    done = doctor(tmp_path, "--world", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert "no world answers at http://127.0.0.1:9" in done.stdout
