"""Signatures of FSPIOP messages: which of ours are signed, and which of others' are checked. How a JWS is made is the
protocols' affair."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.mojaloop_connector.settings import Settings
from loopyard.kernel.errors import UsageError
from loopyard.protocols import canonical, jws

_PEM = "-----BEGIN"


class Security:
    """Signs what goes to the hub and verifies what comes from it, as far as the settings ask for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        later = settings.mcm_server_endpoint and not settings.jws_signing_key
        self._signer = self._make_signer() if settings.jws_sign and not later else None
        self._given = {fsp: _pem(key, f"jws_verification_keys.{fsp}") for fsp, key in settings.jws_verification_keys.items()}
        self._keys: dict[str, str] = dict(self._given)
        self._verifier = jws.Verifier(self._keys, settings.jws_accept) if settings.validate_inbound_jws else None

    def trust(self, keys: Mapping[str, str]) -> None:
        """From now on others' messages are verified by these public keys in PEM, and by those that the settings give."""
        self._keys.clear()
        self._keys.update({**keys, **self._given})

    def sign_with(self, private_key: str) -> None:
        """From now on our messages are signed with this key in PEM, where the settings ask for signatures and give no key."""
        if self._settings.jws_sign and not self._settings.jws_signing_key:
            self._signer = jws.Signer(private_key, self._settings.jws_form)

    def body_bytes(self, body: Any) -> bytes:
        """A body as it goes on the wire: keys in order, but sorted where the signature is over the sorted form."""
        is_sorted = self._signer is not None and self._settings.jws_form == "sorted"
        return canonical.sorted_json(body) if is_sorted else canonical.insertion_json(body)

    def signature(self, method: str, url: str, headers: Mapping[str, str], body: Any, resource: str) -> dict[str, str]:
        """The headers to add to a message: none for one that is not signed."""
        unsigned_party = resource == "parties" and method == "PUT" and not self._settings.jws_sign_put_parties
        if self._signer is None or body is None or unsigned_party:
            return {}
        return self._signer.sign(method, url, headers, body)

    def verify(self, method: str, resource: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raises InvalidSignature for a message that must be signed and is not, or wrongly."""
        unsigned_party = resource == "parties" and method == "PUT" and not self._settings.validate_inbound_put_parties_jws
        if self._verifier is not None and method != "GET" and not unsigned_party:
            self._verifier.verify(headers, body)

    def _make_signer(self) -> jws.Signer:
        return jws.Signer(_pem(self._settings.jws_signing_key, "jws_signing_key"), self._settings.jws_form)


def _pem(key: str, setting: str) -> str:
    if key.startswith(_PEM):
        return key
    path = Path(key)
    if not key or not path.is_file():
        raise UsageError("the world file", setting, f"{key!r} is neither a PEM nor a file", "give the key, or its path")
    return path.read_text(encoding="ascii")
