"""Signatures as a profile of a world: who signs and verifies how, with which keys, and since when. Keys come from a fixed pool
of throw-away test keys; nothing here computes a signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import orjson

from loopyard.kernel.errors import UsageError
from loopyard.kernel.keyring import KeyRing
from loopyard.transport.signing import Acceptance, Form, Signing, Translated

Algorithm = Literal["RS256", "ES256"]
WHERE = "world.jws"
HUB_KIND, HUB_NAME = "hub", "Hub"
"""The kind of simulator that is a hub, and the name that it signs with unless its `hub_name` says otherwise."""


@dataclass(frozen=True, slots=True)
class PartyProfile:
    """What is otherwise with one party. None is what the world's profile says."""

    alg: Algorithm | None = None
    form: Form | None = None
    sends: Form | None = None
    accept: Acceptance | None = None
    signs: bool | None = None
    validates: bool | None = None
    public_key: str = ""
    """The PEM, or the file, of the key of a party that runs elsewhere and signs with a key of its own."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The table `[world.jws]`. Sources: docs/sources/fspiop.md, JWS."""

    on: bool = False
    alg: Algorithm = "RS256"
    form: Form = "sorted"
    """What is signed: the body with sorted keys (today's library), or in the order in which it is sent (before 19.19)."""
    sends: Form | None = None
    """The order of keys on the wire; by default what is signed, so that with `sorted` verifiers of both generations agree."""
    accept: Acceptance = "either"
    """What verifiers hold a signature against; `sorted` and `insertion` are the library's two generations."""
    sign_put_parties: bool = False
    validate_put_parties: bool = False
    hub_validates: bool = False
    """The switch's JWS_VALIDATE. Off, it passes on what it gets, and the receiver decides."""
    translated: Translated = "none"
    """The signature of what the hub puts into its receiver's form of body, or passes on in part: none, or one with the sender's
    key, which no real hub has (ours). Real hubs speak one form each, so none is inferred."""
    parties: Mapping[str, PartyProfile] = field(default_factory=dict)
    """By participant id; the hub's own id is its `hub_name`."""

    def of(self, participant: str) -> PartyProfile:
        return self.parties.get(participant, PartyProfile())


@dataclass(slots=True)
class Holder:
    """What one party has: its place in the pool, and how many keys it has had there."""

    place: int
    generation: int = 0
    signs_with: int = 0


class Signatures:
    """Profile and keys of one world. Whatever changes here holds for the next message that is signed or verified."""

    def __init__(self, profile: Profile, participants: Sequence[str], hubs: Sequence[str], now: Callable[[], datetime]) -> None:
        self._own, self._participants, self._hubs = profile, tuple(participants), tuple(hubs)
        self._now = now
        self.reset()

    def reset(self) -> None:
        """The world's own profile, and everybody's first key."""
        self.use(self._own)

    def use(self, profile: Profile) -> None:
        """Another profile from now on, with everybody's first key. Raises UsageError for a party or file that is not there."""
        known = (*self._hubs, *self._participants)
        for party, own in profile.parties.items():
            if party not in known:
                raise UsageError(WHERE, f"parties.{party}", "is nobody of this world", f"choose among {', '.join(known)}")
            if own.public_key:
                _pem(own.public_key, party)
        self.profile = profile
        self.keys = KeyRing(self._now)
        self._holders = {party: Holder(place) for place, party in enumerate(known)}
        self._parts: dict[str, Signing] = {}
        for party in known if profile.on else ():
            self.keys.publish(party, self._public(party))

    def let_hubs_validate(self, validates: bool) -> None:
        """Whether hubs verify from now on. Keys stay."""
        self.profile = replace(self.profile, hub_validates=validates)
        for hub in self._hubs:
            self._parts.pop(hub, None)

    def let_hubs_sign(self, translated: Translated) -> None:
        """What becomes of the signatures of what hubs translate from now on. Keys stay."""
        self.profile = replace(self.profile, translated=translated)
        for hub in self._hubs:
            self._parts.pop(hub, None)

    def of(self, participant: str) -> Signing | None:
        """How a participant, or the hub by its name, signs and verifies now; None when this world does not sign."""
        if not self.profile.on or participant not in self._holders:
            return None
        if participant not in self._parts:
            self._parts[participant] = self._part(participant)
        return self._parts[participant]

    def publish(self, participant: str, overlap: timedelta, signs_with_it: bool = True) -> None:
        """A new key of a participant, good from now on; the one before is good for the overlap. Raises UsageError."""
        holder = self._holder(participant)
        if holder.generation + 1 >= self._each:
            raise UsageError(WHERE, participant, f"has had {self._each} keys, all that it has", "reset the world")
        holder.generation += 1
        self.keys.publish(participant, self._public(participant), overlap)
        if signs_with_it:
            self.sign_with_latest(participant)

    def sign_with_latest(self, participant: str) -> None:
        """From now on the participant signs with the key that it has published last. Raises UsageError."""
        holder = self._holder(participant)
        holder.signs_with = holder.generation
        self._parts.pop(participant, None)

    def _holder(self, participant: str) -> Holder:
        if not self.profile.on or participant not in self._holders or self.profile.of(participant).public_key:
            known = ", ".join(self._holders) if self.profile.on else "nobody: the world does not sign"
            raise UsageError(WHERE, participant, "has no key of this world", f"choose among {known}")
        return self._holders[participant]

    def _part(self, participant: str) -> Signing:
        profile, own, holder = self.profile, self.profile.of(participant), self._holders[participant]
        form = own.form or profile.form
        sends = own.sends or (profile.sends if own.form is None else None) or form
        validates = profile.hub_validates if participant in self._hubs else True
        elsewhere = bool(own.public_key)
        earlier = holder.signs_with - 1
        return Signing(
            keys=self.keys,
            private_key="" if elsewhere else self._pair(participant, holder.signs_with)["private"],
            signs=not elsewhere if own.signs is None else own.signs,
            validates=validates if own.validates is None else own.validates,
            form=form,
            sends=sends,
            accepts=own.accept or profile.accept,
            sign_put_parties=profile.sign_put_parties,
            validate_put_parties=profile.validate_put_parties,
            translated=profile.translated,
            earlier_key=self._pair(participant, earlier)["private"] if earlier >= 0 and not elsewhere else "",
        )

    def _public(self, participant: str) -> str:
        if given := self.profile.of(participant).public_key:
            return _pem(given, participant)
        return self._pair(participant, self._holders[participant].generation)["public"]

    def _pair(self, participant: str, generation: int) -> Mapping[str, str]:
        pairs = _pool()[self.profile.of(participant).alg or self.profile.alg]
        return pairs[(self._holders[participant].place + generation * len(self._holders)) % len(pairs)]

    @property
    def _each(self) -> int:
        """How many keys each party has. In a world with more parties than the pool has keys some share one."""
        return max(len(_pool()[self.profile.alg]) // len(self._holders), 2)


def hub_names(simulators: Mapping[str, tuple[str, Mapping[str, Any]]]) -> list[str]:
    """The names under which the hubs of a world file speak."""
    found = (str(settings.get("hub_name", HUB_NAME)) for kind, settings in simulators.values() if kind == HUB_KIND)
    return list(dict.fromkeys(found))


def profile_json(profile: Profile) -> dict[str, Any]:
    """A profile as a world tells it, and as `read` takes it."""
    return asdict(profile)


@cache
def _pool() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Key pairs by algorithm; read when the first world signs, and never made."""
    pool: Mapping[str, Sequence[Mapping[str, str]]] = orjson.loads(
        files("loopyard.world").joinpath("signing_keys.json").read_bytes()
    )
    return pool


def _pem(given: str, participant: str) -> str:
    if given.startswith("-----BEGIN"):
        return given
    file = Path(given)
    if not file.is_file():
        where = f"parties.{participant}.public_key"
        raise UsageError(WHERE, where, f"{given!r} is neither a PEM nor a file", "give the public key, or its path")
    return file.read_text(encoding="ascii")
