"""Runs a profile of docker-compose.test.yml from an engine to an exit code, and ends everything it started but the engine.

The code is the suite's own, or 3 when the lab is broken: a suite that left no results has not run, whatever Compose says of it.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import docker
from docker.context import ContextAPI

from loopyard.kernel.errors import InfrastructureError

ROOT = Path(__file__).resolve().parents[1]
FILE = "docker-compose.test.yml"
ENGINE = "LOOPYARD_DOCKER_ENGINE"
BROKEN_LAB = 3

PROFILES = {
    "features": ("features", "build/junit.xml", "build/report/index.html"),
    "url": ("url-features", "build/url/junit.xml", "build/url/report/index.html"),
    "load": ("load", "build/load/report.html"),
}
"""By profile: the service whose end is the end, and what it must leave on the host."""


class EngineMissing(InfrastructureError):
    """No Docker engine answers, and none could be started."""


class ComposeFailed(InfrastructureError):
    """There is no Compose, images cannot be built, or the suite never ran."""


def run(profile: str, files: Sequence[str] = ()) -> int:
    """Build, run the profile to the end of its suite, say where its results are. Raises EngineMissing, ComposeFailed."""
    service, *results = PROFILES[profile]
    ensure_engine()
    for result in results:  # what lies there at the end is of this run
        (ROOT / result).unlink(missing_ok=True)
    compose = [*_compose(), "-f", FILE, *(part for file in files for part in ("-f", file)), "--profile", profile]
    # Without the service's name Compose builds and starts those of the default profile as well.
    if profile == "load":
        os.environ.setdefault("WORLD_FILE", "loadtests/world.toml")  # people of the default world would run out of money
    with _timed("built the images"):
        if _call([*compose, "build", "--quiet", *_to_build(profile)]):
            raise ComposeFailed("the images cannot be built, see above; behind a proxy or a mirror: docs/containers.md")
    try:
        with _timed(f"ran {service}"):
            code = _call([*compose, "up", "--exit-code-from", service, service])
    finally:
        _call([*compose, "down", "--volumes", "--remove-orphans"])
    missing = [result for result in results if not (ROOT / result).is_file()]
    if missing:
        raise ComposeFailed(f"{service} ended with {code} and left no {' and no '.join(missing)}; its last lines stand above")
    print(f"{service} ended with {code}; results: {', '.join(results)}")
    return code


def engine_answers() -> bool:
    """Whether a Docker engine answers where DOCKER_HOST or the current context of the Docker CLI say."""
    try:
        here = (
            docker.from_env() if os.environ.get("DOCKER_HOST") else docker.DockerClient(ContextAPI.get_current_context().Host)
        )
        try:
            return bool(here.ping())
        finally:
            here.close()
    except docker.errors.DockerException:
        return False


def ensure_engine() -> None:
    """Start an engine by the command in LOOPYARD_DOCKER_ENGINE where none answers. Raises EngineMissing."""
    if engine_answers():
        return
    command = os.environ.get(ENGINE, "").strip()
    if not command:
        raise EngineMissing(f"no Docker engine answers; start one, or set {ENGINE} to a command that does")
    try:
        code = subprocess.run(shlex.split(command), cwd=ROOT, stdout=sys.stderr, check=False).returncode
    except (OSError, ValueError) as error:
        raise EngineMissing(f"{ENGINE}={command} cannot be run: {error}; set it to a command that starts an engine") from error
    if code or not engine_answers():
        raise EngineMissing(f"{ENGINE}={command} ended with {code}, and no engine answers; run it by hand to see why")


def _compose() -> list[str]:
    """The plugin where there is one, else the program of its own, which is Compose v1 on older systems."""
    if (
        shutil.which("docker")
        and not subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
    ):
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    raise ComposeFailed("there is no Compose; install the plugin docker-compose-plugin, or docker-compose 1.27 or newer")


def _to_build(profile: str) -> tuple[str, ...]:
    service = PROFILES[profile][0]
    return ("world" if profile == "features" else "url-world", service)


def _call(command: Sequence[str]) -> int:
    print(f"$ {shlex.join(command)}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = perf_counter()
    yield
    print(f"{what} in {perf_counter() - began:.0f} s", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make compose", description=__doc__)
    parser.add_argument("profile", nargs="?", choices=tuple(PROFILES), default="features")
    parser.add_argument("--file", action="append", default=[], metavar="FILE", help="a Compose file on top; repeatable")
    chosen = parser.parse_args(arguments)
    try:
        return run(chosen.profile, chosen.file)
    except InfrastructureError as error:
        print(f"compose: {error}", file=sys.stderr)
        return BROKEN_LAB


if __name__ == "__main__":
    sys.exit(main())
