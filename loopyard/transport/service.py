"""What a connector is to the world that starts it: faces to listen on, a start, a stop, and the surroundings it gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from loopyard.kernel.clock import Clock, Crew
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client
from loopyard.transport.messages import Handler


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a connector runs. `url(party, face)` finds its neighbours; `store` is the file that outlives a crash.

    `parts` are replacements for named parts of the connector: the seams through which mutants and a team's own parts come.
    """

    name: str
    clock: Clock
    crew: Crew
    ids: Ids
    client: Client
    url: Callable[[str, str], str]
    store: Path
    settings: Mapping[str, Any]
    parts: Mapping[str, Any] = field(default_factory=dict)
    boundary: Callable[[str], None] = lambda name: None
    """Called at every operation boundary with its name; a host that wants a crash there raises from it."""


class Service(Protocol):
    """A running connector. `faces` are its handlers by name; each gets a listener of its own."""

    @property
    def faces(self) -> Mapping[str, Handler]: ...

    async def start(self) -> None:
        """Take up what the store holds unfinished."""

    async def stop(self) -> None:
        """Close the store. Nothing is lost by not calling it: that is what a crash is."""


@dataclass(frozen=True, slots=True)
class Connector:
    """The declaration of a connector: what its package exports under `loopyard.connectors`.

    `ports` are the conventional ports of its faces; `environment` is the settings block of the real software in its place.
    `optional` are faces that another connector in its place may not have: it has them where the world file says where they are.
    `forget` removes what it keeps elsewhere than in the files that begin with its store's name.
    """

    kind: str
    build: Callable[[Surroundings], Service]
    ports: Mapping[str, int]
    environment: Callable[[Surroundings], Mapping[str, str]]
    optional: frozenset[str] = frozenset()
    forget: Callable[[Path], None] = lambda store: None
