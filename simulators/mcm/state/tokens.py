"""Who may call: access tokens of the scheme's identity provider, held against its keys on the world's clock. Off by default."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from loopyard.protocols import oauth
from loopyard.protocols.jws_keys import PublicKey
from simulators.mcm.settings import Tokens
from simulators.mcm.state.errors import NotAllowed, NotLoggedIn

OPERATOR: Final = "Application/PTA"
"""The group that may do everything."""
REFUSAL: Final = "Authentication required"


class Gate:
    """Lets calls in."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.required = tokens.required
        self._keys: Mapping[str, PublicKey] = {}
        self._read_at: datetime | None = None

    def learn(self, keys: Mapping[str, PublicKey], now: datetime) -> None:
        """The identity provider's keys as they are now."""
        self._keys, self._read_at = keys, now

    def knows_keys(self, now: datetime) -> bool:
        """Whether the keys were read lately."""
        return self._read_at is not None and now - self._read_at < timedelta(seconds=self._tokens.keys_seconds)

    def claims(self, authorization: str | None, issuer: str, now: datetime) -> Mapping[str, Any]:
        """What a token says, once it holds. Raises NotLoggedIn, whose `reason` says why it does not."""
        try:
            claims = oauth.verified(oauth.bearer(authorization), self._keys, issuer, now)
        except oauth.InvalidToken as problem:
            raise NotLoggedIn(REFUSAL, problem.reason) from problem
        audience, wanted = claims.get("aud", ()), self._tokens.audience
        if wanted and wanted not in ([audience] if isinstance(audience, str) else audience):
            raise NotLoggedIn(REFUSAL, "Audiences in Jwt are not allowed")
        return claims

    def check_owner(self, claims: Mapping[str, Any], dfsp: str, group: str) -> None:
        """Whether a token may touch what is a DFSP's own: by its group, or as that DFSP's client. Raises NotAllowed."""
        if not {OPERATOR, group} & groups(claims) and claims.get("azp") != dfsp:
            raise NotAllowed(f"user does not have the required role {group}")


def groups(claims: Mapping[str, Any]) -> frozenset[str]:
    """The groups of a token, without the slash that the identity provider puts before them."""
    listed = claims.get("groups", ())
    return frozenset(str(each).removeprefix("/") for each in listed) if isinstance(listed, list) else frozenset()
