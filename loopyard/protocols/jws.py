"""FSPIOP signatures: a detached JWS over the message body, RS256 or ES256. Which messages are signed, and whose key is
trusted, is decided elsewhere. Source: docs/sources/fspiop.md, JWS.

    LoopyardError
        CannotSign              no body, no such resource in the URL, or a key of the wrong kind
        InvalidSignature        the verifier refuses; the reason is the reference validator's own text
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols import base64url, canonical
from loopyard.protocols.jws_keys import ALGORITHMS, PublicKey, load_private, load_public

Form = Literal["insertion", "sorted"]
Acceptance = Literal["either", "insertion", "sorted"]
Matched = Literal["raw", "insertion", "sorted"]

# The empty alternative and the greedy start are the signing library's: "http://hub/transfers?x=1" yields
# "//hub/transfers?x=1", and a verifier compares with what the signer sent, not with the true path.
_SIGNED_PATH: Final = re.compile(
    r".*(/(?:participants|parties|quotes|bulkQuotes|transfers|bulkTransfers|transactionRequests|thirdpartyRequests|"
    r"authorizations|consents|consentRequests|fxQuotes|fxTransfers|)(?:/.*)?)"
)
_REQUIRED: Final = ("fspiop-uri", "fspiop-http-method", "fspiop-signature")


class CannotSign(LoopyardError):
    """There is nothing to sign, no resource name in the URL, or the key is of the wrong kind."""


class InvalidSignature(LoopyardError):
    """The signature is refused. `reason` is the reference validator's text; `matched` names the form of the body over
    which the signature holds although it is not accepted, or is None."""

    def __init__(self, reason: str, matched: Matched | None = None) -> None:
        hint = f" (the signature holds over the {matched} form of the body; sign the accepted form)" if matched else ""
        super().__init__(reason + hint)
        self.reason = reason
        self.matched = matched


@dataclass(frozen=True, slots=True)
class Verdict:
    """An accepted signature: the first form of the body that it holds over, and all such forms."""

    matched: Matched
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
        added = {"fspiop-http-method": method.upper(), "fspiop-uri": signed_path(url)}
        protected = base64url.encode(orjson.dumps(_protected_header(self._key.algorithm, sent | added)))
        message = _signing_input(protected, self._canonical(parsed))
        signature = {"protectedHeader": protected, "signature": base64url.encode(self._key.sign(message))}
        return added | {"fspiop-signature": orjson.dumps(signature).decode()}


class Verifier:
    """Verifies messages against the public keys of their sources.

    `form` says which canonical form of the body a signature must hold over; a signature that holds only over the raw
    bytes is refused in every case, as no real verifier sees those. `keys` may change while the verifier lives.
    """

    def __init__(self, keys: Mapping[str, str | bytes], form: Acceptance = "either") -> None:
        self._keys = keys
        self._loaded: dict[str | bytes, PublicKey] = {}
        self._accepted: tuple[str, ...] = ("insertion", "sorted") if form == "either" else (form,)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Check presence, key, signature, then the protected header against the headers. Raises InvalidSignature."""
        received = {name.lower(): value for name, value in headers.items()}
        if not _is_there(_parsed(body)):
            raise InvalidSignature("Cannot validate JWS without a body")
        key = self._key_of(received.get("fspiop-source"))
        if not all(received.get(name) for name in _REQUIRED):
            raise InvalidSignature(
                f"fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. "
                f"Only got {_text(received)}"
            )
        protected_text, signature = _signature_parts(received["fspiop-signature"])
        protected = _protected_of(protected_text)
        _check_algorithm(protected.get("alg"), key)
        verdict = self._match(key, protected_text, signature, body)
        check_protected_header(received, protected)
        return verdict

    def _key_of(self, source: str | None) -> PublicKey:
        if not source:
            raise InvalidSignature("FSPIOP-Source HTTP header not in request headers. Unable to verify JWS")
        pem = self._keys.get(source)
        if not pem:
            raise InvalidSignature(
                f"JWS public key for '{source}' not available. Unable to verify JWS. "
                f"Only have keys for: {_text(list(self._keys))}"
            )
        if pem not in self._loaded:
            try:
                self._loaded[pem] = load_public(pem)
            except ValueError as cause:
                raise InvalidSignature("secretOrPublicKey must be an asymmetric key when using RS256") from cause
        return self._loaded[pem]

    def _match(self, key: PublicKey, protected: str, signature: bytes, body: bytes) -> Verdict:
        forms: list[Matched] = []
        known: dict[bytes, bool] = {}
        for name, payload in _forms(body):
            if payload not in known:
                known[payload] = key.holds(signature, _signing_input(protected, payload))
            if known[payload]:
                forms.append(name)
        if not any(name in self._accepted for name in forms):
            raise InvalidSignature("invalid signature", forms[0] if forms else None)
        return Verdict(forms[0], tuple(forms))


def signed_path(url: str) -> str:
    """The FSPIOP-URI of a URL: from the last resource name on, query included. Raises CannotSign."""
    match = _SIGNED_PATH.fullmatch(url)
    if not match:
        raise CannotSign(f"URI not valid for protected header: {url}")
    return match[1]


def check_protected_header(headers: Mapping[str, str], protected: Mapping[str, Any]) -> None:
    """Compare a decoded protected header with lower-case HTTP headers, as the reference validator does.
    Raises InvalidSignature."""
    for name in ("FSPIOP-URI", "FSPIOP-HTTP-Method", "FSPIOP-Source"):
        if not protected.get(name):
            raise InvalidSignature(f"Decoded protected header does not contain required {name} element: {_text(protected)}")
        if protected[name] != headers.get(name.lower()):
            raise InvalidSignature(
                f"{name} HTTP request header value: {headers.get(name.lower())} "
                f"does not match protected header value: {protected[name]}"
            )
    _check_date(headers, protected.get("Date"))
    _check_destination(headers, protected)


def _check_date(headers: Mapping[str, str], signed: Any) -> None:
    if not signed:
        return
    if not headers.get("date"):
        raise InvalidSignature(f"Date header is present in protected header but not in HTTP request: {_text(headers)}")
    if headers["date"] != signed:
        raise InvalidSignature(f"HTTP date header: {headers['date']} does not match protected header Date value: {signed}")


def _check_destination(headers: Mapping[str, str], protected: Mapping[str, Any]) -> None:
    sent, signed = headers.get("fspiop-destination"), protected.get("FSPIOP-Destination")
    if sent and not signed:
        raise InvalidSignature(
            f"HTTP fspiop-destination header is present but is not present in protected header: {_text(protected)}"
        )
    if signed and not sent:
        raise InvalidSignature(
            f"FSPIOP-Destination header is present in protected header but not in HTTP request: {_text(headers)}"
        )
    if sent != signed:
        raise InvalidSignature(
            f"HTTP FSPIOP-Destination header: {sent} does not match protected header FSPIOP-Destination value: {signed}"
        )


def _check_algorithm(algorithm: Any, key: PublicKey) -> None:
    if algorithm not in ALGORITHMS:
        raise InvalidSignature("invalid algorithm")
    if algorithm != key.algorithm:
        allowed = ", ".join(key.allowed)
        raise InvalidSignature(f'"alg" parameter for "{key.kind}" key type must be one of: {allowed}.')


def _protected_header(algorithm: str, headers: Mapping[str, str]) -> dict[str, str]:
    if not headers.get("fspiop-source"):
        raise CannotSign("there is no FSPIOP-Source header; name the signing participant in it")
    protected = {
        "alg": algorithm,
        "FSPIOP-URI": headers["fspiop-uri"],
        "FSPIOP-HTTP-Method": headers["fspiop-http-method"],
        "FSPIOP-Source": headers["fspiop-source"],
    }
    optional = {"FSPIOP-Destination": headers.get("fspiop-destination"), "Date": headers.get("date")}
    return protected | {name: value for name, value in optional.items() if value}


def _signature_parts(header: str) -> tuple[str, bytes]:
    try:
        parts = orjson.loads(header)
        protected, signature = parts["protectedHeader"], parts["signature"]
        if not isinstance(protected, str) or not isinstance(signature, str) or "." in protected + signature:
            raise InvalidSignature("jwt malformed")
        if not signature.strip():
            raise InvalidSignature("jwt signature is required")
        return protected, base64url.decode(signature)
    except (ValueError, KeyError, TypeError) as cause:
        raise InvalidSignature("invalid token") from cause


def _protected_of(text: str) -> dict[str, Any]:
    try:
        protected = orjson.loads(base64url.decode(text))
    except ValueError as cause:
        raise InvalidSignature("invalid token") from cause
    if not isinstance(protected, dict):
        raise InvalidSignature("invalid token")
    return protected


def _forms(body: bytes) -> list[tuple[Matched, bytes]]:
    forms: list[tuple[Matched, bytes]] = [("raw", body)]
    try:
        parsed = canonical.parse(body)
    except ValueError:
        return forms
    return [*forms, ("insertion", canonical.insertion_json(parsed)), ("sorted", canonical.sorted_json(parsed))]


def _signing_input(protected: str, payload: bytes) -> bytes:
    return f"{protected}.{base64url.encode(payload)}".encode("ascii")


def _parsed(body: bytes | str) -> Any:
    """The parsed body, or its bytes when it is not JSON."""
    try:
        return canonical.parse(body) if body else None
    except ValueError:
        return body if isinstance(body, bytes) else body.encode()


def _is_there(parsed: Any) -> bool:
    # JavaScript's notion: null, "", 0 and false are no body, {} and [] are one.
    return isinstance(parsed, dict | list) or bool(parsed)


def _text(value: Any) -> str:
    return canonical.sorted_json(dict(value) if isinstance(value, Mapping) else value).decode()
