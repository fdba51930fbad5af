"""What a world may set about its identity provider. What is inferred stands in the README."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """A machine that may ask for tokens in its own name."""

    secret: str
    enabled: bool = True
    service_account: bool = True
    """Whether it may use the grant `client_credentials`."""
    lifetime_seconds: int | None = None
    """How long its tokens are good; None for the realm's own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The table `[simulators.iam]`."""

    realm: str = "dfsps"
    """The realm that exists; any other is answered with 404."""
    lifetime_seconds: int = 300
    """How long an access token is good: the public software's own default."""
    clients: Mapping[str, ClientSettings] = field(default_factory=dict)
    """Clients by id. Every participant of the world is one as well, with the secret `<id>-secret`, unless it is named here."""

    def __post_init__(self) -> None:
        if self.lifetime_seconds <= 0:
            raise ValueError("lifetime_seconds must be positive")
