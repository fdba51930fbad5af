"""The settlement service's windows: found, read and closed."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols import canonical
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import SettlementRefused
from simulators.hub.state.participants import Account
from simulators.hub.state.windows import Window
from simulators.hub.wire import admin, hapi
from simulators.hub.wire import settlement as wire
from simulators.hub.wire import settlement_rules as rules
from simulators.hub.wire.settlement import Query


@operation("hub.settlement.health", "GET", "/v2/health")
async def health(hub: Hub, call: Call) -> Reply:
    """Always well."""
    return admin.answer(admin.health(hub, "17.3.4", ("datastore", "broker")))


@operation("hub.settlement-windows.list", "GET", "/v2/settlementWindows")
async def list_windows(hub: Hub, call: Call) -> Reply:
    """The windows that match, the one that changed last first. An empty window has no participant and no currency."""
    query = wire.query(call, rules.WINDOW_QUERY, tuple(rules.WINDOW_QUERY))
    found = [each for each in hub.windows if _matches_window(hub, each, query)]
    if not found:
        filters = canonical.insertion_json(query).decode().replace('"', "")
        raise SettlementRefused(f"settlementWindow by filters: {filters} not found")
    found.sort(key=lambda each: (each.changed, each.id), reverse=True)
    return admin.answer([wire.window(each) for each in found])


def _matches_window(hub: Hub, window: Window, query: Query) -> bool:
    if query.get("state") not in (None, window.state) or not wire.within(window, query, "DateTime"):
        return False
    wanted = {"currency", "participantId"} & query.keys()
    return not wanted or any(_matches_account(hub, account, query) for account in window.nets)


def _matches_account(hub: Hub, account: Account, query: Query) -> bool:
    number = hub.participants.get(account.book.holder).id
    return query.get("currency") in (None, account.currency.code) and query.get("participantId") in (None, number)


@operation("hub.settlement-windows.get", "GET", "/v2/settlementWindows/{id}")
async def get_window(hub: Hub, call: Call) -> Reply:
    """One window."""
    return admin.answer(wire.window(hub.windows.get(hapi.path_number("id", call.params["id"]))))


@operation("hub.settlement-windows.close", "POST", "/v2/settlementWindows/{id}")
async def close_window(hub: Hub, call: Call) -> Reply:
    """Close the open window. The answer is the window that has opened in its place."""
    id_ = hapi.path_number("id", call.params["id"])
    body = hapi.body(call, rules.CLOSE)
    return admin.answer(wire.window(hub.windows.close(id_, body["reason"]), content=False))


OPERATIONS: Final = (health, list_windows, get_window, close_window)
