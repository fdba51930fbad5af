"""Quotes: the request (pacs.081.001.01) and its answer (pacs.082.001.01).

Source: docs/sources/iso20022.md, "Quotes".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from loopyard.protocols.iso20022.amounts import INSTRUCTED, SETTLED, Amount
from loopyard.protocols.iso20022.group import EXPIRY, IDENTIFIED, ONE, SETTLEMENT, Copied, charge_bearer, header
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.party import INSTITUTION, Party, agents, identifiers
from loopyard.protocols.iso20022.quote_rows import AmountType, Fee, Initiator, Reference, Refund
from loopyard.protocols.iso20022.row import Row, Writing
from loopyard.protocols.iso20022.rows import Given, Text
from loopyard.protocols.iso20022.terms import PacketOfTerms

_TERMS: Final = "CdtTrfTxInf"


def _customer(party: str, told: Callable[[Writing], str]) -> tuple[Row, ...]:
    """A customer and her institution as the request names them; in testing mode both are what a header tells."""
    agent = f"{party}Agt"
    return (
        Copied(party, identifiers(party), instead=f"{party}.Id.OrgId.Othr.Id", substitute=told),
        Copied(agent, agents(agent), instead=f"{agent}.{INSTITUTION}", substitute=told),
    )


REQUEST: Final = Message(
    "pacs.081.001.01",
    (
        *IDENTIFIED,
        ONE,
        Text(EXPIRY, "expiration"),
        SETTLEMENT,
        Text(f"{_TERMS}.PmtId.TxId", "quoteId", required=True),
        Text(f"{_TERMS}.PmtId.EndToEndId", "transactionId", required=True),
        Reference(),
        Party(f"{_TERMS}.Cdtr", f"{_TERMS}.CdtrAgt", f"{_TERMS}.CdtrAcct", "payee", needs_agent=True),
        Party(f"{_TERMS}.Dbtr", f"{_TERMS}.DbtrAgt", f"{_TERMS}.DbtrAcct", "payer", needs_agent=True),
        Amount(f"{_TERMS}.IntrBkSttlmAmt", SETTLED, "amount"),
        Text(f"{_TERMS}.Purp.Prtry", "transactionType.scenario", required=True),
        AmountType(),
        Refund(),
        Initiator(),
    ),
)
ANSWER: Final = Message(
    "pacs.082.001.01",
    (
        *header("expiration"),
        Given(f"{_TERMS}.PmtId.TxId", "resource_id", addresses=True),
        *_customer(f"{_TERMS}.Dbtr", lambda to: to.envelope.destination),
        *_customer(f"{_TERMS}.Cdtr", lambda to: to.envelope.source),
        charge_bearer(),
        Amount(f"{_TERMS}.IntrBkSttlmAmt", SETTLED, "transferAmount"),
        Amount(f"{_TERMS}.InstdAmt", INSTRUCTED, "payeeReceiveAmount", required=False),
        Fee(),
        PacketOfTerms(),
    ),
)
