"""Messages of the channel's bulk API, which has the names of the Mojaloop connector's, and those to and from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.core_connector import body
from connectors.core_connector.bulks.model import Bulk, Options, Standing, Wish
from connectors.core_connector.cbs import Holder
from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.mojaloop.views import TransferView, quote_view
from connectors.core_connector.payments import wire as payments_wire
from connectors.core_connector.payments.model import Payment, Request
from loopyard.kernel.errors import MoneyError, UnknownCurrency
from loopyard.kernel.money import Money, currency
from loopyard.protocols.fspiop.dates import InvalidDateTime, from_iso, to_iso

Data = dict[str, Any]

LONGEST: Final = 10_000
"""Payments in one bulk (ours)."""


def options(content: Mapping[str, Any], now: datetime, lasts: timedelta) -> Options:
    """The options of POST /bulkTransactions; the bulk's time is `lasts` unless they say otherwise. Raises Malformed."""
    given = body.part(content, "options")
    quotes = body.part(given, "autoAcceptQuote")
    limits = quotes.get("perTransferFeeLimits")
    return Options(
        only_validate=_flag(given, "onlyValidateParty"),
        accepts_parties=_flag(body.part(given, "autoAcceptParty"), "enabled"),
        accepts_quotes=_flag(quotes, "enabled"),
        skips_lookup=_flag(given, "skipPartyLookup"),
        expires_at=_expiration(given, now, lasts),
        fee_limits=None if limits is None else _limits(limits),
    )


def _expiration(given: Mapping[str, Any], now: datetime, lasts: timedelta) -> datetime:
    text = body.text(given, "bulkExpiration", "")
    try:
        at = from_iso(text) if text else now + lasts
    except InvalidDateTime as error:
        raise Malformed(f"bulkExpiration: {error}") from None
    if at <= now:
        raise Refusal("3100", f"bulkExpiration {text} has passed")
    return at


def _limits(listed: Any) -> dict[str, Money]:
    if not isinstance(listed, list):
        raise Malformed("perTransferFeeLimits must be a list")
    try:
        return {each["currency"]: Money(str(each["amount"]), each["currency"]) for each in listed}
    except (MoneyError, KeyError, TypeError) as error:
        raise Malformed(f"perTransferFeeLimits: {error}") from None


def _flag(of: Mapping[str, Any], key: str) -> bool:
    value = of.get(key, False)
    if not isinstance(value, bool):
        raise Malformed(f"{key} must be true or false, not {value!r}")
    return value


def wishes(content: Mapping[str, Any]) -> list[Wish]:
    """The payments, each with an id of its own. Raises Malformed, Refusal 3103 for too many."""
    payer = _holder(body.part(content, "from"), "from")
    listed = content.get("individualTransfers")
    if not isinstance(listed, list) or not listed or not all(isinstance(each, Mapping) for each in listed):
        raise Malformed("individualTransfers must be a list of at least one payment", "3102")
    if len(listed) > LONGEST:
        raise Refusal("3103", f"{len(listed)} payments; one bulk holds {LONGEST}")
    found = [_wish(each, payer) for each in listed]
    if len({wish.home for wish in found}) != len(found):
        raise Malformed("homeTransactionId of each payment must be another", "3100")
    return found


def _wish(each: Mapping[str, Any], payer: Holder) -> Wish:
    kind = body.text(each, "amountType")
    if kind not in ("SEND", "RECEIVE"):
        raise Malformed(f"amountType {kind!r} is neither SEND nor RECEIVE")
    try:
        code = currency(body.text(each, "currency")).code
    except UnknownCurrency as error:
        raise Malformed(f"currency: {error}") from None
    to = body.part(each, "to")
    info = body.part(to, "partyIdInfo")
    request = Request(
        kind,  # type: ignore[arg-type]
        body.amount(each, "amount", code),
        code,
        code,
        _holder(to, "to"),
        payer,
        body.text(info, "partySubIdOrType", ""),
    )
    return Wish(body.text(each, "homeTransactionId"), request)


def _holder(party: Mapping[str, Any], where: str) -> Holder:
    info = body.part(party, "partyIdInfo")
    id_type = body.text(info, "partyIdType")
    if id_type not in payments_wire.ID_TYPES:
        raise Refusal("3100", f"partyIdType {id_type!r} of {where} is not supported")
    return Holder(id_type, body.text(info, "partyIdentifier"), body.text(party, "name", ""))


def outbound(content: Mapping[str, Any], bulk_id: str, chosen: Options) -> Data:
    """POST /bulkTransactions of the Mojaloop connector. Terms are never accepted there: money is held first, here."""
    kept = {name: content[name] for name in ("bulkHomeTransactionID", "from", "individualTransfers", "extensions")
            if name in content}  # fmt: skip
    return kept | {
        "bulkTransactionId": bulk_id,
        "options": {
            "onlyValidateParty": chosen.only_validate,
            "autoAcceptParty": {"enabled": chosen.accepts_parties},
            "autoAcceptQuote": {"enabled": False},
            "skipPartyLookup": chosen.skips_lookup,
            "bulkExpiration": to_iso(chosen.expires_at),
        },
    }


def decisions(content: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """PUT /bulkTransactions/{id}: by transfer, what is decided and how. Raises Malformed."""
    listed = content.get("individualTransfers")
    if not isinstance(listed, list) or not listed or not all(isinstance(each, Mapping) for each in listed):
        raise Malformed("individualTransfers must be a list of at least one decision", "3102")
    found: dict[str, tuple[str, bool]] = {}
    for each in listed:
        word = next((name for name in ("acceptParty", "acceptQuote") if isinstance(each.get(name), bool)), None)
        if word is None:
            raise Malformed("each decision is acceptParty or acceptQuote, true or false", "3102")
        found[body.text(each, "transferId")] = (word, each[word])
    return found


def results(content: Mapping[str, Any]) -> tuple[str, dict[str, Mapping[str, Any]]]:
    """The Mojaloop connector's notice: the state, and by the institution's own id what is known of each. Raises Malformed."""
    listed = content.get("individualTransferResults")
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise Malformed("individualTransferResults must be a list", "3102")
    return body.text(content, "currentState"), {body.text(each, "homeTransactionId"): each for each in listed}


def terms(result: Mapping[str, Any]) -> TransferView:
    """What a result says of the payee and the terms. Raises Refusal 5101 for terms that cannot be read."""
    fsp, name = payee(result)
    quote = quote_view(body.part(result, "quoteResponse"))
    return TransferView(body.text(result, "transferId"), "WAITING_FOR_QUOTE_ACCEPTANCE", False, fsp, name, quote, None)


def payee(result: Mapping[str, Any]) -> tuple[str, str]:
    """The payee's institution and name, as far as the notice says."""
    party = result.get("to")
    info = party.get("partyIdInfo") if isinstance(party, Mapping) else None
    fsp = str(info.get("fspId", "")) if isinstance(info, Mapping) else ""
    return fsp, str(party.get("name", "")) if isinstance(party, Mapping) else ""


def taken(bulk: Bulk) -> Data:
    """The answer to POST /bulkTransactions: how the bulk stands is asked for."""
    return {"bulkTransactionId": bulk.row.key, "bulkHomeTransactionID": bulk.row.home}


def status(standing: Standing) -> Data:
    """The answer to GET /bulkTransactions/{id}. A result has the members of a payment's own status, and of its terms."""
    bulk = standing.bulk
    return {
        "bulkTransactionId": bulk.row.key,
        "bulkHomeTransactionID": bulk.row.home,
        "currentState": state(standing),
        "bulkExpiration": to_iso(bulk.options.expires_at),
        "individualTransferResults": [_result(payment, bulk.told) for payment in standing.payments],
    }


def state(standing: Standing) -> str:
    """Where the bulk stands: at a halt, at work, or over."""
    states = [payment.row.state for payment in standing.payments]
    if standing.bulk.told == "WAITING_FOR_PARTY_ACCEPTANCE" and "QUOTING" in states:
        return standing.bulk.told
    if "OFFERED" in states:
        return "WAITING_FOR_QUOTE_ACCEPTANCE"
    return "PENDING" if any(payment.row.open for payment in standing.payments) else "COMPLETED"


def _result(payment: Payment, told: str) -> Data:
    shown = {**payments_wire.status(payment), "amount": str(payment.request.amount)}
    shown |= {"currency": payment.request.amount.currency.code}
    if payment.row.state == "QUOTING" and told == "WAITING_FOR_PARTY_ACCEPTANCE":
        shown["currentState"] = told
    if payment.payee_name or payment.payee_fsp:
        shown["payeeDetails"] = {"fspId": payment.payee_fsp, "name": payment.payee_name}
    if payment.offer is not None:
        shown |= _amounts(payment)
    return shown


def _amounts(payment: Payment) -> Data:
    offer = payment.offer
    assert offer is not None
    return {
        "sendAmount": str(offer.send),
        "receiveAmount": str(offer.receive),
        "sourceFees": str(offer.fee),
        "targetFees": str(offer.payee_fee),
    }


def acceptance(word: str, decided: Sequence[tuple[str, bool]]) -> Data:
    """PUT /bulkTransactions/{id} of the Mojaloop connector."""
    return {"individualTransfers": [{"transferId": id_, word: accepts} for id_, accepts in decided]}
