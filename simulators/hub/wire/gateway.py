"""How a gateway refuses: in plain text and without the scheme's codes, as Envoy does. Source: docs/sources/iam.md, gateway."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.protocols import oauth
from loopyard.transport.messages import Reply
from simulators.hub.state.gateway import TokenRefused, TurnedAway

_TEXT: Final = ("Content-Type", "text/plain")


def turned_away(call: Call, error: TurnedAway) -> Reply:
    """401 with what is wrong with the token, or 403, which says nothing."""
    if not isinstance(error, TokenRefused):
        return Reply(403, b"RBAC: access denied", (_TEXT,))
    challenge = f'Bearer realm="http://{call.header("host")}{call.request.path}"'
    if error.reason != oauth.MISSING:
        challenge += ', error="invalid_token"'
    return Reply(401, error.reason.encode(), (_TEXT, ("WWW-Authenticate", challenge)))
