"""What the hub asks a peer about bulks, and tells it of them. Each part is treated as a quote or transfer of its own would be,
behaviours included; a part about which a behaviour wants no word is left out of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.engine.traffic import dig
from loopyard.kernel.errors import LoopyardError
from loopyard.protocols.fspiop import amounts, errors
from loopyard.transport.messages import Reply
from simulators.dfsp.operations.payee import asked
from simulators.dfsp.operations.payer import CHARGES, NOT_FINAL
from simulators.dfsp.state.bulk import BulkIncoming, BulkOutgoing, BulkTerms
from simulators.dfsp.state.payee import Incoming
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.webhooks import bulk as bulk_messages
from simulators.dfsp.wire import build, parse
from simulators.dfsp.wire import bulk as wire
from simulators.dfsp.wire.refusal import information
from simulators.participant import refusal
from simulators.participant.errors import Silence
from simulators.participant.parse import fingerprint, need
from simulators.participant.sending import ANOTHER_SECRET

Part = Mapping[str, Any]


@operation("dfsp.bulk-quotes.request", "POST", "/{fsp}/bulkQuotes", refs=("bulkQuoteId",), schema="POST /bulkQuotes")
async def request(peers: Peers, call: Call) -> Reply:
    """Give terms for each part, or say why there are none."""
    peer, conduct = asked(peers, call, "bulk-quotes")
    id_, mark, source = need(call.body, "bulkQuoteId"), fingerprint(call.body), refusal.sender(call)
    given = peer.bulks.given(id_, mark)
    if given is None:

        def quoted(part: Part) -> Any:
            whole = wire.one_quote(part, call.body)
            peers.conduct(peer.id, "quotes", lambda path: dig(whole, path))
            terms = peer.payee.quote(parse.quote_order(whole, source))
            build.seal(terms, whole, peers.settings.secret, peers.forms.packet_version(peers.settings.ilp_version))
            return wire.result(terms)

        parts = need(call.body, "individualQuotes")
        results = _each(peers, parts, "quoteId", quoted)
        expires_at = peers.site.clock.now() + timedelta(seconds=peer.bank.options.expiry_seconds)
        given = peer.bulks.terms[id_] = BulkTerms(id_, source, mark, expires_at, results)
    bulk_messages.terms(peers, peer, given, conduct)
    return refusal.accepted()


@operation("dfsp.bulk-quotes.get", "GET", "/{fsp}/bulkQuotes/{ID}", refs=("{ID}",), schema="GET /bulkQuotes/{ID}")
async def get(peers: Peers, call: Call) -> Reply:
    """Repeat the terms given."""
    peer, conduct = asked(peers, call, "bulk-quotes")
    bulk_messages.terms(peers, peer, peer.bulks.known_terms(call.params["ID"]), conduct)
    return refusal.accepted()


@operation(
    "dfsp.bulk-transfers.prepare", "POST", "/{fsp}/bulkTransfers", refs=("bulkTransferId",), schema="POST /bulkTransfers"
)
async def prepare(peers: Peers, call: Call) -> Reply:
    """Reserve each part, or decline it."""
    peer, conduct = asked(peers, call, "bulk-transfers")
    id_, mark = need(call.body, "bulkTransferId"), fingerprint(call.body)
    bulk = peer.bulks.came(id_, mark)
    if bulk is None:
        rows: list[Incoming] = []

        def reserved(part: Part) -> Any:
            whole = wire.one_transfer(part, call.body)
            how = peers.conduct(peer.id, "transfers", lambda path: dig(whole, path)).do
            row = peer.payee.prepare(parse.transfer_order(whole), abort=how == "abort")
            rows.append(row)
            if row.state == "ABORTED":
                return {"errorInformation": errors.FspiopError("5100").body["errorInformation"]}
            assert row.quote is not None
            assert row.quote.ilp is not None
            return {"fulfilment": ANOTHER_SECRET if how == "wrong-fulfilment" else row.quote.ilp.fulfilment}

        results = _each(peers, need(call.body, "individualTransfers"), "transferId", reserved)
        now = peers.site.clock.now()
        bulk = peer.bulks.incoming[id_] = BulkIncoming(id_, refusal.sender(call), mark, now, rows, results)
    bulk_messages.fulfil(peers, peer, bulk, conduct)
    return refusal.accepted()


def _each(peers: Peers, parts: list[Part], name: str, work: Callable[[Part], Any]) -> list[Any]:
    """What is said of each part, named by its id."""
    results = []
    for part in parts:
        try:
            said = work(part)
        except Silence:
            continue
        except LoopyardError as error:
            said = {"errorInformation": information(peers, error)}
        results.append({name: part.get(name), **said})
    return results


@operation("dfsp.bulk-quotes.terms", "PUT", "/{fsp}/bulkQuotes/{ID}", refs=("{ID}",), schema="PUT /bulkQuotes/{ID}")
async def terms(peers: Peers, call: Call) -> Reply:
    """Terms for those who wait; who gets none has ended."""
    peer = peers.peer(call.params["fsp"])
    bulk = peer.bulks.quoting(call.params["ID"])
    if bulk is None:
        return refusal.noted()
    results = {each.get("quoteId"): each for each in call.body.get("individualQuoteResults", ())}
    for row in bulk.in_state("QUOTING"):
        said = results.get(row.quote_id, {})
        if "transferAmount" not in said:
            code, text = _why(said, "no terms came")
            peer.payer.fail(row, code, text)
            continue
        transfer = amounts.to_money(said["transferAmount"])
        fee, commission = (amounts.to_money(said[name]) if name in said else None for name in CHARGES)
        peer.payer.terms(row, transfer, fee, commission, need(said, "ilpPacket"), need(said, "condition"))
    bulk_messages.prepare(peers, peer, bulk)
    return refusal.noted()


@operation(
    "dfsp.bulk-quotes.refused", "PUT", "/{fsp}/bulkQuotes/{ID}/error", refs=("{ID}",), schema="PUT /bulkQuotes/{ID}/error"
)
async def quote_refused(peers: Peers, call: Call) -> Reply:
    """Nobody gets terms."""
    peer = peers.peer(call.params["fsp"])
    bulk = peer.bulks.quoting(call.params["ID"])
    if bulk is not None:
        _fail(peer, bulk, "QUOTING", call.body)
    return refusal.noted()


@operation("dfsp.bulk-transfers.told", "PUT", "/{fsp}/bulkTransfers/{ID}", refs=("{ID}",), schema="PUT /bulkTransfers/{ID}")
async def told(peers: Peers, call: Call) -> Reply:
    """How each part ended, or that all have: then the hub is asked how."""
    peer, _ = asked(peers, call, "patch")
    id_, results = call.params["ID"], call.body.get("individualTransferResults", ())
    if (outgoing := peer.bulks.outgoing.get(id_)) is not None:
        _ended(peer, outgoing, results)
    if (incoming := peer.bulks.incoming.get(id_)) is not None:
        for each in results:
            peer.payee.notice(each["transferId"], "commit" if "fulfilment" in each else "abort", "PUT")
        if incoming.waits and not results and need(call.body, "bulkTransferState") in ("COMPLETED", "REJECTED"):
            bulk_messages.ask(peers, peer, id_)
    return refusal.noted()


def _ended(peer: Peer, bulk: BulkOutgoing, results: list[Any]) -> None:
    by_id = {each["transferId"]: each for each in results}
    for row in bulk.rows:
        said = by_id.get(row.id)
        if said is None or row.state not in ("PREPARED", "UNKNOWN"):
            continue
        if "fulfilment" in said:
            peer.payer.committed(row, said["fulfilment"])
        else:
            peer.payer.fail(row, *_why(said, "the hub gives no reason"))
    if bulk.final and bulk.timer is not None:
        bulk.timer.cancel()
        bulk.timer = None


@operation(
    "dfsp.bulk-transfers.failed", "PUT", "/{fsp}/bulkTransfers/{ID}/error", refs=("{ID}",),
    schema="PUT /bulkTransfers/{ID}/error",
)  # fmt: skip
async def failed(peers: Peers, call: Call) -> Reply:
    """The whole was refused: to the payer the end, for the payee a reason to ask the hub."""
    peer, id_ = peers.peer(call.params["fsp"]), call.params["ID"]
    outgoing = peer.bulks.outgoing.get(id_)
    if outgoing is not None and not errors.from_body(call.body).code.startswith(NOT_FINAL):
        _fail(peer, outgoing, "PREPARED", call.body)
    incoming = peer.bulks.incoming.get(id_)
    if incoming is not None and incoming.waits:
        bulk_messages.ask(peers, peer, id_)
    return refusal.noted()


def _fail(peer: Peer, bulk: BulkOutgoing, state: str, body: Any) -> None:
    error = errors.from_body(body)
    for row in bulk.in_state(state):
        peer.payer.fail(row, error.code, error.description)


def _why(said: Part, otherwise: str) -> tuple[str, str]:
    information_ = said.get("errorInformation", {})
    return str(information_.get("errorCode", "2001")), str(information_.get("errorDescription", otherwise))


OPERATIONS: Final = (request, get, prepare, terms, quote_refused, told, failed)
