"""FSPIOP signatures: a detached JWS over the message body, RS256 or ES256. Which messages are signed, and whose key is
trusted, is decided elsewhere. Source: docs/sources/fspiop.md, JWS.

    LoopyardError
        CannotSign              no body, no such resource in the URL, or a key of the wrong kind
        InvalidSignature        the verifier refuses; the reason is the reference validator's own text
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols import base64url, canonical
from loopyard.protocols.jws_keys import ALGORITHMS, PublicKey, load_private, load_public

Form = Literal["insertion", "sorted"]
Acceptance = Literal["either", "insertion", "sorted"]
Matched = Literal["raw", "insertion", "sorted"]
Pem = str | bytes
Keys = Mapping[str, Pem | Sequence[Pem]]
"""Public keys by participant; of one that changes its key, all that are good at the moment, the latest first."""

# The empty alternative and the greedy start are the signing library's: "http://hub/transfers?x=1" yields
# "//hub/transfers?x=1", and a verifier compares with what the signer sent, not with the true path.
_SIGNED_PATH: Final = re.compile(
    r".*(/(?:participants|parties|quotes|bulkQuotes|transfers|bulkTransfers|transactionRequests|thirdpartyRequests|"
    r"authorizations|consents|consentRequests|fxQuotes|fxTransfers|)(?:/.*)?)"
)
DOES_NOT_HOLD: Final = "invalid signature"
"""The reason when a signature is none of the body, or not in an accepted form."""
_REQUIRED: Final = ("fspiop-uri", "fspiop-http-method", "fspiop-signature")


class CannotSign(LoopyardError):
    """There is nothing to sign, no resource name in the URL, or the key is of the wrong kind."""


class InvalidSignature(LoopyardError):
    """The signature is refused. `reason` is the reference validator's text; `forms` are those of the body over which the
    signature holds although none of them is accepted."""

    def __init__(self, reason: str, forms: tuple[Matched, ...] = ()) -> None:
        hint = f" (the signature holds over the {forms[0]} form of the body; sign the accepted form)" if forms else ""
        super().__init__(reason + hint)
        self.reason = reason
        self.forms = forms

    @property
    def summary(self) -> str:
        """The reason without what it quotes of the message: paths and headers have no place in a line of a log."""
        return re.split(r"[:{]", self.reason, maxsplit=1)[0].strip()

    @property
    def matched(self) -> Matched | None:
        """The first of the forms."""
        return self.forms[0] if self.forms else None


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
        protected = base64url.encode(orjson.dumps(protected_header(self._key.algorithm, sent | added)))
        signature = self._key.sign(signing_input(protected, self._canonical(parsed)))
        return added | {"fspiop-signature": signature_header(protected, signature)}


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
                f"Only got {_text(received)}"
            )
        protected_text, signature = _signature_parts(received["fspiop-signature"])
        protected = _protected_of(protected_text)
        fitting = _of_algorithm(protected.get("alg"), keys)
        verdict = self._match(fitting, protected_text, signature, body)
        check_protected_header(received, protected)
        return verdict

    def _keys_of(self, source: str | None) -> list[PublicKey]:
        if not source:
            raise InvalidSignature("FSPIOP-Source HTTP header not in request headers. Unable to verify JWS")
        held = self._keys.get(source)
        if not held:
            raise InvalidSignature(
                f"JWS public key for '{source}' not available. Unable to verify JWS. "
                f"Only have keys for: {_text(list(self._keys))}"
            )
        try:
            return [load_public(pem) for pem in ([held] if isinstance(held, str | bytes) else held)]
        except ValueError as cause:
            raise InvalidSignature("secretOrPublicKey must be an asymmetric key when using RS256") from cause

    def _match(self, keys: list[PublicKey], protected: str, signature: bytes, body: bytes) -> Verdict:
        forms = _holding(keys, protected, signature, body)
        if not any(name in self._accepted for name in forms):
            raise InvalidSignature(DOES_NOT_HOLD, forms)
        return Verdict(forms[0], forms)


def is_covered(method: str, resource: str, *, put_parties: bool) -> bool:
    """Whether a message is one that is signed: with a body, and PUT /parties only where that is asked for."""
    return method in ("POST", "PUT", "PATCH") and (put_parties or (method, resource) != ("PUT", "parties"))


def forms_under(pem: Pem, signature: str, body: bytes) -> tuple[Matched, ...]:
    """The forms of a body over which the value of an FSPIOP-Signature holds under a key, whatever its protected header says.
    Nothing when it cannot be read."""
    try:
        protected, octets = _signature_parts(signature)
        keys = _of_algorithm(_protected_of(protected).get("alg"), [load_public(pem)])
    except (InvalidSignature, ValueError):
        return ()
    return _holding(keys, protected, octets, body)


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


def _of_algorithm(algorithm: Any, keys: list[PublicKey]) -> list[PublicKey]:
    """The keys that go with an algorithm: the key decides, never what the message says of itself. Raises InvalidSignature."""
    if algorithm not in ALGORITHMS:
        raise InvalidSignature("invalid algorithm")
    fitting = [key for key in keys if key.algorithm == algorithm]
    if not fitting:
        allowed = ", ".join(keys[0].allowed)
        raise InvalidSignature(f'"alg" parameter for "{keys[0].kind}" key type must be one of: {allowed}.')
    return fitting


def protected_header(algorithm: str, headers: Mapping[str, str]) -> dict[str, str]:
    """What a signature says of the message, in the library's order; `headers` in lower case. Raises CannotSign."""
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


def signature_header(protected: str, signature: bytes) -> str:
    """The value of FSPIOP-Signature."""
    return orjson.dumps({"protectedHeader": protected, "signature": base64url.encode(signature)}).decode()


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


def _holding(keys: list[PublicKey], protected: str, signature: bytes, body: bytes) -> tuple[Matched, ...]:
    """The forms of a body over which a signature holds under one of the keys."""
    known: dict[bytes, bool] = {}
    forms = _forms(body)
    for _, payload in forms:
        if payload not in known:
            message = signing_input(protected, payload)
            known[payload] = any(key.holds(signature, message) for key in keys)
    return tuple(name for name, payload in forms if known[payload])


def _forms(body: bytes) -> list[tuple[Matched, bytes]]:
    forms: list[tuple[Matched, bytes]] = [("raw", body)]
    try:
        parsed = canonical.parse(body)
    except ValueError:
        return forms
    return [*forms, ("insertion", canonical.insertion_json(parsed)), ("sorted", canonical.sorted_json(parsed))]


def signing_input(protected: str, payload: bytes) -> bytes:
    """The octets that are signed."""
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
    """For a refusal, which gets into logs: all but what gives access."""
    if isinstance(value, Mapping):
        value = {name: each for name, each in value.items() if name != "authorization"}
    return canonical.sorted_json(value).decode()
