"""Messages of a payer's institution to the hub, and what it needs to be a participant there. Pure: nothing is sent here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from _people import Person

Body = dict[str, Any]
VERSION: Final = "2.0"
LIFETIME: Final = timedelta(seconds=60)
CAP: Final = 100_000_000
"""Net debit cap and prefunding of a payer made for the run: more than it can spend."""


def headers(method: str, resource: str, source: str, destination: str | None = None) -> dict[str, str]:
    """The headers that the hub demands of a request."""
    kind = f"application/vnd.interoperability.{resource}+json;version="
    made = {
        "Content-Type": kind + VERSION, "Accept": kind + VERSION.split(".")[0],
        "Date": format_datetime(datetime.now(UTC), usegmt=True), "FSPIOP-Source": source,
    }  # fmt: skip
    return made | {"FSPIOP-Destination": destination} if destination else made


def quote(id_: str, transfer_id: str, payer: Person, party: Mapping[str, Any], amount: str) -> Body:
    """POST /quotes: the lookup's answer goes back as it came, without its currencies."""
    return {
        "quoteId": id_, "transactionId": transfer_id, "amountType": "SEND",
        "amount": {"amount": amount, "currency": payer.currency},
        "payer": {
            "name": payer.name,
            "partyIdInfo": {"partyIdType": payer.id_type, "partyIdentifier": payer.id_value, "fspId": payer.dfsp},
        },
        "payee": {key: value for key, value in party.items() if key != "supportedCurrencies"},
        "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
        "expiration": _in(LIFETIME),
    }  # fmt: skip


def prepare(transfer_id: str, payer_fsp: str, payee_fsp: str, terms: Mapping[str, Any]) -> Body:
    """POST /transfers, on the payee's terms."""
    return {
        "transferId": transfer_id, "payerFsp": payer_fsp, "payeeFsp": payee_fsp, "amount": terms["transferAmount"],
        "ilpPacket": terms["ilpPacket"], "condition": terms["condition"], "expiration": _in(LIFETIME),
    }  # fmt: skip


def fulfils(fulfilment: object, condition: str) -> bool:
    """Whether a fulfilment is the preimage of a condition: the proof that the payee has the money."""
    if not isinstance(fulfilment, str):
        return False
    digest = hashlib.sha256(base64.urlsafe_b64decode(fulfilment + "=" * (-len(fulfilment) % 4))).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == condition.rstrip("=")


def endpoints(url: str) -> Iterator[Body]:
    """Where a payer takes callbacks, as the hub's administration wants to be told."""
    party = "/parties/{{partyIdType}}/{{partyIdentifier}}"
    for kind, path in (
        ("PARTIES_PUT", party), ("PARTIES_PUT_ERROR", f"{party}/error"), ("QUOTES", ""),
        ("TRANSFER_PUT", "/transfers/{{transferId}}"), ("TRANSFER_ERROR", "/transfers/{{transferId}}/error"),
    ):  # fmt: skip
        yield {"type": f"FSPIOP_CALLBACK_URL_{kind}", "value": url + path}


def _in(time: timedelta) -> str:
    at = datetime.now(UTC) + time
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
