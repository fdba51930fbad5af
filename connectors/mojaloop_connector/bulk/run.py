"""Bulks that we pay, from the request over the halts to the last result. Everything that must be known after a crash is in the
rows; what there is to do follows from them."""

from __future__ import annotations

import hashlib
from typing import Any

from connectors.mojaloop_connector.bulk.book import BULK, Book
from connectors.mojaloop_connector.bulk.carriers import Carriers
from connectors.mojaloop_connector.bulk.discovery import Discovery
from connectors.mojaloop_connector.bulk.lifecycle import ITEM, PROCESSING, standing
from connectors.mojaloop_connector.bulk.limits import within_limits
from connectors.mojaloop_connector.bulk.messages import EXPIRED, last_error
from connectors.mojaloop_connector.bulk.notices import BulkNotices
from connectors.mojaloop_connector.errors import OutboundFailure, StoreUnavailable, information
from connectors.mojaloop_connector.inbound.message import LOG
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.retries import STORE_PAUSE
from connectors.mojaloop_connector.store import Row
from loopyard.kernel.clock import Signal
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import dates
from loopyard.protocols.fspiop.errors import FspiopError

Data = dict[str, Any]

FIELD = "bulkTransactionState"
_KEPT = ("homeTransactionId", "to", "reference", "amountType", "currency", "amount", "note", "quoteExtensions",
         "transferExtensions")  # fmt: skip
_REFUSALS = {
    "acceptParty": last_error(information("4100", "Payer rejection - Payee rejected by backend")),
    "acceptQuote": last_error(information("4101", "Payer rejected transaction request - Quote rejected by backend")),
}
_HALTS = {"acceptParty": "DISCOVERY_SUCCESS", "acceptQuote": "AGREEMENT_SUCCESS"}


class BulkTransactions:
    """The bulks of one connector."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._book = Book(kit.store)
        self._discovery = Discovery(kit, self._book)
        self._carriers = Carriers(kit, self._book, self._go_on, self._interrupted)
        self._notices = BulkNotices(kit, self._book, self._interrupted)
        self._within_limits = kit.part("bulk_fee_limits", within_limits)
        self._resolving: set[str] = set()
        self._waits_for_store = False
        self._waiting: dict[str, list[Signal]] = {}

    async def start(self, request: Data, trace_id: str) -> None:
        """POST /bulkTransactions. The same request again changes nothing; `synchronous` waits for the first halt or the end.

        Raises FspiopError for another request of the same id, and for one whose time is over.
        """
        id_, mark = request["bulkTransactionId"], hashlib.sha256(canonical.sorted_json(request)).hexdigest()
        earlier = self._book.bulk(id_)
        if earlier is not None:
            if earlier.data["digest"] != mark:
                raise FspiopError("3106", f"bulkTransactionId {id_} stands for another bulk")
            return
        if self._kit.has_expired(request["options"]["bulkExpiration"], self._kit.now()):
            raise FspiopError("3100", "bulkExpiration has passed")
        data = self._opened(request) | {"digest": mark, "traceId": trace_id}
        self._book.save(Row(BULK, id_, PROCESSING, data))
        self._kit.boundary("outbound.bulk.stored")
        self._watch(id_, data)
        if not request["options"].get("synchronous"):
            self._advance(id_)
            return
        signal = self._kit.clock.signal()
        self._waiting.setdefault(id_, []).append(signal)
        self._advance(id_)
        await self._kit.clock.wait(signal)

    def _opened(self, request: Data) -> Data:
        ids = []
        for each in request["individualTransfers"]:
            item = {name: each[name] for name in _KEPT if name in each}
            ids.append(self._kit.new_id())
            self._book.keep(item | {"transferId": ids[-1], "state": ITEM.initial})
        kept = ("bulkTransactionId", "bulkHomeTransactionID", "options", "from", "extensions")
        return {name: request[name] for name in kept if name in request} | {"items": ids}

    def decide(self, id_: str, decisions: list[Data]) -> None:
        """PUT /bulkTransactions/{id}: what is named leaves its halt; a second word on it changes nothing.

        Raises OutboundFailure when something is named that is not there.
        """
        bulk = self._book.bulk(id_)
        if bulk is None:
            raise OutboundFailure(f"No cached data found for bulkTransactionId: {id_}", plain=True, field=FIELD)
        known = {item["transferId"]: item for item in self._book.items(bulk.data["items"])}
        strangers = [each["transferId"] for each in decisions if each["transferId"] not in known]
        if strangers:
            raise OutboundFailure(f"No such transfer in {id_}: {', '.join(strangers)}", 400, plain=True, field=FIELD)
        for each in decisions:
            word = "acceptParty" if "acceptParty" in each else "acceptQuote"
            item = known[each["transferId"]]
            if item["state"] != _HALTS[word]:
                continue
            if each[word]:
                self._book.move(item, "accept")
            else:
                self._book.move(item, "refuse", lastError=_REFUSALS[word])
        self._kit.boundary("outbound.bulk.decided")
        self._advance(id_)

    def resume(self) -> None:
        """After a restart: everything that has not ended."""
        for row in self._book.open():
            self._watch(row.id, row.data)
        self._take_up()

    def _take_up(self) -> None:
        self._carriers.resume()
        for row in self._book.open():
            if self._kit.has_expired(row.data["options"]["bulkExpiration"], self._kit.now()):
                self._expire(row.id)
            else:
                self._go_on(row.id)
        self._notices.resume()

    # -- while the store is away ----------------------------------------------------------------------------------------

    def _advance(self, id_: str) -> None:
        """Go on, now or when the store is back: what has been stored goes on by itself."""
        try:
            self._go_on(id_)
        except StoreUnavailable:
            self._interrupted()

    def _interrupted(self) -> None:
        """Something stopped because nothing could be written or read. All that has not ended is taken up when that is over."""
        if not self._waits_for_store:
            self._waits_for_store = True
            self._kit.crew.spawn(self._until_it_is_back(), "bulks when the store is back")

    async def _until_it_is_back(self) -> None:
        while self._waits_for_store:
            await self._kit.clock.sleep(STORE_PAUSE)
            try:
                self._take_up()
                self._waits_for_store = False
            except StoreUnavailable as down:
                LOG.warning("%s: %s", self._kit.surroundings.name, down)

    # -- one step after the other ---------------------------------------------------------------------------------------

    def _go_on(self, id_: str) -> None:
        """Begin whatever can begin now, and tell the backend where the bulk stands if that is news."""
        row = self._book.bulk(id_)
        assert row is not None
        bulk, options = row.data, row.data["options"]
        items = self._book.items(bulk["items"])
        if any(item["state"] == "RECEIVED" for item in items):
            if id_ not in self._resolving:
                self._resolving.add(id_)
                self._kit.crew.spawn(self._resolve(id_, bulk, items), f"bulk {id_}")
            return
        for item in _in(items, "DISCOVERY_SUCCESS"):
            if options.get("onlyValidateParty"):
                self._book.move(item, "stop")
            elif options["autoAcceptParty"]["enabled"]:
                self._book.move(item, "accept")
        unquoted = [item for item in _in(items, "DISCOVERY_ACCEPTED") if "bulkQuoteId" not in item]
        self._carriers.quote(bulk, unquoted)
        for item in _in(items, "AGREEMENT_SUCCESS"):
            if options["autoAcceptQuote"]["enabled"] and self._within_limits(item, options["autoAcceptQuote"]):
                self._book.move(item, "accept")
        unsent = [item for item in _in(items, "TRANSFER_PROCESSING") if "bulkTransferId" not in item]
        self._carriers.transfer(bulk, unsent)
        self._tell(row, items)

    async def _resolve(self, id_: str, bulk: Data, items: list[Data]) -> None:
        try:
            await self._discovery.resolve(items, bulk["traceId"], skip=bool(bulk["options"].get("skipPartyLookup")))
        finally:
            self._resolving.discard(id_)
        self._kit.boundary("outbound.bulk.resolved")
        self._advance(id_)

    def _tell(self, row: Row, items: list[Data]) -> None:
        states = [item["state"] for item in items]
        row.state = standing(states)
        seen = [row.state, *sorted(states)]
        news = row.state != PROCESSING and row.data.get("seen") != seen and not _half_way(row.state, states)
        if news:
            row.data["seen"] = seen
            row.due_at = self._kit.now()
        self._book.save(row)
        if news:
            self._notices.tell(row.id)
            for signal in self._waiting.pop(row.id, ()):
                signal.fire()

    # -- time -------------------------------------------------------------------------------------------------------------

    def _watch(self, id_: str, bulk: Data) -> None:
        async def over() -> None:
            try:
                self._expire(id_)
            except StoreUnavailable:
                self._interrupted()

        self._kit.crew.at(dates.from_iso(bulk["options"]["bulkExpiration"]), over, f"bulk {id_} expires")

    def _expire(self, id_: str) -> None:
        """What was not accepted in time is over; of what was, only the hub knows the end."""
        row = self._book.bulk(id_)
        assert row is not None
        for item in self._book.items(row.data["items"]):
            if (item["state"], "expire") in ITEM.transitions:
                self._book.move(item, "expire", lastError=last_error(EXPIRED))
        self._go_on(id_)


def _in(items: list[Data], state: str) -> list[Data]:
    return [item for item in items if item["state"] == state]


def _half_way(state: str, states: list[str]) -> bool:
    """Whether the backend need not be asked yet: some payees' terms are still to come, and all are asked for together."""
    return state.startswith("WAITING") and "DISCOVERY_ACCEPTED" in states
