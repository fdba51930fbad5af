"""Signatures at the hub: with what it signs its own words, and what it holds against the messages that come in. Keys come from
its settings, else from its world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.callbacks import json_of
from loopyard.engine.traffic import Interaction, dig
from loopyard.protocols import jws, jws_diagnosis
from loopyard.transport.client import Answer
from loopyard.transport.signing import Signing
from simulators.hub.state import Hub
from simulators.participant import signing


def signer(hub: Hub) -> jws.Signer | None:
    """What signs the hub's own words; None when they go out unsigned."""
    if hub.settings.jws_sign:
        return hub.settings.signer
    ours = _ours(hub)
    return jws.Signer(ours.private_key, ours.form) if ours is not None and ours.signs else None


def verify(hub: Hub, call: Call) -> None:
    """Hold a message against its sender's key, if the hub validates. Raises FspiopError 3105."""
    ours, settings = _ours(hub), hub.settings
    put_parties = settings.jws_validate_put_parties or (ours is not None and ours.validate_put_parties)
    # Connectors leave PUT /parties unsigned unless told otherwise; one that is signed all the same has to be right.
    unsigned = call.template.startswith("/parties") and not put_parties and call.header("fspiop-signature") is None
    if unsigned or not jws.is_covered(call.method, "", put_parties=True):
        return
    if settings.jws_validate:
        signing.verify(call, settings.jws_public_keys, settings.jws_accepts)
    elif ours is not None and ours.validates:
        signing.verify(call, ours.keys, ours.accepts)


def of_altered(hub: Hub, call: Call, method: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """The signature of a message that the hub has put into another form of body, or passes on in part: none, or one with its
    sender's key, as the world has it. A message that came unsigned stays so."""
    ours, theirs = _ours(hub), hub.site.signing(call.header("fspiop-source") or "")
    if ours is None or ours.translated == "none" or theirs is None or not theirs.private_key:
        return {}
    if call.header("fspiop-signature") is None:
        return {}
    return jws.Signer(theirs.private_key, theirs.form).sign(method, path, headers, body)


def remark(hub: Hub, row: Interaction, answer: Answer) -> str | None:
    """Why somebody who runs elsewhere may have refused a message of the hub, when it says that the signature is wrong."""
    told: Any = json_of(answer)
    ours = _ours(hub)
    if ours is None or dig(told, "errorInformation.errorCode") != "3105":
        return None
    theirs = hub.site.signing(row.receiver)
    accepts = theirs.accepts if theirs is not None else "either"
    return jws_diagnosis.diagnose(dict(row.request_headers), row.request_body, ours.keys, accepts, ours.keys.past)


def _ours(hub: Hub) -> Signing | None:
    return hub.site.signing(hub.settings.hub_name)
