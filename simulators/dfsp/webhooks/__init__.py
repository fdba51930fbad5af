"""What peer DFSPs send through the hub: callbacks as payees, requests as payers, and questions when a word is missing.
How a message is sent is known to `participant.sending`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from loopyard.engine.operations import Message
from loopyard.engine.traffic import dig
from simulators.dfsp.state.payee import Incoming, Quote
from simulators.dfsp.state.payer import Outgoing
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.state.requests import Demand, Requested
from simulators.dfsp.wire import build
from simulators.participant.behaviour import GOOD, Conduct
from simulators.participant.sending import ANOTHER_SECRET, deliver, post

PARTY: Final = Message("dfsp.parties.answer", "PUT", "/parties/{Type}/{ID}")
PARTY_SUB: Final = Message("dfsp.parties.answer-sub", "PUT", "/parties/{Type}/{ID}/{SubId}")
PARTY_ERROR: Final = Message("dfsp.parties.error", "PUT", "/parties/{Type}/{ID}/error")
PARTY_SUB_ERROR: Final = Message("dfsp.parties.error-sub", "PUT", "/parties/{Type}/{ID}/{SubId}/error")
QUOTE: Final = Message("dfsp.quotes.answer", "PUT", "/quotes/{ID}", refs=("{ID}",))
QUOTE_ERROR: Final = Message("dfsp.quotes.error", "PUT", "/quotes/{ID}/error", refs=("{ID}",))
FULFIL: Final = Message("dfsp.transfers.fulfil", "PUT", "/transfers/{ID}", refs=("{ID}",))
TRANSFER_ERROR: Final = Message("dfsp.transfers.error", "PUT", "/transfers/{ID}/error", refs=("{ID}",))
QUESTION: Final = Message("dfsp.transfers.ask", "GET", "/transfers/{ID}", refs=("{ID}",))
ASK_PARTY: Final = Message("dfsp.parties.ask", "GET", "/parties/{Type}/{ID}")
ASK_PARTY_SUB: Final = Message("dfsp.parties.ask-sub", "GET", "/parties/{Type}/{ID}/{SubId}")
ASK_QUOTE: Final = Message("dfsp.quotes.ask", "POST", "/quotes", refs=("transactionId", "quoteId", "transactionRequestId"))
PREPARE: Final = Message("dfsp.transfers.send", "POST", "/transfers", refs=("transferId",))
ASK_CONVERSION: Final = Message(
    "dfsp.fx-quotes.ask",
    "POST",
    "/fxQuotes",
    refs=("conversionTerms.determiningTransferId", "conversionTerms.conversionId", "conversionRequestId"),
)
CONVERT: Final = Message("dfsp.fx-transfers.send", "POST", "/fxTransfers", refs=("determiningTransferId", "commitRequestId"))
_ID: Final = ("{ID}",)
ASK_PAYMENT: Final = Message("dfsp.requests.ask", "POST", "/transactionRequests", refs=("transactionRequestId",))
REQUEST: Final = Message("dfsp.requests.answer", "PUT", "/transactionRequests/{ID}", refs=_ID)
REQUEST_ERROR: Final = Message("dfsp.requests.error", "PUT", "/transactionRequests/{ID}/error", refs=_ID)
ASK_PASSWORD: Final = Message("dfsp.authorizations.ask", "GET", "/authorizations/{ID}", refs=_ID)
AUTHORIZATION: Final = Message("dfsp.authorizations.answer", "PUT", "/authorizations/{ID}", refs=_ID)
AUTHORIZATION_ERROR: Final = Message("dfsp.authorizations.error", "PUT", "/authorizations/{ID}/error", refs=_ID)
TRANSACTION: Final = Message("dfsp.transactions.answer", "PUT", "/transactions/{ID}", refs=_ID)
TRANSACTION_ERROR: Final = Message("dfsp.transactions.error", "PUT", "/transactions/{ID}/error", refs=_ID)

MESSAGES: Final = (
    ASK_PAYMENT, REQUEST, REQUEST_ERROR, ASK_PASSWORD, AUTHORIZATION, AUTHORIZATION_ERROR, TRANSACTION, TRANSACTION_ERROR,
    PARTY, PARTY_SUB, PARTY_ERROR, PARTY_SUB_ERROR, QUOTE, QUOTE_ERROR, FULFIL, TRANSFER_ERROR, QUESTION,
    ASK_PARTY, ASK_PARTY_SUB, ASK_QUOTE, PREPARE, ASK_CONVERSION, CONVERT,
)  # fmt: skip


def fulfil(peers: Peers, peer: Peer, row: Incoming, conduct: Conduct = GOOD) -> None:
    """The answer to a prepare. A reservation waits for the hub's word, and asks when none comes."""
    post(peers, peer, FULFIL, to=row.order.payer_fsp, params={"ID": row.order.id}, body=build.fulfil(row), conduct=conduct)
    if row.state == "RESERVED" and row.timer is None:
        wait_for_notice(peers, peer, row)


def wait_for_notice(peers: Peers, peer: Peer, row: Incoming) -> None:
    """Ask the hub after the grace time, a few times, while the transfer is reserved."""

    async def ask() -> None:
        row.timer = None
        if row.state != "RESERVED" or row.asked >= peers.settings.question_tries:
            return
        row.asked += 1
        wait_for_notice(peers, peer, row)
        await deliver(peers, peer, QUESTION, row.order.payer_fsp, {"ID": row.order.id}, None, GOOD)

    at = peers.site.clock.now() + timedelta(seconds=peer.bank.options.grace_seconds)
    row.timer = peers.site.crew.at(at, ask, f"{peer.id} misses the notice of {row.order.id}")


def quote(peers: Peers, peer: Peer, terms: Quote, conduct: Conduct = GOOD) -> None:
    """Terms for the payer. A wrong condition is one that the fulfilment will not answer."""
    if conduct.do == "wrong-condition":
        terms.condition = ANOTHER_SECRET
    post(peers, peer, QUOTE, to=terms.order.payer_fsp, params={"ID": terms.order.id}, body=build.quote(terms), conduct=conduct)


def go_on(peers: Peers, peer: Peer, row: Outgoing) -> None:
    """Send what an outbound payment's state asks for, and watch its time. Nothing when it has ended."""
    if row.timer is not None:
        row.timer.cancel()
        row.timer = None
    if row.final:
        return
    message, to, params, body, on = request_of(peers, row)
    conduct = peers.behaviours.of(peer.id, on, lambda path: dig(body, path))
    query = password_query(row) if row.state == "AUTHORIZING" else ""
    post(peers, peer, message, to=to, params=params, body=body, conduct=conduct, query=query)
    watch(peers, peer, row)


def password_query(row: Outgoing) -> str:
    """What a question for a password says of the payment, and how many tries are left after this one."""
    assert row.order.demand is not None
    amount = row.order.amount
    left = row.order.demand.tries_left - 1
    return f"authenticationType=OTP&retriesLeft={left}&amount={amount}&currency={amount.currency}"


def answer_request(peers: Peers, peer: Peer, row: Demand, conduct: Conduct = GOOD) -> None:
    """How a request that came stands now."""
    body, params = build.payment_answer(row), {"ID": row.order.id}
    post(peers, peer, REQUEST, to=row.order.payee_fsp, params=params, body=body, conduct=conduct)


def ask_payment(peers: Peers, peer: Peer, row: Requested) -> None:
    """Send a request whose payer was found, and let it lapse in time."""
    body = build.payment_request(row, peers.site.plan.seed)
    conduct = peers.behaviours.of(peer.id, "ask-payment", lambda path: dig(body, path))
    post(peers, peer, ASK_PAYMENT, to=row.payer_fsp, body=body, conduct=conduct)

    async def lapse() -> None:
        peer.requests.move(row, "expire")

    peers.site.crew.at(row.expires_at, lapse, f"{peer.id} waits for {row.id} to be paid")


def hand_over(peers: Peers, peer: Peer, row: Requested) -> None:
    """Answer who has asked for a password with what was typed: each word once."""
    while row.typed and row.asking:
        to, body = row.asking.pop(0), build.password(row.typed.pop(0))
        post(peers, peer, AUTHORIZATION, to=to, params={"ID": row.id}, body=body)


def request_of(peers: Peers, row: Outgoing) -> tuple[Message, str | None, dict[str, str], Any, str]:
    """Message, destination, parameters, body, and its name among behaviours, of the state that a payment is in."""
    if row.state == "RESOLVING":
        id_type, id_value, sub_id = row.order.payee
        params = {"Type": id_type, "ID": id_value}
        if sub_id:
            return ASK_PARTY_SUB, None, params | {"SubId": sub_id}, None, "ask-party"
        return ASK_PARTY, None, params, None, "ask-party"
    if row.state == "QUOTING":
        return ASK_QUOTE, row.payee_fsp, {}, build.quote_request(row, peers.site.plan.seed), "ask-quote"
    if row.state == "CONVERTING":
        fxp = converter(peers, row)
        return ASK_CONVERSION, fxp, {}, build.conversion_request(row, fxp), "ask-conversion"
    if row.state == "CONVERSION_PREPARED":
        fxp = converter(peers, row)
        return CONVERT, fxp, {}, build.convert(row, fxp), "convert"
    if row.state == "AUTHORIZING":
        assert row.order.demand is not None
        return ASK_PASSWORD, row.payee_fsp, {"ID": row.order.demand.order.id}, None, "ask-password"
    return PREPARE, row.payee_fsp, {}, build.prepare(row), "prepare"


def converter(peers: Peers, row: Outgoing) -> str:
    """The FX provider asked for, else the first of the world that holds both currencies."""
    if row.order.fxp:
        return row.order.fxp
    assert row.target_currency is not None
    wanted = {row.order.payer.account.currency.code, row.target_currency.code}
    return next((each.id for each in peers.site.plan.participants if each.kind == "fxp" and wanted <= set(each.currencies)), "")


def watch(peers: Peers, peer: Peer, row: Outgoing) -> None:
    """Give up waiting for terms; but of a prepared transfer ask until the hub says how it ended."""
    now, settings = peers.site.clock.now(), peers.settings
    waits_for = row.state

    async def late() -> None:
        row.timer = None
        if row.state != waits_for:
            return
        if row.state not in ("PREPARED", "UNKNOWN"):
            peer.payer.fail(row, "2004", f"no callback in {row.state}")
            return
        if row.state == "PREPARED":
            peer.payer.expire(row)
        if row.asked >= settings.payer_tries:
            return
        row.asked += 1
        watch(peers, peer, row)
        await deliver(peers, peer, QUESTION, row.payee_fsp, {"ID": row.id}, None, GOOD)

    if row.state == "PREPARED":
        assert row.expires_at is not None
        at = row.expires_at + timedelta(seconds=peer.bank.options.grace_seconds)
    elif row.state == "UNKNOWN":
        at = now + timedelta(seconds=peer.bank.options.grace_seconds)
    else:
        at = now + timedelta(seconds=settings.timeout_seconds)
    row.timer = peers.site.crew.at(at, late, f"{peer.id} waits in {row.state} for {row.id}")
