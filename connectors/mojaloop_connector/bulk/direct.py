"""POST and GET of /bulkQuotes and /bulkTransfers of the outbound API: one FSPIOP bulk, asked for and waited for."""

from __future__ import annotations

from typing import Any, Final

from connectors.mojaloop_connector.bulk.exchange import Exchange
from connectors.mojaloop_connector.bulk.messages import last_error
from connectors.mojaloop_connector.errors import OutboundFailure
from connectors.mojaloop_connector.hub import Outgoing
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import present, to_scheme
from connectors.mojaloop_connector.store import Row
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError

Data = dict[str, Any]

_QUOTES: Final = "direct_bulk_quotes"
QUOTE_FIELD, TRANSFER_FIELD = "bulkQuoteState", "bulkTransferState"


class DirectBulks:
    """Every method returns the body of a 200, or raises OutboundFailure; FspiopError for payees of several institutions."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._exchange = Exchange(kit)

    async def quote(self, request: Data) -> Data:
        """POST /bulkQuotes. What was asked for is kept, so that GET can repeat it."""
        fsp, id_ = _institution(request["individualQuotes"]), request.get("bulkQuoteId") or self._kit.new_id()
        self._kit.store.put(Row(_QUOTES, id_, "", {"individualQuotes": request["individualQuotes"], "fsp": fsp}))
        body: Data = {
            "bulkQuoteId": id_,
            "payer": to_scheme(request["from"], self._kit.settings.dfsp_id),
            "individualQuotes": [self._quote(each, request["from"]) for each in request["individualQuotes"]],
            "expiration": self._kit.expiration(),
        } | present(extensionList=request.get("extensions"))
        message = self._kit.hub.request("POST", "bulkQuotes", body=body, destination=fsp)
        state = {"bulkQuoteId": id_, "homeTransactionId": request["homeTransactionId"]}
        return state | _quoted(await self._answer(message, "bulkQuotes", id_, QUOTE_FIELD, state))

    def _quote(self, each: Data, payer: Data) -> Data:
        kind = {"scenario": each["transactionType"], "initiator": "PAYER", "initiatorType": payer.get("type", "CONSUMER")}
        return {
            "quoteId": each["quoteId"],
            "transactionId": self._kit.new_id(),
            "payee": to_scheme(each["to"], each["to"].get("fspId")),
            "amountType": each["amountType"],
            "amount": {"currency": each["currency"], "amount": each["amount"]},
            "transactionType": kind | present(subScenario=each.get("subScenario")),
        } | present(note=each.get("note"), extensionList=each.get("extensions"))

    async def quotes(self, id_: str) -> Data:
        """GET /bulkQuotes/{id}: the payees' institution says it again."""
        row = self._kit.store.get(_QUOTES, id_)
        if row is None:
            raise OutboundFailure(f"No cached data found for bulkQuoteId: {id_}", plain=True, field=QUOTE_FIELD)
        message = self._kit.hub.request("GET", "bulkQuotes", id_, destination=row.data["fsp"])
        answer = await self._answer(message, "bulkQuotes", id_, QUOTE_FIELD, {"bulkQuoteId": id_})
        return {"bulkQuoteId": id_, "individualQuotes": row.data["individualQuotes"]} | _quoted(answer)

    async def transfer(self, request: Data) -> Data:
        """POST /bulkTransfers."""
        fsp, id_ = _institution(request["individualTransfers"]), request["bulkTransferId"]
        body: Data = {
            "bulkTransferId": id_,
            "bulkQuoteId": request["bulkQuoteId"],
            "payerFsp": self._kit.settings.dfsp_id,
            "payeeFsp": fsp,
            "individualTransfers": [_transfer(each) for each in request["individualTransfers"]],
            "expiration": self._kit.expiration(),
        } | present(extensionList=request.get("extensions"))
        message = self._kit.hub.request("POST", "bulkTransfers", body=body, destination=fsp)
        state = {
            "bulkTransferId": id_,
            "bulkQuoteId": request["bulkQuoteId"],
            "homeTransactionId": request["homeTransactionId"],
        }
        answer = await self._answer(message, "bulkTransfers", id_, TRANSFER_FIELD, state)
        conditions = {each["transferId"]: each["condition"] for each in request["individualTransfers"]}
        results = [
            self._result(each, conditions.get(each["transferId"])) for each in answer.get("individualTransferResults", ())
        ]
        shown = present(completedTimestamp=answer.get("completedTimestamp"), extensionList=answer.get("extensionList"))
        return state | shown | {"currentState": "COMPLETED", "individualTransferResults": results}

    def _result(self, each: Data, condition: Any) -> Data:
        if "errorInformation" in each:
            error = last_error({"errorInformation": each["errorInformation"]})
            return {"transferId": each["transferId"], "transferState": "ABORTED", "lastError": error}
        fulfilment = each.get("fulfilment")
        if self._kit.settings.check_ilp and condition and not self._kit.fulfilment_holds(fulfilment, condition):
            raise OutboundFailure("Invalid fulfilment received from peer DFSP.", plain=True, field=TRANSFER_FIELD)
        return {"transferId": each["transferId"], "transferState": "COMMITTED"} | present(fulfilment=fulfilment)

    async def transfers(self, id_: str) -> Data:
        """GET /bulkTransfers/{id}: what the hub says of it."""
        message = self._kit.hub.request("GET", "bulkTransfers", id_)
        answer = await self._answer(message, "bulkTransfers", id_, TRANSFER_FIELD, {"bulkTransferId": id_})
        results = answer.get("individualTransferResults", [])
        fulfils = [{"fulfilment": each["fulfilment"]} for each in results if "fulfilment" in each]
        return {
            "bulkTransferId": id_, "currentState": "COMPLETED", "fulfils": fulfils,
            "bulkTransferState": answer.get("bulkTransferState"), "individualTransferResults": results,
        }  # fmt: skip

    async def _answer(self, message: Outgoing, resource: str, id_: str, field: str, state: Data) -> Data:
        answer = await self._exchange.ask(message, f"{resource}/{id_}")
        failed = state | {"currentState": "ERROR_OCCURRED"}
        if answer is None:
            raise OutboundFailure(f"Timeout waiting for {resource} {id_}", 504, field=field).of(failed)
        if answer.is_error:
            text = canonical.insertion_json(answer.body).decode()
            failure = OutboundFailure(f"Got an error response requesting {resource}: {text}", 500, answer.body, field=field)
            raise failure.of(failed | {"lastError": failure.last_error})
        return dict(answer.body)


def _quoted(answer: Data) -> Data:
    results = [
        {"quoteId": each["quoteId"], "lastError": last_error({"errorInformation": each["errorInformation"]})}
        if "errorInformation" in each
        else each
        for each in answer.get("individualQuoteResults", ())
    ]
    shown = present(extensionList=answer.get("extensionList"))
    return {"expiration": answer["expiration"], "currentState": "COMPLETED", "individualQuoteResults": results} | shown


def _transfer(each: Data) -> Data:
    return {
        "transferId": each["transferId"],
        "transferAmount": {"currency": each["currency"], "amount": each["amount"]},
        "ilpPacket": each["ilpPacket"],
        "condition": each["condition"],
    } | present(extensionList=each.get("extensions"))


def _institution(parts: list[Data]) -> str:
    """Where all payees are. Raises FspiopError when that is nowhere, or not one place."""
    named = {each["to"].get("fspId") for each in parts}
    if len(named) != 1 or None in named:
        raise FspiopError("3100", "each to must have an fspId, and all the same one; group the payees by institution")
    return str(named.pop())
