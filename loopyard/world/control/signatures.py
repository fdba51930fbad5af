"""Signatures: how the institutions of a world sign and verify, and which keys are good. Changes hold until the next reset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from loopyard.kernel.settings import read
from loopyard.transport.signing import Translated
from loopyard.world.composition import Composition
from loopyard.world.control.base import CONTROL, ControlOperation, Json
from loopyard.world.signing import Profile, profile_json


def profile(world: Composition) -> Json:
    """Who signs and verifies how: the table [world.jws] as it is now."""
    return profile_json(world.signatures.profile)


def switch(world: Composition, on: bool) -> Json:
    """Let everybody sign and verify from now on, or nobody. Everybody gets a first key again."""
    world.signatures.use(replace(world.signatures.profile, on=on))


def hub_validates(world: Composition, validates: bool) -> Json:
    """Let the hub verify signatures from now on, or pass them on unseen. Keys stay."""
    world.signatures.let_hubs_validate(validates)


def hub_translates(world: Composition, signature: Translated) -> Json:
    """What becomes of the signature of what the hub puts into another form of body: none, or one with the sender's key."""
    world.signatures.let_hubs_sign(signature)


def use(world: Composition, **profile: Any) -> Json:
    """Sign and verify in another way from now on: the keys of [world.jws], what is left out as it is now; `parties` by
    participant id. Everybody gets a first key again."""
    known = profile_json(world.signatures.profile)
    parties: Mapping[str, Any] = profile.get("parties", {})
    merged = {party: {**known["parties"].get(party, {}), **parties.get(party, {})} for party in {**known["parties"], **parties}}
    world.signatures.use(read(Profile, {**known, **profile, "parties": merged}, "jws.use", CONTROL))


def keys(world: Composition) -> Json:
    """The public keys of every party, oldest first: {party: [{pem, since, until}]}; a key without an end is good for ever."""
    ring = world.signatures.keys
    return {
        owner: [
            {"pem": key.pem, "since": key.since.isoformat(), "until": key.until.isoformat() if key.until else None}
            for key in ring.all_of(owner)
        ]
        for owner in ring.owners
    }


def publish(world: Composition, participant: str, overlap: float = 0.0, signs_with_it: bool = True) -> Json:
    """Give a participant a new key that is good from now on; the one before stays good for `overlap` seconds. It signs with the
    new one at once, or goes on with the old until jws.sign-with-latest."""
    world.signatures.publish(participant, timedelta(seconds=overlap), signs_with_it)


def sign_with_latest(world: Composition, participant: str) -> Json:
    """From now on the participant signs with the key that it has published last."""
    world.signatures.sign_with_latest(participant)


OPERATIONS: Final = (
    ControlOperation("jws.profile", profile),
    ControlOperation("jws.switch", switch),
    ControlOperation("jws.hub-validates", hub_validates),
    ControlOperation("jws.hub-translates", hub_translates),
    ControlOperation("jws.use", use),
    ControlOperation("jws.keys", keys),
    ControlOperation("jws.publish", publish),
    ControlOperation("jws.sign-with-latest", sign_with_latest),
)
