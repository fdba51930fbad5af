"""What the connection manager asks others for: the keys of the identity provider, when it must know whose tokens hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.protocols import oauth
from simulators.mcm.state.errors import NotAllowed, NotLoggedIn
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.wire.parse import needs_token

PROVIDER_KEYS: Final = Message("mcm.keys.read-notice", "GET", "/protocol/openid-connect/certs", schema="provider keys")
MESSAGES: Final = (PROVIDER_KEYS,)
_UNKNOWN_KEY: Final = "Jwks"


async def gate(mcm: Mcm, call: Call) -> None:
    """Stands before everything, where tokens are asked for. Raises NotLoggedIn, NotAllowed; the log says why."""
    if not mcm.gate.required or not needs_token(call):
        return
    try:
        claims = await claims_of(mcm, call)
        owner = mcm.dfsps.get(call.params.get("dfspId", ""))
        if owner is not None:
            mcm.gate.check_owner(claims, owner.id, owner.security_group)
    except (NotLoggedIn, NotAllowed) as refusal:
        call.interaction.note = getattr(refusal, "reason", str(refusal))
        raise


async def claims_of(mcm: Mcm, call: Call) -> Mapping[str, Any]:
    """What the caller's token says. The provider's keys are read now and then, and for a key that is not known. Raises
    NotLoggedIn."""
    issuer, given = _issuer(mcm), call.header("authorization")
    if not mcm.gate.knows_keys(mcm.now):
        await _read_keys(mcm, issuer)
    try:
        return mcm.gate.claims(given, issuer, mcm.now)
    except NotLoggedIn as refusal:
        if not refusal.reason.startswith(_UNKNOWN_KEY):
            raise
    await _read_keys(mcm, issuer)
    return mcm.gate.claims(given, issuer, mcm.now)


async def _read_keys(mcm: Mcm, issuer: str) -> None:
    receiver = mcm.settings.tokens.issuer.partition(".")[0]
    answer = await mcm.site.outbox.deliver(PROVIDER_KEYS, issuer, receiver=receiver, headers={})
    if answer is not None and answer.status == 200:
        mcm.gate.learn(oauth.keys_of(json_of(answer)), mcm.now)


def _issuer(mcm: Mcm) -> str:
    place = mcm.settings.tokens.issuer
    if "://" in place:
        return place
    face, slash, path = place.partition("/")
    return mcm.site.url(*face.split(".", 1)) + slash + path
