"""ISO 20022 messages about transfers and conversions, in the words of FSPIOP: written from the published mapping, with the
standard library alone. Only what moves money is read."""

from __future__ import annotations

import base64
from typing import Any, Final

from tests.witness.seen import Seen, Unreadable, content, text

WRITTEN: Final = "as it was written"
"""Under which the ISO 20022 message itself stands in what is made of it."""
ESSENCE: Final = frozenset(
    {
        *("transferId", "payerFsp", "payeeFsp", "amount", "ilpPacket", "condition", "expiration"),
        *("commitRequestId", "determiningTransferId", "initiatingFsp", "counterPartyFsp", "sourceAmount", "targetAmount"),
    }
)
"""What a prepare must say in either form."""
STATES: Final = {"COMM": "COMMITTED", "RESV": "RESERVED", "RECV": "RECEIVED", "ABOR": "ABORTED"}


def said(seen: Seen) -> dict[str, Any]:
    """What a message says, in FSPIOP. Raises Unreadable."""
    body = content(seen.body)
    media = next((value for name, value in seen.headers if name.lower() == "content-type"), "")
    if ".iso20022." not in media or ".iso20022.bulk" in media:  # a bulk has no ISO 20022 form, whatever it is called
        return body
    if "TxInfAndSts" in body:
        return _report(body["TxInfAndSts"], "fxTransfers" in seen.path) | {WRITTEN: body}
    terms = body.get("CdtTrfTxInf")
    if not isinstance(terms, dict):
        raise Unreadable("neither CdtTrfTxInf nor TxInfAndSts")
    return (_conversion(terms, body) if "fxTransfers" in seen.path else _transfer(terms, body)) | {WRITTEN: body}


def same_prepare(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two prepares are one and the same: to the last element within one form, in what moves money across forms."""
    if (WRITTEN in one) == (WRITTEN in other):
        return one == other
    return _essence(one) == _essence(other)


def _essence(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key in ESSENCE and value is not None}


def _transfer(terms: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    packet = text(_at(terms, "VrfctnOfTerms"), "IlpV4PrepPacket")
    return {
        "transferId": text(_at(terms, "PmtId"), "TxId"),
        "payerFsp": _agent(terms, "DbtrAgt"),
        "payeeFsp": _agent(terms, "CdtrAgt"),
        "amount": _amount(_at(terms, "IntrBkSttlmAmt"), "ActiveCurrencyAndAmount"),
        "ilpPacket": packet,
        "condition": _condition(packet),
        "expiration": _at(body, "GrpHdr").get("PmtInstrXpryDtTm"),
    }


def _conversion(terms: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    source = _at(_at(terms, "UndrlygCstmrCdtTrf"), "InstdAmt")
    return {
        "commitRequestId": text(_at(terms, "PmtId"), "TxId"),
        "determiningTransferId": _at(terms, "PmtId").get("EndToEndId"),
        "initiatingFsp": _agent(terms, "Dbtr"),
        "counterPartyFsp": _agent(terms, "Cdtr"),
        "sourceAmount": _amount(source, "ActiveOrHistoricCurrencyAndAmount"),
        "targetAmount": _amount(_at(terms, "IntrBkSttlmAmt"), "ActiveCurrencyAndAmount"),
        "condition": text(_at(terms, "VrfctnOfTerms"), "Sh256Sgntr"),
        "expiration": _at(body, "GrpHdr").get("PmtInstrXpryDtTm"),
    }


def _report(report: Any, of_conversion: bool) -> dict[str, Any]:
    if not isinstance(report, dict):
        raise Unreadable("TxInfAndSts is no object")
    if "StsRsnInf" in report:
        reason = _at(_at(report, "StsRsnInf"), "Rsn")
        return {"errorInformation": {"errorCode": reason.get("Prtry", reason.get("Cd"))}}
    state = STATES.get(text(report, "TxSts"), text(report, "TxSts"))
    found: dict[str, Any] = {"conversionState" if of_conversion else "transferState": state}
    return found | ({"fulfilment": report["ExctnConf"]} if "ExctnConf" in report else {})


def _agent(of: dict[str, Any], key: str) -> str:
    return text(_at(_at(_at(of, key), "FinInstnId"), "Othr"), "Id")


def _amount(of: dict[str, Any], element: str) -> dict[str, str]:
    return {"currency": text(of, "Ccy"), "amount": text(of, element)}


def _condition(packet: str) -> str:
    """The 32 bytes after amount and expiry in a packet of version 4."""
    try:
        octets = base64.urlsafe_b64decode(packet + "=" * (-len(packet) % 4))
    except ValueError as error:
        raise Unreadable(f"no packet: {error}") from error
    if not octets or octets[0] != 0x0C:
        raise Unreadable("no packet of version 4")
    begin = 2 if octets[1] < 0x80 else 2 + octets[1] - 0x80
    return base64.urlsafe_b64encode(octets[begin + 25 : begin + 57]).rstrip(b"=").decode()


def _at(of: dict[str, Any], key: str) -> dict[str, Any]:
    found = of.get(key)
    if not isinstance(found, dict):
        raise Unreadable(f"{key} is {found!r}")
    return found
