"""The protected header: what a signature says of its message, and whether the message's own headers agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from loopyard.protocols.jws_errors import CannotSign, InvalidSignature, quoted

# The empty alternative and the greedy start are the signing library's: "http://hub/transfers?x=1" yields
# "//hub/transfers?x=1", and a verifier compares with what the signer sent, not with the true path.
_SIGNED_PATH: Final = re.compile(
    r".*(/(?:participants|parties|quotes|bulkQuotes|transfers|bulkTransfers|transactionRequests|thirdpartyRequests|"
    r"authorizations|consents|consentRequests|fxQuotes|fxTransfers|)(?:/.*)?)"
)


def signed_path(url: str) -> str:
    """The FSPIOP-URI of a URL: from the last resource name on, query included. Raises CannotSign."""
    match = _SIGNED_PATH.fullmatch(url)
    if not match:
        raise CannotSign(f"URI not valid for protected header: {url}")
    return match[1]


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


def check_protected_header(headers: Mapping[str, str], protected: Mapping[str, Any]) -> None:
    """Compare a decoded protected header with lower-case HTTP headers, as the reference validator does.
    Raises InvalidSignature."""
    for name in ("FSPIOP-URI", "FSPIOP-HTTP-Method", "FSPIOP-Source"):
        if not protected.get(name):
            raise InvalidSignature(f"Decoded protected header does not contain required {name} element: {quoted(protected)}")
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
        raise InvalidSignature(f"Date header is present in protected header but not in HTTP request: {quoted(headers)}")
    if headers["date"] != signed:
        raise InvalidSignature(f"HTTP date header: {headers['date']} does not match protected header Date value: {signed}")


def _check_destination(headers: Mapping[str, str], protected: Mapping[str, Any]) -> None:
    sent, signed = headers.get("fspiop-destination"), protected.get("FSPIOP-Destination")
    if sent and not signed:
        raise InvalidSignature(
            f"HTTP fspiop-destination header is present but is not present in protected header: {quoted(protected)}"
        )
    if signed and not sent:
        raise InvalidSignature(
            f"FSPIOP-Destination header is present in protected header but not in HTTP request: {quoted(headers)}"
        )
    if sent != signed:
        raise InvalidSignature(
            f"HTTP FSPIOP-Destination header: {sent} does not match protected header FSPIOP-Destination value: {signed}"
        )
