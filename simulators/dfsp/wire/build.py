"""From the state of peer DFSPs to FSPIOP bodies."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from loopyard.engine.plan import Person
from loopyard.kernel.ids import Ids
from loopyard.protocols import ilp
from loopyard.protocols.fspiop.amounts import from_money
from loopyard.protocols.fspiop.dates import to_iso
from simulators.dfsp.state.payee import Incoming, Quote
from simulators.dfsp.state.payer import Outgoing
from simulators.dfsp.state.requests import Demand, Requested

Body = dict[str, Any]


def party(person: Person, seed: str, currencies: tuple[str, ...] = ()) -> Body:
    """A customer as the scheme sees her."""
    about: Body = {
        "partyIdInfo": party_id(person.id_type, person.id_value, person.sub_id, person.dfsp),
        "name": person.name,
        "personalInfo": {"complexName": complex_name(person.name), "dateOfBirth": _born(seed, person.id_value)},
    }
    return about | {"supportedCurrencies": list(currencies)} if currencies else about


@lru_cache(maxsize=4096)
def _born(seed: str, id_value: str) -> str:
    """Computed, so that it is the same in every run."""
    chance = Ids(seed).fork(f"birth/{id_value}").random
    return f"{chance.randrange(1950, 2006)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"


def complex_name(name: str) -> Body:
    """First, middle and last name out of a full one."""
    first, *others = name.split()
    names = {"firstName": first}
    if others:
        names["lastName"] = others[-1]
    if others[:-1]:
        names["middleName"] = " ".join(others[:-1])
    return names


def party_id(id_type: str, id_value: str, sub_id: str | None, fsp: str) -> Body:
    about = {"partyIdType": id_type, "partyIdentifier": id_value, "fspId": fsp}
    return about | {"partySubIdOrType": sub_id} if sub_id else about


def quote(terms: Quote) -> Body:
    """PUT /quotes/{ID}, once the terms are sealed."""
    return _terms(terms) | {"ilpPacket": terms.ilp.packet if terms.ilp else "", "condition": terms.condition}


def _terms(terms: Quote) -> Body:
    return {
        "transferAmount": from_money(terms.transfer),
        "payeeReceiveAmount": from_money(terms.receive),
        "payeeFspFee": from_money(terms.fee),
        "payeeFspCommission": from_money(terms.commission),
        "expiration": to_iso(terms.expires_at),
    }


def seal(terms: Quote, request: Mapping[str, Any], secret: str, version: ilp.Version) -> None:
    """Make packet, condition and fulfilment, once. Raises InvalidPacket."""
    if terms.ilp is None:
        made = ilp.build_quote(version, secret, request, _terms(terms))
        terms.ilp = replace(made, packet=sys.intern(made.packet))  # the hub keeps it, too
        terms.condition = made.condition


def fulfil(row: Incoming) -> Body:
    """PUT /transfers/{ID}: the answer to a prepare, and to a question."""
    assert row.completed_at is not None
    done = {"completedTimestamp": to_iso(row.completed_at)}
    if row.state in ("ABORTED", "REVERSED"):
        return done | {"transferState": "ABORTED"}
    assert row.quote is not None
    assert row.quote.ilp is not None
    state = "RESERVED" if row.state == "RESERVED" else "COMMITTED"
    return done | {"transferState": state, "fulfilment": row.quote.ilp.fulfilment}


def quote_request(row: Outgoing, seed: str) -> Body:
    """POST /quotes. The lookup's answer is passed on as it came, without its currencies."""
    person = row.order.payer.person
    payee = {key: value for key, value in row.party.items() if key != "supportedCurrencies"}
    payee["partyIdInfo"] = {**payee["partyIdInfo"], "fspId": row.payee_fsp}
    body: Body = {
        "quoteId": row.quote_id,
        "transactionId": row.id,
        **({"transactionRequestId": row.order.demand.order.id} if row.order.demand else {}),
        "payer": party(person, seed),
        "payee": payee,
        "amountType": row.order.amount_type,
        "amount": from_money(row.quote_amount),
        "transactionType": transaction_type(row),
        "expiration": to_iso(row.started_at + timedelta(minutes=1)),
    }
    return body | {"note": row.order.note} if row.order.note else body


def transaction_type(row: Outgoing) -> Body:
    demand = row.order.demand
    initiator, initiator_type = ("PAYEE", demand.order.initiator_type) if demand else ("PAYER", "CONSUMER")
    kind: Body = {"scenario": row.order.scenario, "initiator": initiator, "initiatorType": initiator_type}
    if row.order.refund_of is None:
        return kind
    reason = {"refundReason": row.order.refund_reason} if row.order.refund_reason else {}
    return kind | {"refundInfo": {"originalTransactionId": row.order.refund_of} | reason}


def payment_request(row: Requested, seed: str) -> Body:
    """POST /transactionRequests."""
    id_type, id_value, sub_id = row.payer
    kind: Body = {"scenario": row.scenario, "initiator": "PAYEE", "initiatorType": row.initiator_type}
    body: Body = {
        "transactionRequestId": row.id,
        "payee": party(row.payee.person, seed),
        "payer": party_id(id_type, id_value, sub_id, row.payer_fsp),
        "amount": from_money(row.amount),
        "transactionType": kind,
        "expiration": to_iso(row.expires_at),
    }
    return body | {"authenticationType": row.authentication} if row.authentication else body


def payment_answer(row: Demand) -> Body:
    """PUT /transactionRequests/{ID}."""
    state = "PENDING" if row.state == "APPROVED" else row.state
    return {"transactionId": row.transaction_id, "transactionRequestState": state}


def password(value: str) -> Body:
    """PUT /authorizations/{ID}: what the payer gave to the payee; nothing when she has walked away."""
    if not value:
        return {"responseType": "REJECTED"}
    return {"authenticationInfo": {"authentication": "OTP", "authenticationValue": value}, "responseType": "ENTERED"}


def prepare(row: Outgoing) -> Body:
    """POST /transfers."""
    assert row.transfer is not None
    assert row.expires_at is not None
    return {
        "transferId": row.id,
        "payerFsp": row.order.payer.person.dfsp,
        "payeeFsp": row.payee_fsp,
        "amount": from_money(row.transfer),
        "ilpPacket": row.packet,
        "condition": row.condition,
        "expiration": to_iso(row.expires_at),
    }


def conversion_request(row: Outgoing, fxp: str) -> Body:
    """POST /fxQuotes: the side that is not fixed has a currency and no amount."""
    terms = _conversion(row, fxp) | {
        "conversionId": row.conversion_id,
        "expiration": to_iso(row.started_at + timedelta(minutes=2)),
    }
    return {"conversionRequestId": row.conversion_request_id, "conversionTerms": terms}


def convert(row: Outgoing, fxp: str) -> Body:
    """POST /fxTransfers."""
    assert row.expires_at is not None
    return _conversion(row, fxp) | {
        "commitRequestId": row.conversion_id,
        "condition": row.fx_condition,
        "expiration": to_iso(row.expires_at),
    }


def _conversion(row: Outgoing, fxp: str) -> Body:
    assert row.target_currency is not None
    source = from_money(row.source) if row.source else {"currency": row.order.payer.account.currency.code}
    target = from_money(row.target) if row.target else {"currency": row.target_currency.code}
    return {
        "determiningTransferId": row.id,
        "initiatingFsp": row.order.payer.person.dfsp,
        "counterPartyFsp": fxp,
        "amountType": row.order.amount_type,
        "sourceAmount": source,
        "targetAmount": target,
    }
