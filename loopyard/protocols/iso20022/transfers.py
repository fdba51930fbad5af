"""Transfers: the prepare (pacs.008.001.13). Fulfilments, notices and errors are status reports.

Source: docs/sources/iso20022.md, "Transfers".
"""

from __future__ import annotations

from typing import Final

from loopyard.protocols.iso20022.amounts import SETTLED, Amount
from loopyard.protocols.iso20022.group import Copied, charge_bearer, header
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.party import INSTITUTION, SUB_ID, identifiers
from loopyard.protocols.iso20022.row import Row
from loopyard.protocols.iso20022.rows import Text
from loopyard.protocols.iso20022.terms import PacketOfTerms

_TERMS: Final = "CdtTrfTxInf"


def _customer(party: str, fsp: str) -> Copied:
    """A customer as the quote names her; in testing mode her institution stands for her."""
    instead = f"{party}.Id.OrgId.Othr.Id"
    return Copied(party, identifiers(party), instead=instead, substitute=lambda to: to.text(fsp))


def _institution(agent: str, fsp: str) -> tuple[Row, ...]:
    sub_id = f"{agent}.{SUB_ID}"
    return (Text(f"{agent}.{INSTITUTION}", fsp, required=True), Copied(sub_id, (sub_id,), required=False))


PREPARE: Final = Message(
    "pacs.008.001.13",
    (
        *header("expiration"),
        Text(f"{_TERMS}.PmtId.TxId", "transferId", required=True),
        charge_bearer(),
        _customer(f"{_TERMS}.Cdtr", "payeeFsp"),
        _customer(f"{_TERMS}.Dbtr", "payerFsp"),
        *_institution(f"{_TERMS}.CdtrAgt", "payeeFsp"),
        *_institution(f"{_TERMS}.DbtrAgt", "payerFsp"),
        Amount(f"{_TERMS}.IntrBkSttlmAmt", SETTLED, "amount"),
        PacketOfTerms(),
    ),
)
