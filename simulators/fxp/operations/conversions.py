"""What the hub asks FX providers and tells them."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols.fspiop import errors
from loopyard.transport.messages import Reply
from simulators.fxp import webhooks
from simulators.fxp.state.house import House
from simulators.fxp.state.houses import Houses
from simulators.fxp.wire import build, parse
from simulators.participant import refusal
from simulators.participant.behaviour import Conduct
from simulators.participant.parse import facts, need

OUTCOMES: Final = {"COMMITTED": "commit", "ABORTED": "abort"}
NOT_FINAL: Final = ("10", "20")
"""Families of codes that say nothing about a conversion: the hub was not able to answer."""


def asked(houses: Houses, call: Call, on: str) -> tuple[House, Conduct]:
    """The FXP that a request is for, and how it treats it. Raises NotPlayed, Scripted, Silence, Unwilling."""
    house = houses.house(call.params["fsp"])
    return house, houses.conduct(house.id, on, facts(call))


@operation(
    "fxp.fx-quotes.request", "POST", "/{fsp}/fxQuotes", schema="POST /fxQuotes",
    refs=("conversionTerms.determiningTransferId", "conversionTerms.conversionId", "conversionRequestId"),
)  # fmt: skip
async def request_terms(houses: Houses, call: Call) -> Reply:
    """Give terms, sealed with an ILP condition."""
    house, conduct = asked(houses, call, "fxQuotes")
    terms = house.quote(parse.terms_order(call))
    version = houses.forms.packet_version(houses.settings.ilp_version)
    build.seal(terms, house.options.charge_type, houses.settings.secret, version)
    webhooks.quote(houses, house, terms, conduct)
    return refusal.accepted()


@operation("fxp.fx-quotes.get", "GET", "/{fsp}/fxQuotes/{ID}", refs=("{ID}",), schema="GET /fxQuotes/{ID}")
async def get_terms(houses: Houses, call: Call) -> Reply:
    """Repeat the terms given."""
    house, conduct = asked(houses, call, "fxQuotes")
    webhooks.quote(houses, house, house.known_terms(call.params["ID"]), conduct)
    return refusal.accepted()


@operation(
    "fxp.fx-transfers.prepare", "POST", "/{fsp}/fxTransfers", refs=("determiningTransferId", "commitRequestId"),
    schema="POST /fxTransfers",
)  # fmt: skip
async def prepare(houses: Houses, call: Call) -> Reply:
    """Reserve the target currency, or decline."""
    house, conduct = asked(houses, call, "fxTransfers")
    row = house.prepare(parse.conversion_order(call), abort=conduct.do == "abort")
    webhooks.fulfil(houses, house, row, conduct)
    return refusal.accepted()


@operation("fxp.fx-transfers.get", "GET", "/{fsp}/fxTransfers/{ID}", refs=("{ID}",), schema="GET /fxTransfers/{ID}")
async def get_conversion(houses: Houses, call: Call) -> Reply:
    """Repeat the answer to a prepare."""
    house, conduct = asked(houses, call, "fxTransfers")
    webhooks.fulfil(houses, house, house.known_conversion(call.params["ID"]), conduct)
    return refusal.accepted()


@operation("fxp.fx-transfers.notice", "PATCH", "/{fsp}/fxTransfers/{ID}", refs=("{ID}",), schema="PATCH /fxTransfers/{ID}")
async def notice(houses: Houses, call: Call) -> Reply:
    """The hub's final word, once the determining transfer has ended."""
    house, _ = asked(houses, call, "patch")
    return told(house, call, "PATCH")


@operation("fxp.fx-transfers.outcome", "PUT", "/{fsp}/fxTransfers/{ID}", refs=("{ID}",), schema="PUT /fxTransfers/{ID}")
async def outcome(houses: Houses, call: Call) -> Reply:
    """The hub's answer to a question; only a final state changes anything."""
    return told(houses.house(call.params["fsp"]), call, "PUT")


def told(house: House, call: Call, by: str) -> Reply:
    """Take a final state; any other changes nothing."""
    event = OUTCOMES.get(need(call.body, "conversionState"))
    if event is not None:
        house.notice(call.params["ID"], event, by)  # type: ignore[arg-type]
    return refusal.noted()


@operation(
    "fxp.fx-transfers.failed", "PUT", "/{fsp}/fxTransfers/{ID}/error", refs=("{ID}",), schema="PUT /fxTransfers/{ID}/error"
)
async def failed(houses: Houses, call: Call) -> Reply:
    """A conversion that will not happen; an error that only says that the hub cannot answer a question changes nothing."""
    house = houses.house(call.params["fsp"])
    error = errors.from_body(call.body)
    row = house.conversions.get(call.params["ID"])
    if row is not None and not (row.asked and error.code[:2] in NOT_FINAL):
        house.notice(row.order.id, "abort", f"error {error.code}")
    return refusal.noted()


@operation("fxp.fx-quotes.failed", "PUT", "/{fsp}/fxQuotes/{ID}/error", refs=("{ID}",), schema="PUT /fxQuotes/{ID}/error")
async def quote_failed(houses: Houses, call: Call) -> Reply:
    """The hub could not pass the terms on; they expire by themselves."""
    houses.house(call.params["fsp"])
    return refusal.noted()


OPERATIONS: Final = (request_terms, get_terms, prepare, get_conversion, notice, outcome, failed, quote_failed)
