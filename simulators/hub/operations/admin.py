"""The ledger's administration of participants: their accounts, limits, positions, endpoints and funds."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import InternalFault, ResourceNotFound
from simulators.hub.state.participants import Participant
from simulators.hub.wire import admin as wire
from simulators.hub.wire import admin_rules as rules
from simulators.hub.wire import joi

CREATED: Final = Reply(201)
ACCEPTED: Final = Reply(202)


@operation("hub.admin.health", "GET", "/health")
async def health(hub: Hub, call: Call) -> Reply:
    """Always well."""
    return wire.answer(wire.health(hub, "19.14.0", ("datastore", "broker", "proxyCache")))


@operation("hub.admin-participants.list", "GET", "/participants")
async def list_participants(hub: Hub, call: Call) -> Reply:
    """All, the hub among them; any non-empty isProxy asks for proxies only."""
    proxies_only = bool(call.query.get("isProxy"))
    rows = [each for each in hub.participants.sorted() if each.is_proxy or not proxies_only]
    return wire.answer([wire.participant(hub, each) for each in rows])


@operation("hub.admin-participants.add", "POST", "/participants")
async def add_participant(hub: Hub, call: Call) -> Reply:
    """A participant, or another currency of one."""
    body = wire.body(call, rules.ADD_PARTICIPANT)
    if body.get("currency") is None:
        raise InternalFault("Undefined binding(s) detected when compiling SELECT", "db")
    is_proxy = body.get("isProxy") in (True, 1, "1", "true")
    who = hub.operator.add_participant(body["name"], body["currency"], is_proxy=is_proxy)
    return wire.answer(wire.participant(hub, who), 201)


@operation("hub.admin-participants.get", "GET", "/participants/{name}")
async def get_participant(hub: Hub, call: Call) -> Reply:
    """One participant."""
    who = hub.participants.find(_name(call))
    if who is None:
        raise ResourceNotFound("The requested resource could not be found")
    return wire.answer(wire.participant(hub, who))


@operation("hub.admin-participants.change", "PUT", "/participants/{name}")
async def change_participant(hub: Hub, call: Call) -> Reply:
    """Switch a participant on or off."""
    body = wire.body(call, rules.IS_ACTIVE)
    who = hub.operator.set_active(_name(call), bool(joi.truth(body["isActive"])))
    return wire.answer(wire.participant(hub, who))


@operation("hub.admin-endpoints.list", "GET", "/participants/{name}/endpoints")
async def list_endpoints(hub: Hub, call: Call) -> Reply:
    """Endpoints that the operator set; with a type one object."""
    who, kind = _participant(hub, call), call.query.get("type")
    rows = [{"type": name, "value": value} for name, value in who.endpoints.items()]
    if kind is None:
        return wire.answer(rows)
    return wire.answer(next((row for row in rows if row["type"] == kind), {}))


@operation("hub.admin-endpoints.set", "POST", "/participants/{name}/endpoints")
async def set_endpoint(hub: Hub, call: Call) -> Reply:
    """One endpoint; it replaces the address that the world knows."""
    body = wire.body(call, rules.ENDPOINT)
    who = _participant(hub, call)
    if body["type"] not in rules.ENDPOINT_TYPES:
        raise InternalFault("Cannot read properties of undefined (reading 'endpointTypeId')", "db")
    who.endpoints[body["type"]] = body["value"]
    return CREATED


@operation("hub.admin-limits.initialise", "POST", "/participants/{name}/initialPositionAndLimits")
async def initialise(hub: Hub, call: Call) -> Reply:
    """The first limit and position of a currency: its accounts become active."""
    body = wire.body(call, rules.INITIAL)
    code, limit = body["currency"], body["limit"]
    position = wire.money(body.get("initialPosition", 0), code)
    hub.operator.set_initial(_name(call), code, limit["type"], wire.money(limit["value"], code), position)
    return CREATED


@operation("hub.admin-limits.list-all", "GET", "/participants/limits")
async def list_all_limits(hub: Hub, call: Call) -> Reply:
    """The limits of all active participants."""
    query = wire.query(call, rules.LIMIT_QUERY)
    rows = [
        {"name": who.name} | row
        for who in hub.participants.sorted()
        if who.is_active
        for row in wire.limits(who, query.get("currency"))
        if query.get("type") in (None, row["limit"]["type"])
    ]
    return wire.answer(rows)


@operation("hub.admin-limits.list", "GET", "/participants/{name}/limits")
async def list_limits(hub: Hub, call: Call) -> Reply:
    """The limits of one participant."""
    query = wire.query(call, rules.LIMIT_QUERY)
    rows = wire.limits(_participant(hub, call), query.get("currency"))
    return wire.answer([row for row in rows if query.get("type") in (None, row["limit"]["type"])])


@operation("hub.admin-limits.change", "PUT", "/participants/{name}/limits")
async def change_limit(hub: Hub, call: Call) -> Reply:
    """Another net debit cap."""
    body = wire.body(call, rules.LIMIT)
    code, limit = body["currency"], body["limit"]
    alarm = joi.decimal(limit["alarmPercentage"]) or Decimal(0)
    changed = hub.operator.change_limit(_name(call), limit["type"], wire.money(limit["value"], code), alarm)
    return wire.answer(wire.limit(code, changed))


@operation("hub.admin-positions.list", "GET", "/participants/{name}/positions")
async def list_positions(hub: Hub, call: Call) -> Reply:
    """The positions of active accounts."""
    currency = wire.query(call, rules.POSITION_QUERY).get("currency")
    return wire.answer(wire.positions(_participant(hub, call), currency))


@operation("hub.admin-accounts.list", "GET", "/participants/{name}/accounts")
async def list_accounts(hub: Hub, call: Call) -> Reply:
    """The accounts that have a position record, inactive ones included."""
    return wire.answer(wire.accounts(_participant(hub, call), call.query.get("currency")))


@operation("hub.admin-accounts.add", "POST", "/participants/{name}/accounts")
async def add_account(hub: Hub, call: Call) -> Reply:
    """An account of the hub itself."""
    body = wire.body(call, rules.ADD_ACCOUNT)
    who = hub.operator.add_hub_account(_name(call), body["type"], body["currency"])
    return wire.answer(wire.participant(hub, who), 201)


@operation("hub.admin-accounts.change", "PUT", "/participants/{name}/accounts/{id}")
async def change_account(hub: Hub, call: Call) -> Reply:
    """Switch a position account on or off; the answer is empty."""
    path = wire.path(call, rules.ACCOUNT_PATH)
    body = wire.body(call, rules.IS_ACTIVE)
    hub.operator.set_account_active(path["name"], _number(path["id"]), bool(joi.truth(body["isActive"])))
    return Reply(200)


@operation("hub.admin-funds.record", "POST", "/participants/{name}/accounts/{id}", refs=("transferId",))
async def record_funds(hub: Hub, call: Call) -> Reply:
    """Funds in, or the first half of funds out."""
    path = wire.path(call, rules.ACCOUNT_PATH)
    body = wire.body(call, rules.FUNDS)
    amount = wire.money(body["amount"]["amount"], body["amount"]["currency"])
    hub.operator.record_funds(path["name"], _number(path["id"]), body["transferId"], body["action"], amount)
    return ACCEPTED


@operation("hub.admin-funds.finish", "PUT", "/participants/{name}/accounts/{id}/transfers/{transferId}", refs=("{transferId}",))
async def finish_funds(hub: Hub, call: Call) -> Reply:
    """The second half of funds out; what is not there to be finished is accepted all the same."""
    path = wire.path(call, rules.ACCOUNT_PATH)
    body = wire.body(call, rules.FINISH_FUNDS)
    hub.operator.finish_funds(path["name"], _number(path["id"]), path["transferId"], body.get("action", ""))
    return ACCEPTED


def _name(call: Call) -> str:
    name: str = wire.path(
        call, {"name": joi.Field((rules.NAME,))} | {key: joi.Field() for key in call.params if key != "name"}
    )["name"]
    return name


def _number(checked: str) -> int:
    """A checked number, which may be written as 6.0 too."""
    return int(joi.decimal(checked) or 0)


def _participant(hub: Hub, call: Call) -> Participant:
    return hub.participants.get(_name(call))


OPERATIONS: Final = (
    health, list_participants, add_participant, list_all_limits, get_participant, change_participant, list_endpoints,
    set_endpoint, initialise, list_limits, change_limit, list_positions, list_accounts, add_account, change_account,
    record_funds, finish_funds,
)  # fmt: skip
