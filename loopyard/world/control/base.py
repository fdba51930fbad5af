"""What a control operation is, and what is said of one that cannot be carried out. What there is to do stands beside it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.settings import bind

if TYPE_CHECKING:
    from loopyard.world.composition import Composition

Json = Any
CONTROL = "control"
"""The place that complaints about arguments name."""


class NotPossible(LoopyardError):
    """A control request that makes no sense; the world is unchanged."""


class Elsewhere(NotPossible):
    """What is asked of a connector can be done by its host alone, and it does not run in this world."""


@dataclass(frozen=True, slots=True)
class ControlOperation:
    """One ability of a world: its stable name, and what it does with its arguments, which are the parameters of `handle`.

    The docstring of `handle` is the documentation, wherever it is read.
    """

    name: str
    handle: Callable[..., Json | Awaitable[Json]]

    async def __call__(self, world: Composition, arguments: Mapping[str, Json]) -> Json:
        """Carry it out. Raises UsageError for arguments that it does not take."""
        result = self.handle(world, **bind(self.handle, arguments, self.name, CONTROL))
        return await result if inspect.isawaitable(result) else result

    @property
    def documentation(self) -> str:
        return inspect.getdoc(self.handle) or ""
