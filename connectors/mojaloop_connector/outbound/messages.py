"""The messages of an outbound transfer, built from its data. Sending them, and what the answers mean, is in `steps`."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.forms import REPEATED
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import present, to_scheme

Data = dict[str, Any]


def quote_request(kit: Kit, data: Data) -> Data:
    """POST /quotes. The amount is the customer's, or what the FX provider turns it into."""
    terms = data.get("fxQuoteResponse", {}).get("body", {}).get("conversionTerms")
    quote: Data = {
        "quoteId": kit.new_id(),
        "transactionId": data["transferId"],
        **present(transactionRequestId=data.get("transactionRequestId")),
        "amountType": data["amountType"],
        "amount": terms["targetAmount"] if terms else {"currency": data["currency"], "amount": data["amount"]},
        "expiration": kit.expiration(data.get("quoteExpirySeconds")),
        "payer": to_scheme(data["from"], kit.settings.dfsp_id),
        "payee": to_scheme(data["to"], data["to"].get("fspId")),
        "transactionType": present(
            scenario=data.get("scenario") or data["transactionType"],
            subScenario=data.get("subScenario"),
            initiator=data.get("initiator", "PAYER"),
            initiatorType=data.get("initiatorType") or data["from"].get("type", "CONSUMER"),
        ),
    }
    extensions = data.get("quoteRequestExtensions")
    return quote | present(note=data.get("note"), extensionList={"extension": extensions} if extensions else None)


def transaction_request(kit: Kit, data: Data) -> Data:
    """POST /transactionRequests: our customer asks `to` for money. Only the payee goes with her name, as the API has it."""
    settings = kit.settings
    payee, payer = to_scheme(data["from"], settings.dfsp_id), to_scheme(data["to"], data["to"].get("fspId"))
    if settings.like_sdk.swaps_request_roles:
        payee, payer = payer, payee
    kind = {"scenario": data["transactionType"]} | present(subScenario=data.get("subScenario"))
    request: Data = {
        "transactionRequestId": data["transactionRequestId"],
        "payer": payer["partyIdInfo"],
        "payee": payee,
        "amount": {"currency": data["currency"], "amount": data["amount"]},
        "transactionType": kind | {"initiator": "PAYEE", "initiatorType": data["from"].get("type", "CONSUMER")},
    }
    expiration = kit.expiration(settings.transaction_request_expiry_seconds)
    return request | present(authenticationType=data.get("authenticationType"), expiration=expiration)


def fx_quote_request(kit: Kit, data: Data) -> Data:
    """POST /fxQuotes to the first provider. The side that the customer fixed has its amount, the other only a currency."""
    if data["amountType"] == "SEND":
        source = {"currency": data["currency"], "amount": data["amount"]}
        target = {"currency": data["supportedCurrencies"][0]}
    else:
        source = {"currency": source_currency(kit, data)}
        agreed = data["quoteResponse"]["body"]["transferAmount"]
        target = {"currency": agreed["currency"], "amount": agreed["amount"]}
    request_id = kit.new_id()
    return {
        "conversionRequestId": request_id,
        "conversionTerms": {
            "conversionId": kit.new_id(),
            "initiatingFsp": kit.settings.dfsp_id,
            "determiningTransferId": data["transferId"],
            "counterPartyFsp": data["fxProviders"][0],
            "amountType": data["amountType"],
            "sourceAmount": source,
            "targetAmount": target,
            "expiration": data["fxQuoteExpiration"],
        },
    }


def source_currency(kit: Kit, data: Data) -> str:
    """The currency in which the payer pays for a conversion of RECEIVE: the payer's own, else the connector's first."""
    own = data["from"].get("supportedCurrencies") or kit.settings.supported_currencies
    return str(own[0]) if own else str(data["currency"])


def fx_prepare(data: Data) -> Data:
    """POST /fxTransfers: the terms that the provider gave, with its condition."""
    answer = data["fxQuoteResponse"]["body"]
    terms = answer["conversionTerms"]
    copied = ("initiatingFsp", "determiningTransferId", "counterPartyFsp", "amountType", "sourceAmount", "targetAmount")
    return {name: terms[name] for name in copied if name in terms} | {
        "expiration": data["fxTransferExpiration"],
        "condition": answer["condition"],
        "commitRequestId": terms["conversionId"],
    }


def prepare(kit: Kit, data: Data) -> Data:
    """POST /transfers: amount, packet and condition of the quote, whatever the request asked for."""
    quote = data["quoteResponse"]["body"]
    by_source = kit.settings.use_quote_source_fsp_as_transfer_payee_fsp
    amount = quote["transferAmount"]
    extensions = [*(data.get("transferRequestExtensions") or ()), *(_repeated(quote) if kit.forms.iso else ())]
    return {
        "transferId": data["transferId"],
        "payeeFsp": data["quoteResponseSource"] if by_source else data["to"]["fspId"],
        "payerFsp": kit.settings.dfsp_id,
        "amount": {"currency": amount["currency"], "amount": amount["amount"]},
        "ilpPacket": quote["ilpPacket"],
        "condition": quote["condition"],
        "expiration": kit.expiration(data.get("prepareExpirySeconds")),
    } | present(extensionList={"extension": extensions} if extensions else None)


def _repeated(quote: Data) -> list[Data]:
    """The quote's extensions that its prepare says again, as the real software does in ISO mode."""
    pairs = quote.get("extensionList", {}).get("extension", [])
    return [each for each in pairs if str(each.get("key", "")).startswith(REPEATED)]
