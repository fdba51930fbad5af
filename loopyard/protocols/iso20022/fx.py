"""Conversions: request (pacs.091.001.01), answer (pacs.092.001.01) and commitment (pacs.009.001.12). What follows is status
reports.

Source: docs/sources/iso20022.md, "Conversions".
"""

from __future__ import annotations

from typing import Final

from loopyard.protocols.iso20022.amounts import INSTRUCTED, SETTLED, Amount
from loopyard.protocols.iso20022.group import header
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.party import INSTITUTION
from loopyard.protocols.iso20022.row import Row
from loopyard.protocols.iso20022.rows import Given, Text, echo
from loopyard.protocols.iso20022.terms import condition_of_terms

_TERMS: Final = "CdtTrfTxInf"
_TYPE: Final = f"{_TERMS}.InstrForCdtrAgt.InstrInf"


def _institution(side: str, fsp: str) -> tuple[Row, ...]:
    """A participant of the conversion, who also stands for the customer of the underlying transfer."""
    underlying = f"{_TERMS}.UndrlygCstmrCdtTrf.{side}"
    return (
        Text(f"{_TERMS}.{side}.{INSTITUTION}", fsp, required=True),
        echo(f"{underlying}.Id.OrgId.Othr.Id", fsp),
        echo(f"{underlying}Agt.{INSTITUTION}", fsp),
    )


def _amounts(at: str, *, negotiable: bool) -> tuple[Row, ...]:
    """Both sides. In a request the amountType leaves one of them open."""
    source, target = ("RECEIVE", "SEND") if negotiable else (None, None)
    instructed = f"{_TERMS}.UndrlygCstmrCdtTrf.InstdAmt"
    return (
        Amount(instructed, INSTRUCTED, f"{at}sourceAmount", open_when=source, type_at=_TYPE),
        Amount(f"{_TERMS}.IntrBkSttlmAmt", SETTLED, f"{at}targetAmount", open_when=target, type_at=_TYPE),
    )


def _conversion(*, negotiable: bool) -> tuple[Row, ...]:
    """The terms of a conversion, asked for or offered."""
    return (
        Text(f"{_TERMS}.PmtId.InstrId", "conversionTerms.conversionId", required=True),
        Text(f"{_TERMS}.PmtId.EndToEndId", "conversionTerms.determiningTransferId"),
        *_institution("Dbtr", "conversionTerms.initiatingFsp"),
        *_institution("Cdtr", "conversionTerms.counterPartyFsp"),
        *_amounts("conversionTerms.", negotiable=negotiable),
        Text(_TYPE, "conversionTerms.amountType", required=True),
    )


REQUEST: Final = Message(
    "pacs.091.001.01",
    (
        *header("conversionTerms.expiration"),
        Text(f"{_TERMS}.PmtId.TxId", "conversionRequestId", required=True),
        *_conversion(negotiable=True),
    ),
    extensions="conversionTerms.extensionList",
)
ANSWER: Final = Message(
    "pacs.092.001.01",
    (
        *header("conversionTerms.expiration"),
        condition_of_terms(required=False),
        Given(f"{_TERMS}.PmtId.TxId", "resource_id", addresses=True),
        *_conversion(negotiable=False),
    ),
    extensions="conversionTerms.extensionList",
)
COMMITMENT: Final = Message(
    "pacs.009.001.12",
    (
        *header("expiration"),
        Text(f"{_TERMS}.PmtId.TxId", "commitRequestId", required=True),
        Text(f"{_TERMS}.PmtId.EndToEndId", "determiningTransferId"),
        *_institution("Dbtr", "initiatingFsp"),
        *_institution("Cdtr", "counterPartyFsp"),
        *_amounts("", negotiable=False),
        condition_of_terms(required=True),
    ),
)
