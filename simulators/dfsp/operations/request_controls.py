"""What a world can make peers do with requests to pay: ask, approve, reject, read and type one-time passwords."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from loopyard.engine.simulator import Control
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop.amounts import from_money
from simulators.dfsp import webhooks
from simulators.dfsp.state.payer import PaymentOrder
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.state.requests import Demand, Requested
from simulators.participant import sending
from simulators.participant.controls import Arguments, Desk, Json

DESK: Final = Desk("dfsp", Peers.peer)


def ask(peers: Peers, arguments: Arguments) -> Json:
    """A customer of `fsp` asks somebody for money: {fsp, payee {id_type?, id_value, sub_id?}, payer {...}, amount, currency?,
    password? (false), scenario? (PAYMENT), initiator_type? (CONSUMER), seconds? (600)} -> the request. It goes on by itself."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    payee = peer.bank.customer(*_identifier(DESK.needed(arguments, "payee")))
    row = peer.requests.make(
        payee=payee, payer=_identifier(DESK.needed(arguments, "payer")),
        amount=Money(str(DESK.needed(arguments, "amount")), arguments.get("currency", payee.person.currency)),
        scenario=arguments.get("scenario", "PAYMENT"), initiator_type=arguments.get("initiator_type", "CONSUMER"),
        authentication="OTP" if arguments.get("password") else None,
        expires_at=peers.site.clock.now() + timedelta(seconds=arguments.get("seconds", 600)),
    )  # fmt: skip
    id_type, id_value, sub_id = row.payer
    params = {"Type": id_type, "ID": id_value} | ({"SubId": sub_id} if sub_id else {})
    sending.post(peers, peer, webhooks.ASK_PARTY_SUB if sub_id else webhooks.ASK_PARTY, to=None, params=params)
    return made_json(peer, row)


def request(peers: Peers, arguments: Arguments) -> Json:
    """A request {fsp, id} as this peer sees it, made or received; null when it knows none."""
    peer, id_ = peers.peer(DESK.needed(arguments, "fsp")), DESK.needed(arguments, "id")
    if id_ in peer.requests.made:
        return made_json(peer, peer.requests.made[id_])
    return came_json(peer, peer.requests.came[id_]) if id_ in peer.requests.came else None


def requests(peers: Peers, arguments: Arguments) -> Json:
    """All requests of `fsp`, those that it made first."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    rows = [made_json(peer, row) for row in peer.requests.made.values()]
    return rows + [came_json(peer, row) for row in peer.requests.came.values()]


def approve_request(peers: Peers, arguments: Arguments) -> Json:
    """The customer of `fsp` pays the request `id`: {fsp, id} -> the request. Raises RequestLapsed for one that has expired."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    row = peer.requests.demanded(DESK.needed(arguments, "id"))
    peer.requests.approve(row)
    info = row.order.party["partyIdInfo"]
    payee = (info["partyIdType"], info["partyIdentifier"], info.get("partySubIdOrType"))
    order = PaymentOrder(row.payer, payee, row.order.amount, "RECEIVE", row.order.scenario, "transfer", demand=row)
    payment = peer.payer.start(order)
    row.transaction_id = payment.id
    peer.payer.found(payment, row.order.payee_fsp, row.order.party, None)
    webhooks.go_on(peers, peer, payment)
    return came_json(peer, row)


def reject_request(peers: Peers, arguments: Arguments) -> Json:
    """The customer of `fsp` does not pay the request `id`: {fsp, id} -> the request."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    row = peer.requests.demanded(DESK.needed(arguments, "id"))
    peer.requests.end(row, "reject")
    webhooks.answer_request(peers, peer, row)
    return came_json(peer, row)


def type_password(peers: Peers, arguments: Arguments) -> Json:
    """The customer of `fsp` who made the request `id` types what the payer has told her: {fsp, id, value}; an empty value says
    that the payer has walked away."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    row = peer.requests.asked_for(DESK.needed(arguments, "id"))
    row.typed.append(str(DESK.needed(arguments, "value")))
    webhooks.hand_over(peers, peer, row)


def read_password(peers: Peers, arguments: Arguments) -> Json:
    """What `fsp` has sent its customer for the request `id`: {fsp, id} -> {value, wrong}."""
    row = peers.peer(DESK.needed(arguments, "fsp")).requests.demanded(DESK.needed(arguments, "id"))
    return {"value": row.password, "wrong": row.wrong}


def _identifier(raw: Arguments) -> tuple[str, str, str | None]:
    return raw.get("id_type", "MSISDN"), str(DESK.needed(raw, "id_value")), raw.get("sub_id")


def made_json(peer: Peer, row: Requested) -> Json:
    transfer = peer.payee.transfers.get(row.transaction_id)
    return {
        "paid": transfer is not None and transfer.state == "COMMITTED",
        "direction": "made", "transactionRequestId": row.id, "fsp": peer.id, "payerFsp": row.payer_fsp, "state": row.state,
        "amount": from_money(row.amount), "transactionId": row.transaction_id, "asking": len(row.asking),
        "error": dict(zip(("code", "description"), row.error, strict=True)) if row.error else None,
    }  # fmt: skip


def came_json(peer: Peer, row: Demand) -> Json:
    return {
        "direction": "came", "transactionRequestId": row.order.id, "fsp": peer.id, "payeeFsp": row.order.payee_fsp,
        "state": row.state, "amount": from_money(row.order.amount), "transactionId": row.transaction_id, "wrong": row.wrong,
        "error": None,
    }  # fmt: skip


CONTROLS: Final = (
    Control("ask", ask),
    Control("request", request),
    Control("requests", requests),
    Control("approve-request", approve_request),
    Control("reject-request", reject_request),
    Control("type-password", type_password),
    Control("read-password", read_password),
)
