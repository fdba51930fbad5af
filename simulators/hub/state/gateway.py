"""The gateway before the hub's FSPIOP face: which addresses it lets in, and whose tokens hold. How it refuses is wire's affair.

LoopyardError
    TurnedAway
        NotAllowed          the caller's address is on no list, or the token is another's
        TokenRefused        no token, or one that does not hold
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols import oauth
from loopyard.protocols.jws_keys import PublicKey
from simulators.hub.settings import Settings


class TurnedAway(LoopyardError):
    """The gateway does not pass a request on."""


class NotAllowed(TurnedAway):
    """The caller's address is on no list, or its token is not that of the source it names."""


class TokenRefused(TurnedAway):
    """There is no token, or it does not hold; `reason` is the gateway's text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Gateway:
    """What the gateway of one hub knows."""

    def __init__(self, settings: Settings) -> None:
        self._networks = [ip_network(each) for each in settings.allowed_addresses]
        self._binds_source = settings.token_binds_source
        self.asks_token = settings.require_token
        self.is_closed = bool(self._networks) or self.asks_token
        self._kept = timedelta(seconds=settings.token_keys_seconds)
        self._keys: Mapping[str, PublicKey] = {}
        self._read_at: datetime | None = None

    def learn(self, keys: Mapping[str, PublicKey], now: datetime) -> None:
        """The identity provider's keys as they are now."""
        self._keys, self._read_at = keys, now

    def knows_keys(self, now: datetime) -> bool:
        """Whether the keys were read lately."""
        return self._read_at is not None and now - self._read_at < self._kept

    def check_address(self, address: str) -> None:
        """Raises NotAllowed."""
        if self._networks and not any(ip_address(address) in each for each in self._networks):
            allowed = ", ".join(map(str, self._networks))
            raise NotAllowed(f"the address {address} is not allowed; allowed are {allowed}")

    def check_token(self, authorization: str | None, source: str | None, issuer: str, now: datetime) -> None:
        """Raises TokenRefused, NotAllowed."""
        try:
            claims = oauth.verified(oauth.bearer(authorization), self._keys, issuer, now)
        except oauth.InvalidToken as cause:
            raise TokenRefused(cause.reason) from cause
        if self._binds_source and claims.get("azp") != source:
            raise NotAllowed(f"the token is {claims.get('azp')}'s, the message names {source} as its source")
