"""The two forms of bodies, FSPIOP's JSON and ISO 20022: in which one a message must come, what it says, and how it is written
for somebody who speaks the other. Source: docs/sources/iso20022.md, "The hub"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from loopyard.engine.bodies import MalformedBody, Unreasonable
from loopyard.engine.call import Call
from loopyard.protocols.fspiop import dates
from loopyard.protocols.fspiop.errors import LONGEST_TEXT, FspiopError
from loopyard.protocols.fspiop.validation import validate
from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.errors import Untranslatable
from loopyard.protocols.iso20022.ids import require_ulids
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.notation import Written, is_iso, written
from loopyard.protocols.iso20022.profile import STRICT, Envelope
from simulators.hub.state import Hub

RESOURCES: Final = frozenset({"parties", "quotes", "transfers", "fxQuotes", "fxTransfers"})
"""Those with ISO 20022 bodies."""
_WRITER: Final = replace(STRICT, testing_mode=True)
"""A prepare without a quote must reach its payee all the same, who refuses it."""
_LONGEST_KEY: Final = 32
_MOST_EXTENSIONS: Final = 16


def speaks_iso(hub: Hub, name: str, otherwise: bool = False) -> bool:
    """Whether a participant is told things in ISO 20022; `otherwise` is for one of whom nobody knows."""
    who = hub.participants.find(name)
    form = (who.api or who.heard) if who is not None else None
    return otherwise if form is None else form == "iso20022"


def said_in_iso(call: Call) -> bool:
    """Whether a message says that it is ISO 20022, with or without a body."""
    return is_iso(call.headers.get("content-type") or call.headers.get("accept") or "")


def expects_iso(hub: Hub, call: Call, source: str) -> bool:
    """In which form a message must come: that of its sender; where nobody has laid it down, or there is but one form of body,
    the one that it says. Connectors in ISO mode name its media type for most resources without ISO bodies."""
    who = hub.participants.find(source)
    if who is None or who.api is None:
        return said_in_iso(call)
    return who.api == "iso20022" and (_resource(call) in RESOURCES or said_in_iso(call))


def note_form(hub: Hub, call: Call, source: str) -> None:
    """Remember the form that a sender uses, for what it will be told."""
    who = hub.participants.find(source)
    if who is not None and who.api is None and _resource(call) in RESOURCES:
        who.heard = "iso20022" if said_in_iso(call) else "fspiop"


def form_of(call: Call) -> Written | None:
    """How a body is written in ISO 20022; None for FSPIOP."""
    form = call.interaction.notation
    return form if isinstance(form, Written) else None


def said(hub: Hub, call: Call, form: Written) -> Any:
    """What an ISO 20022 body says in FSPIOP, once it is sound in its own form; what is missing or not JSON is an empty object.
    Raises FspiopError, Unreasonable."""
    try:
        content = call.written
    except Unreasonable:
        raise
    except MalformedBody:
        content = None
    checker = form.contract.request(form.key)
    validate(checker, {} if content is None else content, "/requestBody", strict_3101=hub.settings.strict_3101)
    try:
        return plain(call)
    except Untranslatable as cause:
        raise FspiopError("3100", str(cause)) from cause


def plain(call: Call) -> Any:
    """What a body says in FSPIOP, without what FSPIOP has no place for."""
    form = form_of(call)
    return call.body if form is None else form.message.without_extensions(call.body)


def told(call: Call, message: Message) -> dict[str, Any]:
    """What an ISO 20022 message says, for somebody who speaks FSPIOP: with those elements as extensions that fit its list."""
    body = message.without_extensions(call.body)
    pairs = tree.find(call.body, f"{message.extensions}.extension", Untranslatable) or []
    fitting = [each for each in pairs if len(each["key"]) <= _LONGEST_KEY and len(each["value"]) <= LONGEST_TEXT]
    tree.put(body, f"{message.extensions}.extension", fitting[:_MOST_EXTENSIONS] or None)
    return body


def in_iso(hub: Hub, operation: str, envelope: Envelope, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body for somebody who speaks ISO 20022, whatever its ids are; as it is where there is but one form. Later messages may
    build on it. Raises NoIsoForm."""
    found = written(operation)
    if found is None:
        return body
    made = _made(found, envelope, body)
    hub.contexts.note(found.key, envelope.resource_id, made)
    return made


def passed_on(operation: str, envelope: Envelope, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a participant says, for somebody who speaks ISO 20022; None where there is but one form. Raises NoIsoForm, for an id
    too that the receiver's contract forbids."""
    found = written(operation)
    if found is None:
        return None
    made = _made(found, envelope, body)
    require_ulids(made, body, envelope)
    return made


def _made(form: Written, envelope: Envelope, body: Mapping[str, Any]) -> dict[str, Any]:
    if body.get("transferState") == "SETTLED":  # the message set knows no state beyond COMMITTED
        body = {**body, "transferState": "COMMITTED"}
    return form.message.to_iso(body, envelope, _WRITER)


def remember(hub: Hub, call: Call, operation: str, id_: str, otherwise: Mapping[str, Any]) -> None:
    """Note a message that goes on `otherwise`, in its other form, for those that will build on it."""
    found = written(operation)
    if found is not None:
        hub.contexts.note(found.key, id_, otherwise if form_of(call) is None else call.written)


def envelope(hub: Hub, source: str, to: str, operation: str, id_: str, body: Mapping[str, Any]) -> Envelope:
    """What a message of this moment says besides its FSPIOP body."""
    ids, now = hub.site.ids, hub.site.clock.now()
    found = written(operation)
    answers = hub.contexts.answers(found.key, id_, body) if found is not None else None
    return Envelope(ids.ulid(now), dates.to_iso(now), source, to, id_, ids.ulid(now), answers)


def _resource(call: Call) -> str:
    return call.request.path.strip("/").split("/")[0]
