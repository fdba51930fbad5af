"""What the hub asks a peer as a payee: who is it, at what terms, take this money, it is committed."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.engine.traffic import dig
from loopyard.transport.messages import Reply
from simulators.dfsp import webhooks
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.wire import build, parse
from simulators.participant import refusal, sending
from simulators.participant.behaviour import Conduct
from simulators.participant.parse import facts, need

_QUOTE_REFS: Final = ("transactionId", "quoteId", "transactionRequestId")
OUTCOMES: Final = {"COMMITTED": "commit", "ABORTED": "abort"}


def asked(peers: Peers, call: Call, on: str) -> tuple[Peer, Conduct]:
    """The peer that a request is for, and how it treats it. Raises NotPlayed, Scripted, Silence, Unwilling."""
    peer = peers.peer(call.params["fsp"])
    return peer, peers.conduct(peer.id, on, facts(call))


async def find_party(peers: Peers, call: Call) -> Reply:
    """Say who has this identifier, and in which currencies she can receive."""
    peer, conduct = asked(peers, call, "parties")
    found = peer.bank.customer(call.params["Type"], call.params["ID"], call.params.get("SubId"))
    currencies = peer.bank.options.supported_currencies or (found.person.currency,)
    body = {"party": build.party(found.person, peers.site.plan.seed, currencies)}
    params = {name: value for name, value in call.params.items() if name != "fsp"}
    message = webhooks.PARTY_SUB if "SubId" in params else webhooks.PARTY
    sending.post(peers, peer, message, to=refusal.sender(call), params=params, body=body, conduct=conduct)
    return refusal.accepted()


@operation("dfsp.parties.lookup", "GET", "/{fsp}/parties/{Type}/{ID}", schema="GET /parties/{Type}/{ID}")
async def lookup(peers: Peers, call: Call) -> Reply:
    return await find_party(peers, call)


@operation("dfsp.parties.lookup-sub", "GET", "/{fsp}/parties/{Type}/{ID}/{SubId}", schema="GET /parties/{Type}/{ID}/{SubId}")
async def lookup_sub(peers: Peers, call: Call) -> Reply:
    return await find_party(peers, call)


@operation("dfsp.participants.registered", "PUT", "/{fsp}/participants/{Type}/{ID}")
async def registered(peers: Peers, call: Call) -> Reply:
    """What the directory made of an identifier, or of many. Its form is the directory's own, so no schema."""
    peers.peer(call.params["fsp"])
    return refusal.noted()


REGISTERED: Final = (
    registered,
    operation("dfsp.participants.registered-sub", "PUT", "/{fsp}/participants/{Type}/{ID}/{SubId}")(registered.handle),
    operation("dfsp.participants.refused", "PUT", "/{fsp}/participants/{Type}/{ID}/error")(registered.handle),
    operation("dfsp.participants.refused-sub", "PUT", "/{fsp}/participants/{Type}/{ID}/{SubId}/error")(registered.handle),
    operation("dfsp.participants.registered-batch", "PUT", "/{fsp}/participants/{ID}")(registered.handle),
    operation("dfsp.participants.refused-batch", "PUT", "/{fsp}/participants/{ID}/error")(registered.handle),
)


@operation("dfsp.quotes.request", "POST", "/{fsp}/quotes", refs=_QUOTE_REFS, schema="POST /quotes")
async def request_quote(peers: Peers, call: Call) -> Reply:
    """Give terms, sealed with an ILP condition."""
    peer, conduct = asked(peers, call, "quotes")
    order = parse.quote_order(call.body, refusal.sender(call))
    if request_id := dig(call.body, "transactionRequestId"):
        peer.requests.check_terms(request_id, order.payer_fsp, order.amount)
        peer.requests.asked_for(request_id).transaction_id = order.transaction_id
    terms = peer.payee.quote(order)
    build.seal(terms, call.body, peers.settings.secret, peers.forms.packet_version(peers.settings.ilp_version))
    webhooks.quote(peers, peer, terms, conduct)
    return refusal.accepted()


@operation("dfsp.quotes.get", "GET", "/{fsp}/quotes/{ID}", refs=("{ID}",), schema="GET /quotes/{ID}")
async def get_quote(peers: Peers, call: Call) -> Reply:
    """Repeat the terms given."""
    peer, conduct = asked(peers, call, "quotes")
    webhooks.quote(peers, peer, peer.payee.known_quote(call.params["ID"]), conduct)
    return refusal.accepted()


@operation("dfsp.transfers.prepare", "POST", "/{fsp}/transfers", refs=("transferId",), schema="POST /transfers")
async def prepare(peers: Peers, call: Call) -> Reply:
    """Reserve what the hub has reserved for this peer, or decline it."""
    peer, conduct = asked(peers, call, "transfers")
    row = peer.payee.prepare(parse.transfer_order(call.body), abort=conduct.do == "abort")
    webhooks.fulfil(peers, peer, row, conduct)
    return refusal.accepted()


@operation("dfsp.transfers.get", "GET", "/{fsp}/transfers/{ID}", refs=("{ID}",), schema="GET /transfers/{ID}")
async def get_transfer(peers: Peers, call: Call) -> Reply:
    """Repeat the answer to a prepare."""
    peer, conduct = asked(peers, call, "transfers")
    webhooks.fulfil(peers, peer, peer.payee.known_transfer(call.params["ID"]), conduct)
    return refusal.accepted()


@operation("dfsp.transfers.notice", "PATCH", "/{fsp}/transfers/{ID}", refs=("{ID}",), schema="PATCH /transfers/{ID}")
async def notice(peers: Peers, call: Call) -> Reply:
    """The hub's final word on a reserved transfer."""
    peer, _ = asked(peers, call, "patch")
    event = OUTCOMES.get(need(call.body, "transferState"))
    if event is not None:
        peer.payee.notice(call.params["ID"], event, "PATCH")  # type: ignore[arg-type]
    return refusal.noted()


OPERATIONS: Final = (lookup, lookup_sub, *REGISTERED, request_quote, get_quote, prepare, get_transfer, notice)
