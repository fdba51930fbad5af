"""A world in another process: the same client, over HTTP. What the door on its side is stands in door.py."""

from __future__ import annotations

import http.client
import os
import socket
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

import orjson

from loopyard.kernel.errors import InfrastructureError, Stuck, UsageError
from loopyard.world.client import World
from loopyard.world.control.base import Elsewhere, NotPossible

TOKEN: Final = "LOOPYARD_TOKEN"
"""The environment variable that holds the token of a world that listens beyond loopback."""
PATIENCE: Final = 900.0  # real seconds for one operation: a day of virtual time may be long


class WorldUnreachable(InfrastructureError):
    """Nothing answers at the address of a world, or what answers is none."""


class WrongToken(UsageError):
    """The world wants another token, or one at all."""


def is_url(place: str) -> bool:
    """Whether a world is named by its address and not by its file."""
    return place.startswith(("http://", "https://"))


def connect(url: str, token: str | None = None) -> World:
    """A client of the world whose control listens at `url`. Raises WorldUnreachable, WrongToken."""
    door = Door(url, os.environ.get(TOKEN) if token is None else token)
    world = World(door, door.close)
    try:
        world.control("clock.now")
    except BaseException:
        world.close()
        raise
    return world


class Door:
    """Calls control operations over one connection that is kept. Not for several threads at once."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        if parts.scheme != "http" or not parts.hostname:
            raise UsageError("--world", url, "is no address of a world", "write http://host:port, as `loopyard up` prints it")
        self._base = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=PATIENCE)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __call__(self, name: str, arguments: Mapping[str, Any]) -> Any:
        status, body = self._post(f"{self._base}/control/{quote(name)}", orjson.dumps(arguments))
        try:
            told = orjson.loads(body) if body else None
        except orjson.JSONDecodeError:
            raise WorldUnreachable(f"{self.url} answers, but not as a world does: {body[:80]!r}") from None
        if status == 200:
            return told
        raise self._refusal(status, name, told)

    def close(self) -> None:
        self._connection.close()

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        try:
            self._connection.request("POST", path, body, self._headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> WorldUnreachable:
        what = "is no host name that this machine knows" if isinstance(error, socket.gaierror) else f"{error}"
        return WorldUnreachable(
            f"no world answers at {self.url}: {what}; start one with `loopyard up`, which prints its control's address"
        )

    def _refusal(self, status: int, name: str, told: Any) -> Exception:
        if not (isinstance(told, dict) and {"error", "message"} <= told.keys()):
            return WorldUnreachable(f"{self.url} answers {status}, but not as a world does; is it the address of its control?")
        text = str(told["message"])
        if status == 401:
            return WrongToken(self.url, TOKEN, text, f"set the environment variable {TOKEN} to the token of that world")
        if told["error"] == Elsewhere.__name__:
            return Elsewhere(text)
        if status >= 500 or told["error"] == Stuck.__name__:
            return InfrastructureError(f"{name}: the world answers {status}: {text}")
        return NotPossible(text)
