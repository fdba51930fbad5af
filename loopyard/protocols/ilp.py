"""ILP packets, conditions and fulfilments of versions 1 and 4, as the scheme's connectors make and read them.
Who keeps a fulfilment, and when it is checked, is decided elsewhere.

    LoopyardError
        InvalidPacket           not a packet, or terms from which none can be made
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from loopyard.kernel.errors import LoopyardError, MoneyError
from loopyard.kernel.money import parse_fspiop
from loopyard.protocols import base64url, canonical
from loopyard.protocols.ilp_octets import Reader, var_octets

Version = Literal["v1", "v4"]

_TYPE_BY_VERSION: Final[Mapping[str, int]] = {"v1": 0x01, "v4": 0x0C}
_DESTINATION_V4: Final = "g.mojaloop"
_NO_CONDITION: Final = bytes(32)
_COPIED_FROM_REQUEST: Final = ("quoteId", "transactionId", "transactionType", "payee", "payer")


class InvalidPacket(LoopyardError):
    """Not an ILP packet, or terms from which none can be made."""


@dataclass(frozen=True, slots=True)
class Ilp:
    """What a payee or an FX provider makes of its terms; the fulfilment stays secret until the money is there."""

    packet: str
    condition: str
    fulfilment: str


@dataclass(frozen=True, slots=True)
class Packet:
    """A decoded packet. `amount_units` counts minor units of the currency; version 1 has no expiry and no condition."""

    version: Version
    amount_units: int
    account: str
    data: Mapping[str, Any]
    expires_at: datetime | None = None
    condition: str | None = None


def build_quote(version: Version, secret: str, quote_request: Mapping[str, Any], quote_response: Mapping[str, Any]) -> Ilp:
    """Packet, condition and fulfilment of a quote; parties and transaction type are copied from the request as received.

    Raises InvalidPacket when a needed element is missing, or the amount is finer than the currency's minor unit.
    Source: docs/sources/fspiop.md, ILP.
    """
    try:
        data = {name: quote_request[name] for name in _COPIED_FROM_REQUEST}
        data |= {"expiration": quote_response["expiration"], "amount": quote_response["transferAmount"]}
        if quote_response.get("note"):
            data["note"] = quote_response["note"]
        account = _party_account(data["payee"]["partyIdInfo"]) if version == "v1" else _DESTINATION_V4
        return _build(version, secret, data, _minor_units(data["amount"]), account, data["expiration"])
    except KeyError as missing:
        raise InvalidPacket(f"the quote has no {missing}; a packet cannot be made without it") from None


def build_fx_quote(version: Version, secret: str, conversion_request_id: str, conversion_terms: Mapping[str, Any]) -> Ilp:
    """Packet, condition and fulfilment of conversion terms; the messages carry only the condition, the amount is 0.

    Raises InvalidPacket when a needed element is missing.
    """
    data = {"conversionRequestId": conversion_request_id, "conversionTerms": conversion_terms}
    try:
        account = _conversion_account(conversion_terms) if version == "v1" else _DESTINATION_V4
        return _build(version, secret, data, 0, account, conversion_terms["expiration"])
    except KeyError as missing:
        raise InvalidPacket(f"the conversion terms have no {missing}; a packet cannot be made without it") from None


def encode(packet: Packet) -> str:
    """The packet as base64url text, its data in canonical JSON."""
    body = packet.amount_units.to_bytes(8, "big")
    data = base64url.encode(canonical.sorted_json(packet.data)).encode("ascii")
    if packet.version == "v1":
        # The last octet counts extensions: there are none.
        body += var_octets(_latin(packet.account)) + var_octets(data) + b"\x00"
    else:
        condition = base64url.decode(packet.condition) if packet.condition else _NO_CONDITION
        body += _expiry_octets(packet.expires_at) + condition + var_octets(_latin(packet.account)) + var_octets(data)
    return base64url.encode(bytes([_TYPE_BY_VERSION[packet.version]]) + var_octets(body))


def decode(packet: str) -> Packet:
    """Read a packet of either version; the first octet tells which. Raises InvalidPacket."""
    try:
        outer = Reader(base64url.decode(packet))
        kind, body = outer.octet(), Reader(outer.var_octets())
        if kind == _TYPE_BY_VERSION["v1"]:
            return Packet("v1", body.unsigned(8), _account(body.var_octets()), _data(body.var_octets()))
        if kind != _TYPE_BY_VERSION["v4"]:
            raise ValueError(f"type {kind} is neither 1 (payment) nor 12 (prepare)")
        amount, expires_at = body.unsigned(8), _expiry(body.take(17))
        condition = base64url.encode(body.take(32))
        return Packet("v4", amount, _account(body.var_octets()), _data(body.var_octets()), expires_at, condition)
    except (ValueError, AttributeError) as cause:
        raise InvalidPacket(f"not an ILP packet: {cause}; send the ilpPacket of the quote unchanged") from cause


def fulfilment_of(secret: str, packet: str) -> str:
    """The fulfilment of a packet that this secret made. Raises InvalidPacket."""
    decoded = decode(packet)
    return base64url.encode(_fulfilment(decoded.version, secret, packet, decoded.data))


def condition_of(fulfilment: str) -> str:
    """The condition that a fulfilment answers: its SHA-256. ValueError when it is not base64url."""
    return base64url.encode(hashlib.sha256(base64url.decode(fulfilment)).digest())


def fulfils(fulfilment: object, condition: object) -> bool:
    """Whether the fulfilment answers the condition; false for anything malformed."""
    if not isinstance(fulfilment, str) or not isinstance(condition, str):
        return False
    try:
        preimage, digest = base64url.decode(fulfilment), base64url.decode(condition)
    except ValueError:
        return False
    return len(preimage) == 32 and hmac.compare_digest(hashlib.sha256(preimage).digest(), digest)


def _build(version: Version, secret: str, data: dict[str, Any], amount: int, account: str, expiration: str) -> Ilp:
    if version == "v1":
        packet = encode(Packet("v1", amount, account, data))
        preimage = _fulfilment("v1", secret, packet, data)
        return Ilp(packet, condition_of(base64url.encode(preimage)), base64url.encode(preimage))
    preimage = _fulfilment("v4", secret, "", data)
    condition = condition_of(base64url.encode(preimage))
    packet = encode(Packet("v4", amount, account, data, _expires_at(expiration), condition))
    return Ilp(packet, condition, base64url.encode(preimage))


def _fulfilment(version: Version, secret: str, packet: str, data: Mapping[str, Any]) -> bytes:
    # Version 4 holds the condition inside the packet, so its fulfilment can only depend on the data.
    message = packet.encode("ascii") if version == "v1" else base64.b64encode(canonical.sorted_json(data))
    return hmac.new(base64.b64encode(secret.encode()), message, hashlib.sha256).digest()


def _minor_units(amount: Mapping[str, Any]) -> int:
    try:
        money = parse_fspiop(amount["amount"], amount["currency"])
    except MoneyError as cause:
        raise InvalidPacket(f"transferAmount: {cause}") from cause
    if not money.fits(money.currency.exponent):
        raise InvalidPacket(
            f"transferAmount {money} {money.currency} is finer than the minor unit; round it to "
            f"{money.currency.exponent} decimals"
        )
    return money.units // money.currency.quantum


def _party_account(party: Mapping[str, Any]) -> str:
    account = f"g.{party['fspId']}.{party['partyIdType'].lower()}.{party['partyIdentifier'].lower()}"
    sub_id = party.get("partySubIdOrType")
    return f"{account}.{sub_id.lower()}" if sub_id else account


def _conversion_account(terms: Mapping[str, Any]) -> str:
    source, target = terms["sourceAmount"]["currency"], terms["targetAmount"]["currency"]
    return f"g.{terms['counterPartyFsp']}.{source}.{target}".lower()


def _latin(account: str) -> bytes:
    # The reference codec keeps the low octet of each UTF-16 unit, whatever the character.
    return account.encode("utf-16-be", "surrogatepass")[1::2]


def _account(octets: bytes) -> str:
    # The reference codec reads what it wrote as 7-bit text.
    return bytes(octet & 0x7F for octet in octets).decode("ascii")


def _data(octets: bytes) -> dict[str, Any]:
    data = canonical.parse(base64url.decode(octets))
    if not isinstance(data, dict):
        raise ValueError("its data is not a JSON object")
    return data


def _expires_at(expiration: str) -> datetime:
    try:
        return datetime.fromisoformat(expiration).astimezone(UTC)
    except (ValueError, TypeError):
        raise InvalidPacket(f"expiration {expiration!r} is no date; write 2026-01-01T00:00:00.000Z") from None


def _expiry_octets(expires_at: datetime | None) -> bytes:
    if expires_at is None:
        raise InvalidPacket("a packet of version 4 needs expires_at; give the expiration of the terms")
    at = expires_at.astimezone(UTC)
    return f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}".encode("ascii")


def _expiry(octets: bytes) -> datetime:
    text = octets.decode("ascii")
    return datetime.strptime(f"{text}000", "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
