"""Who may call: Bearer tokens of the identity provider, held against its public keys on the world's clock. Off unless asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from loopyard.protocols import base64url
from loopyard.protocols.jws_keys import PublicKey, load_public
from simulators.mcm.settings import Tokens
from simulators.mcm.state.errors import NotAllowed, NotLoggedIn

ALGORITHM: Final = "RS256"
OPERATOR: Final = "Application/PTA"
"""The group that may do everything."""


class Gate:
    """Lets calls in. `keys` may be replaced while it stands, as an identity provider rotates its own."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.required = tokens.required
        self.keys: dict[str, PublicKey] = {name: load_public(pem) for name, pem in tokens.keys.items()}

    def claims(self, authorization: str | None, now: datetime) -> Mapping[str, Any]:
        """What a token says, once it holds. Raises NotLoggedIn."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or token.count(".") != 2:
            raise NotLoggedIn("Authentication required")
        head, body, signature = token.split(".")
        try:
            header, claims = orjson.loads(base64url.decode(head)), orjson.loads(base64url.decode(body))
            octets = base64url.decode(signature)
        except ValueError as problem:
            raise NotLoggedIn("Authentication required") from problem
        if not isinstance(header, dict) or not isinstance(claims, dict) or header.get("alg") != ALGORITHM:
            raise NotLoggedIn("Authentication required")
        if not any(key.holds(octets, f"{head}.{body}".encode()) for key in self._candidates(header)):
            raise NotLoggedIn("Authentication required")
        self._check(claims, now.timestamp())
        return claims

    def admit(self, authorization: str | None, now: datetime, group: str | None) -> None:
        """Let a call in to what belongs to `group`, or to nobody. Raises NotLoggedIn, NotAllowed."""
        if not self.required:
            return
        claims = self.claims(authorization, now)
        roles = groups(claims)
        if group is not None and OPERATOR not in roles and group not in roles:
            raise NotAllowed(f"user does not have the required role {group}")

    def _candidates(self, header: Mapping[str, Any]) -> list[PublicKey]:
        kid = header.get("kid")
        chosen = self.keys.values() if kid is None else filter(None, [self.keys.get(str(kid))])
        return [key for key in chosen if key.algorithm == ALGORITHM]

    def _check(self, claims: Mapping[str, Any], now: float) -> None:
        slack = self._tokens.tolerance_seconds
        ends, starts = claims.get("exp"), claims.get("nbf", 0)
        if not isinstance(ends, int) or not isinstance(starts, int) or not starts - slack <= now < ends + slack:
            raise NotLoggedIn("Authentication required")
        if self._tokens.issuer and claims.get("iss") != self._tokens.issuer:
            raise NotLoggedIn("Authentication required")
        audience = claims.get("aud", ())
        if self._tokens.audience and self._tokens.audience not in ([audience] if isinstance(audience, str) else audience):
            raise NotLoggedIn("Authentication required")


def groups(claims: Mapping[str, Any]) -> frozenset[str]:
    """The groups of a token, without the slash that the identity provider puts before them."""
    listed = claims.get("groups", ())
    return frozenset(str(each).removeprefix("/") for each in listed) if isinstance(listed, list) else frozenset()
