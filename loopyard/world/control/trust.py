"""Trust between the parties: TLS on faces, certificates good and bad, and from where somebody calls. Each holds until the next
reset."""

from __future__ import annotations

from typing import Final

from loopyard.transport.pki import Kind
from loopyard.world.composition import Composition
from loopyard.world.control.base import ControlOperation, Json
from loopyard.world.trust import FACES, Shown


async def enable(world: Composition, faces: tuple[str, ...] = FACES) -> Json:
    """Serve `faces` over TLS with certificates on both sides; by default what a scheme secures. Connectors are started anew
    by `connectors.configure`, for they have settings of their own."""
    await world.trust.enable(faces)


async def serve(world: Composition, face: str, certificate: Kind) -> Json:
    """Have `face` show another certificate: own, expired, of-another-authority, revoked, for-another-host."""
    await world.trust.serve(face, certificate)


def present(world: Composition, party: str, certificate: Shown) -> Json:
    """Have simulator `party` show another certificate to those whom it calls; `none` is no certificate."""
    world.trust.present(party, certificate)


def refused(world: Composition) -> Json:
    """Who was refused a handshake since the last reset: when, at which face, why. There was no request, so none is logged."""
    return [{"at": each.at.isoformat(), "face": each.face, "why": each.why} for each in world.trust.refused]


def leave_from(world: Composition, party: str, address: str | None = None) -> Json:
    """Have simulator `party` call from another address of this machine, such as 127.0.0.21; without one as before."""
    world.trust.leave_from(party, address)


OPERATIONS: Final = (
    ControlOperation("tls.enable", enable),
    ControlOperation("tls.serve", serve),
    ControlOperation("tls.present", present),
    ControlOperation("tls.refused", refused),
    ControlOperation("network.leave-from", leave_from),
)
