"""Who may call the send-money API. What is asked for, and what it does, is decided behind it."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address
from typing import Final

from connectors.core_connector.errors import Refusal
from connectors.core_connector.settings import Settings
from loopyard.transport.messages import Request

PROBES: Final = frozenset({"/", "/health"})
"""What a load balancer looks at: it tells nothing and moves nothing."""


class Guard:
    """Refuses before anything is read, an unknown path included. Replaceable as part "guard"."""

    def __init__(self, settings: Settings) -> None:
        self._access = settings.dfsp_api_access
        self._key = settings.dfsp_api_key.encode()

    def check(self, request: Request) -> None:
        """Raises Refusal."""
        if request.path in PROBES:
            return
        if self._access == "local" and not _is_local(request.address):
            raise Refusal("3000", "only callers on this machine are served here", status=403)
        if self._access == "key" and not compare_digest(_shown(request).encode(), self._key):
            raise Refusal("3000", "show your key: Authorization: Bearer, or X-API-Key", status=401)


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:  # it has gone, or is no address: nobody's friend
        return False


def _shown(request: Request) -> str:
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.header("x-api-key") or ""
