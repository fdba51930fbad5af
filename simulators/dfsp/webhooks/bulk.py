"""What peer DFSPs send of bulks: as payees what they say of each part, as payers the parts together, and questions when a word
is missing. How a message is sent is known to `participant.sending`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from loopyard.engine.operations import Message
from loopyard.engine.traffic import dig
from simulators.dfsp.state.bulk import BulkIncoming, BulkOutgoing, BulkTerms
from simulators.dfsp.state.payer import PaymentOrder
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.wire import bulk as wire
from simulators.participant.behaviour import GOOD, Conduct
from simulators.participant.sending import deliver, post

QUOTE: Final = Message("dfsp.bulk-quotes.answer", "PUT", "/bulkQuotes/{ID}", refs=("{ID}",))
QUOTE_ERROR: Final = Message("dfsp.bulk-quotes.error", "PUT", "/bulkQuotes/{ID}/error", refs=("{ID}",))
FULFIL: Final = Message("dfsp.bulk-transfers.fulfil", "PUT", "/bulkTransfers/{ID}", refs=("{ID}",))
TRANSFER_ERROR: Final = Message("dfsp.bulk-transfers.error", "PUT", "/bulkTransfers/{ID}/error", refs=("{ID}",))
QUESTION: Final = Message("dfsp.bulk-transfers.ask", "GET", "/bulkTransfers/{ID}", refs=("{ID}",))
ASK_QUOTE: Final = Message("dfsp.bulk-quotes.ask", "POST", "/bulkQuotes", refs=("bulkQuoteId",))
PREPARE: Final = Message("dfsp.bulk-transfers.send", "POST", "/bulkTransfers", refs=("bulkTransferId",))

MESSAGES: Final = (QUOTE, QUOTE_ERROR, FULFIL, TRANSFER_ERROR, QUESTION, ASK_QUOTE, PREPARE)


def terms(peers: Peers, peer: Peer, given: BulkTerms, conduct: Conduct = GOOD) -> None:
    """What was said of each part."""
    post(peers, peer, QUOTE, to=given.payer_fsp, params={"ID": given.id}, body=wire.terms(given), conduct=conduct)


def fulfil(peers: Peers, peer: Peer, bulk: BulkIncoming, conduct: Conduct = GOOD) -> None:
    """The answer to a bulk of transfers. Reservations wait for the hub's word, and ask when none comes."""
    post(peers, peer, FULFIL, to=bulk.payer_fsp, params={"ID": bulk.id}, body=wire.fulfil(bulk), conduct=conduct)
    if bulk.waits and bulk.timer is None:
        _wait(peers, peer, bulk)


def _wait(peers: Peers, peer: Peer, bulk: BulkIncoming) -> None:
    async def late() -> None:
        bulk.timer = None
        if bulk.waits and bulk.asked < peers.settings.question_tries:
            bulk.asked += 1
            _wait(peers, peer, bulk)
            await deliver(peers, peer, QUESTION, None, {"ID": bulk.id}, None, GOOD)

    at = peers.site.clock.now() + timedelta(seconds=peer.bank.options.grace_seconds)
    bulk.timer = peers.site.crew.at(at, late, f"{peer.id} misses the notice of {bulk.id}")


def ask(peers: Peers, peer: Peer, id_: str) -> None:
    """The hub's word on a bulk ended it and did not say how each part ended."""
    post(peers, peer, QUESTION, to=None, params={"ID": id_})


def begin(peers: Peers, peer: Peer, orders: Sequence[PaymentOrder], payee_fsp: str) -> BulkOutgoing:
    """Ask for the terms of many payments. Where the payees are is known; nobody is looked up."""
    ids, now = peers.site.ids, peers.site.clock.now()
    rows = [peer.payer.start(order) for order in orders]
    for row in rows:
        peer.payer.found(row, payee_fsp, wire.payee(row, payee_fsp), None)
    bulk = BulkOutgoing(ids.ulid(now), ids.ulid(now), payee_fsp, rows, now)
    peer.bulks.outgoing[bulk.id] = bulk
    _send(peers, peer, bulk, ASK_QUOTE, "ask-bulk-quote", wire.quote_request(bulk, peers.site.plan.seed))
    _watch(peers, peer, bulk, timedelta(seconds=peers.settings.timeout_seconds))
    return bulk


def prepare(peers: Peers, peer: Peer, bulk: BulkOutgoing) -> None:
    """Pay those whose terms are known and whose money is set aside; the others have ended."""
    if bulk.timer is not None:
        bulk.timer.cancel()
        bulk.timer = None
    rows = bulk.in_state("PREPARED")
    if not rows:
        return
    bulk.expires_at = min(row.expires_at for row in rows if row.expires_at is not None)
    _send(peers, peer, bulk, PREPARE, "prepare-bulk", wire.prepare(bulk, rows))
    grace = timedelta(seconds=peer.bank.options.grace_seconds)
    _watch(peers, peer, bulk, bulk.expires_at - peers.site.clock.now() + grace)


def _send(peers: Peers, peer: Peer, bulk: BulkOutgoing, message: Message, on: str, body: Mapping[str, Any]) -> None:
    conduct = peers.behaviours.of(peer.id, on, lambda path: dig(body, path))
    post(peers, peer, message, to=bulk.payee_fsp, body=body, conduct=conduct)


def _watch(peers: Peers, peer: Peer, bulk: BulkOutgoing, after: timedelta) -> None:
    """Give up waiting for terms; but of prepared payments ask until the hub says how they ended."""

    async def late() -> None:
        bulk.timer = None
        for row in bulk.in_state("QUOTING"):
            peer.payer.fail(row, "2004", "no callback in QUOTING")
        if bulk.final or bulk.asked >= peers.settings.payer_tries:
            return
        bulk.asked += 1
        _watch(peers, peer, bulk, timedelta(seconds=peer.bank.options.grace_seconds))
        await deliver(peers, peer, QUESTION, None, {"ID": bulk.id}, None, GOOD)

    bulk.timer = peers.site.crew.at(peers.site.clock.now() + after, late, f"{peer.id} waits for {bulk.id}")
