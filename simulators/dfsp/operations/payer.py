"""What the hub tells a peer: answers to what it asked as a payer, and how transfers of both directions ended."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.engine.traffic import dig
from loopyard.protocols.fspiop import amounts, errors
from loopyard.transport.messages import Reply
from simulators.dfsp import webhooks
from simulators.dfsp.operations.payee import OUTCOMES
from simulators.dfsp.state.payer import Outgoing
from simulators.dfsp.state.peers import Peer, Peers
from simulators.participant import refusal
from simulators.participant.parse import need

CHARGES: Final = ("payeeFspFee", "payeeFspCommission")
NOT_FINAL: Final = ("10", "20")
"""Families of codes that say nothing about a transfer: the hub was not able to answer."""


async def party_found(peers: Peers, call: Call) -> Reply:
    """Every payment that waits for this party goes on."""
    peer = peers.peer(call.params["fsp"])
    party = need(call.body, "party")
    fsp = dig(party, "partyIdInfo.fspId") or refusal.sender(call)
    for row in peer.payer.resolving(call.params["Type"], call.params["ID"], call.params.get("SubId")):
        peer.payer.found(row, fsp, party, party.get("supportedCurrencies"))
        webhooks.go_on(peers, peer, row)
    for request in peer.requests.resolving(call.params["Type"], call.params["ID"], call.params.get("SubId")):
        request.payer_fsp = fsp
        peer.requests.move(request, "send")
        webhooks.ask_payment(peers, peer, request)
    return refusal.noted()


async def party_missing(peers: Peers, call: Call) -> Reply:
    """Every payment that waits for this party ends."""
    peer = peers.peer(call.params["fsp"])
    for row in peer.payer.resolving(call.params["Type"], call.params["ID"], call.params.get("SubId")):
        fail(peer, row, call)
    error = errors.from_body(call.body)
    for request in peer.requests.resolving(call.params["Type"], call.params["ID"], call.params.get("SubId")):
        peer.requests.fail(request, error.code, error.description)
    return refusal.noted()


def fail(peer: Peer, row: Outgoing, call: Call) -> None:
    """End a payment with the error that came."""
    error = errors.from_body(call.body)
    peer.payer.fail(row, error.code, error.description)


_PARTY: Final = "/{fsp}/parties/{Type}/{ID}"
_SUB: Final = "/{fsp}/parties/{Type}/{ID}/{SubId}"


@operation("dfsp.parties.found", "PUT", _PARTY, schema="PUT /parties/{Type}/{ID}")
async def found(peers: Peers, call: Call) -> Reply:
    return await party_found(peers, call)


@operation("dfsp.parties.found-sub", "PUT", _SUB, schema="PUT /parties/{Type}/{ID}/{SubId}")
async def found_sub(peers: Peers, call: Call) -> Reply:
    return await party_found(peers, call)


@operation("dfsp.parties.missing", "PUT", _PARTY + "/error", schema="PUT /parties/{Type}/{ID}/error")
async def missing(peers: Peers, call: Call) -> Reply:
    return await party_missing(peers, call)


@operation("dfsp.parties.missing-sub", "PUT", _SUB + "/error", schema="PUT /parties/{Type}/{ID}/{SubId}/error")
async def missing_sub(peers: Peers, call: Call) -> Reply:
    return await party_missing(peers, call)


@operation("dfsp.quotes.terms", "PUT", "/{fsp}/quotes/{ID}", refs=("{ID}",), schema="PUT /quotes/{ID}")
async def terms(peers: Peers, call: Call) -> Reply:
    """The payee's terms; unsolicited ones are taken and forgotten, as connectors do."""
    peer = peers.peer(call.params["fsp"])
    row = peer.payer.by_quote(call.params["ID"])
    if row is not None:
        transfer = amounts.to_money(need(call.body, "transferAmount"))
        fee, commission = (amounts.to_money(each) if (each := dig(call.body, name)) else None for name in CHARGES)
        packet, condition = need(call.body, "ilpPacket"), need(call.body, "condition")
        peer.payer.terms(row, transfer, fee, commission, packet, condition)
        webhooks.go_on(peers, peer, row)
    return refusal.noted()


@operation("dfsp.quotes.refused", "PUT", "/{fsp}/quotes/{ID}/error", refs=("{ID}",), schema="PUT /quotes/{ID}/error")
async def quote_refused(peers: Peers, call: Call) -> Reply:
    peer = peers.peer(call.params["fsp"])
    row = peer.payer.by_quote(call.params["ID"])
    if row is not None:
        fail(peer, row, call)
    return refusal.noted()


@operation("dfsp.fx-quotes.terms", "PUT", "/{fsp}/fxQuotes/{ID}", refs=("{ID}",), schema="PUT /fxQuotes/{ID}")
async def conversion_terms(peers: Peers, call: Call) -> Reply:
    """The FX provider's terms."""
    peer = peers.peer(call.params["fsp"])
    row = peer.payer.by_conversion(call.params["ID"])
    if row is not None:
        source = amounts.to_money(need(call.body, "conversionTerms.sourceAmount"))
        target = amounts.to_money(need(call.body, "conversionTerms.targetAmount"))
        peer.payer.conversion_terms(row, source, target, need(call.body, "condition"))
        webhooks.go_on(peers, peer, row)
    return refusal.noted()


@operation("dfsp.fx-transfers.reserved", "PUT", "/{fsp}/fxTransfers/{ID}", refs=("{ID}",), schema="PUT /fxTransfers/{ID}")
async def conversion_reserved(peers: Peers, call: Call) -> Reply:
    """The FX provider's reservation, or its refusal; without a fulfilment the hub only says again that the order waits."""
    peer = peers.peer(call.params["fsp"])
    row = peer.payer.by_conversion(call.params["ID"])
    if row is None or row.state != "CONVERSION_PREPARED":
        return refusal.noted()
    fulfilment = dig(call.body, "fulfilment")
    if need(call.body, "conversionState") == "ABORTED":
        peer.payer.fail(row, "5100", "the FX provider has aborted the conversion")
    elif fulfilment is not None:
        peer.payer.conversion_reserved(row, fulfilment)
        webhooks.go_on(peers, peer, row)
    return refusal.noted()


async def conversion_refused(peers: Peers, call: Call) -> Reply:
    """No terms, or no reservation."""
    peer = peers.peer(call.params["fsp"])
    row = peer.payer.by_conversion(call.params["ID"])
    if row is not None:
        fail(peer, row, call)
    return refusal.noted()


@operation("dfsp.fx-quotes.refused", "PUT", "/{fsp}/fxQuotes/{ID}/error", refs=("{ID}",), schema="PUT /fxQuotes/{ID}/error")
async def fx_quote_refused(peers: Peers, call: Call) -> Reply:
    return await conversion_refused(peers, call)


@operation(
    "dfsp.fx-transfers.failed", "PUT", "/{fsp}/fxTransfers/{ID}/error", refs=("{ID}",), schema="PUT /fxTransfers/{ID}/error"
)
async def fx_transfer_failed(peers: Peers, call: Call) -> Reply:
    return await conversion_refused(peers, call)


@operation("dfsp.transfers.outcome", "PUT", "/{fsp}/transfers/{ID}", refs=("{ID}",), schema="PUT /transfers/{ID}")
async def outcome(peers: Peers, call: Call) -> Reply:
    """The state of a transfer: the final word to a payer, or the answer to a question of either side."""
    peer, id_ = peers.peer(call.params["fsp"]), call.params["ID"]
    state = need(call.body, "transferState")
    row = peer.payer.payments.get(id_)
    event = OUTCOMES.get(state)
    if row is None and event is not None:
        peer.payee.notice(id_, event, "PUT")  # type: ignore[arg-type]
    elif row is not None and row.state in ("PREPARED", "UNKNOWN"):
        if state == "COMMITTED":
            peer.payer.committed(row, dig(call.body, "fulfilment"))
        elif state == "ABORTED":
            peer.payer.fail(row, "5100", "the transfer was aborted")
    return refusal.noted()


@operation("dfsp.transfers.failed", "PUT", "/{fsp}/transfers/{ID}/error", refs=("{ID}",), schema="PUT /transfers/{ID}/error")
async def failed(peers: Peers, call: Call) -> Reply:
    """A transfer that will not happen; errors that only say that the hub cannot answer a question change nothing."""
    peer, id_ = peers.peer(call.params["fsp"]), call.params["ID"]
    error = errors.from_body(call.body)
    row = peer.payer.payments.get(id_)
    if row is None:
        incoming = peer.payee.transfers.get(id_)
        if incoming is not None and not (incoming.asked and error.code[:2] in NOT_FINAL):
            peer.payee.notice(id_, "abort", f"error {error.code}")
    elif row.state == "PREPARED" or (row.state == "UNKNOWN" and error.code[:2] not in NOT_FINAL):
        peer.payer.fail(row, error.code, error.description)
    return refusal.noted()


OPERATIONS: Final = (
    found, found_sub, missing, missing_sub, terms, quote_refused, conversion_terms, conversion_reserved, fx_quote_refused,
    fx_transfer_failed, outcome, failed,
)  # fmt: skip
