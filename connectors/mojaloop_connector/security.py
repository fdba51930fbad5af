"""Signatures of FSPIOP messages: which of ours are signed, and which of others' are checked. How a JWS is made is the
protocols' affair."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from connectors.mojaloop_connector.settings import Settings, signing_settings
from loopyard.kernel.errors import UsageError
from loopyard.kernel.keyring import KeyRing
from loopyard.protocols import canonical, jws
from loopyard.transport.service import Surroundings
from loopyard.transport.signing import Signing

_PEM = "-----BEGIN"


class Security:
    """Signs what goes to the hub and verifies what comes from it, as far as the settings ask for it, or the world does.

    Settings of the connector's own go before the world's. Of keys, those in the settings go first, then what a connection
    manager hands out, then the world's; the last two may change while the connector runs.
    """

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._dfsp_id = settings.dfsp_id
        self._world: Signing | None = None
        self._learned = KeyRing(surroundings.clock.now)
        self._signs_with = ""
        self._follow(settings)

    def trust(self, keys: Mapping[str, str]) -> None:
        """From now on others' messages are verified by these public keys in PEM: everybody's, as a connection manager lists
        them. One that has been replaced stays good for the setting's overlap."""
        overlap = timedelta(seconds=self._settings.jws_key_overlap_seconds)
        for fsp in {*self._learned.owners, *keys}:
            if fsp not in keys:
                self._learned.replace(fsp, ())
            elif keys[fsp] not in self._learned.get(fsp, ())[:1]:
                self._learned.publish(fsp, keys[fsp], overlap)

    def sign_with(self, private_key: str) -> None:
        """From now on our messages are signed with this key in PEM, where the settings give none. Raises CannotSign."""
        jws.Signer(private_key)
        self._signs_with = private_key

    def body_bytes(self, body: Any) -> bytes:
        """A body as it goes on the wire: keys in order, but sorted where the signature is over the sorted form."""
        settings = self.settings
        unsorted = settings.like_sdk.sends_unsorted or (self._world is not None and self._world.sends == "insertion")
        is_sorted = bool(self._signing_key(settings)) and settings.jws_form == "sorted" and not unsorted
        return canonical.sorted_json(body) if is_sorted else canonical.insertion_json(body)

    def signature(self, method: str, url: str, headers: Mapping[str, str], body: Any, resource: str) -> dict[str, str]:
        """The headers to add to a message: none for one that is not signed."""
        settings = self.settings
        covered = jws.is_covered(method, resource, put_parties=settings.jws_sign_put_parties)
        key = self._signing_key(settings)
        if not key or body is None or not covered:
            return {}
        return jws.Signer(key, settings.jws_form).sign(method, url, headers, body)

    def verify(self, method: str, resource: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raises InvalidSignature for a message that must be signed and is not, or wrongly."""
        settings = self.settings
        covered = jws.is_covered(method, resource, put_parties=settings.validate_inbound_put_parties_jws)
        if settings.validate_inbound_jws and covered:
            self.verifier(settings).verify(headers, body)

    def verifier(self, settings: Settings) -> jws.Verifier:
        """What inbound messages are held against now."""
        return jws.Verifier(self.keys, settings.jws_accept)

    @property
    def settings(self) -> Settings:
        """The settings of signatures, as the world has them now."""
        world = self._surroundings.signing(self._dfsp_id)
        if world is not self._world:
            self._world = world
            self._follow(signing_settings(self._surroundings))
        return self._settings

    @property
    def keys(self) -> Mapping[str, Sequence[str]]:
        """The public keys that are good now, by participant."""
        world: Mapping[str, Sequence[str]] = self._world.keys if self._world is not None else {}
        layers = cast("list[MutableMapping[str, Sequence[str]]]", [self._own_keys, self._learned, world])  # only read
        good = ChainMap(*layers)
        return {fsp: keys[:1] for fsp, keys in good.items()} if self._settings.like_sdk.one_key_per_participant else good

    def _follow(self, settings: Settings) -> None:
        self._settings = settings
        keys = settings.jws_verification_keys if settings.validate_inbound_jws else {}
        self._own_keys = {fsp: (_pem(key, f"jws_verification_keys.{fsp}"),) for fsp, key in keys.items()}
        if key := self._signing_key(settings):
            jws.Signer(key)  # a key that cannot sign is refused at the start

    def _signing_key(self, settings: Settings) -> str:
        """Empty where nothing is signed, or not yet: onboarding will bring a key."""
        ours = "jws_signing_key" in self._surroundings.settings
        if not settings.jws_sign or (settings.mcm_server_endpoint and not settings.jws_signing_key and not self._signs_with):
            return ""
        return self._signs_with if self._signs_with and not ours else _pem(settings.jws_signing_key, "jws_signing_key")


def _pem(key: str, setting: str) -> str:
    if key.startswith(_PEM):
        return key
    path = Path(key)
    if not key or not path.is_file():
        raise UsageError("the world file", setting, f"{key!r} is neither a PEM nor a file", "give the key, or its path")
    return path.read_text(encoding="ascii")
