"""Messages of the send-money API to and from payments, and the request to the Mojaloop connector."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from connectors.core_connector import body
from connectors.core_connector.cbs import Holder
from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.mojaloop.views import Charge
from connectors.core_connector.payments.model import Birth, Conversion, Demand, Offer, Payment, Request
from connectors.core_connector.settings import Settings
from loopyard.kernel.errors import UnknownCurrency
from loopyard.kernel.money import Money, currency
from loopyard.protocols.fspiop.dates import to_iso

ID_TYPES: Final = frozenset({"MSISDN", "EMAIL", "PERSONAL_ID", "BUSINESS", "DEVICE", "ACCOUNT_ID", "IBAN", "ALIAS"})
DISPLAY_NAME: Final = re.compile(r"(?!\s*$)[\w .,'-]{1,128}", re.ASCII)
"""What the outbound API takes as displayName; other names go in their parts alone, which it takes in any script."""
BIRTH_KEY: Final = "CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth."


def send_money(content: Mapping[str, Any], settings: Settings) -> Request:
    """POST /send-money: the amount that leaves is fixed. Raises Malformed, Refusal."""
    code = _currency(content, "sendCurrency")
    return _request("SEND", body.amount(content, "sendAmount", code), content, settings)


def merchant_payment(content: Mapping[str, Any], settings: Settings) -> Request:
    """POST /merchant-payment: the amount that arrives is fixed. Raises Malformed, Refusal."""
    code = _currency(content, "receiveCurrency")
    return _request("RECEIVE", body.amount(content, "receiveAmount", code), content, settings)


def _request(kind: Any, amount: Money, content: Mapping[str, Any], settings: Settings) -> Request:
    body.text(content, "transactionType")
    payer = body.part(content, "payer")
    id_type = body.text(content, "payeeIdType")
    if id_type not in ID_TYPES:
        raise Refusal("3100", f"payeeIdType {id_type!r} is not supported; use one of {', '.join(sorted(ID_TYPES))}")
    send = _currency(content, "sendCurrency")
    receive = _currency(content, "receiveCurrency", send)
    if settings.currency_mode == "single" and send != receive:
        raise Refusal("5106", f"payments from {send} to {receive} are not offered")
    return Request(
        kind,
        amount,
        send,
        receive,
        Holder(id_type, body.text(content, "payeeId")),
        Holder(settings.supported_id_type[0], body.text(payer, "payerId"), body.text(payer, "name")),
        body.text(content, "subId", ""),
        body.text(content, "purposeCode", ""),
        _birth(payer),
    )


def _birth(payer: Mapping[str, Any]) -> Birth | None:
    if payer.get("DateAndPlaceOfBirth") is None:
        return None
    birth = body.part(payer, "DateAndPlaceOfBirth")
    return Birth(
        body.text(birth, "BirthDt"),
        body.text(birth, "CityOfBirth"),
        body.text(birth, "CtryOfBirth"),
        body.text(birth, "PrvcOfBirth", ""),
    )


def _currency(content: Mapping[str, Any], key: str, default: str | None = None) -> str:
    try:
        return currency(body.text(content, key, default)).code
    except UnknownCurrency as error:
        raise Malformed(f"{key}: {error}") from None


def home_id(content: Mapping[str, Any]) -> str | None:
    """The institution's own id of the transaction, which it need not give. Raises Malformed."""
    return body.text(content, "homeTransactionId", "") or None


def decision(content: Mapping[str, Any]) -> tuple[bool, str]:
    """PUT: whether the payer accepts, and the institution's own id. Raises Malformed."""
    accepts = content.get("acceptQuote")
    if accepts is None:
        raise Malformed("acceptQuote is missing", "3102")
    if not isinstance(accepts, bool):
        raise Malformed(f"acceptQuote must be true or false, not {accepts!r}")
    return accepts, body.text(content, "homeTransactionId")


def outbound_transfer(request: Request, home_id: str, settings: Settings) -> dict[str, Any]:
    """POST /transfers of the Mojaloop connector."""
    payee = {"idType": request.payee.id_type, "idValue": request.payee.id_value}
    if request.payee_sub_id:
        payee["idSubValue"] = request.payee_sub_id
    transfer: dict[str, Any] = {
        "homeTransactionId": home_id,
        "from": _payer(request, settings),
        "to": payee,
        "amountType": request.amount_type,
        "currency": request.amount.currency.code,
        "amount": str(request.amount),
        "transactionType": settings.like_others.transaction_type,
    }
    if settings.api_type == "iso20022" and request.birth:
        extensions = _birth_extensions(request.birth, settings)
        if settings.like_others.kyc_in == "from":
            transfer["from"]["extensionList"] = extensions
        else:
            transfer |= {"quoteRequestExtensions": extensions, "transferRequestExtensions": extensions}
    return transfer


def payment_of(request: Request, demand: Demand, home_id: str, settings: Settings) -> dict[str, Any]:
    """POST /requestToPayTransfer of the Mojaloop connector."""
    payee = {"idType": request.payee.id_type, "idValue": request.payee.id_value, "fspId": demand.payee_fsp}
    if request.payee_sub_id:
        payee["idSubValue"] = request.payee_sub_id
    if DISPLAY_NAME.fullmatch(request.payee.name):
        payee["displayName"] = request.payee.name
    wish = {
        "homeR2PTransactionId": home_id,
        "transactionRequestId": demand.id,
        "from": _payer(request, settings),
        "to": payee,
        "amountType": request.amount_type,
        "currency": request.amount.currency.code,
        "amount": str(request.amount),
        "scenario": demand.scenario,
        "initiator": "PAYEE",
        "initiatorType": demand.initiator_type,
    }
    return wish | ({"authenticationType": demand.authentication} if demand.authentication else {})


def _payer(request: Request, settings: Settings) -> dict[str, Any]:
    name = request.payer.name
    first, *middle = name.split()
    id_type = settings.like_others.payer_id_type or request.payer.id_type
    payer = {"type": "CONSUMER", "idType": id_type, "idValue": request.payer.id_value, "fspId": settings.fsp_id}
    if DISPLAY_NAME.fullmatch(name):
        payer["displayName"] = name
    payer["firstName"] = first
    if settings.like_template.own_details_for_payee:
        payer |= dict.fromkeys(("firstName", "middleName", "lastName"), name)
    elif middle[:-1]:
        payer["middleName"] = " ".join(middle[:-1])
    if middle and not settings.like_template.own_details_for_payee:
        payer["lastName"] = middle[-1]
    if request.birth:
        payer["dateOfBirth"] = _date(request.birth, settings)
    return payer


def _birth_extensions(birth: Birth, settings: Settings) -> list[dict[str, str]]:
    """Only what the channel knows: nothing stands for a province that was not given."""
    unknown = "Not defined" if settings.like_template.own_details_for_payee else ""
    values = (
        ("BirthDt", _date(birth, settings)),
        ("PrvcOfBirth", birth.province or unknown),
        ("CityOfBirth", birth.city),
        ("CtryOfBirth", birth.country),
    )
    place = BIRTH_KEY.replace("Dbtr.Id.PrvtId", settings.like_others.birth_keys)
    return [{"key": place + key, "value": value} for key, value in values if value]


def _date(birth: Birth, settings: Settings) -> str:
    if settings.like_others.birth_date == "yyyy-mm-dd":
        return birth.date
    return "-".join(reversed(birth.date.split("-")))


def terms(payment: Payment, settings: Settings) -> dict[str, Any]:
    """The answer to POST. `sourceFees` come on top of `sendAmount`; `targetFees` are already off `receiveAmount`. The
    LEI of the payee's institution is not known here, and so not told."""
    offer, request = payment.offer, payment.request
    assert offer is not None
    shown: dict[str, Any] = {
        "payeeDetails": {
            "idType": request.payee.id_type,
            "idValue": request.payee.id_value,
            "fspId": offer.payee_fsp,
            "name": offer.payee_name,
        },
        "sendAmount": str(offer.send),
        "sendCurrency": offer.send.currency.code,
        "receiveAmount": str(offer.receive),
        "receiveCurrency": offer.receive.currency.code,
        "targetFees": str(offer.payee_fee),
        "sourceFees": str(offer.fee),
        "transactionId": payment.row.transfer,
        "homeTransactionId": payment.row.home,
        "totalAmount": str(offer.send + offer.fee),
        "expiration": to_iso(offer.expires_at),
    }
    if settings.like_template.own_details_for_payee and settings.lei:
        shown["payeeDetails"]["fspLEI"] = settings.lei
    if offer.conversion:
        shown["conversion"] = _conversion(offer.conversion)
    return shown


def _conversion(conversion: Conversion) -> dict[str, Any]:
    return {
        "sourceAmount": _amount(conversion.source),
        "targetAmount": _amount(conversion.target),
        "rate": f"{conversion.rate:f}",
        "charges": [_charge(each) for each in conversion.charges],
    }


def _charge(charge: Charge) -> dict[str, Any]:
    sides = (("sourceAmount", charge.source), ("targetAmount", charge.target))
    return {"chargeType": charge.kind} | {key: _amount(money) for key, money in sides if money}


def _amount(money: Money) -> dict[str, str]:
    return {"amount": str(money), "currency": money.currency.code}


CURRENT_STATES: Final[Mapping[str, str]] = {
    "COMPLETED": "COMPLETED",
    "CAPTURING": "COMPLETED",
    "ABORTED": "ABORTED",
    "RELEASING": "ABORTED",
    "DECLINED": "ABORTED",
    "EXPIRED": "ABORTED",
    "FAILED": "ERROR_OCCURRED",
    "VALIDATED": "COMPLETED",
}
"""How states look in GET /transfers/{id}. What is not here and not offered is PENDING, a word of ours."""


def status(payment: Payment) -> dict[str, Any]:
    """The answer to GET /transfers/{id}. `settled` says whether the bank has followed the hub."""
    row = payment.row
    state = offered(payment.offer) if row.state == "OFFERED" and payment.offer else CURRENT_STATES.get(row.state, "PENDING")
    shown: dict[str, Any] = {
        "transferId": row.transfer,
        "homeTransactionId": row.home,
        "currentState": state,
        "settled": not row.open,
    }
    if payment.fulfil:
        shown["fulfil"] = orjson.loads(payment.fulfil)
    if payment.code:
        shown |= {"statusCode": payment.code, "message": payment.message}
    return shown


def offered(offer: Offer) -> str:
    """The state of the Mojaloop connector that an offer waits in."""
    halted_at = {"acceptQuote": "QUOTE", "acceptConversion": "CONVERSION", "acceptOTP": "AUTH"}[offer.acceptance]
    return f"WAITING_FOR_{halted_at}_ACCEPTANCE"
