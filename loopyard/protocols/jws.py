"""FSPIOP signatures: a detached JWS over the message body, RS256 or ES256. Which messages are signed, and whose key is
trusted, is decided elsewhere. Source: docs/sources/fspiop.md, JWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from loopyard.protocols import base64url, canonical, jws_header, jws_octets
from loopyard.protocols.jws_errors import DOES_NOT_HOLD, CannotSign, InvalidSignature, Matched, quoted
from loopyard.protocols.jws_keys import ALGORITHMS, PublicKey, load_private, load_public

__all__ = [
    "Acceptance", "CannotSign", "Form", "InvalidSignature", "Keys", "Pem", "Signer", "Verdict", "Verifier",
    "forms_under", "is_covered",
]  # fmt: skip

Form = Literal["insertion", "sorted"]
Acceptance = Literal["either", "insertion", "sorted"]
Pem = str | bytes
Keys = Mapping[str, Pem | Sequence[Pem]]
"""Public keys by participant; of one that changes its key, all that are good at the moment, the latest first."""
_REQUIRED: Final = ("fspiop-uri", "fspiop-http-method", "fspiop-signature")


@dataclass(frozen=True, slots=True)
class Verdict:
    """An accepted signature: the forms of the body that it holds over."""

    forms: tuple[Matched, ...]


class Signer:
    """Signs messages with one private key; the algorithm follows from the key (RSA: RS256, EC P-256: ES256).

    Send the body in `canonical.sorted_json` form: then verifiers of both forms accept it. Raises CannotSign.
    """

    def __init__(self, key_pem: str | bytes, form: Form = "sorted") -> None:
        try:
            self._key = load_private(key_pem)
        except ValueError as cause:
            raise CannotSign(f"the private key cannot be used: {cause}; give a PEM of an RSA or P-256 key") from cause
        self._canonical = canonical.sorted_json if form == "sorted" else canonical.insertion_json

    @property
    def algorithm(self) -> str:
        return self._key.algorithm

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: Any) -> dict[str, str]:
        """The headers to add: fspiop-uri, fspiop-http-method, fspiop-signature. `body` is the parsed body or its bytes;
        source, destination and date are taken from `headers` (any case). Raises CannotSign."""
        parsed = _parsed(body) if isinstance(body, bytes | str) else body
        if not _is_there(parsed):
            raise CannotSign("Cannot sign with no body")
        if isinstance(parsed, bytes):
            raise CannotSign("the body is not JSON; sign what is sent, a JSON document")
        sent = {name.lower(): value for name, value in headers.items()}
        added = {"fspiop-http-method": method.upper(), "fspiop-uri": jws_header.signed_path(url)}
        protected = base64url.encode(orjson.dumps(jws_header.protected_header(self._key.algorithm, sent | added)))
        signature = self._key.sign(jws_octets.signing_input(protected, self._canonical(parsed)))
        return added | {"fspiop-signature": jws_octets.signature_header(protected, signature)}


class Verifier:
    """Verifies messages against the public keys of their sources.

    `form` says which canonical form of the body a signature must hold over; a signature that holds only over the raw
    bytes is refused in every case, as no real verifier sees those. `keys` may change while the verifier lives.
    """

    def __init__(self, keys: Keys, form: Acceptance = "either") -> None:
        self._keys = keys
        self._accepted: tuple[str, ...] = ("insertion", "sorted") if form == "either" else (form,)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Check presence, key, signature, then the protected header against the headers. Raises InvalidSignature."""
        received = {name.lower(): value for name, value in headers.items()}
        if not _is_there(_parsed(body)):
            raise InvalidSignature("Cannot validate JWS without a body")
        keys = self._keys_of(received.get("fspiop-source"))
        if not all(received.get(name) for name in _REQUIRED):
            raise InvalidSignature(
                f"fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. "
                f"Only got {quoted(received)}"
            )
        protected_text, signature = jws_octets.signature_parts(received["fspiop-signature"])
        protected = jws_octets.protected_of(protected_text)
        fitting = _of_algorithm(protected.get("alg"), keys)
        verdict = self._match(fitting, protected_text, signature, body)
        jws_header.check_protected_header(received, protected)
        return verdict

    def _keys_of(self, source: str | None) -> list[PublicKey]:
        if not source:
            raise InvalidSignature("FSPIOP-Source HTTP header not in request headers. Unable to verify JWS")
        held = self._keys.get(source)
        if not held:
            raise InvalidSignature(
                f"JWS public key for '{source}' not available. Unable to verify JWS. "
                f"Only have keys for: {quoted(list(self._keys))}"
            )
        try:
            return [load_public(pem) for pem in ([held] if isinstance(held, str | bytes) else held)]
        except ValueError as cause:
            raise InvalidSignature("secretOrPublicKey must be an asymmetric key when using RS256") from cause

    def _match(self, keys: list[PublicKey], protected: str, signature: bytes, body: bytes) -> Verdict:
        forms = jws_octets.holding(keys, protected, signature, body)
        if not any(name in self._accepted for name in forms):
            raise InvalidSignature(DOES_NOT_HOLD, forms)
        return Verdict(forms)


def is_covered(method: str, resource: str, *, put_parties: bool) -> bool:
    """Whether a message is one that is signed: with a body, and PUT /parties only where that is asked for."""
    return method in ("POST", "PUT", "PATCH") and (put_parties or (method, resource) != ("PUT", "parties"))


def forms_under(pem: Pem, signature: str, body: bytes) -> tuple[Matched, ...]:
    """The forms of a body over which the value of an FSPIOP-Signature holds under a key, whatever its protected header says.
    Nothing when it cannot be read."""
    try:
        protected, octets = jws_octets.signature_parts(signature)
        keys = _of_algorithm(jws_octets.protected_of(protected).get("alg"), [load_public(pem)])
    except (InvalidSignature, ValueError):
        return ()
    return jws_octets.holding(keys, protected, octets, body)


def _of_algorithm(algorithm: Any, keys: list[PublicKey]) -> list[PublicKey]:
    """The keys that go with an algorithm: the key decides, never what the message says of itself. Raises InvalidSignature."""
    if algorithm not in ALGORITHMS:
        raise InvalidSignature("invalid algorithm")
    fitting = [key for key in keys if key.algorithm == algorithm]
    if not fitting:
        allowed = ", ".join(keys[0].allowed)
        raise InvalidSignature(f'"alg" parameter for "{keys[0].kind}" key type must be one of: {allowed}.')
    return fitting


def _parsed(body: bytes | str) -> Any:
    """The parsed body, or its bytes when it is not JSON."""
    try:
        return canonical.parse(body) if body else None
    except ValueError:
        return body if isinstance(body, bytes) else body.encode()


def _is_there(parsed: Any) -> bool:
    # JavaScript's notion: null, "", 0 and false are no body, {} and [] are one.
    return isinstance(parsed, dict | list) or bool(parsed)
