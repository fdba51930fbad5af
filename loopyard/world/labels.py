"""The names of a world as they may stand in metrics and spans: few, known beforehand, and never an id or a person."""

from __future__ import annotations

from typing import Final

from loopyard.world.channel import CHANNEL
from loopyard.world.composition import Composition, Instance
from loopyard.world.tally import OTHER

UNKNOWN: Final = ".unknown"
"""How the operation of a request ends that no face knows."""


class Names:
    """What one world has declared, by the names that its traffic bears."""

    def __init__(self, world: Composition) -> None:
        who = world.plan.participants
        self.parties: Final = frozenset({CHANNEL, *world.file.simulators, *world.file.connectors, *(each.id for each in who)})
        self._served: dict[str, str] = {}
        self._sent: dict[str, str] = {}
        for instance in world.instances.values():
            self._declare(instance)

    def _declare(self, instance: Instance) -> None:
        faces = instance.declaration.faces
        self._served |= {_here(instance, each.name): each.path for face in faces for each in face.operations}
        self._sent |= {_here(instance, each.name): each.path for each in instance.declaration.messages}

    def party(self, name: str) -> str:
        """A party of this world, or "other": a sender is whoever a header names."""
        return name if name in self.parties else OTHER

    def template(self, name: str) -> str | None:
        """The path of an operation or message with its parameters unfilled; None where the path is whatever was asked for."""
        return self._served.get(name) or self._sent.get(name)

    def sent(self, name: str) -> bool:
        """Whether a simulator sends this on its own: neither a request to one of its faces nor a call of the channel."""
        return not self.served(name) and name.partition(".")[0] != CHANNEL

    def served(self, name: str) -> bool:
        """Whether this is a request to a face, be it one that the face does not know."""
        return name in self._served or name.endswith(UNKNOWN)


def _here(instance: Instance, name: str) -> str:
    return ".".join((instance.name, *name.split(".")[1:]))
