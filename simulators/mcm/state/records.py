"""What the connection manager keeps: DFSPs with their certificates, keys, endpoints and enrollments. No rules of PKI here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from loopyard.kernel.lifecycle import Lifecycle
from simulators.mcm.state.verdict import Verdict

Direction = Literal["INGRESS", "EGRESS"]
ItemType = Literal["IP", "URL"]

ENROLLMENT: Final = Lifecycle(
    "enrollment",
    initial="NEW",
    final=(),
    transitions={
        ("NEW", "load"): "CSR_LOADED",
        ("CSR_LOADED", "sign"): "CERT_SIGNED",
        ("CERT_SIGNED", "sign"): "CERT_SIGNED",  # a certificate may be issued again for the same request
    },
)
"""The request is here; the certificate is here. That a certificate is wrong is said by its validations, not by its state."""

ENDPOINT: Final = Lifecycle(
    "endpoint item",
    initial="NEW",
    final=(),
    transitions={
        ("NEW", "confirm"): "CONFIRMED",
        ("CONFIRMED", "confirm"): "CONFIRMED",
        ("NEW", "change"): "NEW",
        ("CONFIRMED", "change"): "NEW",
    },
)
"""What a DFSP says of its addresses awaits the operator, who confirms it once it is open in the firewalls."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A DFSP's own CA, as it was uploaded."""

    root: str
    chain: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A server's certificate with what leads to its root."""

    certificate: str
    chain: str | tuple[str, ...]
    root: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class JwsKey:
    """A public key that messages are signed with. `created_at` is in seconds since 1970, as its maker says."""

    dfsp: str
    public_key: str
    created_at: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A request for a client certificate on its way to one. `private_key` only where the request was made here."""

    id: int
    csr: str
    state: str
    verdict: Verdict | None = None
    certificate: str | None = None
    private_key: str | None = None

    def signed(self, certificate: str, verdict: Verdict) -> Enrollment:
        """The same with its certificate. Raises IllegalTransition."""
        return replace(self, certificate=certificate, verdict=verdict, state=ENROLLMENT.next(self.state, "sign"))


@dataclass(slots=True)
class Item:
    """One address that is opened in firewalls: of a DFSP, or of the hub (`dfsp` is None)."""

    id: int
    dfsp: str | None
    direction: Direction
    type: ItemType
    value: Mapping[str, Any]
    created: datetime
    state: str = ENDPOINT.initial


@dataclass(frozen=True, slots=True)
class Direct:
    """The configuration of one direction as a connector uploads it: a URL to be called at, or addresses to call from."""

    id: int
    dfsp: str
    direction: Direction
    value: Mapping[str, Any]
    created: datetime


@dataclass(slots=True)
class Dfsp:
    """One institution. `inbound` are its own requests, signed by the hub; `outbound` the hub's, signed by its CA."""

    id: str
    name: str
    monetary_zone: str | None = None
    is_proxy: bool = False
    security_group: str = ""
    fxp_currencies: tuple[str, ...] = ()
    ca: Authority | None = None
    server: ServerCertificate | None = None
    inbound: dict[int, Enrollment] = field(default_factory=dict)
    outbound: dict[int, Enrollment] = field(default_factory=dict)
    directs: dict[Direction, Direct] = field(default_factory=dict)
    states: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    reported: datetime | None = None
    credentials: tuple[str, str, datetime] | None = None
    onboarded: bool = False
