"""What a world can make peer DFSPs do: pay, misbehave, repeat a message, send anything. JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from loopyard.engine.operations import Message
from loopyard.engine.simulator import Control
from loopyard.kernel.money import Money
from loopyard.kernel.settings import read
from loopyard.protocols.fspiop.amounts import from_money
from simulators.dfsp import webhooks
from simulators.dfsp.operations import request_controls
from simulators.dfsp.settings import Options
from simulators.dfsp.state.payee import Incoming
from simulators.dfsp.state.payer import UNTIL, Outgoing, PaymentOrder
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.webhooks import bulk as bulk_messages
from simulators.dfsp.wire import build
from simulators.participant.controls import Arguments, Desk, Json, again

DESK: Final = Desk("dfsp", Peers.peer)


def send(peers: Peers, arguments: Arguments) -> Json:
    """A customer of `fsp` pays: {fsp, payer {id_type, id_value, sub_id?}, payee {...}, amount, currency?, amount_type?,
    scenario?, until?, note?, fxp?, refund_of?, refund_reason?} -> {transferId, quoteId, conversionId, state}.
    It goes on by itself."""
    return outgoing_json(_begun(peers, arguments))


def send_bulk(peers: Peers, arguments: Arguments) -> Json:
    """A customer of `fsp` pays many customers of `payee_fsp` at once: {fsp, payer, payee_fsp, payments [{payee, amount}]} ->
    {bulkTransferId, bulkQuoteId, transferIds}. It goes on by itself."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    payer, fsp = peer.bank.customer(*identifier(DESK.needed(arguments, "payer"))), DESK.needed(arguments, "payee_fsp")
    orders = [
        PaymentOrder(
            payer, identifier(DESK.needed(each, "payee")), Money(str(DESK.needed(each, "amount")), payer.account.currency),
            "SEND", "TRANSFER", "transfer",
        )
        for each in DESK.needed(arguments, "payments")
    ]  # fmt: skip
    if not 1 <= len(orders) <= 1000:
        raise DESK.wrong("payments", f"are {len(orders)}", "give 1 to 1000, as a bulk holds")
    bulk = bulk_messages.begin(peers, peer, orders, fsp)
    return {"bulkTransferId": bulk.id, "bulkQuoteId": bulk.quote_id, "transferIds": [row.id for row in bulk.rows]}


async def pay(peers: Peers, arguments: Arguments) -> Json:
    """As `send`, answered when the payment is final at the payer's institution: {..., timeout?} -> the payment. After `timeout`
    seconds (60) it is answered as it stands, and goes on by itself."""
    timeout = arguments.get("timeout", 60)
    if type(timeout) not in (int, float) or not timeout > 0:
        raise DESK.wrong("timeout", f"must be a number of seconds, not {timeout!r}", "give timeout = 60")
    row, clock = _begun(peers, arguments), peers.site.clock
    row.ended = clock.signal()
    if not row.final:
        await clock.wait(row.ended, timeout)
    return outgoing_json(row)


def _begun(peers: Peers, arguments: Arguments) -> Outgoing:
    """A payment under way. Raises UsageError for what nobody can pay."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    payer = peer.bank.customer(*identifier(DESK.needed(arguments, "payer")))
    until = arguments.get("until", "transfer")
    if until not in UNTIL:
        raise DESK.wrong("until", f"{until!r} is not known", f"choose one of {', '.join(UNTIL)}")
    amount = Money(str(DESK.needed(arguments, "amount")), arguments.get("currency", payer.person.currency))
    order = PaymentOrder(
        payer, identifier(DESK.needed(arguments, "payee")), amount, arguments.get("amount_type", "SEND"),
        arguments.get("scenario", "TRANSFER"), until, arguments.get("note"), arguments.get("fxp"), arguments.get("refund_of"),
        arguments.get("refund_reason"),
    )  # fmt: skip
    if order.amount_type not in ("SEND", "RECEIVE"):
        raise DESK.wrong("amount_type", f"{order.amount_type!r} is not known", "choose SEND or RECEIVE")
    if order.amount_type == "SEND" and amount.currency != payer.account.currency:
        raise DESK.wrong("currency", f"{amount.currency} is not the payer's", "SEND what she has, or RECEIVE in the payee's")
    row = peer.payer.start(order)
    webhooks.go_on(peers, peer, row)
    return row


def identifier(raw: Mapping[str, str]) -> tuple[str, str, str | None]:
    return raw.get("id_type", "MSISDN"), str(DESK.needed(raw, "id_value")), raw.get("sub_id")


def transfer(peers: Peers, arguments: Arguments) -> Json:
    """One transfer {fsp?, id} as each peer that knows it sees it; the first when `fsp` is not given, null when none does."""
    rows = [row for row in transfers(peers, arguments) if row["transferId"] == DESK.needed(arguments, "id")]
    return rows[0] if rows else None


def transfers(peers: Peers, arguments: Arguments) -> Json:
    """All transfers of `fsp`, or of all peers, outbound before inbound."""
    found = [peers.peer(arguments["fsp"])] if "fsp" in arguments else peers.all.values()
    rows: list[Json] = []
    for peer in found:
        rows += [outgoing_json(row) for row in peer.payer.payments.values()]
        rows += [incoming_json(peer, row) for row in peer.payee.transfers.values()]
    return rows


def know_as(peers: Peers, arguments: Arguments) -> Json:
    """Let one more identifier find a customer: {fsp, customer {id_type?, id_value}, id_type, id_value}. The peer knows it from
    now on; the scheme once it is registered there."""
    bank = peers.peer(DESK.needed(arguments, "fsp")).bank
    customer = bank.customer(*identifier(DESK.needed(arguments, "customer")))
    bank.know_as(customer, DESK.needed(arguments, "id_type"), DESK.needed(arguments, "id_value"))


def set_options(peers: Peers, arguments: Arguments) -> Json:
    """Change options of `fsp` from now on: {fsp, fee?, commission?, sending_fee?, expiry_seconds?, answers?, ...}."""
    bank = peers.peer(DESK.needed(arguments, "fsp")).bank
    changed = {key: value for key, value in arguments.items() if key != "fsp"}
    bank.options = read(Options, asdict(bank.options) | changed, DESK.where)


def funds_in(peers: Peers, arguments: Arguments) -> Json:
    """Book that a bank has paid into its liquidity account at the scheme: {fsp, amount, currency, reference}."""
    return _funds(peers, arguments, inward=True)


def funds_out(peers: Peers, arguments: Arguments) -> Json:
    """Book that a bank has taken money out of its liquidity account: {fsp, amount, currency, reference}."""
    return _funds(peers, arguments, inward=False)


def _funds(peers: Peers, arguments: Arguments, *, inward: bool) -> Json:
    bank = peers.peer(DESK.needed(arguments, "fsp")).bank
    amount = Money(str(DESK.needed(arguments, "amount")), DESK.needed(arguments, "currency"))
    bank.fund(str(DESK.needed(arguments, "reference")), amount, inward=inward)
    return {"currency": amount.currency.code, "schemeClearing": str(bank.own("scheme-clearing", amount).balance)}


async def resend(peers: Peers, arguments: Arguments) -> Json:
    """Repeat a message of a known transfer: {fsp, id, message = "prepare" | "quote" | "conversion" | "convert" | "fulfil",
    set?, remove?, headers?} -> {status, body}. With none of the last three it is the same message again."""
    peer = peers.peer(DESK.needed(arguments, "fsp"))
    message, to, params, body = repeated(peers, peer, DESK.needed(arguments, "id"), arguments.get("message", "prepare"))
    return await again(peers, peer, message, to, params, body, arguments)


def repeated(peers: Peers, peer: Peer, id_: str, what: str) -> tuple[Message, str | None, dict[str, str], Json]:
    """A message built again from the state of its transfer. Raises UsageError."""
    incoming, outgoing = peer.payee.transfers.get(id_), peer.payer.payments.get(id_)
    if what == "fulfil" and incoming is not None:
        return webhooks.FULFIL, incoming.order.payer_fsp, {"ID": id_}, build.fulfil(incoming)
    if outgoing is None:
        raise DESK.wrong("id", f"{peer.id} has no transfer {id_!r} with a {what!r}", "see the control transfers")
    if what == "prepare" and outgoing.expires_at is not None:
        return webhooks.PREPARE, outgoing.payee_fsp, {}, build.prepare(outgoing)
    if what == "quote" and outgoing.party:
        return webhooks.ASK_QUOTE, outgoing.payee_fsp, {}, build.quote_request(outgoing, peers.site.plan.seed)
    if what in ("conversion", "convert") and outgoing.source is not None:
        fxp = webhooks.converter(peers, outgoing)
        if what == "conversion":
            return webhooks.ASK_CONVERSION, fxp, {}, build.conversion_request(outgoing, fxp)
        if outgoing.expires_at is not None:
            return webhooks.CONVERT, fxp, {}, build.convert(outgoing, fxp)
    raise DESK.wrong("message", f"{id_} has sent no {what!r} yet", "let it come that far, or choose prepare, quote, ...")


def outgoing_json(row: Outgoing) -> Json:
    """An outbound payment; amounts as FSPIOP writes them."""
    amounts = {
        "amount": row.order.amount, "transferAmount": row.transfer, "sourceAmount": row.source, "targetAmount": row.target,
        "fee": row.fee,
    }  # fmt: skip
    return {
        "direction": "outbound", "transferId": row.id, "quoteId": row.quote_id, "conversionId": row.conversion_id,
        "conversionRequestId": row.conversion_request_id, "fsp": row.order.payer.person.dfsp, "payeeFsp": row.payee_fsp,
        "state": row.state, "error": dict(zip(("code", "description"), row.error, strict=True)) if row.error else None,
        "notes": list(row.notes), **{name: from_money(value) if value is not None else None for name, value in amounts.items()},
    }  # fmt: skip


def incoming_json(peer: Peer, row: Incoming) -> Json:
    """An inbound transfer; `ignored` are notices that changed nothing."""
    quote = row.quote
    return {
        "direction": "inbound", "transferId": row.order.id, "quoteId": quote.order.id if quote else None, "fsp": peer.id,
        "payerFsp": row.order.payer_fsp, "state": row.state, "transferAmount": from_money(row.order.amount),
        "payeeReceiveAmount": from_money(quote.receive) if quote else None,
        "error": str(row.refusal) if row.refusal else None, "ignored": list(row.ignored), "asked": row.asked,
    }  # fmt: skip


CONTROLS: Final = (
    Control("send", send),
    Control("send-bulk", send_bulk),
    Control("pay", pay),
    Control("transfer", transfer),
    Control("transfers", transfers),
    Control("know-as", know_as),
    Control("set-options", set_options),
    Control("funds-in", funds_in),
    Control("funds-out", funds_out),
    Control("resend", resend),
    *request_controls.CONTROLS,
    *DESK.controls,
)
