"""Whom the parties of a world trust: which faces want certificates, what each simulator shows, and from where it calls.
Certificates are throw-away ones; how a handshake works is known to the transport, and a connector decides for itself whom it
trusts and what it shows."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from loopyard.kernel.errors import UsageError
from loopyard.transport.client import Client
from loopyard.transport.pki import KINDS, Kind, throwaway_pki
from loopyard.transport.server import Listener
from loopyard.transport.tls import client_context, server_context

Shown = Literal["own", "expired", "of-another-authority", "revoked", "for-another-host", "none"]
FACES: Final = ("hub.fspiop", "dfsp.fspiop", "fxp.fspiop", "mojaloop_connector.inbound")
"""What a scheme secures: the hub towards its participants, and they towards it."""
_NEWEST: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
_CONTROL: Final = "control"


@dataclass(frozen=True, slots=True)
class TlsProfile:
    """The table `[world.tls]`. Both sides show certificates on the faces that it names."""

    faces: tuple[str, ...] = ()
    """Faces that are served over TLS, by "party.face"; none: everything is in the clear."""
    newest: Literal["1.2", "1.3"] = "1.2"
    """The newest version that listeners speak; see `transport.tls.server_context`."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A caller that did not get through a handshake. There was no request, so the log of traffic has none."""

    at: datetime
    face: str
    why: str


class Owner(Protocol):
    """A party of the world: it listens and calls. One that `decides` has its own settings of whom it trusts."""

    name: str
    decides: bool

    @property
    def listeners(self) -> Mapping[str, Listener]: ...

    @property
    def client(self) -> Client: ...


class Trust:
    """The state of one world's trust. `refused` lists who was refused a handshake since the last reset."""

    def __init__(self, profile: TlsProfile, owners: Callable[[], Iterable[Owner]], now: Callable[[], datetime]) -> None:
        self._profile = profile
        self._owners = owners
        self._now = now
        self._faces: set[str] = set()
        self.refused: list[Refusal] = []

    async def reset(self) -> None:
        """As the world file has it."""
        self.refused.clear()
        for owner in self._owners():
            if not owner.decides:
                owner.client.leave_from(None)
                owner.client.trust(None)
        await self._secure(set(self._profile.faces))

    async def enable(self, faces: Iterable[str]) -> None:
        """Serve these faces over TLS, and give every simulator a certificate. Raises UsageError."""
        await self._secure({self._known(face) for face in faces})

    async def _secure(self, faces: set[str]) -> None:
        before, self._faces = self._faces, faces
        for face, listener in self._listeners().items():
            if face in faces:
                await listener.secure(self._context(face, "own"))
            elif face in before:
                await listener.secure(None)
        for owner in self._owners() if faces else ():
            if not owner.decides:
                self._show(owner, "own")

    async def serve(self, face: str, certificate: Kind) -> None:
        """Have a face show another certificate. Raises UsageError."""
        await self._listeners()[self._known(face)].secure(self._context(face, _kind(certificate)))

    def present(self, party: str, certificate: Shown) -> None:
        """Have a simulator show another certificate to the servers that it calls, or none. Raises UsageError."""
        self._show(self._owner(party), certificate)

    def leave_from(self, party: str, address: str | None) -> None:
        """Have a simulator call from another address of this machine. Raises UsageError."""
        self._owner(party).client.leave_from(address)

    def _show(self, owner: Owner, certificate: Shown) -> None:
        pki = throwaway_pki()
        own = None if certificate == "none" else pki.credential(owner.name, _kind(certificate))
        owner.client.trust(client_context(own, pki.root))

    def _context(self, face: str, certificate: Kind) -> ssl.SSLContext:
        pki = throwaway_pki()
        credential = pki.credential(face.partition(".")[0], certificate)
        complain = lambda why: self.refused.append(Refusal(self._now(), face, why))  # noqa: E731
        return server_context(credential, pki.root, pki.crl, complain, _NEWEST[self._profile.newest])

    def _listeners(self) -> dict[str, Listener]:
        return {f"{owner.name}.{face}": each for owner in self._owners() for face, each in owner.listeners.items()}

    def _known(self, face: str) -> str:
        if face not in self._listeners():
            known = ", ".join(self._listeners())
            raise UsageError(_CONTROL, f"face {face}", "is not served by this world", f"choose among {known}")
        return face

    def _owner(self, party: str) -> Owner:
        found = {each.name: each for each in self._owners()}
        if party not in found:
            raise UsageError(_CONTROL, f"party {party}", "is not of this world", f"choose among {', '.join(found)}")
        if found[party].decides:
            raise UsageError(_CONTROL, f"party {party}", "decides for itself", "start it with other settings")
        return found[party]


def _kind(certificate: str) -> Kind:
    for kind in KINDS:
        if kind == certificate:
            return kind
    raise UsageError(_CONTROL, f"certificate {certificate}", "is not known", f"choose among {', '.join(KINDS)}")
