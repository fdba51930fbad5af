"""How participants sign what they send and verify what they get, as their world has it. What is signed wrongly on purpose is
made in `forging`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.site import Site
from loopyard.kernel.keyring import KeyRing
from loopyard.protocols import canonical, jws, jws_diagnosis
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.signing import Signing


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is signed; the resource is the first segment of its path."""

    method: str
    url: str
    resource: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Finished:
    """The same as it goes out."""

    headers: Mapping[str, str]
    content: bytes


def finished(site: Site, participant: str, draft: Draft, own_key: str = "") -> Finished:
    """A message as this participant sends it: signed, if it signs such messages. `own_key` is one from the simulator's
    settings: who has one signs everything, whatever its world does."""
    if draft.body is None:
        return Finished(draft.headers, b"")
    signing = site.signing(participant)
    signer = jws.Signer(own_key) if own_key else _signer(signing, draft)
    added = signer.sign(draft.method, draft.url, draft.headers, draft.body) if signer else {}
    return Finished({**draft.headers, **added}, content(signing, draft.body))


def content(signing: Signing | None, body: Any) -> bytes:
    """A body with sorted keys, so that verifiers of every generation agree, unless its sender is one that does not sort."""
    unsorted = signing is not None and signing.sends == "insertion"
    return canonical.insertion_json(body) if unsorted else canonical.sorted_json(body)


def _signer(signing: Signing | None, draft: Draft) -> jws.Signer | None:
    if signing is None or not signing.signs:
        return None
    covered = jws.is_covered(draft.method, draft.resource, put_parties=signing.sign_put_parties)
    return jws.Signer(signing.private_key, signing.form) if covered else None


def admit(site: Site, participant: str, call: Call, *, resource: str) -> None:
    """Hold a message to a participant against the keys of its world. Raises FspiopError 3105."""
    signing = site.signing(participant)
    if signing is None or not signing.validates:
        return
    if jws.is_covered(call.method, resource, put_parties=signing.validate_put_parties):
        verify(call, signing.keys, signing.accepts)


def verify(call: Call, keys: jws.Keys, accepts: jws.Acceptance) -> None:
    """Raises FspiopError 3105, in the validator's words, for a signature that is refused; the log is told what it would have
    held over."""
    try:
        jws.Verifier(keys, accepts).verify(call.headers, call.raw)
    except jws.InvalidSignature as refused:
        past = keys.past if isinstance(keys, KeyRing) else {}
        call.interaction.note = jws_diagnosis.diagnose(call.headers, call.raw, keys, accepts, past)
        raise FspiopError("3105", refused.reason) from refused
