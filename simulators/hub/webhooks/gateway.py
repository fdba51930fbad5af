"""The gateway at work: every call to the FSPIOP face passes it first. It reads the identity provider's keys from time to
time, and when it meets one that it does not know."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.callbacks import json_of
from loopyard.protocols import oauth
from simulators.hub.state import Hub
from simulators.hub.state.gateway import TokenRefused, TurnedAway
from simulators.hub.webhooks.messages import PROVIDER_KEYS

_UNKNOWN_KEY: Final = "Jwks"


async def gate(hub: Hub, call: Call) -> None:
    """Raises TurnedAway; the log says why."""
    if not hub.gateway.is_closed:  # looked at for every request
        return
    try:
        hub.gateway.check_address(call.request.address)
        if hub.gateway.asks_token:
            await _check_token(hub, call)
    except TurnedAway as refusal:
        call.interaction.note = str(refusal)
        raise


async def _check_token(hub: Hub, call: Call) -> None:
    issuer, now = _issuer(hub), hub.site.clock.now()
    given = call.header("authorization"), call.header("fspiop-source"), issuer
    if not hub.gateway.knows_keys(now):
        await _read_keys(hub, issuer)
    try:
        hub.gateway.check_token(*given, now)
    except TokenRefused as refusal:
        if not refusal.reason.startswith(_UNKNOWN_KEY):
            raise
        await _read_keys(hub, issuer)
        hub.gateway.check_token(*given, now)


async def _read_keys(hub: Hub, issuer: str) -> None:
    receiver = hub.settings.token_issuer.partition(".")[0]
    answer = await hub.site.outbox.deliver(PROVIDER_KEYS, issuer, receiver=receiver, headers={})
    if answer is not None and answer.status == 200:
        hub.gateway.learn(oauth.keys_of(json_of(answer)), hub.site.clock.now())


def _issuer(hub: Hub) -> str:
    place = hub.settings.token_issuer
    if "://" in place:
        return place
    face, slash, path = place.partition("/")
    return hub.site.url(*face.split(".", 1)) + slash + path
