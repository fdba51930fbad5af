"""What a world file may say about peer DFSPs: the simulator's own settings, and the options of each DFSP it plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """The table `[simulators.dfsp]`."""

    hub: str = "hub"
    """Instance name of the hub whose face `fspiop` takes all messages."""
    version: str = "2.0"
    """FSPIOP version of the media types that are sent."""
    secret: str = "a secret of the yard"
    """From which fulfilments are made; the same for every peer, so that a world is repeatable."""
    blocked_code: str = "5400"
    """What is answered for a blocked account (inferred: schemes use 5400 or 3204)."""
    closed_code: str = "3204"
    """What is answered for a closed account (inferred)."""
    question_tries: int = 3
    """How often a payee asks the hub for the state of a transfer that it has reserved (the connector's number)."""
    payer_tries: int = 20
    """How often a payer asks for a transfer whose outcome is unknown (ours: the rule is "until final")."""
    timeout_seconds: float = 30.0
    """How long a payer waits for the callback of a lookup, quote or conversion (the connector's default)."""
    token_realm: str = ""
    """Where each participant gets an access token with the secret `<id>-secret`: "iam.oidc/realms/dfsps"; empty: none."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Private key in PEM by participant id; who has one signs."""
    ilp_version: Literal["", "1", "4"] = ""
    """Version of ILP packets, conditions and fulfilments; by default 4 where any participant speaks ISO 20022, else 1."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one `[[dfsp]]`. Charges are amounts in whatever currency is paid ("1.5") or shares ("1%")."""

    fee: str = "0"
    """Payee fee, taken from what the payee receives."""
    commission: str = "0"
    """Payee commission, paid by the payer's DFSP."""
    sending_fee: str = "0"
    """The payer's own fee, on top of what is sent."""
    limit: str | None = None
    """Largest amount of one inbound payment; above it a quote is refused with 5200."""
    expiry_seconds: float = 60.0
    """How long a quote is good."""
    transfer_seconds: float = 60.0
    """How long an outbound transfer may take before it expires."""
    answers: Literal["RESERVED", "COMMITTED"] = "RESERVED"
    """RESERVED: hold, and credit when the hub says so. COMMITTED: credit at once, and take it back when the hub aborts."""
    grace_seconds: float = 15.0
    """Without notice of a reserved transfer, the hub is asked after this; a payer asks this long after expiry."""
    supported_currencies: tuple[str, ...] = ()
    """What a lookup says a customer can receive; by default the currency of the account."""
    reject_on_expired_quote: bool = True
    """Whether a transfer that is in time itself is refused (3302) because its quote has expired."""
    iso_profile: Literal["strict", "like_sdk"] = "strict"
    """How ISO 20022 is written by one whose api that is: as the standard has it, or as today's connectors do."""
    behaviour: tuple[Mapping[str, Any], ...] = ()
    """Behaviours from the start, each a table of `on`, `do`, `with`, `times`, `where`; see the README."""
