"""A world in a process of its own and Locust in another beside it, for scenarios about load. What is asked of them is in
`steps/load.py`; the journeys themselves are files of `loadtests/`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

from loopyard.kernel.errors import InfrastructureError
from loopyard.world import remote
from loopyard.world.client import World

FOLDER: Final = "loadtests"
UP: Final = 30.0
"""Real seconds in which a world is up."""
PATIENCE: Final = 180.0
"""Real seconds beyond those of the run until Locust has judged: what it cut off may take a minute to expire."""
LOOPYARD: Final = (sys.executable, "-c", "from loopyard.cli.main import main; main()")
LOCUST: Final = (sys.executable, "-m", "locust", "--headless", "--only-summary", "--loglevel", "WARNING")


def lacks(root: Path) -> str | None:
    """Why scenarios about load cannot run here; None when they can."""
    if importlib.util.find_spec("pytest_locust") is None:
        return "Locust is not installed: pip install 'loopyard[load]'"
    return None if (root / FOLDER).is_dir() else f"there is no folder {FOLDER}/ here"


class Loading:
    """One run: `drive` makes the journeys and reads the verdict; `world` is there before and after, for whoever looks at it."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._root, self._scratch = root, scratch
        self._stack = ExitStack()
        self._control = ""
        self.verdict: dict[str, Any] = {}
        self.said = ""

    @cached_property
    def world(self) -> World:
        """The world of the run, started when it is first asked for. Raises InfrastructureError when it does not start."""
        self._control = self._stack.enter_context(_up(self._root, self._scratch))
        return self._stack.enter_context(remote.connect(self._control))

    def close(self) -> None:
        self._stack.close()

    def drive(self, journeys: str, users: int, seconds: int, *more: str) -> None:
        """Make journeys of a file of `loadtests/`, in `world` where that was asked for, else in one that Locust starts. Raises
        InfrastructureError when the lab broke and there is no verdict."""
        told = self._scratch / "verdict.json"
        command = [*LOCUST, "-f", journeys, "-u", str(users), "-t", f"{seconds}s", "--verdict", str(told), *more]
        command += ["--control", self._control] if self._control else []
        done = subprocess.run(
            command, cwd=self._root / FOLDER, capture_output=True, text=True, check=False, timeout=seconds + PATIENCE
        )
        self.said = done.stdout[done.stdout.rfind("\n\n\n") :].strip() or done.stderr.strip()
        if not told.is_file():
            raise InfrastructureError(f"locust ended with {done.returncode} and without a verdict: {self.said[-600:]}")
        self.verdict = json.loads(told.read_text(encoding="utf-8"))

    def undelivered(self) -> dict[str, int]:
        """Attempts of callbacks that were not answered, or not with 2xx: how many, by message and what became of them."""
        with urllib.request.urlopen(f"{self._control}/metrics", timeout=30) as answer:
            families = {each.name: each for each in text_string_to_metric_families(answer.read().decode())}
        attempts = families["loopyard_callback_attempts"].samples
        refused = families["loopyard_callbacks_refused"].samples
        assert attempts, "no callback was sent"
        bad = [each for each in attempts if each.labels["outcome"] != "answered"] + list(refused)
        return {" ".join(each.labels.values()): int(each.value) for each in bad if each.name.endswith("_total")}


@contextmanager
def _up(root: Path, scratch: Path) -> Iterator[str]:
    """A world of the load tests as long as the block lasts: the address of its control."""
    urls, log = scratch / "urls.json", scratch / "world.log"
    command = [*LOOPYARD, "up", "--world", str(root / FOLDER / "world.toml"), "--ports", "random", "--urls", str(urls)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=root)
    try:
        until = monotonic() + UP
        while not urls.is_file():
            if process.poll() is not None or monotonic() > until:
                raise InfrastructureError(f"the world under load did not start: {log.read_text(errors='replace')[-600:]}")
            Event().wait(0.05)
        yield json.loads(urls.read_text(encoding="utf-8"))["control"]
    finally:
        process.terminate()
        process.wait()
