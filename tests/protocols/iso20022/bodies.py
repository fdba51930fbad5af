"""FSPIOP bodies of every operation that has an ISO 20022 message, as hypothesis makes them, and what a faithful reader of the
message may still know of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from loopyard.protocols.fspiop.dates import to_iso
from loopyard.protocols.iso20022.profile import Envelope, Profile
from tests.protocols.iso20022 import losses, material

Body = dict[str, Any]
Bodies = st.SearchStrategy[Body]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULIDS = st.text(_CROCKFORD, min_size=26, max_size=26)
FSPS = st.sampled_from(["payerfsp", "payeefsp", "green-bank", "fxp1"])
CURRENCIES = st.sampled_from(["USD", "KES", "JPY", "XXX"])
AMOUNTS = st.builds(
    lambda whole, part: f"{whole}.{part}" if part else str(whole),
    st.integers(1, 10**13),
    st.text("0123456789", max_size=4).map(lambda digits: digits.rstrip("0")),
)
TIMES = st.integers(0, 10**11).map(lambda millis: to_iso(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)))
IDENTIFIERS = st.text("abcXYZ019+-", min_size=1, max_size=20)
NAMES = st.text(st.characters(exclude_characters=";", exclude_categories=["C"]), min_size=1, max_size=25)
WORDS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30)
MONEY = st.fixed_dictionaries({"currency": CURRENCIES, "amount": AMOUNTS})
STATES = st.sampled_from(["COMMITTED", "RESERVED", "RECEIVED", "ABORTED"])
DIGESTS = st.text("ABCabc019-_", min_size=43, max_size=43)


@cache
def ilp_vectors() -> tuple[Body, ...]:
    return tuple(json.loads((material.VECTORS / "ilp" / "vectors.json").read_text(encoding="utf-8")))


@cache
def packets() -> tuple[tuple[str, str], ...]:
    """Packets of version 4 with their conditions."""
    return tuple((each["ilpPacket"], each["condition"]) for each in ilp_vectors() if each["version"] == "v4")


def record(needed: Mapping[str, Any], **optional: Any) -> Bodies:
    return st.fixed_dictionaries(dict(needed), optional=optional)


def parties() -> Bodies:
    kinds = st.sampled_from(["MSISDN", "ACCOUNT_ID", "BUSINESS", "ALIAS", "DEVICE"])
    about = record({"partyIdType": kinds, "partyIdentifier": IDENTIFIERS, "fspId": FSPS}, partySubIdOrType=IDENTIFIERS)
    names = st.dictionaries(st.sampled_from(["firstName", "middleName", "lastName"]), NAMES, min_size=1)
    person = record({"complexName": names}, dateOfBirth=st.just("1984-01-01"), kycInformation=WORDS)
    return record(
        {"partyIdInfo": about},
        name=NAMES,
        personalInfo=person,
        merchantClassificationCode=st.just("5411"),
        supportedCurrencies=st.lists(CURRENCIES, min_size=1, max_size=3),
    )


def quote_requests() -> Bodies:
    refund = record({"originalTransactionId": ULIDS}, refundReason=WORDS)
    kind = record(
        {
            "scenario": st.sampled_from(["TRANSFER", "REFUND", "PAYMENT"]),
            "initiator": st.sampled_from(["PAYER", "PAYEE"]),
            "initiatorType": st.sampled_from(["CONSUMER", "BUSINESS", "AGENT"]),
        },
        subScenario=WORDS,
        refundInfo=refund,
        balanceOfPayments=st.just("123"),
    )
    needed = {
        "quoteId": ULIDS,
        "transactionId": ULIDS,
        "payee": parties(),
        "payer": parties(),
        "amountType": st.sampled_from(["SEND", "RECEIVE"]),
        "amount": MONEY,
        "transactionType": kind,
    }
    geo = st.just({"latitude": "10", "longitude": "20"})
    return record(
        needed, transactionRequestId=ULIDS, fees=MONEY, note=WORDS, geoCode=geo, expiration=TIMES, converter=st.just("PAYER")
    )


def quotes() -> Bodies:
    return st.sampled_from(packets()).flatmap(
        lambda sealed: record(
            {"transferAmount": MONEY, "expiration": TIMES, "ilpPacket": st.just(sealed[0]), "condition": st.just(sealed[1])},
            payeeReceiveAmount=MONEY,
            payeeFspFee=MONEY,
            payeeFspCommission=MONEY,
        )
    )


def prepares() -> Bodies:
    return st.sampled_from(packets()).flatmap(
        lambda sealed: record(
            {"transferId": ULIDS, "payeeFsp": FSPS, "payerFsp": FSPS, "amount": MONEY, "expiration": TIMES}
            | {"ilpPacket": st.just(sealed[0]), "condition": st.just(sealed[1])}
        )
    )


def conversions() -> Bodies:
    """Terms whose open side may have an amount or none."""

    def terms(amount_type: str) -> Bodies:
        loose = record({"currency": CURRENCIES}, amount=AMOUNTS)
        is_send = amount_type == "SEND"
        sides = {"sourceAmount": MONEY if is_send else loose, "targetAmount": loose if is_send else MONEY}
        ids = {"conversionId": ULIDS, "initiatingFsp": FSPS, "counterPartyFsp": FSPS}
        charges = st.just([{"chargeType": "Conversion"}])
        needed = ids | sides | {"amountType": st.just(amount_type), "expiration": TIMES}
        return record(needed, determiningTransferId=ULIDS, charges=charges)

    return st.sampled_from(["SEND", "RECEIVE"]).flatmap(terms)


def commitments() -> Bodies:
    ids = {"commitRequestId": ULIDS, "initiatingFsp": FSPS, "counterPartyFsp": FSPS, "condition": DIGESTS}
    return record(
        ids | {"sourceAmount": MONEY, "targetAmount": MONEY},
        determiningTransferId=ULIDS,
        amountType=st.sampled_from(["SEND", "RECEIVE"]),
        expiration=TIMES,
    )


def errors() -> Bodies:
    code = st.integers(1000, 9999).map(str)
    text = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=128)
    return record({"errorInformation": record({"errorCode": code, "errorDescription": text})})


def fulfils(state: str) -> Bodies:
    return record({state: STATES}, fulfilment=DIGESTS, completedTimestamp=TIMES)


def notices(state: str) -> Bodies:
    return record({state: STATES, "completedTimestamp": TIMES})


BODIES: Mapping[str, Bodies] = {
    "PUT /parties/{Type}/{ID}": record({"party": parties()}),
    "PUT /parties/{Type}/{ID}/error": errors(),
    "POST /quotes": quote_requests(),
    "PUT /quotes/{ID}": quotes(),
    "PUT /quotes/{ID}/error": errors(),
    "POST /transfers": prepares(),
    "PUT /transfers/{ID}": fulfils("transferState"),
    "PATCH /transfers/{ID}": notices("transferState"),
    "PUT /transfers/{ID}/error": errors(),
    "POST /fxQuotes": record({"conversionRequestId": ULIDS, "conversionTerms": conversions()}),
    "PUT /fxQuotes/{ID}": record({"conversionTerms": conversions()}, condition=DIGESTS),
    "PUT /fxQuotes/{ID}/error": errors(),
    "POST /fxTransfers": commitments(),
    "PUT /fxTransfers/{ID}": fulfils("conversionState"),
    "PATCH /fxTransfers/{ID}": notices("conversionState"),
    "PUT /fxTransfers/{ID}/error": errors(),
}
OPERATIONS = tuple(BODIES)


@st.composite
def operations_and_bodies(draw: st.DrawFn) -> tuple[str, Body]:
    operation = draw(st.sampled_from(OPERATIONS))
    return operation, draw(BODIES[operation])


@cache
def envelope(operation: str, profile: Profile) -> Envelope:
    """An envelope with the message that this one answers: what the vector of the same operation answers."""
    given = next(each for each in material.vectors() if each.operation == operation)
    e = material.ENVELOPE
    return Envelope(e.message_id, e.created_at, e.source, e.destination, e.resource_id, e.original_id, given.answers)


def expected(operation: str, body: Body) -> Body:
    """What is left of a body after the losses that its message declares, and those that depend on the rest of the body."""
    left: Body = material.without(body, losses.lost(operation))
    for party in (left.get("party"), left.get("payer"), left.get("payee")):
        if party and "supportedCurrencies" in party:
            del party["supportedCurrencies"][1:]
    if left.get("transactionType", {}).get("refundInfo"):
        left.pop("transactionRequestId", None)
    if text := left.get("errorInformation", {}).get("errorDescription"):
        left["errorInformation"]["errorDescription"] = text[:105]
    return left
