"""What a world can make peer DFSPs do: pay, misbehave, repeat a message, send anything. JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.engine.simulator import Control
from loopyard.kernel.errors import UsageError
from loopyard.kernel.money import Money
from loopyard.kernel.settings import read
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.amounts import from_money
from simulators.dfsp import webhooks
from simulators.dfsp.settings import Options
from simulators.dfsp.state.payee import Incoming
from simulators.dfsp.state.payer import UNTIL, Outgoing, PaymentOrder
from simulators.dfsp.state.peers import Peer, Peers
from simulators.dfsp.wire import build
from simulators.participant import sending
from simulators.participant.behaviour import Behaviour, Conduct

Json = Any
Arguments = Mapping[str, Json]


def wrong(key: str, problem: str, remedy: str) -> UsageError:
    return UsageError("control of the dfsp simulator", key, problem, remedy)


def needed(arguments: Arguments, key: str) -> Json:
    """An argument that has no default. Raises UsageError."""
    if key not in arguments:
        raise wrong(key, "is missing", f"give {key}")
    return arguments[key]


def send(peers: Peers, arguments: Arguments) -> Json:
    """A customer of `fsp` pays: {fsp, payer {id_type, id_value, sub_id?}, payee {...}, amount, currency?, amount_type?,
    scenario?, until?, note?, fxp?, refund_of?} -> {transferId, quoteId, conversionId, state}. It goes on by itself."""
    peer = peers.peer(needed(arguments, "fsp"))
    payer = peer.bank.customer(*identifier(needed(arguments, "payer")))
    until = arguments.get("until", "transfer")
    if until not in UNTIL:
        raise wrong("until", f"{until!r} is not known", f"choose one of {', '.join(UNTIL)}")
    amount = Money(str(needed(arguments, "amount")), arguments.get("currency", payer.person.currency))
    order = PaymentOrder(
        payer, identifier(needed(arguments, "payee")), amount, arguments.get("amount_type", "SEND"),
        arguments.get("scenario", "TRANSFER"), until, arguments.get("note"), arguments.get("fxp"), arguments.get("refund_of"),
    )  # fmt: skip
    if order.amount_type not in ("SEND", "RECEIVE"):
        raise wrong("amount_type", f"{order.amount_type!r} is not known", "choose SEND or RECEIVE")
    if order.amount_type == "SEND" and amount.currency != payer.account.currency:
        raise wrong("currency", f"{amount.currency} is not the payer's", "SEND what she has, or RECEIVE in the payee's")
    row = peer.payer.start(order)
    webhooks.go_on(peers, peer, row)
    return outgoing_json(row)


def identifier(raw: Mapping[str, str]) -> tuple[str, str, str | None]:
    return raw.get("id_type", "MSISDN"), str(needed(raw, "id_value")), raw.get("sub_id")


def transfer(peers: Peers, arguments: Arguments) -> Json:
    """One transfer {fsp?, id} as each peer that knows it sees it; the first when `fsp` is not given, null when none does."""
    rows = [row for row in transfers(peers, arguments) if row["transferId"] == needed(arguments, "id")]
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
    bank = peers.peer(needed(arguments, "fsp")).bank
    customer = bank.customer(*identifier(needed(arguments, "customer")))
    bank.know_as(customer, needed(arguments, "id_type"), needed(arguments, "id_value"))


def set_options(peers: Peers, arguments: Arguments) -> Json:
    """Change options of `fsp` from now on: {fsp, fee?, commission?, sending_fee?, expiry_seconds?, answers?, ...}."""
    bank = peers.peer(needed(arguments, "fsp")).bank
    changed = {key: value for key, value in arguments.items() if key != "fsp"}
    bank.options = read(Options, asdict(bank.options) | changed, "control of the dfsp simulator")


def behave(peers: Peers, arguments: Arguments) -> Json:
    """Misbehave: {fsp?, on, do, with?, times?, where?}; see the README."""
    if "fsp" in arguments:
        peers.peer(arguments["fsp"])
    return behaviour_json(peers.behaviours.add(arguments, "control of the dfsp simulator"))


def behaviours(peers: Peers, arguments: Arguments) -> Json:
    """The deviations in force, with their hits."""
    return [behaviour_json(each) for each in peers.behaviours.all]


def behave_well(peers: Peers, arguments: Arguments) -> Json:
    """Drop the deviations of `fsp`, or all."""
    kept = [each for each in peers.behaviours.all if "fsp" in arguments and each.fsp != arguments["fsp"]]
    peers.behaviours.all[:] = kept


async def resend(peers: Peers, arguments: Arguments) -> Json:
    """Repeat a message of a known transfer: {fsp, id, message = "prepare" | "quote" | "conversion" | "convert" | "fulfil",
    set?, remove?, headers?} -> {status, body}. With none of the last three it is the same message again."""
    peer = peers.peer(needed(arguments, "fsp"))
    message, to, params, body = repeated(peers, peer, needed(arguments, "id"), arguments.get("message", "prepare"))
    changes = {key: arguments[key] for key in ("set", "remove", "headers") if key in arguments}
    answer = await sending.deliver(peers, peer, message, to, params, body, Conduct("alter" if changes else "", changes))
    return {"status": answer.status if answer else None, "body": json_of(answer)}


def repeated(peers: Peers, peer: Peer, id_: str, what: str) -> tuple[Message, str | None, dict[str, str], Json]:
    """A message built again from the state of its transfer. Raises UsageError."""
    incoming, outgoing = peer.payee.transfers.get(id_), peer.payer.payments.get(id_)
    if what == "fulfil" and incoming is not None:
        return webhooks.FULFIL, incoming.order.payer_fsp, {"ID": id_}, build.fulfil(incoming)
    if outgoing is None:
        raise wrong("id", f"{peer.id} has no transfer {id_!r} with a {what!r}", "see the control transfers")
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
    raise wrong("message", f"{id_} has sent no {what!r} yet", "let it come that far, or choose prepare, quote, ...")


async def raw(peers: Peers, arguments: Arguments) -> Json:
    """Send anything to the hub as `fsp`: {fsp, method, path, headers?, body?, destination?} -> {status, headers, body}.
    Headers are added to the standard ones; a header of null is left out. A text body goes as it is."""
    peer = peers.peer(needed(arguments, "fsp"))
    method, path = needed(arguments, "method"), needed(arguments, "path")
    path, _, query = path.partition("?")
    headers = sending.standard_headers(peers, peer, method, path, arguments.get("destination"))
    headers |= {name.lower(): value for name, value in arguments.get("headers", {}).items()}
    body = arguments.get("body")
    content = b"" if body is None else body.encode() if isinstance(body, str) else canonical.sorted_json(body)
    message = Message("dfsp.raw.send", method, path.replace("{", "{{").replace("}", "}}"))
    answer = await peers.site.outbox.deliver(
        message, peers.site.url(peers.settings.hub, "fspiop"), receiver=peers.settings.hub, sender=peer.id, query=query,
        headers={name: value for name, value in headers.items() if value is not None}, body=content, deliberate=True,
    )  # fmt: skip
    if answer is None:
        return {"status": None, "headers": [], "body": None}
    return {"status": answer.status, "headers": [list(pair) for pair in answer.headers], "body": json_of(answer)}


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


def behaviour_json(each: Behaviour) -> Json:
    return {
        "fsp": each.fsp, "on": each.on, "do": each.do, "with": dict(each.options), "times": each.times,
        "where": dict(each.where), "hits": each.hits,
    }  # fmt: skip


CONTROLS: Final = (
    Control("send", send),
    Control("transfer", transfer),
    Control("transfers", transfers),
    Control("know-as", know_as),
    Control("set-options", set_options),
    Control("behave", behave),
    Control("behaviours", behaviours),
    Control("behave-well", behave_well),
    Control("resend", resend),
    Control("raw", raw),
)
