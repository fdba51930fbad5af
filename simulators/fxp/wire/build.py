"""From the state of FX providers to FSPIOP bodies."""

from __future__ import annotations

from typing import Any

from loopyard.protocols import ilp
from loopyard.protocols.fspiop.amounts import from_money
from loopyard.protocols.fspiop.dates import to_iso
from simulators.fxp.state.house import Conversion, Terms

Body = dict[str, Any]


def conversion_terms(terms: Terms, charge_type: str) -> Body:
    """The terms: all that was asked with, both amounts, the charges if there are any, and until when they are good."""
    price = terms.price
    body: Body = dict(terms.order.echo) | {
        "sourceAmount": from_money(price.source),
        "targetAmount": from_money(price.target),
        "expiration": to_iso(terms.expires_at),
    }
    if price.charge:
        body["charges"] = [
            {
                "chargeType": charge_type,
                "sourceAmount": from_money(price.charge),
                "targetAmount": from_money(price.charge_in_target),
            }
        ]
    return body


def answer(terms: Terms, charge_type: str) -> Body:
    """PUT /fxQuotes/{ID}, once the terms are sealed."""
    return {"condition": terms.condition, "conversionTerms": conversion_terms(terms, charge_type)}


def seal(terms: Terms, charge_type: str, secret: str, version: ilp.Version) -> None:
    """Make condition and fulfilment, once. Raises InvalidPacket."""
    if not terms.condition:
        made = ilp.build_fx_quote(version, secret, terms.order.id, conversion_terms(terms, charge_type))
        terms.condition, terms.fulfilment = made.condition, made.fulfilment


def fulfil(row: Conversion) -> Body:
    """PUT /fxTransfers/{ID}: the answer to a prepare, and to a question. Towards the hub a conversion is RESERVED:
    that it is committed is the hub's to say."""
    done = {"completedTimestamp": to_iso(row.completed_at)}
    if row.state == "ABORTED":
        return done | {"conversionState": "ABORTED"}
    assert row.terms is not None
    return done | {"conversionState": "RESERVED", "fulfilment": row.terms.fulfilment}
