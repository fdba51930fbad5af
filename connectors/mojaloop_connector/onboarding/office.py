"""What the machines of an onboarding share: time, store, keys, the connection manager, and each other's ear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.onboarding.manager import HttpManager, Manager
from connectors.mojaloop_connector.store import Row
from loopyard.protocols.x509.issuing import Term
from loopyard.protocols.x509.keys import pooled

KIND: Final = "onboarding"
BACKDATED: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What TLS needs, in PEM; what is not there yet is empty. Outbound is towards the hub."""

    outbound_ca: str = ""
    outbound_certificate: str = ""
    outbound_key: str = ""
    inbound_ca: str = ""
    inbound_certificate: str = ""
    inbound_key: str = ""


class Office:
    """One onboarding's tools."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.settings = kit.settings
        self.manager: Manager = kit.part("connection_manager", HttpManager)(kit.settings, kit.surroundings, kit.tokens)
        self.use_credentials: Callable[[Credentials], None] = kit.part("credentials", lambda credentials: None)
        self.hears: list[Callable[[str], None]] = []
        self.configures: Callable[[Mapping[str, Any]], None]

    @property
    def now(self) -> datetime:
        return self.kit.clock.now()

    @property
    def refresh(self) -> timedelta:
        return timedelta(seconds=self.settings.refresh_interval_seconds)

    def tell(self, news: str) -> None:
        """Tell every machine something that it may care for."""
        for hear in self.hears:
            hear(news)

    # -- what is remembered -------------------------------------------------------------------------------------------

    def row(self, name: str, state: str) -> Row:
        """What is remembered of a machine, or its beginning."""
        return self.kit.store.get(KIND, name) or Row(KIND, name, state, {})

    def remember(self, row: Row) -> None:
        self.kit.store.put(row)

    # -- keys and terms -----------------------------------------------------------------------------------------------

    def key(self) -> RSAPrivateKey:
        """A key that was not used before, as far as the pool reaches."""
        row = self.row("keys", "counting")
        number = int(row.data.get("used", 0))
        row.data["used"] = number + 1
        self.remember(row)
        return pooled("dfsp", self.settings.private_key_length, number)

    def term(self) -> Term:
        """A serial number and dates for what this DFSP's CA signs now."""
        serial = self.kit.surroundings.ids.random.getrandbits(159) | 1
        starts = (self.now - BACKDATED).replace(microsecond=0)
        return Term(serial, starts, starts + timedelta(hours=self.settings.certificate_hours))

    def ending(self, ends: datetime) -> bool:
        """Whether it is time to renew what ends then."""
        return self.now >= ends - timedelta(hours=self.settings.renew_before_hours)
