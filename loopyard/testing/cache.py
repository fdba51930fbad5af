"""The Redis that scenarios use, found on this machine or named by LOOPYARD_REDIS, and a door before it that can be shut: to
whoever goes through it the server is then away, and nobody else is disturbed."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from loopyard.kernel.addresses import REMEDY, redis_server
from loopyard.kernel.errors import UsageError

VARIABLE: Final = "LOOPYARD_REDIS"
USUAL: Final = "redis://127.0.0.1:6379"
LOOPBACK: Final = "127.0.0.1"
CHUNK: Final = 65_536


def address() -> str:
    """Where the server is expected. Raises UsageError when the variable holds no address of a Redis without TLS."""
    url = os.environ.get(VARIABLE, "") or USUAL
    try:
        redis_server(url, ("redis",))
    except ValueError as error:
        raise UsageError("environment", VARIABLE, f"is no address of a Redis: it {error}", REMEDY) from None
    return url


def missing() -> str:
    """Why scenarios cannot use a Redis here; empty when they can. Raises UsageError for an address that is none."""
    url = address()
    where = "{}:{}".format(*redis_server(url))
    try:
        import redis
    except ImportError:
        return "the package redis is not installed: pip install 'loopyard[redis]'"
    client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    except (redis.exceptions.AuthenticationError, redis.exceptions.NoPermissionError) as failure:
        return f"the Redis at {where} refuses the login ({type(failure).__name__}): name user and password in {VARIABLE}"
    except redis.exceptions.RedisError as failure:
        return f"no Redis at {where} ({type(failure).__name__}): start one, or name one in {VARIABLE}"
    finally:
        client.close()
    return ""


def required() -> bool:
    """Whether doing without it is a failure: so it is in CI."""
    return os.environ.get("CI", "").lower() in ("true", "1")


class Door:
    """Passes connections on to the server, from a port of its own. `url` leads through it; open on entry."""

    def __init__(self) -> None:
        url = address()
        found, self._server = urlsplit(url), redis_server(url)
        self._userinfo = found.netloc.rpartition("@")[0]
        self._path = found.path
        self._lock = threading.Lock()
        self._port = 0
        self._listener: socket.socket | None = None
        self._ends: list[socket.socket] = []

    @property
    def url(self) -> str:
        login = f"{self._userinfo}@" if self._userinfo else ""
        return f"redis://{login}{LOOPBACK}:{self._port}{self._path}"

    def __enter__(self) -> Door:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.shut()

    def open(self) -> None:
        """Let connections through, at the same port each time."""
        if self._listener is not None:
            return
        self._listener = socket.create_server((LOOPBACK, self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._answer, args=(self._listener,), name="door", daemon=True).start()

    def shut(self) -> None:
        """Let no more through, and break those that are."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
            listener.close()
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            _break(end)

    def _answer(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                caller, _ = listener.accept()
                server = socket.create_connection(self._server)
                with self._lock:
                    self._ends += [caller, server]
                for one, other in ((caller, server), (server, caller)):
                    threading.Thread(target=_pass_on, args=(one, other), name="door", daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while content := one.recv(CHUNK):
            other.sendall(content)
    _break(one)
    _break(other)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
