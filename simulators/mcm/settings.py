"""What a world file may say about the connection manager. What is inferred, or is ours, stands in the README."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Tokens:
    """Who may call. Off by default, as the real service without an identity provider is."""

    required: bool = False
    """Ask for a Bearer token on everything but health."""
    issuer: str = "iam.oidc/realms/dfsps"
    """The realm whose tokens hold: a neighbour, its face and the path there, or an address."""
    audience: str = ""
    """What `aud` must be or hold; empty: anything. Real deployments want `connection-manager-api`."""
    keys_seconds: float = 300.0
    """How long the realm's keys are taken for known before they are read again (ours)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The table `[simulators.mcm]`."""

    hub_name: str = "Hub"
    """The DFSP id under which the hub's own JWS key is published: FSPIOP-Source of its own messages."""
    switch_fqdn: str = "switch.example.com"
    """Common name of the hub's server certificate, and of a client certificate whose request has none."""
    key_length: int = 4096
    """The least length of RSA keys in certificates and requests: 4096 or 2048."""
    sign_expiry_hours: float = 43_800.0
    """For how long a client certificate is good; it ends with the hub's CA at the latest."""
    ca_expiry_hours: float = 8_760.0
    """For how long a hub CA is good."""
    operator: Literal["automatic", "manual"] = "automatic"
    """Whether the hub's operator signs every valid request by itself, or only when it is told to (ours)."""
    sign_seconds: float = 0.0
    """How long an automatic operator takes (ours)."""
    signs_invalid: bool = False
    """Sign a request that the validations refuse. Inferred that it is not: Vault's roles refuse short keys."""
    hub_ips: tuple[str, ...] = ("203.0.113.10",)
    """Addresses from which the hub calls."""
    hub_url: str = "https://switch.example.com"
    """Where the hub is called."""
    jws_keys: Mapping[str, str] = field(default_factory=dict)
    """Public JWS keys in PEM that are there from the start, by participant; peers and hub have throw-away keys else."""
    tokens: Tokens = field(default_factory=Tokens)

    def __post_init__(self) -> None:
        if self.key_length not in (2048, 4096):
            raise ValueError(f"key_length: {self.key_length} is neither 2048 nor 4096")
