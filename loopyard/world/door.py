"""The door of a world: its control operations over HTTP, its health and its metrics. Loopback only, unless a token is set."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import orjson

from loopyard.engine.bodies import MalformedBody, read_json
from loopyard.kernel.clock import RealClock
from loopyard.kernel.errors import InfrastructureError, LoopyardError, Stuck, UsageError
from loopyard.kernel.failures import told
from loopyard.transport.messages import Reply, Request
from loopyard.transport.router import NoRoute, Router
from loopyard.transport.server import Listener
from loopyard.world import control
from loopyard.world.composition import Composition
from loopyard.world.remote import TOKEN

FACE: Final = "control"
LOG = logging.getLogger("loopyard.control")
JSON: Final = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked for: "operation", "catalogue", "health" or "metrics"."""

    kind: str


class Door:
    """Serves one world. It goes by the wall clock, whatever clock the world goes by: nobody in the world waits for it."""

    def __init__(self, world: Composition, token: str | None = None) -> None:
        listening = world.listening
        if not token and not _loopback(listening.bind):
            raise UsageError(
                "--bind", listening.bind, "is beyond loopback, where anybody could move the world",
                f"set a token: --token, or the environment variable {TOKEN}",
            )  # fmt: skip
        self._world = world
        self._token = token
        self._router = Router(
            (
                ("POST", "/control/{name}", Route("operation")),
                ("GET", "/control", Route("catalogue")),
                ("GET", "/health", Route("health")),
                ("GET", "/metrics", Route("metrics")),
            )
        )
        self._listener: Listener = listening.listener(RealClock(), self._answer, FACE)

    @property
    def url(self) -> str:
        return self._listener.url

    async def open(self) -> None:
        """Listen. Raises InfrastructureError for a port that is taken."""
        await self._world.listen(FACE, self._listener)

    async def close(self) -> None:
        await self._listener.stop()

    async def _answer(self, request: Request) -> Reply:
        try:
            match = self._router.find(request.method, request.path)
        except NoRoute as error:
            return _refused(405 if error.allowed else 404, error, "POST /control/<operation>, GET /control, /health, /metrics")
        if match.target.kind == "health":
            return _json(200, {"status": "up", "world": self._world.file.plan.name})
        if not self._admitted(request):
            return _refused(401, UsageError("control", "Authorization", "wants this world's token", f"send Bearer {TOKEN}"))
        if match.target.kind == "catalogue":
            return _json(200, control.catalogue(self._world))
        if match.target.kind == "metrics":
            from loopyard.world.metrics import CONTENT_TYPE, exposition  # here: who does not scrape does not load it

            return Reply(200, exposition(self._world), (("Content-Type", CONTENT_TYPE),))
        return await self._operate(unquote(match.params["name"]), request.body)

    def _admitted(self, request: Request) -> bool:
        if not self._token:
            return True
        return hmac.compare_digest((request.header("Authorization") or "").encode(), f"Bearer {self._token}".encode())

    async def _operate(self, name: str, body: bytes) -> Reply:
        try:
            arguments = read_json(body)
            if not isinstance(arguments, Mapping | None):
                raise MalformedBody(f"arguments are an object of JSON, not {type(arguments).__name__}")
            return _json(200, await control.call(self._world, name, arguments or {}))
        except Stuck as error:
            return _refused(409, error)
        except InfrastructureError as error:
            return _refused(503, error)
        except LoopyardError as error:
            return _refused(400, error)
        except Exception as error:  # a defect of the harness: whoever asked shall see it, and the world goes on
            LOG.error("control operation %s failed in a way that nobody foresaw: %s", name, told(error))
            return _refused(500, error)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _json(status: int, content: Any) -> Reply:
    return Reply(status, orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS), JSON)


def _refused(status: int, error: Exception, hint: str = "") -> Reply:
    text = f"{error}; there is {hint}" if hint else str(error) or type(error).__name__
    return _json(status, {"error": type(error).__name__, "message": text})
