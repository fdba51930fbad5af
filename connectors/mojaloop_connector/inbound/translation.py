"""Quotes and prepares between the scheme's form and the backend's. No decision is taken here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.mojaloop_connector.parties import present, to_backend
from loopyard.kernel.errors import InvalidAmount
from loopyard.kernel.money import Money

Data = dict[str, Any]


def request_to_backend(request: Data) -> Data:
    """POST /transactionRequests as the backend's: `from` pays, `to` is paid."""
    kind = request["transactionType"]
    return present(
        transactionRequestId=request["transactionRequestId"],
        to=to_backend(request["payee"]),
        **{"from": to_backend({"partyIdInfo": request["payer"]})},
        amount=request["amount"]["amount"],
        currency=request["amount"]["currency"],
        transactionType=kind["scenario"],
        subScenario=kind.get("subScenario"),
        initiator=kind["initiator"],
        initiatorType=kind["initiatorType"],
        authenticationType=request.get("authenticationType"),
        geoCode=request.get("geoCode"),
        note=request.get("note"),
        expiration=request.get("expiration"),
    )


def request_answer(response: Data) -> Data:
    """The backend's answer to a request as PUT /transactionRequests. Raises KeyError."""
    return present(transactionId=response.get("transactionId"), transactionRequestState=response["transactionRequestState"])


def quote_to_backend(request: Data, home: str | None = None) -> Data:
    """POST /quotes as the backend's POST /quoterequests; `home` is its own id of the request that the quote answers."""
    kind, fees = request["transactionType"], request.get("fees", {})
    return present(
        quoteId=request["quoteId"],
        transactionId=request["transactionId"],
        transactionRequestId=request.get("transactionRequestId"),
        homeR2PTransactionId=home,
        to=to_backend(request["payee"]),
        **{"from": to_backend(request["payer"])},
        amountType=request["amountType"],
        amount=request["amount"]["amount"],
        currency=request["amount"]["currency"],
        transactionType=kind["scenario"],
        subScenario=kind.get("subScenario"),
        initiator=kind["initiator"],
        initiatorType=kind["initiatorType"],
        feesAmount=fees.get("amount"),
        feesCurrency=fees.get("currency"),
        geoCode=request.get("geoCode"),
        note=request.get("note"),
        expiration=request.get("expiration"),
        extensionList=request.get("extensionList", {}).get("extension"),
    )


def quote_answer(response: Data) -> Data:
    """The backend's terms as PUT /quotes, without packet and condition. Raises MoneyError, KeyError for unusable terms."""
    answer: Data = {
        "transferAmount": amount(response["transferAmount"], response["transferAmountCurrency"]),
        "expiration": response["expiration"],
        # Held open so that the message keeps the order of the real software's.
        "ilpPacket": "",
        "condition": "",
    }
    currency = response["transferAmountCurrency"]
    for name, element in (
        ("payeeReceiveAmount", "payeeReceiveAmount"),
        ("payeeFspFee", "payeeFspFeeAmount"),
        ("payeeFspCommission", "payeeFspCommissionAmount"),
    ):
        if response.get(element) is not None:
            answer[name] = amount(response[element], response.get(f"{element}Currency", currency))
    extensions = response.get("extensionList")
    return answer | present(geoCode=response.get("geoCode"), extensionList={"extension": extensions} if extensions else None)


def amount(value: Any, currency: Any) -> dict[str, str]:
    """An FSPIOP amount of a backend's text or number. Raises InvalidAmount, UnknownCurrency."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or not isinstance(currency, str):
        raise InvalidAmount(f"{value!r} {currency!r} is no amount; write a decimal text and a currency code")
    money = Money(value, currency)
    if money.is_negative:
        raise InvalidAmount(f"{value!r} is negative; FSPIOP amounts have no sign")
    return {"amount": str(money), "currency": money.currency.code}


def prepare_to_backend(prepare: Data, quote: Data | None, transaction: Data | None) -> Data:
    """POST /transfers as the backend's: the quote's terms, and the amount that the payer had asked for."""
    if quote is None:
        sent = prepare["amount"]
        return {"transferId": prepare["transferId"], "currency": sent["currency"], "amount": sent["amount"]}
    asked, internal = quote["request"], quote["internalRequest"]
    return present(
        transferId=prepare["transferId"],
        quote=quote["response"],
        **{"from": internal["from"]},
        to=internal["to"],
        amountType=asked["amountType"],
        currency=asked["amount"]["currency"],
        amount=asked["amount"]["amount"],
        transactionType=asked["transactionType"]["scenario"],
        subScenario=asked["transactionType"].get("subScenario"),
        note=asked.get("note"),
        quoteRequestExtensions=internal.get("extensionList"),
        ilpPacket={"data": transaction} if transaction is not None else None,
        extensionList=prepare.get("extensionList", {}).get("extension"),
    )


def bulk_quote_to_backend(request: Data) -> Data:
    """POST /bulkQuotes as the backend's."""
    return present(
        bulkQuoteId=request["bulkQuoteId"],
        expiration=request.get("expiration"),
        **{"from": to_backend(request["payer"])},
        geoCode=request.get("geoCode"),
        individualQuotes=[_quote_part(part, request) for part in request["individualQuotes"]],
    )


def _quote_part(part: Data, bulk: Data) -> Data:
    single = quote_to_backend(part | {"payer": bulk["payer"]})
    return {name: value for name, value in single.items() if name != "from"}


def part_as_prepare(part: Data, bulk: Data) -> Data:
    """A transfer of POST /bulkTransfers as POST /transfers would have it."""
    return {
        "transferId": part["transferId"],
        "payerFsp": bulk["payerFsp"],
        "payeeFsp": bulk["payeeFsp"],
        "amount": part["transferAmount"],
        "ilpPacket": part["ilpPacket"],
        "condition": part["condition"],
        "expiration": bulk["expiration"],
    } | present(extensionList=part.get("extensionList"))


def bulk_prepare_to_backend(bulk: Data, taken: list[tuple[Data, Data]]) -> Data:
    """POST /bulkTransfers as the backend's. Each transfer is told with its quote, as POST /transfers tells it: without, a
    backend could not know which promise it is to keep."""
    parts = [prepare_to_backend(single, row.get("quote"), None) for single, row in taken]
    payer = next((part["from"] for part in parts if "from" in part), None)
    quotes = [row["quote"]["response"] for _, row in taken if "quote" in row]
    expiration = quotes[0].get("expiration") if quotes else None
    quote = {"bulkQuoteId": bulk["bulkQuoteId"], "individualQuoteResults": quotes} | present(expiration=expiration)
    return present(
        bulkQuote=quote if quotes else None,
        bulkTransferId=bulk["bulkTransferId"],
        **{"from": payer},
        individualTransfers=[{name: value for name, value in part.items() if name != "from"} for part in parts],
    )
