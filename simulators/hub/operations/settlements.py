"""The settlement service's settlements: made of closed windows, and taken on step by step."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import InternalFault, SettlementRefused
from simulators.hub.state.settlement_records import Settlement, SettlementAccount, Wish
from simulators.hub.wire import admin, hapi
from simulators.hub.wire import settlement as wire
from simulators.hub.wire import settlement_rules as rules
from simulators.hub.wire.settlement import Query

_SETTLEMENT_PARAMETERS: Final = (
    "state", "fromDateTime", "toDateTime", "currency", "settlementWindowId", "fromSettlementWindowDateTime",
    "toSettlementWindowDateTime", "participantId", "accountId",
)  # fmt: skip


@operation("hub.settlements.create", "POST", "/v2/settlements")
async def create(hub: Hub, call: Call) -> Reply:
    """Settle what some windows hold for a model."""
    body = hapi.body(call, rules.CREATE)
    windows = [hapi.path_number("id", str(each["id"])) for each in body["settlementWindows"]]
    return admin.answer(wire.created(hub.settlements.create(body["settlementModel"], body["reason"], windows)))


@operation("hub.settlements.list", "GET", "/v2/settlements")
async def list_settlements(hub: Hub, call: Call) -> Reply:
    """The settlements that match, with those of their accounts that match."""
    query = wire.query(call, rules.SETTLEMENT_QUERY, _SETTLEMENT_PARAMETERS)
    found = [(each, _matching_accounts(each, query)) for each in hub.settlements if _matches_settlement(each, query)]
    rows = [wire.listed(each, accounts) for each, accounts in found if accounts]
    if not rows:
        filters = canonical.insertion_json(query).decode()
        raise SettlementRefused(f"No settlements found matching the provided parameters: {filters}")
    return admin.answer(rows)


def _matches_settlement(settlement: Settlement, query: Query) -> bool:
    if query.get("state") not in (None, settlement.state) or not wire.within(settlement, query, "DateTime"):
        return False
    windows = [each for each in settlement.windows if query.get("settlementWindowId") in (None, each.id)]
    return any(wire.within(each, query, "SettlementWindowDateTime") for each in windows)


def _matching_accounts(settlement: Settlement, query: Query) -> list[SettlementAccount]:
    return [
        each
        for each in settlement.accounts
        if query.get("currency") in (None, each.account.currency.code)
        and query.get("participantId") in (None, each.participant_id)
        and query.get("accountId") in (None, each.account.id)
    ]


@operation("hub.settlements.get", "GET", "/v2/settlements/{id}")
async def get(hub: Hub, call: Call) -> Reply:
    """One settlement."""
    return admin.answer(wire.shown(hub.settlements.get(_number(call, "id"))))


@operation("hub.settlements.get-participant", "GET", "/v2/settlements/{sid}/participants/{pid}")
async def get_participant(hub: Hub, call: Call) -> Reply:
    """One participant's share."""
    sid, pid = _number(call, "sid"), _number(call, "pid")
    settlement = hub.settlements.get(sid)
    return admin.answer(wire.part(settlement, hub.settlements.accounts_of(settlement, pid)))


@operation("hub.settlements.get-account", "GET", "/v2/settlements/{sid}/participants/{pid}/accounts/{aid}")
async def get_account(hub: Hub, call: Call) -> Reply:
    """One account's share."""
    sid, pid, aid = _number(call, "sid"), _number(call, "pid"), _number(call, "aid")
    settlement = hub.settlements.get(sid)
    return admin.answer(wire.part(settlement, [hub.settlements.account_of(settlement, pid, aid)]))


@operation("hub.settlements.change", "PUT", "/v2/settlements/{id}")
async def change(hub: Hub, call: Call) -> Reply:
    """Take accounts one step on, or give the settlement up."""
    id_ = _number(call, "id")
    body = hapi.body(call, rules.CHANGE)
    others = {"state", "reason", "externalReference"} & body.keys()
    if "participants" in body:
        if others:
            raise FspiopError("3100", "No other properties are allowed when participants is provided")
        return _advance(hub, id_, wire.all_wishes(body["participants"]))
    if others and not {"state", "reason"} <= body.keys():
        raise FspiopError("3102", "State and reason are mandatory")
    if body.get("state") != "ABORTED":
        raise FspiopError("3100", "Invalid request payload input")
    return _abort(hub, id_, body["reason"])


@operation("hub.settlements.change-participant", "PUT", "/v2/settlements/{sid}/participants/{pid}")
async def change_participant(hub: Hub, call: Call) -> Reply:
    """Take one participant's accounts one step on."""
    sid, pid = _number(call, "sid"), _number(call, "pid")
    body = hapi.body(call, rules.CHANGE_PARTICIPANT)
    return _advance(hub, sid, wire.wishes(body.get("accounts", ()), pid))


@operation("hub.settlements.change-account", "PUT", "/v2/settlements/{sid}/participants/{pid}/accounts/{aid}")
async def change_account(hub: Hub, call: Call) -> Reply:
    """Take one account one step on."""
    sid, pid, aid = _number(call, "sid"), _number(call, "pid"), _number(call, "aid")
    body = hapi.body(call, rules.CHANGE_ACCOUNT)
    return _advance(hub, sid, wire.wishes([{**body, "id": aid}], pid))


def _advance(hub: Hub, id_: int, wishes: list[Wish]) -> Reply:
    return admin.answer(wire.advanced(hub.settlements.advance(id_, wishes), hub.site.clock.now()))


def _abort(hub: Hub, id_: int, reason: str) -> Reply:
    # The release with this mistake checks first, and then forgets to store and to answer.
    if hub.settings.settlement_abort_fails and hub.settlements.abortable(id_):
        raise InternalFault("handler method did not return a value, a promise, or throw an error")
    settlement = hub.settlements.abort(id_, reason)
    return admin.answer({"id": settlement.id, "state": settlement.state, "reason": settlement.reason})


def _number(call: Call, name: str) -> int:
    return hapi.path_number(name, call.params[name])


OPERATIONS: Final = (
    create, list_settlements, get, change, get_participant, change_participant, get_account, change_account,
)  # fmt: skip
