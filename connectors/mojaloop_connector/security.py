"""Signatures of FSPIOP messages: which of ours are signed, and which of others' are checked. How a JWS is made is the
protocols' affair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.mojaloop_connector.settings import Settings, signing_settings
from loopyard.kernel.errors import UsageError
from loopyard.protocols import canonical, jws
from loopyard.transport.service import Surroundings
from loopyard.transport.signing import Signing

_PEM = "-----BEGIN"


class Security:
    """Signs what goes to the hub and verifies what comes from it, as far as the settings ask for it, or the world does.

    Settings of the connector's own go before the world's. Keys of other participants that stand in the settings do so too;
    what the scheme hands out may change while the connector runs.
    """

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._dfsp_id = settings.dfsp_id
        self._world: Signing | None = None
        self._follow(settings)

    def body_bytes(self, body: Any) -> bytes:
        """A body as it goes on the wire: keys in order, but sorted where the signature is over the sorted form."""
        settings = self.settings
        unsorted = settings.like_sdk.sends_unsorted or (self._world is not None and self._world.sends == "insertion")
        is_sorted = settings.jws_sign and settings.jws_form == "sorted" and not unsorted
        return canonical.sorted_json(body) if is_sorted else canonical.insertion_json(body)

    def signature(self, method: str, url: str, headers: Mapping[str, str], body: Any, resource: str) -> dict[str, str]:
        """The headers to add to a message: none for one that is not signed."""
        settings = self.settings
        covered = jws.is_covered(method, resource, put_parties=settings.jws_sign_put_parties)
        if not settings.jws_sign or body is None or not covered:
            return {}
        return jws.Signer(self._signing_key, settings.jws_form).sign(method, url, headers, body)

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
        handed_out: Mapping[str, tuple[str, ...]] = self._world.keys if self._world is not None else {}
        if self._settings.like_sdk.one_key_per_participant:
            handed_out = {fsp: keys[:1] for fsp, keys in handed_out.items()}
        return {**handed_out, **self._own_keys} if self._own_keys else handed_out

    def _follow(self, settings: Settings) -> None:
        self._settings = settings
        self._signing_key = _pem(settings.jws_signing_key, "jws_signing_key") if settings.jws_sign else ""
        keys = settings.jws_verification_keys if settings.validate_inbound_jws else {}
        self._own_keys = {fsp: (_pem(key, f"jws_verification_keys.{fsp}"),) for fsp, key in keys.items()}
        if settings.jws_sign:
            jws.Signer(self._signing_key)  # a key that cannot sign is refused at the start


def _pem(key: str, setting: str) -> str:
    if key.startswith(_PEM):
        return key
    path = Path(key)
    if not key or not path.is_file():
        raise UsageError("the world file", setting, f"{key!r} is neither a PEM nor a file", "give the key, or its path")
    return path.read_text(encoding="ascii")
