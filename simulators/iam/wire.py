"""Forms in, JSON out, and the errors of the public software (Keycloak) in its own words. Source: docs/sources/iam.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from loopyard.engine.call import Call
from loopyard.protocols import oauth
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.iam.state import (
    SCOPE,
    Client,
    GrantMissing,
    GrantNotSupported,
    IamError,
    NoServiceAccount,
    NoSuchRealm,
    Realm,
    SecretMissing,
    UnknownClient,
    WrongSecret,
)

_JSON: Final = (("Content-Type", "application/json"),)
_UNSTORED: Final = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
_NO_MATCH: Final = "Invalid client or Invalid client credentials"
_ERRORS: Final[Mapping[type[IamError], tuple[int, str, str]]] = {
    GrantMissing: (400, "invalid_request", "Missing form parameter: grant_type"),
    GrantNotSupported: (400, "unsupported_grant_type", "Unsupported grant_type"),
    UnknownClient: (401, "invalid_client", _NO_MATCH),
    SecretMissing: (401, "unauthorized_client", "Client secret not provided in request"),
    WrongSecret: (401, "unauthorized_client", _NO_MATCH),
    NoServiceAccount: (401, "unauthorized_client", "Client not enabled to retrieve service account"),
}


def form(call: Call) -> dict[str, str]:
    """The fields of a form; none where the body is another thing."""
    kind = (call.header("content-type") or "").partition(";")[0].strip().lower()
    return dict(parse_qsl(call.raw.decode("utf-8", "replace"))) if kind == oauth.FORM else {}


def credentials(call: Call) -> tuple[str | None, str | None]:
    """Id and secret, by Basic authentication or in the form."""
    pair = oauth.basic_pair(call.header("authorization"))
    if pair is not None:
        return pair
    fields = form(call)
    return fields.get("client_id"), fields.get("client_secret")


def sender(call: Call) -> str:
    """Who speaks, by the id that it gives."""
    return credentials(call)[0] or "unknown"


def token(text: str, client: Client) -> Reply:
    """The answer to a request that was granted."""
    body = {
        "access_token": text, "expires_in": client.lifetime, "refresh_expires_in": 0, "token_type": "Bearer",
        "not-before-policy": int(client.not_before.timestamp()) if client.not_before else 0, "scope": SCOPE,
    }  # fmt: skip
    return Reply(200, orjson.dumps(body), (*_JSON, *_UNSTORED))


def introspection(claims: Mapping[str, Any] | None) -> Reply:
    """What a token is worth (RFC 7662)."""
    body = {"active": False} if claims is None else {**claims, "username": claims["preferred_username"], "active": True}
    return answered(body)


def discovery(realm: Realm) -> Reply:
    """The provider's description of itself, as far as machines use it."""
    protocol = f"{realm.issuer}/protocol/openid-connect"
    return answered(
        {
            "issuer": realm.issuer, "token_endpoint": f"{protocol}/token", "jwks_uri": f"{protocol}/certs",
            "introspection_endpoint": f"{protocol}/token/introspect", "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"], "response_types_supported": ["none"],
            "subject_types_supported": ["public"],
        }
    )  # fmt: skip


def answered(body: Mapping[str, Any]) -> Reply:
    """JSON as it is."""
    return Reply(200, orjson.dumps(body), _JSON)


def reject(realm: Realm, call: Call, error: Exception) -> Reply:
    """The provider's own form of an error; what it does not know is raised again."""
    match error:
        case NoSuchRealm():
            return Reply(404, orjson.dumps({"error": "Realm does not exist"}), _JSON)
        case NoRoute():
            text = "HTTP 405 Method Not Allowed" if error.allowed else "Unable to find matching target resource method"
            return Reply(405 if error.allowed else 404, orjson.dumps({"error": text}), _JSON)
        case IamError():
            status, code, text = _ERRORS[type(error)]
            return Reply(status, orjson.dumps({"error": code, "error_description": text}), (*_JSON, *_UNSTORED))
    raise error
