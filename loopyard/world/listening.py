"""Where the faces of a world listen: on which host, under which name others are told to call, and at which ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from loopyard.kernel.clock import Clock
from loopyard.kernel.errors import InfrastructureError
from loopyard.transport.messages import Handler
from loopyard.transport.server import Listener

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Listening:
    """Free ports of loopback, unless it is said otherwise. `ports` are by "party.face"; 0 takes a free one."""

    bind: str = LOOPBACK
    advertise: str | None = None
    ports: Mapping[str, int] = field(default_factory=dict)

    def listener(self, clock: Clock, handler: Handler, face: str) -> Listener:
        """A listener for a face, such as "hub.fspiop"; it is not open yet."""
        return Listener(clock, handler, self.bind, self.ports.get(face, 0), self.advertise)

    async def open(self, face: str, listener: Listener) -> None:
        """Open a face's listener. Raises InfrastructureError for a port that is taken."""
        try:
            await listener.start()
        except OSError as error:
            raise InfrastructureError(
                f"{face} cannot listen on {self.bind}:{self.ports.get(face, 0)}: {error.strerror or error}; stop what listens "
                f"there, give {face} another port in [ports] of the world file, or let the machine choose with --ports random"
            ) from error
