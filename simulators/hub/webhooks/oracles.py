"""Oracles of the operator's list that are not the hub's own: asked and told over HTTP, after the requester has its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from loopyard.engine.call import Call
from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError, NoErrorInformation, from_body
from loopyard.transport.client import Answer
from simulators.hub.state import Hub
from simulators.hub.state.directory import Oracle
from simulators.hub.state.errors import Undeliverable
from simulators.hub.state.parties import Entry, PartyKey
from simulators.hub.webhooks import messages
from simulators.hub.webhooks.sending import Refuse, reporting
from simulators.hub.wire.errors import as_fspiop

_OF_THE_CONNECTION: Final = frozenset({"host", "content-length", "connection", "traceparent", "tracestate"})


def find(
    hub: Hub, call: Call, key: PartyKey, currency: str | None, refuse: Refuse, then: Callable[[Sequence[Entry]], None]
) -> None:
    """Find out who holds a party, and go on with it. Raises as Directory.choose, and what `then` raises of the hub's own."""
    oracle = hub.directory.choose(key, currency)
    if oracle.is_own:
        then(hub.parties.find(key, currency))
        return

    async def ask() -> None:
        query = _query(currency=currency, partySubIdOrType=key.sub_id)
        answer = await _deliver(hub, call, oracle, messages.ORACLE_LOOKUP, key, query=query)
        if (fault := _fault(answer)) is not None:
            refuse(fault)
        else:
            with reporting(refuse):
                then(_entries(json_of(answer)))

    hub.site.crew.spawn(ask(), f"{messages.ORACLE_LOOKUP.name} to {oracle.endpoint}")


def change(
    hub: Hub, call: Call, oracle: Oracle, message: Message, key: PartyKey, body: Mapping[str, Any] | None, refuse: Refuse,
    then: Callable[[], None],
) -> None:  # fmt: skip
    """Tell an oracle to register, update or remove a party, and go on when it has."""

    async def tell() -> None:
        query = _query(partySubIdOrType=key.sub_id) if body is None else ""
        answer = await _deliver(hub, call, oracle, message, key, body, query)
        fault = _fault(answer)
        if fault is None and answer is not None and message is messages.ORACLE_REGISTER and answer.status != 201:
            fault = FspiopError("3003")
        if fault is not None:
            refuse(fault)
        else:
            then()

    hub.site.crew.spawn(tell(), f"{message.name} to {oracle.endpoint}")


async def register_all(hub: Hub, call: Call, oracle: Oracle, parties: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Tell an oracle of many parties of one type. Returns its entries, none for an answer of no use. Raises FspiopError."""
    currency = call.body.get("currency")
    rows = [{**party, "currency": currency} if currency else party for party in parties]
    body = {"requestId": call.body["requestId"], "partyList": rows}
    answer = await _deliver(hub, call, oracle, messages.ORACLE_BATCH, None, body)
    if (fault := _fault(answer)) is not None:
        raise fault
    told = json_of(answer)
    listed = told.get("partyList") if isinstance(told, dict) else None
    return [_without_currency(row) for row in listed if _is_entry(row)] if isinstance(listed, list) else []


def _is_entry(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("partyId"), dict)


def _without_currency(row: dict[str, Any]) -> dict[str, Any]:
    """An entry of an oracle as FSPIOP has it: the currency is that of the whole list."""
    return {**row, "partyId": {name: value for name, value in row["partyId"].items() if name != "currency"}}


async def _deliver(
    hub: Hub, call: Call, oracle: Oracle, message: Message, key: PartyKey | None, body: Mapping[str, Any] | None = None,
    query: str = "",
) -> Answer | None:  # fmt: skip
    headers = {name: value for name, value in call.headers.items() if name not in _OF_THE_CONNECTION}
    headers.setdefault("fspiop-destination", hub.settings.hub_name)
    content = canonical.insertion_json(body) if body is not None else b""
    return await hub.site.outbox.deliver(
        message, oracle.endpoint, receiver="oracle", headers=headers, body=content,
        params={"type": key.type, "id": key.id} if key is not None else {}, query=query,
    )  # fmt: skip


def _query(**values: str | None) -> str:
    return urlencode({name: value for name, value in values.items() if value is not None})


def _fault(answer: Answer | None) -> FspiopError | None:
    """What an oracle's answer means to whoever asked: its own error, or the hub's for a plain status."""
    if answer is not None and answer.status < 400:
        return None
    if answer is None or answer.status >= 500:
        return as_fspiop(Undeliverable("", answer.status if answer is not None else None))
    try:
        return from_body(json_of(answer))
    except NoErrorInformation:
        if answer.status == 404:
            return FspiopError("3200", "The requested resource could not be found")
        return FspiopError("3000", "Bad Request")


def _entries(body: Any) -> list[Entry]:
    rows = body.get("partyList", []) if isinstance(body, dict) else []
    return [Entry(str(row["fspId"]), row.get("currency"), row.get("partySubIdOrType")) for row in rows if "fspId" in row]
