"""Runs the connectors of a world in process: start, stop, restart, and a crash at a named boundary."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from loopyard.kernel.clock import Clock, Crew, SkewedClock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client
from loopyard.transport.endings import Hangup, reset
from loopyard.transport.messages import Reply, Request
from loopyard.transport.service import Connector, Service, Surroundings
from loopyard.world.listening import Listening


@dataclass(slots=True)
class Crash:
    """An order to crash: at which boundary, and after how many passages of it."""

    boundary: str
    passages: int


class ConnectorHost:
    """One connector with its listeners, its crew and its store. Listeners stay; what answers behind them comes and goes."""

    decides = True

    def __init__(
        self,
        name: str,
        connector: Connector,
        settings: Mapping[str, Any],
        clock: Clock,
        url: Callable[[str, str], str],
        store: Path,
        listening: Listening | None = None,
    ) -> None:
        self.name = name
        self.connector = connector
        self.boundaries: dict[str, None] = {}  # each once, in the order of first passing: a load run passes them for ever
        self._settings = self._own_settings = settings
        self._ahead = timedelta(0)
        self._clock = clock
        self._url = url
        self._store = store
        self._crew = Crew(clock)
        self.client = Client(clock, Ids(name))
        self._service: Service | None = None
        self._crash: Crash | None = None
        self._parts: Mapping[str, Any] = {}
        self._ids = Ids(name)
        self._lives = 0
        self._listening = listening or Listening()
        self.listeners = {
            face: self._listening.listener(clock, self._answerer(face), f"{name}.{face}") for face in connector.ports
        }

    @property
    def running(self) -> bool:
        return self._service is not None

    async def listen(self) -> None:
        """Open every face. Raises InfrastructureError for a port that is taken."""
        for face, listener in self.listeners.items():
            await self._listening.open(f"{self.name}.{face}", listener)

    async def begin(self, ids: Ids, parts: Mapping[str, Any]) -> None:
        """Start anew with an empty store, its own settings and the right time."""
        self._settings, self._ahead = self._own_settings, timedelta(0)
        await self._start_anew(ids, parts)

    async def _start_anew(self, ids: Ids, parts: Mapping[str, Any]) -> None:
        await self.stop()
        self.connector.forget(self._store)
        for leftover in self._store.parent.glob(f"{self._store.name}*"):
            leftover.unlink()
        self._ids, self._parts, self._lives = ids, parts, 0
        self.boundaries.clear()
        self._crash = None
        await self.restart()

    async def restart(self) -> None:
        """Start over the store as it is: what was unfinished is taken up."""
        self._lives += 1
        ids = self._ids.fork(f"life {self._lives}")
        self.client.ids = ids.fork("calls")
        clock = SkewedClock(self._clock, self._ahead) if self._ahead else self._clock
        self._crew = Crew(clock)
        surroundings = Surroundings(
            self.name,
            clock,
            self._crew,
            ids,
            self.client,
            self._url,
            self._store,
            self._settings,
            self._parts,
            self._pass,
        )
        self._service = self.connector.build(surroundings)
        await self._service.start()

    async def configure(self, settings: Mapping[str, Any]) -> None:
        """Start anew with these settings beside its own, until the next reset."""
        self._settings = {**self._settings, **settings}
        await self._start_anew(self._ids, self._parts)

    async def skew(self, seconds: float) -> None:
        """Start anew with a clock that is ahead by `seconds` (behind when negative), until the next reset."""
        self._ahead = timedelta(seconds=seconds)
        await self._start_anew(self._ids, self._parts)

    def crash_at(self, boundary: str, passages: int = 1) -> None:
        """Crash when `boundary` is passed for the given time."""
        self._crash = Crash(boundary, passages)

    async def crash(self) -> None:
        """Crash now, from outside: tasks end where they are, the store stays."""
        self._crew.dismiss()
        await self._let_go()

    async def stop(self) -> None:
        self._crew.dismiss()
        await self._let_go()

    async def close(self) -> None:
        """Stop for good: listeners and connections too."""
        await self.stop()
        self.connector.forget(self._store)
        await self.client.close()
        for listener in self.listeners.values():
            await listener.stop()

    async def _let_go(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            await service.stop()

    def _pass(self, boundary: str) -> None:
        self.boundaries[boundary] = None
        order = self._crash
        if order is None or order.boundary != boundary:
            return
        order.passages -= 1
        if order.passages == 0:
            self._crash = None
            crew, self._service, service = self._crew, None, self._service
            crew.dismiss()
            if service is not None:
                self._clock.spawn(service.stop(), f"{self.name} lets go of its store")
            raise asyncio.CancelledError(f"{self.name} crashed at {boundary}")

    def _answerer(self, face: str) -> Callable[[Request], Awaitable[Reply]]:
        async def answer(request: Request) -> Reply:
            service = self._service
            if service is None:
                raise Hangup(reset, "reset")
            with self._crew.guest():
                try:
                    return await service.faces[face](request)
                except asyncio.CancelledError:
                    if self._service is service:
                        raise
                    raise Hangup(reset, "reset") from None

        return answer
