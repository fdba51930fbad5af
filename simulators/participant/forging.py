"""Messages that are signed wrongly on purpose: with another's key, over other bytes, by another algorithm, or changed on their
way. Only what a scenario asks for is made here."""

from __future__ import annotations

import copy
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Literal

import orjson

from loopyard.engine.site import Site
from loopyard.kernel.errors import UsageError
from loopyard.kernel.settings import read
from loopyard.protocols import base64url, canonical, jws_header, jws_octets
from loopyard.protocols.jws_keys import load_private
from loopyard.transport.signing import Signing
from simulators.participant.signing import Draft, Finished, content, finished

WHERE: Final = "forged signature"
UNPROTECTED: Final = "none"
SYMMETRIC: Final = "HS256"


@dataclass(frozen=True, slots=True)
class Changes:
    """What happens to a message after it was signed: members by dotted path, and headers; a header of None is taken away."""

    set: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    headers: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a message is signed wrongly. What is left out is as it should be."""

    unsigned: bool = False
    key: str = ""
    """The participant whose key it is."""
    earlier: bool = False
    """With the key that the participant had before."""
    alg: str = ""
    """What the protected header says; `none` comes without a signature, HS256 with one made by the public key as a secret."""
    form: Literal["", "sorted", "insertion"] = ""
    protected: Mapping[str, str | None] = field(default_factory=dict)
    """Other members of the protected header; one of None is left out."""
    after: Changes = field(default_factory=Changes)


def forged(site: Site, participant: str, draft: Draft, raw: Mapping[str, Any]) -> Finished:
    """A message as a recipe has it. Raises UsageError for a recipe that cannot be read, and in a world that does not sign."""
    recipe = read(Recipe, raw, WHERE, "control")
    signing = _signing(site, recipe.key or participant)
    added = {} if recipe.unsigned or draft.body is None else _signature(signing, recipe.key or participant, draft, recipe)
    headers = {**draft.headers, **added, **{name.lower(): value for name, value in recipe.after.headers.items()}}
    body = edited(draft.body, recipe.after.set, recipe.after.remove)
    kept = {name: value for name, value in headers.items() if value is not None}
    return Finished(kept, b"" if body is None else content(site.signing(participant), body))


def anything(
    site: Site, source: str, to: tuple[str, str, str], headers: Mapping[str, str | None], arguments: Mapping[str, Any]
) -> Finished:
    """What a control is asked to send in the name of `source`, to a method, a base address and a path: {body?, forge?}. A
    header of None is left out. A text body goes as it is; what has a signature among its headers keeps it; anything else is
    signed as its source signs, or as `forge` has it. Raises UsageError."""
    method, base, path = to
    kept, body = {name: value for name, value in headers.items() if value is not None}, arguments.get("body")
    if isinstance(body, str):
        return Finished(kept, body.encode())
    draft = Draft(method, base + path, path.strip("/").split("/")[0], kept, body)
    if "forge" in arguments:
        return forged(site, source, draft, arguments["forge"])
    if not kept.get("fspiop-source") or "fspiop-signature" in kept:
        return Finished(kept, b"" if body is None else content(site.signing(source), body))
    return finished(site, source, draft)


def edited(body: Any, changed: Mapping[str, Any], removed: tuple[str, ...]) -> Any:
    """A copy of a body in which members, named by dotted path, are set or taken away."""
    altered = copy.deepcopy(body)
    for path, value in changed.items():
        *parents, last = path.split(".")
        _at(altered, parents)[last] = value
    for path in removed:
        *parents, last = path.split(".")
        _at(altered, parents).pop(last, None)
    return altered


def _at(body: Any, parents: list[str]) -> Any:
    for step in parents:
        body = body[int(step)] if isinstance(body, list) else body.setdefault(step, {})
    return body


def _signing(site: Site, participant: str) -> Signing:
    signing = site.signing(participant)
    if signing is None or not signing.private_key:
        raise UsageError(WHERE, participant, "has no key of this world", "let the world sign: [world.jws] on = true")
    return signing


def _signature(signing: Signing, owner: str, draft: Draft, recipe: Recipe) -> dict[str, str]:
    if recipe.earlier and not signing.earlier_key:
        raise UsageError(WHERE, "earlier", f"{owner} has had one key only", "let it publish a new one first")
    key = load_private(signing.earlier_key if recipe.earlier else signing.private_key)
    added = {"fspiop-http-method": draft.method.upper(), "fspiop-uri": jws_header.signed_path(draft.url)}
    sent = {name.lower(): value for name, value in draft.headers.items()} | added
    members = {**jws_header.protected_header(recipe.alg or key.algorithm, sent), **recipe.protected}
    protected = base64url.encode(orjson.dumps({name: value for name, value in members.items() if value is not None}))
    form = recipe.form or signing.form
    payload = canonical.sorted_json(draft.body) if form == "sorted" else canonical.insertion_json(draft.body)
    message = jws_octets.signing_input(protected, payload)
    if recipe.alg == UNPROTECTED:
        octets = b""
    elif recipe.alg == SYMMETRIC:
        octets = hmac.digest(signing.keys[owner][0].encode(), message, sha256)
    else:
        octets = key.sign(message)
    return added | {"fspiop-signature": jws_octets.signature_header(protected, octets)}
