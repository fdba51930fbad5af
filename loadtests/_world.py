"""A world of one's own, for the time of a run: `loopyard up` beside the generator, in one process or in three."""

from __future__ import annotations

import ctypes
import json
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import gevent
from _control import Unreachable

START: Final = 60.0
STOP: Final = 10.0
USAGE: Final = 2
LOOPYARD: Final = (sys.executable, "-c", "from loopyard.cli.main import main; main()")
PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "mojaloop_connector": ("inbound", "outbound"),
    "core_connector": ("sdk", "dfsp"),
}
"""The reference connectors, which can run in processes of their own, and where each listens."""


class Misused(Exception):
    """The world refuses what it was told, such as its file; the text is its own."""


class OwnWorld:
    """A world that lives as long as the run. Ctrl-C ends the run, not the world: it is still needed for the audit."""

    def __init__(self, file: Path, processes: int, seed: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="loopyard-load-")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._file, self._processes, self._seed = file, processes, seed
        self.faces: Mapping[str, str] = {}

    def start(self) -> None:
        """Start it and wait until everything listens. Raises Unreachable with its last words when it does not, and Misused."""
        urls = Path(self._folder.name) / "urls.json"
        apart = {name: [f"{name}.{face}" for face in faces] for name, faces in PLACES.items()} if self._processes > 1 else {}
        places = dict(zip([face for faces in apart.values() for face in faces], free_addresses(4), strict=False))
        self._run(
            "world", "up", "--world", str(self._file), "--seed", self._seed, "--ports", "random", "--urls", str(urls),
            *(part for name in apart for part in ("--without", name)),
            *(part for face, url in places.items() for part in ("--place", f"{face}={url}")),
        )  # fmt: skip
        self._wait("world", urls.exists)
        self.faces = json.loads(urls.read_text(encoding="utf-8"))
        for name, faces in apart.items():
            self._run(name, "connector", name, "--world", self.faces["control"])
            self._wait(name, lambda faces=faces: all(listens(places[face]) for face in faces))  # type: ignore[misc]

    def running(self) -> dict[int, str]:
        """The names of its processes, by their numbers."""
        return {process.pid: name for name, process in self._running.items()}

    def dead(self) -> str | None:
        """The last words of a process that has ended by itself."""
        ended = [name for name, process in self._running.items() if process.poll() is not None]
        return f"{ended[0]} has ended by itself: {self._last_words(ended[0])}" if ended else None

    def stop(self) -> None:
        """End every process of it, the politely asked first."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
        self._folder.cleanup()

    def _run(self, name: str, *arguments: str) -> None:
        with (Path(self._folder.name) / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [*LOOPYARD, *arguments], stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=end_with_parent,
            )  # fmt: skip

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        try:
            with gevent.Timeout(START):
                while not ready():
                    if (code := self._running[name].poll()) is not None:
                        raise (Misused if code == USAGE else Unreachable)(f"{name} did not start: {self._last_words(name)}")
                    gevent.sleep(0.05)
        except gevent.Timeout:
            raise Unreachable(f"{name} was not up after {START:g} seconds: {self._last_words(name)}") from None

    def _last_words(self, name: str) -> str:
        log = (Path(self._folder.name) / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return log.strip()[-600:] or "it said nothing"


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent is killed without a chance to do it. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_addresses(count: int) -> Sequence[str]:
    """Addresses that nobody listens at now. Somebody may take one before we do; then the start says so."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return found


def listens(url: str) -> bool:
    """Whether somebody accepts connections there."""
    host, _, port = url.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True
