"""What an identity provider can be asked for, and what a world can do to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.engine.simulator import Control
from loopyard.protocols import oauth
from loopyard.transport.messages import Reply
from simulators.iam import wire
from simulators.iam.state import Realm

_PROTOCOL: Final = "/realms/{realm}/protocol/openid-connect"
Json = Any
Arguments = Mapping[str, Json]


@operation("iam.token.issue", "POST", f"{_PROTOCOL}/token")
async def issue(realm: Realm, call: Call) -> Reply:
    """A token for a client that asks in its own name (RFC 6749, 4.4)."""
    realm.check_realm(call.params["realm"])
    return wire.token(*realm.grant(wire.form(call).get("grant_type"), *wire.credentials(call)))


@operation("iam.token.introspect", "POST", f"{_PROTOCOL}/token/introspect")
async def introspect(realm: Realm, call: Call) -> Reply:
    """Whether a token is good: told to clients alone."""
    realm.check_realm(call.params["realm"])
    realm.authenticated(*wire.credentials(call))
    return wire.introspection(realm.active(wire.form(call).get("token", "")))


@operation("iam.keys.list", "GET", f"{_PROTOCOL}/certs")
async def certs(realm: Realm, call: Call) -> Reply:
    """The keys that verify tokens."""
    realm.check_realm(call.params["realm"])
    return wire.answered(oauth.key_set(*realm.keys))


@operation("iam.provider.describe", "GET", "/realms/{realm}/.well-known/openid-configuration")
async def describe(realm: Realm, call: Call) -> Reply:
    """Where everything is (OpenID Connect Discovery)."""
    realm.check_realm(call.params["realm"])
    return wire.discovery(realm)


# -- what a world does to it ------------------------------------------------------------------------------------------


def clients(realm: Realm, arguments: Arguments) -> Json:
    """All clients: id, enabled, and how many tokens each was given. No secrets."""
    return [{"id": each.id, "enabled": each.enabled, "issued": each.issued} for each in realm.clients.values()]


def rotate_secret(realm: Realm, arguments: Arguments) -> Json:
    """Another secret for a client: {client, secret}. Tokens that it has stay good."""
    realm.client(arguments["client"]).secret = str(arguments["secret"])


def set_enabled(realm: Realm, arguments: Arguments) -> Json:
    """Switch a client on or off: {client, enabled}."""
    realm.client(arguments["client"]).enabled = bool(arguments["enabled"])


def set_lifetime(realm: Realm, arguments: Arguments) -> Json:
    """How long tokens are good that are issued from now on: {client, seconds}."""
    realm.client(arguments["client"]).lifetime = int(arguments["seconds"])


def expire_tokens(realm: Realm, arguments: Arguments) -> Json:
    """Take back the tokens that a client was given until now: {client}. Who asks here whether they are good hears it; who only
    looks at their signatures does not, as with any signed token."""
    realm.client(arguments["client"]).not_before = realm.site.clock.now()


def rotate_keys(realm: Realm, arguments: Arguments) -> Json:
    """Sign with another key from now on: {keep = true}. Not kept, the old one's tokens hold nowhere any more."""
    realm.change_key(bool(arguments.get("keep", True)))


OPERATIONS: Final = (issue, introspect, certs, describe)
CONTROLS: Final = (
    Control("clients", clients), Control("rotate-secret", rotate_secret), Control("set-enabled", set_enabled),
    Control("set-lifetime", set_lifetime), Control("expire-tokens", expire_tokens), Control("rotate-keys", rotate_keys),
)  # fmt: skip
