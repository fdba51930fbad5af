"""The ear of a participant: a listener in the generator's own process, which wakes who waits for a callback."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gevent.event import AsyncResult
from gevent.pywsgi import WSGIServer

ERROR = "/error"


@dataclass(frozen=True, slots=True)
class Callback:
    """One callback: an answer, or with `failed` the error in its place."""

    failed: bool
    body: Any


class Callbacks:
    """Takes every callback, wanted or not, as a participant must; `host` is the name under which the hub finds it."""

    def __init__(self, host: str) -> None:
        self._waiting: defaultdict[str, list[AsyncResult]] = defaultdict(list)
        self._server = WSGIServer(("127.0.0.1" if host == "127.0.0.1" else "0.0.0.0", 0), self._take, log=None)
        self._host = host
        self.unexpected = 0

    def open(self) -> None:
        self._server.start()

    def close(self) -> None:
        self._server.stop(timeout=1)

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._server.server_port}"

    def expect(self, path: str) -> AsyncResult:
        """What will hold the callback at `path`, or the error that comes in its place. Ask before the request goes out: over
        loopback the callback may overtake the answer."""
        waiting = AsyncResult()
        self._waiting[path].append(waiting)
        return waiting

    def forget(self, path: str, waiting: AsyncResult) -> None:
        """Nobody waits any more: what comes now is unexpected."""
        others = [each for each in self._waiting.get(path, ()) if each is not waiting]
        if others:
            self._waiting[path] = others
        else:
            self._waiting.pop(path, None)

    def _take(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path, content = environ["PATH_INFO"], environ["wsgi.input"].read()
        waiting = self._waiting.pop(path.removesuffix(ERROR), [])
        self.unexpected += not waiting
        heard = Callback(path.endswith(ERROR), json.loads(content) if content else None)
        for each in waiting:
            each.set(heard)
        start_response("200 OK", [("Content-Length", "0")])
        return []
