"""What the hub asks and tells a peer about requests to pay, one-time passwords and transactions, on either side."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.engine.traffic import dig
from loopyard.protocols.fspiop import errors
from loopyard.transport.messages import Reply
from simulators.dfsp import webhooks
from simulators.dfsp.operations.payee import asked
from simulators.dfsp.state.payer import Outgoing
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.state.requests import ANSWERS
from simulators.dfsp.wire import parse
from simulators.participant import refusal, sending
from simulators.participant.parse import need

_ID: Final = ("{ID}",)
_REQUEST: Final = "/{fsp}/transactionRequests/{ID}"
_PASSWORD: Final = "/{fsp}/authorizations/{ID}"
_STATES: Final = {"RECEIVED": "RECEIVED", "APPROVED": "PENDING", "ACCEPTED": "COMPLETED", "REJECTED": "REJECTED"}
REJECTED: Final = ("4100", "the payer could not be authenticated")


@operation(
    "dfsp.requests.request", "POST", "/{fsp}/transactionRequests", refs=("transactionRequestId",),
    schema="POST /transactionRequests",
)  # fmt: skip
async def take(peers: Peers, call: Call) -> Reply:
    """Put a request before a customer."""
    peer, conduct = asked(peers, call, "requests")
    webhooks.answer_request(peers, peer, peer.requests.take(parse.request_order(call)), conduct)
    return refusal.accepted()


@operation("dfsp.requests.get", "GET", _REQUEST, refs=_ID, schema="GET /transactionRequests/{ID}")
async def get_request(peers: Peers, call: Call) -> Reply:
    """Say again how a request stands."""
    peer, conduct = asked(peers, call, "requests")
    webhooks.answer_request(peers, peer, peer.requests.demanded(call.params["ID"]), conduct)
    return refusal.accepted()


@operation("dfsp.requests.outcome", "PUT", _REQUEST, refs=_ID, schema="PUT /transactionRequests/{ID}")
async def outcome(peers: Peers, call: Call) -> Reply:
    """How a request of ours stands at the payer's institution."""
    peer = peers.peer(call.params["fsp"])
    row = peer.requests.made.get(call.params["ID"])
    event = ANSWERS.get(need(call.body, "transactionRequestState"))
    if row is not None and event is not None:
        peer.requests.move(row, event)
    return refusal.noted()


@operation("dfsp.requests.refused", "PUT", _REQUEST + "/error", refs=_ID, schema="PUT /transactionRequests/{ID}/error")
async def request_refused(peers: Peers, call: Call) -> Reply:
    """A request of ours that the payer's institution does not take."""
    peer = peers.peer(call.params["fsp"])
    row, error = peer.requests.made.get(call.params["ID"]), errors.from_body(call.body)
    if row is not None:
        peer.requests.fail(row, error.code, error.description)
    return refusal.noted()


@operation("dfsp.authorizations.get", "GET", _PASSWORD, refs=_ID, schema="GET /authorizations/{ID}")
async def get_password(peers: Peers, call: Call) -> Reply:
    """Hand over what the payer gives to our customer, as soon as she has typed it."""
    peer = peers.peer(call.params["fsp"])
    row = peer.requests.asked_for(call.params["ID"])
    row.asking.append(refusal.sender(call))
    webhooks.hand_over(peers, peer, row)
    return refusal.accepted()


@operation("dfsp.authorizations.typed", "PUT", _PASSWORD, refs=_ID, schema="PUT /authorizations/{ID}")
async def typed(peers: Peers, call: Call) -> Reply:
    """What came back for a password: the right one lets the payment go, a wrong one is asked for again while tries are left."""
    peer = peers.peer(call.params["fsp"])
    row = peer.payer.authorizing(call.params["ID"])
    if row is None or row.order.demand is None:
        return refusal.noted()
    demand, value = row.order.demand, dig(call.body, "authenticationInfo.authenticationValue")
    if need(call.body, "responseType") == "ENTERED" and peer.requests.proves(demand, value):
        peer.payer.authorized(row)
    elif demand.tries_left <= 0 or call.body["responseType"] == "REJECTED":
        give_up(peers, peer, row, REJECTED)
        return refusal.noted()
    webhooks.go_on(peers, peer, row)
    return refusal.noted()


def give_up(peers: Peers, peer: Peer, row: Outgoing, why: tuple[str, str]) -> None:
    """The payment ends, and the payee's institution hears that the request is refused."""
    assert row.order.demand is not None
    peer.payer.fail(row, *why)
    peer.requests.end(row.order.demand, "reject")
    webhooks.answer_request(peers, peer, row.order.demand)


@operation("dfsp.authorizations.refused", "PUT", _PASSWORD + "/error", refs=_ID, schema="PUT /authorizations/{ID}/error")
async def password_refused(peers: Peers, call: Call) -> Reply:
    """No password: the payment ends."""
    peer, error = peers.peer(call.params["fsp"]), errors.from_body(call.body)
    row = peer.payer.authorizing(call.params["ID"])
    if row is not None:
        give_up(peers, peer, row, (error.code, error.description))
    return refusal.noted()


@operation("dfsp.transactions.get", "GET", "/{fsp}/transactions/{ID}", refs=_ID, schema="GET /transactions/{ID}")
async def get_transaction(peers: Peers, call: Call) -> Reply:
    """How a transaction stands that a request to pay has begun."""
    peer = peers.peer(call.params["fsp"])
    row = peer.requests.transaction(call.params["ID"])
    body, params = {"transactionState": _STATES[row.state]}, {"ID": call.params["ID"]}
    sending.post(peers, peer, webhooks.TRANSACTION, to=refusal.sender(call), params=params, body=body)
    return refusal.accepted()


@operation("dfsp.transactions.told", "PUT", "/{fsp}/transactions/{ID}", refs=_ID, schema="PUT /transactions/{ID}")
async def told(peers: Peers, call: Call) -> Reply:
    """The answer to a question that a scenario made this peer ask."""
    peers.peer(call.params["fsp"])
    return refusal.noted()


@operation(
    "dfsp.transactions.unknown", "PUT", "/{fsp}/transactions/{ID}/error", refs=_ID, schema="PUT /transactions/{ID}/error"
)
async def unknown(peers: Peers, call: Call) -> Reply:
    """The same, refused."""
    peers.peer(call.params["fsp"])
    return refusal.noted()


OPERATIONS: Final = (
    take, get_request, outcome, request_refused, get_password, typed, password_refused, get_transaction, told, unknown,
)  # fmt: skip
