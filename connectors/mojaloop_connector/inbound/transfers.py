"""Transfers to us as payee: what is theirs alone of a reservation, and GET /transfers."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import BackendFailure
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.inbound.quotes import KIND, QuoteStore
from connectors.mojaloop_connector.inbound.translation import prepare_to_backend
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import present
from loopyard.protocols import ilp

Data = dict[str, Any]


class TransferFlavour:
    """A payee's side of POST /transfers."""

    resource = "transfers"
    kind = KIND
    noun = "prepare"
    id_field = "transferId"
    state_field = "transferState"

    def __init__(self, kit: Kit, quotes: QuoteStore) -> None:
        self._kit = kit
        self._quotes = quotes

    def terms(self, prepare: Data) -> Data | None:
        """The quote of the transaction: its id is the transfer's, or else stands in the packet."""
        data = self._quotes.of_transaction(prepare["transferId"])
        if data is None:
            transaction = decoded(prepare)
            data = self._quotes.of_transaction(str(transaction.get("transactionId"))) if transaction else None
        return data | {"transferId": prepare["transferId"]} if data is not None and "quote" in data else None

    def unknown(self, prepare: Data) -> Data:
        return {"transferId": prepare["transferId"], "direction": "INBOUND", "initiatedTimestamp": self._kit.now_text()}

    def must_have_terms(self) -> bool:
        return not self._kit.settings.allow_transfer_without_quote

    def condition(self, prepare: Data, terms: Data) -> str:
        if "quote" in terms:
            return str(terms["quote"]["mojaloopResponse"]["condition"])
        return ilp.condition_of(self._fulfilment(prepare, terms))

    def amounts(self, prepare: Data, terms: Data) -> list[tuple[Any, Any]]:
        return [(prepare["amount"], terms["quote"]["mojaloopResponse"]["transferAmount"])] if "quote" in terms else []

    def quote_expiration(self, terms: Data) -> Any:
        return terms.get("quote", {}).get("mojaloopResponse", {}).get("expiration")

    def to_backend(self, prepare: Data, terms: Data) -> Data:
        return prepare_to_backend(prepare, terms.get("quote"), decoded(prepare))

    def fulfil(self, answer: Data, terms: Data) -> Data:
        default = "RESERVED" if self._kit.settings.reserve_notification else "COMMITTED"
        extensions = answer.get("extensionList")
        return {
            "completedTimestamp": answer.get("completedTimestamp") or self._kit.now_text(),
            "transferState": answer.get("transferState") or default,
            "fulfilment": answer.get("fulfilment") or self._fulfilment(terms["prepare"]["body"], terms),
        } | present(extensionList={"extension": extensions} if extensions else None)

    def notification(self, data: Data) -> Data:
        shown = {name: value for name, value in data.items() if not name.startswith("_")}
        final = dict(shown["finalNotification"])
        if "extensionList" in final:  # the bare list, other than the API has it
            final["extensionList"] = final["extensionList"].get("extension")
        return shown | {"finalNotification": final}

    def aborted(self, at: str) -> Data:
        return {"completedTimestamp": at, "transferState": "ABORTED"}

    def _fulfilment(self, prepare: Data, terms: Data) -> str:
        if "quote" in terms:
            return str(terms["quote"]["fulfilment"])
        return ilp.fulfilment_of(self._kit.settings.ilp_secret, prepare["ilpPacket"])


class TransferQuery:
    """GET /transfers/{ID} of another participant: the backend knows the state, we the fulfilment."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def get(self, message: Inbound) -> None:
        transfer_id = message.params["ID"]
        try:
            answer = await self._kit.backend.ask("GET", "transfers", transfer_id)
        except BackendFailure as failure:
            error = self._kit.error_of(failure)
            if error is not None:
                await reply_error(self._kit, "transfers", (transfer_id,), error, message.source)
            return
        row = self._kit.store.get(KIND, transfer_id)
        is_committed = answer.get("transferState") == "COMMITTED"
        quote = row.data.get("quote", {}) if row is not None else {}
        extensions = answer.get("extensions")
        body = present(
            completedTimestamp=answer.get("timestamp"),
            transferState=answer.get("transferState"),
            fulfilment=quote.get("fulfilment") if is_committed else None,
            extensionList={"extension": extensions} if extensions else None,
        )
        await reply(self._kit, self._kit.hub.callback("PUT", "transfers", transfer_id, body=body, destination=message.source))


def decoded(prepare: Data) -> Data | None:
    """The transaction in a prepare's packet; None when there is none that can be read."""
    try:
        return dict(ilp.decode(prepare["ilpPacket"]).data)
    except ilp.InvalidPacket:
        return None
