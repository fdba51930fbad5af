"""The rows that only quotes have: what is asked for, what it belongs to, who asks, and what the payee's institution charges.

Source: docs/sources/iso20022.md, "Quotes".
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from loopyard.protocols.iso20022.amounts import INSTRUCTED, Amount
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.group import Copied
from loopyard.protocols.iso20022.party import INSTITUTION, agents
from loopyard.protocols.iso20022.row import Reading, Writing
from loopyard.protocols.iso20022.tree import find

_TERMS: Final = "CdtTrfTxInf"
_INSTRUCTION: Final = f"{_TERMS}.PmtId.InstrId"
_REASON: Final = f"{_TERMS}.InstrForCdtrAgt"
_REFUND: Final = "transactionType.refundInfo"
_BEARERS: Final = MappingProxyType({"SEND": "CRED", "RECEIVE": "DEBT"})


@dataclass(frozen=True, slots=True)
class AmountType:
    """Whether the amount is the payer's to send or the payee's to receive, told by who bears the charges."""

    iso: str = f"{_TERMS}.ChrgBr"

    @property
    def known(self) -> tuple[str, ...]:
        return (self.iso,)

    @property
    def mapped(self) -> tuple[str, ...]:
        return ()

    def write(self, to: Writing) -> None:
        kind = to.need("amountType")
        if kind not in _BEARERS:
            raise NoIsoForm("amountType", f"is {kind!r}; known are {', '.join(_BEARERS)}")
        to.put(self.iso, _BEARERS[kind])

    def read(self, of: Reading) -> None:
        # The mapping says "else SEND", which takes in shared charges.
        of.put("amountType", "RECEIVE" if of.need(self.iso) == "DEBT" else "SEND")


@dataclass(frozen=True, slots=True)
class Reference:
    """The earlier business that the quote belongs to: a refund's original transaction, or a request to pay."""

    iso: str = _INSTRUCTION

    @property
    def known(self) -> tuple[str, ...]:
        return (self.iso,)

    @property
    def mapped(self) -> tuple[str, ...]:
        return (self.iso,)

    def write(self, to: Writing) -> None:
        original = to.text(f"{_REFUND}.originalTransactionId")
        request = None if to.profile.drops_transaction_requests else to.text("transactionRequestId")
        to.put(self.iso, original or request)

    def read(self, of: Reading) -> None:
        reference, twice = of.text(self.iso), of.profile.reads_references_twice
        if twice or _is_refund(of):
            of.put(f"{_REFUND}.originalTransactionId", reference)
        if twice or not _is_refund(of):
            of.put("transactionRequestId", reference)


@dataclass(frozen=True, slots=True)
class Refund:
    """That the quote is for a refund, and why."""

    @property
    def known(self) -> tuple[str, ...]:
        return (f"{_REASON}.Cd", f"{_REASON}.InstrInf")

    @property
    def mapped(self) -> tuple[str, ...]:
        return ()

    def write(self, to: Writing) -> None:
        if find(to.body, _REFUND, NoIsoForm) is not None:
            to.put(f"{_REASON}.Cd", "REFD")
            to.put(f"{_REASON}.InstrInf", to.text(_reason_in(to)))

    def read(self, of: Reading) -> None:
        if _is_refund(of):
            of.put(_reason_in(of), of.text(f"{_REASON}.InstrInf"))
        else:
            of.strange.update(self.known)


@dataclass(frozen=True, slots=True)
class Initiator:
    """Who initiates, and as what: no element says it, so the reader concludes it from the others."""

    known: tuple[str, ...] = ()
    mapped: tuple[str, ...] = ()

    def write(self, to: Writing) -> None:
        del to

    def read(self, of: Reading) -> None:
        by_request = of.text(_INSTRUCTION) is not None and (of.profile.reads_references_twice or not _is_refund(of))
        party = "Cdtr" if by_request else "Dbtr"
        is_business = of.text(f"{_TERMS}.{party}.Id.OrgId.Othr.SchmeNm.Prtry") is not None
        of.put("transactionType.initiator", "PAYEE" if by_request else "PAYER")
        business = is_business or of.profile.every_initiator_is_a_business
        of.put("transactionType.initiatorType", "BUSINESS" if business else "CONSUMER")


def _reason_in(side: Writing | Reading) -> str:
    return f"{_REFUND}.{'reason' if side.profile.misnames_refund_reasons else 'refundReason'}"


def _is_refund(of: Reading) -> bool:
    return of.text(f"{_REASON}.Cd") == "REFD"


@dataclass(frozen=True, slots=True)
class Fee:
    """What the payee's institution charges, and that it is she who does. Without a fee nothing is said."""

    iso: str = f"{_TERMS}.ChrgsInf"

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.amount.known, *agents(f"{self.iso}.Agt"))

    @property
    def mapped(self) -> tuple[str, ...]:
        return self.amount.mapped

    @property
    def amount(self) -> Amount:
        return Amount(f"{self.iso}.Amt", INSTRUCTED, "payeeFspFee", required=False)

    def write(self, to: Writing) -> None:
        if find(to.body, "payeeFspFee", NoIsoForm) is not None:
            self.amount.write(to)
            self.agent.write(to)

    @property
    def agent(self) -> Copied:
        where = f"{self.iso}.Agt"
        return Copied(
            where, agents(where), f"{_TERMS}.CdtrAgt", instead=f"{where}.{INSTITUTION}", substitute=lambda to: "Testing"
        )

    def read(self, of: Reading) -> None:
        self.amount.read(of)
