"""Conversions: request (pacs.091.001.01), answer (pacs.092.001.01) and commitment (pacs.009.001.12). What follows is status
reports.

Source: docs/sources/iso20022.md, "Conversions".
"""

from __future__ import annotations

from typing import Final

from loopyard.protocols.iso20022.amounts import INSTRUCTED, SETTLED, Amount, Side
from loopyard.protocols.iso20022.group import header
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.party import INSTITUTION
from loopyard.protocols.iso20022.row import Row
from loopyard.protocols.iso20022.rows import Given, Text, echo
from loopyard.protocols.iso20022.terms import condition_of_terms

_TERMS: Final = "CdtTrfTxInf"
_INSTRUCTED: Final = f"{_TERMS}.UndrlygCstmrCdtTrf.InstdAmt"
_SETTLED: Final = f"{_TERMS}.IntrBkSttlmAmt"
_TYPE: Final = f"{_TERMS}.InstrForCdtrAgt.InstrInf"


def _institution(side: str, fsp: str) -> tuple[Row, ...]:
    """A participant of the conversion, who also stands for the customer of the underlying transfer."""
    underlying = f"{_TERMS}.UndrlygCstmrCdtTrf.{side}"
    return (
        Text(f"{_TERMS}.{side}.{INSTITUTION}", fsp, required=True),
        echo(f"{underlying}.Id.OrgId.Othr.Id", fsp),
        echo(f"{underlying}Agt.{INSTITUTION}", fsp),
    )


def _side(amount_type: str) -> Side:
    return Side(amount_type, _TYPE, "conversionTerms.amountType")


_CONVERSION: Final[tuple[Row, ...]] = (
    Text(f"{_TERMS}.PmtId.InstrId", "conversionTerms.conversionId", required=True),
    Text(f"{_TERMS}.PmtId.EndToEndId", "conversionTerms.determiningTransferId"),
    *_institution("Dbtr", "conversionTerms.initiatingFsp"),
    *_institution("Cdtr", "conversionTerms.counterPartyFsp"),
    Amount(_INSTRUCTED, INSTRUCTED, "conversionTerms.sourceAmount", side=_side("RECEIVE")),
    Amount(_SETTLED, SETTLED, "conversionTerms.targetAmount", side=_side("SEND")),
    Text(_TYPE, "conversionTerms.amountType", required=True),
)
"""The terms of a conversion, asked for or offered."""

REQUEST: Final = Message(
    "pacs.091.001.01",
    (
        *header("conversionTerms.expiration"),
        Text(f"{_TERMS}.PmtId.TxId", "conversionRequestId", required=True),
        *_CONVERSION,
    ),
    extensions="conversionTerms.extensionList",
)
ANSWER: Final = Message(
    "pacs.092.001.01",
    (
        *header("conversionTerms.expiration"),
        condition_of_terms(required=False),
        Given(f"{_TERMS}.PmtId.TxId", "resource_id", addresses=True),
        *_CONVERSION,
    ),
    extensions="conversionTerms.extensionList",
)
COMMITMENT: Final = Message(
    "pacs.009.001.12",
    (
        *header("expiration", required=False),
        Text(f"{_TERMS}.PmtId.TxId", "commitRequestId", required=True),
        Text(f"{_TERMS}.PmtId.EndToEndId", "determiningTransferId"),
        *_institution("Dbtr", "initiatingFsp"),
        *_institution("Cdtr", "counterPartyFsp"),
        Amount(_INSTRUCTED, INSTRUCTED, "sourceAmount"),
        Amount(_SETTLED, SETTLED, "targetAmount"),
        condition_of_terms(required=True),
    ),
)
