"""The record of a run, `pytest --evidence DIR`: one JSON line a scenario, with its traffic and ledgers beside it, all redacted.
It says what happened and judges nothing; `loopyard evidence` makes the sign-off bundle of it. Line and files: `recording`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.acceptance import catalogue_of, load, scenario_of
from loopyard.testing.exits import ending_the_run
from loopyard.testing.keys import CONFIG, KEEP, run_seed, seed_of
from loopyard.testing.recording import COLLECTION, RUN, SCENARIOS, Kept, about_run, copy_world, keep, left_out, line

RECORDER = pytest.StashKey["Recorder"]()


class Recorder:
    """Writes the record of one run. Under xdist workers keep the evidence, and the controller writes the lines."""

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        self.folder, self.started = folder, datetime.now(UTC)
        self.worker = str(getattr(config, "workerinput", {}).get("workerid", ""))
        self.kept: dict[str, Kept] = {}
        self.deselected: list[pytest.Item] = []
        if not self.worker:
            _clear(folder)

    def take(self, item: pytest.Item) -> None:
        """Have the scenario's evidence kept, once it is there."""
        item.stash[KEEP] = lambda seen, hide: self.kept.update({item.nodeid: keep(self.folder, item, seen, hide)})

    def told(self, report: pytest.TestReport) -> None:
        if not self.worker and (told := getattr(report, "loopyard", None)):
            with (self.folder / SCENARIOS).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(told, ensure_ascii=False) + "\n")

    def collected(self, items: Sequence[pytest.Item]) -> None:
        """Note the ids of all catalogues that the collected modules go by, and every scenario as not run so far."""
        if self.worker not in ("", "gw0"):
            return
        chosen = [item for item in items if scenario_of(item)]
        modules = {item.path for item in (*chosen, *self.deselected)}
        catalogues = sorted({file for module in modules if (file := catalogue_of(module))})
        ids = {id_: {"text": each.text, "proof": each.proof} for file in catalogues for id_, each in load(file).items()}
        known = [left_out(item, "deselected: it was not asked for") for item in self.deselected]
        known += [left_out(item, "the run ended before it") for item in chosen]
        _write(self.folder / COLLECTION, {"ids": ids, "scenarios": known})


def _clear(folder: Path) -> None:
    """A record is of one run. What is none of ours stays. Raises UsageError."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SCENARIOS).is_file():
        raise UsageError("--evidence", str(folder), "holds something else than a record", "name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / SCENARIOS).touch()


def _write(file: Path, told: object) -> None:
    file.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("loopyard").addoption(
        "--evidence", metavar="DIR", help="record the run in this folder, for `loopyard evidence` and `make coverage-matrix`"
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--evidence")
    if folder and not config.option.collectonly:
        with ending_the_run():
            config.stash[RECORDER] = Recorder(config, config.invocation_params.dir / folder)
        config.pluginmanager.register(Hooks(config.stash[RECORDER]), "loopyard-record")


class Hooks:
    """What a recorder listens to; registered only where one was asked for."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self.recorder.deselected += [item for item in items if scenario_of(item)]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.recorder.collected(session.items)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if scenario_of(item):
            self.recorder.take(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the line on the report: that is what comes from a worker to the controller."""
        report = yield
        if scenario_of(item) and (report.when == "call" or not report.passed):
            kept = self.recorder.kept.get(item.nodeid)
            report.loopyard = line(item, report, call.excinfo, seed_of(item), kept)  # type: ignore[attr-defined]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.recorder.told(report)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if not self.recorder.worker:
            chosen, folder = session.config.stash[CONFIG], self.recorder.folder
            world = copy_world(str(chosen.world), folder) | ({"api": chosen.api} if chosen.api else {})
            told = about_run(chosen.sut, world, run_seed(session.config), self.recorder.started, int(exitstatus))
            _write(folder / RUN, told)
