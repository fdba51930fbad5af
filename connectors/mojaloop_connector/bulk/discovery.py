"""Who the payees of a bulk are: each looked up by itself, a number of them at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.mojaloop_connector.bulk.book import Book
from connectors.mojaloop_connector.bulk.exchange import Exchange, together
from connectors.mojaloop_connector.bulk.messages import last_error
from connectors.mojaloop_connector.errors import information
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.waiting import Callback

Data = dict[str, Any]

AT_ONCE = 50
"""Lookups under way at a time (ours)."""


class Discovery:
    """Resolves the payees of one bulk after the other. Each ends in DISCOVERY_SUCCESS or DISCOVERY_FAILED."""

    def __init__(self, kit: Kit, book: Book) -> None:
        self._kit = kit
        self._book = book
        self._exchange = Exchange(kit)

    async def resolve(self, items: list[Data], trace_id: str, *, skip: bool) -> None:
        """Everybody who is RECEIVED. With `skip` the request itself says where they are."""
        todo = iter([item for item in items if item["state"] == "RECEIVED"])
        if skip:
            for item in todo:
                self._taken_as_said(item)
        else:
            await together(self._kit, (self._work(todo, trace_id) for _ in range(min(AT_ONCE, len(items)))), "bulk lookups")

    def _taken_as_said(self, item: Data) -> None:
        if item["to"]["partyIdInfo"].get("fspId"):
            self._book.move(item, "resolve")
        else:
            self._fail(item, information("3102", "fspId of to party must be given when skipPartyLookup is true"))

    async def _work(self, todo: Iterator[Data], trace_id: str) -> None:
        for item in todo:
            info = item["to"]["partyIdInfo"]
            ids = (info["partyIdType"], info["partyIdentifier"], info.get("partySubIdOrType"))
            path = tuple(str(each) for each in ids if each is not None)
            message = self._kit.hub.request("GET", "parties", *path, destination=info.get("fspId"), trace_id=trace_id)
            answer = await self._exchange.ask(message, "/".join(("parties", *path)))
            current = self._book.items([item["transferId"]])[0]
            if current["state"] == "RECEIVED":  # else its time has passed meanwhile
                self._adopt(current, answer)

    def _adopt(self, item: Data, answer: Callback | None) -> None:
        if answer is None:
            self._fail(item, information("2004", "Server timed out - Timeout resolving payee"), 504)
        elif answer.is_error:
            self._fail(item, answer.body)
        elif (problem := _problem(item, answer.body.get("party"))) is not None:
            self._fail(item, information(*problem))
        else:
            self._book.move(item, "resolve", to=answer.body["party"])

    def _fail(self, item: Data, error: Any, status: int = 500) -> None:
        self._book.move(item, "fail", lastError=last_error(error, status))


def _problem(item: Data, party: Any) -> tuple[str, str] | None:
    """Why the party that was named cannot be paid, if so. A bulk converts nothing."""
    if not isinstance(party, dict):
        return "3204", "Party not found - Resolved payee has no party object"
    info, wanted = party.get("partyIdInfo", {}), item["to"]["partyIdInfo"]
    for element in ("partyIdType", "partyIdentifier", "partySubIdOrType"):
        if info.get(element) != wanted.get(element):
            return "3204", f"Party not found - Expecting resolved payee {element} to be {wanted.get(element)}"
    if not info.get("fspId"):
        return "3204", "Party not found - Expecting resolved payee party to have an FSPID"
    currencies = party.get("supportedCurrencies")
    if isinstance(currencies, list) and item["currency"] not in currencies:
        return "5106", f"Payee unsupported currency - {item['currency']}"
    return None
