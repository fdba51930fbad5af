"""ILP packets, conditions and fulfilments, versions 1 and 4, written from the facts and held against the scheme's own vectors.
The standard library only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

MINOR_UNITS = {"UGX": 0, "RWF": 0, "XOF": 0, "XAF": 0, "JPY": 0, "KRW": 0, "BHD": 3, "KWD": 3, "TND": 3}
"""Digits after the point, where they are not two."""


class Sealed(NamedTuple):
    """What a payee promises: the packet with the terms, the condition, and the fulfilment that opens it."""

    packet: str
    condition: str
    fulfilment: str


def digits(currency: str) -> int:
    return MINOR_UNITS.get(currency, 2)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical(value: object) -> bytes:
    """JSON with sorted keys and without blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def quote_terms(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The transaction that a quote's packet carries: who and what as asked, how much and until when as answered."""
    terms = {key: request[key] for key in ("quoteId", "transactionId", "transactionType", "payee", "payer")}
    terms |= {"expiration": answer["expiration"], "amount": answer["transferAmount"]}
    return terms | ({"note": answer["note"]} if answer.get("note") else {})


def seal_quote(request: dict[str, Any], answer: dict[str, Any], secret: str, version: int) -> Sealed:
    """Seal a quote. ValueError for an amount finer than the currency's minor unit."""
    terms = quote_terms(request, answer)
    party = terms["payee"]["partyIdInfo"]
    address = ["g", party["fspId"], party["partyIdType"].lower(), party["partyIdentifier"].lower()]
    if party.get("partySubIdOrType"):
        address.append(party["partySubIdOrType"].lower())
    return _seal(terms, ".".join(address), _minor(terms["amount"]), terms["expiration"], secret, version)


def seal_conversion(request_id: str, conversion: dict[str, Any], secret: str, version: int) -> Sealed:
    """Seal an FX quote; its packet stays with the provider."""
    terms = {"conversionRequestId": request_id, "conversionTerms": conversion}
    pair = conversion["sourceAmount"]["currency"], conversion["targetAmount"]["currency"]
    address = ".".join(("g", conversion["counterPartyFsp"], *pair)).lower()
    return _seal(terms, address, 0, conversion["expiration"], secret, version)


def _seal(terms: dict[str, Any], address: str, value: int, expiration: str, secret: str, version: int) -> Sealed:
    plain = canonical(terms)
    data = base64url(plain).encode()
    key = base64.b64encode(secret.encode())
    if version == 1:
        packet = base64url(_packet_1(value, address, data))
        fulfilment = hmac.digest(key, packet.encode(), "sha256")
        return Sealed(packet, base64url(hashlib.sha256(fulfilment).digest()), base64url(fulfilment))
    fulfilment = hmac.digest(key, base64.b64encode(plain), "sha256")
    condition = hashlib.sha256(fulfilment).digest()
    return Sealed(base64url(_packet_4(value, expiration, condition, data)), base64url(condition), base64url(fulfilment))


def _packet_1(value: int, address: str, data: bytes) -> bytes:
    body = value.to_bytes(8, "big") + _octets(address.encode("latin-1")) + _octets(data) + b"\x00"
    return b"\x01" + _octets(body)


def _packet_4(value: int, expiration: str, condition: bytes, data: bytes) -> bytes:
    until = datetime.fromisoformat(expiration.replace("Z", "+00:00")).astimezone(UTC)
    stamp = until.strftime("%Y%m%d%H%M%S") + f"{until.microsecond // 1000:03d}"
    body = value.to_bytes(8, "big") + stamp.encode() + condition + _octets(b"g.mojaloop") + _octets(data)
    return b"\x0c" + _octets(body)


def _octets(data: bytes) -> bytes:
    """Octets with their length before them: one byte below 128, else the count of length bytes first."""
    size = len(data)
    if size < 128:
        return bytes([size]) + data
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(length)]) + length + data


def _minor(money: dict[str, str]) -> int:
    scaled = Decimal(money["amount"]).scaleb(digits(money["currency"]))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{money['amount']} is finer than the minor unit of {money['currency']}")
    return int(scaled)
