"""FSPIOP bulks: transfers of one bulk to one institution, a thousand at most, from the grouping to the last result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from connectors.mojaloop_connector.bulk import messages
from connectors.mojaloop_connector.bulk.book import QUOTES, TRANSFERS, Book
from connectors.mojaloop_connector.bulk.exchange import UNKNOWN, Exchange
from connectors.mojaloop_connector.bulk.messages import last_error
from connectors.mojaloop_connector.errors import StoreUnavailable, code_of, information
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.waiting import Callback

Data = dict[str, Any]

LARGEST: Final = 1000
"""Transfers in one FSPIOP bulk."""
_ENDED: Final = ("COMPLETED", "REJECTED")
_MODIFIED = "3106"
_MEMBER: Final = {QUOTES: "bulkQuoteId", TRANSFERS: "bulkTransferId"}


class Carriers:
    """Asks for terms and makes transfers, in FSPIOP bulks. `ended` is called when one has come to its end, `interrupted` when
    the store went away under it: then `resume` takes it up again."""

    def __init__(self, kit: Kit, book: Book, ended: Callable[[str], None], interrupted: Callable[[], None]) -> None:
        self._kit = kit
        self._book = book
        self._ended = ended
        self._interrupted = interrupted
        self._exchange = Exchange(kit)
        self._busy: set[str] = set()

    def quote(self, bulk: Data, items: list[Data]) -> None:
        """Ask for the terms of these, one bulk for each institution and thousand."""
        for fsp, group in grouped(items, lambda item: item["to"]["partyIdInfo"]["fspId"]):
            self._carry(QUOTES, {"fsp": fsp}, bulk, group)

    def transfer(self, bulk: Data, items: list[Data]) -> None:
        """Make the transfers of these, which were accepted: one bulk for each bulk quote."""
        for bulk_quote_id, group in grouped(items, lambda item: item["bulkQuoteId"]):
            fsp = group[0]["to"]["partyIdInfo"]["fspId"]
            self._carry(TRANSFERS, {"fsp": fsp, "bulkQuoteId": bulk_quote_id}, bulk, group)

    def _carry(self, kind: str, data: Data, bulk: Data, group: list[Data]) -> None:
        id_ = self._kit.new_id()
        data |= {"expiration": bulk["options"]["bulkExpiration"], "bulkTransactionId": bulk["bulkTransactionId"]}
        data["items"] = [item["transferId"] for item in group]
        self._book.carry(kind, id_, data)
        self._kit.boundary(f"outbound.{kind.replace('_', '-')}.carried")
        self._assign(kind, id_, group)
        self._kit.boundary(f"outbound.{kind.replace('_', '-')}.stored")
        self._begin(kind, id_, data)

    def _assign(self, kind: str, id_: str, group: list[Data]) -> None:
        """Note in each transfer what carries it; a crash may have come between the one and the other."""
        member = _MEMBER[kind]
        for item in group:
            if member not in item:
                self._book.change(item, **{member: id_}, **({"quoteId": self._kit.new_id()} if kind == QUOTES else {}))

    def resume(self) -> None:
        """After a restart, or when the store is back: what went out, or was about to, goes out again as it was."""
        for kind in (QUOTES, TRANSFERS):
            for row in self._book.asked(kind):
                if row.id not in self._busy:
                    self._assign(kind, row.id, self._book.items(row.data["items"]))
                    self._begin(kind, row.id, row.data)

    def _begin(self, kind: str, id_: str, data: Data) -> None:
        self._busy.add(id_)
        self._kit.crew.spawn(self._work(kind, id_, data), f"{kind} {id_}")

    async def _work(self, kind: str, id_: str, data: Data) -> None:
        try:
            await (self._quoted if kind == QUOTES else self._transferred)(id_, data)
            self._ended(data["bulkTransactionId"])
        except StoreUnavailable:
            self._interrupted()
        finally:
            self._busy.discard(id_)

    # -- terms ----------------------------------------------------------------------------------------------------------

    async def _quoted(self, id_: str, data: Data) -> None:
        bulk = self._bulk(data)
        body = messages.bulk_quotes(id_, data, bulk, self._book.items(data["items"]), self._kit.settings.dfsp_id)
        trace_id, hub = bulk["traceId"], self._kit.hub
        message = hub.request("POST", "bulkQuotes", body=body, destination=data["fsp"], trace_id=trace_id)
        answer = await self._exchange.ask(message, f"bulkQuotes/{id_}")
        self._kit.boundary("outbound.bulk-quotes.answered")
        results = {each.get("quoteId"): each for each in _results(answer, "individualQuoteResults")}
        for item in self._book.items(data["items"]):
            if item["state"] == "DISCOVERY_ACCEPTED":
                self._agree(item, results.get(item["quoteId"]), answer)
        self._book.answered(QUOTES, id_)

    def _agree(self, item: Data, result: Data | None, answer: Callback | None) -> None:
        complete = result is not None and all(name in result for name in ("transferAmount", "ilpPacket", "condition"))
        if result is not None and complete and answer is not None:
            quote = {"expiration": answer.body["expiration"], **result}
            self._book.move(item, "agree", quoteResponse=quote)
        else:
            self._book.move(item, "fail", lastError=_error(result, answer, "Timeout requesting quote"))

    # -- transfers ------------------------------------------------------------------------------------------------------

    async def _transferred(self, id_: str, data: Data) -> None:
        bulk, hub = self._bulk(data), self._kit.hub
        items, trace_id = self._book.items(data["items"]), bulk["traceId"]
        body = messages.bulk_transfers(id_, data, bulk, items, self._kit.settings.dfsp_id)
        message = hub.request("POST", "bulkTransfers", body=body, destination=data["fsp"], trace_id=trace_id)
        question = hub.request("GET", "bulkTransfers", id_, trace_id=trace_id)
        answer = await self._exchange.insist(message, question, f"bulkTransfers/{id_}", lambda each: self._final(each, data))
        self._kit.boundary("outbound.bulk-transfers.answered")
        results = {each["transferId"]: each for each in _results(answer, "individualTransferResults")}
        for item in self._book.items(data["items"]):
            if item["state"] == "TRANSFER_PROCESSING":
                self._conclude(item, results.get(item["transferId"]), answer)
        self._book.answered(TRANSFERS, id_)

    def _final(self, answer: Callback, data: Data) -> bool:
        """Whether it ends the bulk. A fault of the hub says nothing of it, nor that it knows none while it may still come."""
        if not answer.is_error:
            return answer.body.get("bulkTransferState") in _ENDED and bool(answer.body.get("individualTransferResults"))
        code = code_of(answer.body)
        if code is None or code[0] in "12" or code == _MODIFIED:
            return False
        return code != UNKNOWN or self._kit.has_expired(data["expiration"], self._kit.now())

    def _conclude(self, item: Data, result: Data | None, answer: Callback) -> None:
        """A fulfilment commits. What is not proved is not told as failed money, but as an error that says so."""
        transfer_id = item["transferId"]
        fulfilment = result.get("fulfilment") if result is not None else None
        if fulfilment is None:
            self._book.move(item, "fail", lastError=_error(result, answer, "no result"))
        elif self._kit.settings.check_ilp and not self._kit.fulfilment_holds(fulfilment, item["quoteResponse"]["condition"]):
            error = information("2001", "Invalid fulfilment received from peer DFSP.")
            self._book.move(item, "fail", lastError=last_error(error))
        else:
            fulfil = {"transferId": transfer_id, "fulfilment": fulfilment, "transferState": "COMMITTED"}
            self._book.move(item, "commit", fulfil=fulfil)

    def _bulk(self, data: Data) -> Data:
        row = self._book.bulk(data["bulkTransactionId"])
        assert row is not None
        return row.data


def grouped(items: Iterable[Data], by: Callable[[Data], str]) -> Iterator[tuple[str, list[Data]]]:
    """Transfers by institution or quote, in order, none of the groups larger than an FSPIOP bulk."""
    groups: dict[str, list[Data]] = {}
    for item in items:
        groups.setdefault(by(item), []).append(item)
    for name, group in groups.items():
        for start in range(0, len(group), LARGEST):
            yield name, group[start : start + LARGEST]


def _results(answer: Callback | None, name: str) -> list[Data]:
    return list(answer.body.get(name, ())) if answer is not None and not answer.is_error else []


def _error(result: Data | None, answer: Callback | None, otherwise: str) -> Data:
    """Why one has failed: its own error, that of the whole, or that nothing was said."""
    if result is not None and "errorInformation" in result:
        return last_error({"errorInformation": result["errorInformation"]})
    if answer is None:
        return last_error(information("2004", f"Server timed out - {otherwise}"), 504)
    if answer.is_error:
        return last_error(answer.body)
    return last_error(information("2001", f"Internal server error - {otherwise}"))
