"""The ledger's settlement models, account types, enumerations, and the transaction that a transfer's packet holds."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import ResourceNotFound
from simulators.hub.wire import admin as wire
from simulators.hub.wire import admin_rules as rules
from simulators.hub.wire import enums as enumerations
from simulators.hub.wire import joi, transfers

CREATED: Final = Reply(201)


@operation("hub.admin-models.list", "GET", "/settlementModels")
async def list_models(hub: Hub, call: Call) -> Reply:
    """Active models only."""
    return wire.answer([wire.model(each) for each in hub.models if each.is_active])


@operation("hub.admin-models.get", "GET", "/settlementModels/{name}")
async def get_model(hub: Hub, call: Call) -> Reply:
    """One model, active or not."""
    found = next((each for each in hub.models if each.name.lower() == call.params["name"].lower()), None)
    if found is None:
        raise ResourceNotFound("The requested resource could not be found")
    return wire.answer(wire.model(found))


@operation("hub.admin-models.add", "POST", "/settlementModels")
async def add_model(hub: Hub, call: Call) -> Reply:
    """A new model. Participants that are there already get no accounts from it."""
    body = wire.body(call, rules.SETTLEMENT_MODEL)
    hub.models.add(
        body["name"], body["settlementGranularity"], body["settlementInterchange"], body["settlementDelay"],
        body.get("currency"), bool(joi.truth(body["requireLiquidityCheck"])), body["ledgerAccountType"],
        body["settlementAccountType"], bool(joi.truth(body["autoPositionReset"])),
    )  # fmt: skip
    return CREATED


@operation("hub.admin-models.change", "PUT", "/settlementModels/{name}")
async def change_model(hub: Hub, call: Call) -> Reply:
    """Switch a model on or off."""
    body = wire.body(call, rules.IS_ACTIVE)
    model = hub.models.get(call.params["name"])
    model.is_active = bool(joi.truth(body["isActive"]))
    return wire.answer(wire.model(model))


@operation("hub.admin-account-types.list", "GET", "/ledgerAccountTypes")
async def list_account_types(hub: Hub, call: Call) -> Reply:
    """All types."""
    return wire.answer([wire.account_type(each) for each in hub.account_types])


@operation("hub.admin-account-types.add", "POST", "/ledgerAccountTypes")
async def add_account_type(hub: Hub, call: Call) -> Reply:
    """A new type."""
    body = wire.body(call, rules.ACCOUNT_TYPE)
    active, settleable = (bool(joi.truth(body[name])) for name in ("isActive", "isSettleable"))
    hub.account_types.add(body["name"], body["description"], active, settleable, hub.site.clock.now())
    return CREATED


@operation("hub.admin-enums.list", "GET", "/enums")
async def list_enums(hub: Hub, call: Call) -> Reply:
    """All enumerations of the ledger."""
    return wire.answer(enumerations.enums(hub))


@operation("hub.admin-transactions.get", "GET", "/transactions/{id}", refs=("{id}",))
async def get_transaction(hub: Hub, call: Call) -> Reply:
    """The transaction that the ILP packet of a transfer holds."""
    return wire.answer(transfers.transaction(hub.transfers.desk.find(call.params["id"])))


OPERATIONS: Final = (
    list_models, add_model, get_model, change_model, list_account_types, add_account_type, list_enums, get_transaction,
)  # fmt: skip
