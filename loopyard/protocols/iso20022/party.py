"""Parties: how a customer stands in any message, and the two party reports (acmt.024.001.04).

Source: docs/sources/iso20022.md, "Parties".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from loopyard.protocols.iso20022 import names
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.party_error import PartyError
from loopyard.protocols.iso20022.row import Reading, Row, Writing
from loopyard.protocols.iso20022.rows import Given, fixed
from loopyard.protocols.iso20022.tree import find

INSTITUTION: Final = "FinInstnId.Othr.Id"
SUB_ID: Final = "FinInstnId.ClrSysMmbId.MmbId"
_SCHEME: Final = "Othr.SchmeNm.Prtry"
_IDENTIFIER: Final = "Othr.Id"
_ORGANISATIONS: Final = frozenset({"BUSINESS", "ALIAS", "DEVICE"})


def identifiers(party: str) -> tuple[str, ...]:
    """The elements of a party's identification and name."""
    arms = tuple(f"{party}.Id.{arm}.{last}" for arm in ("OrgId", "PrvtId") for last in (_SCHEME, _IDENTIFIER))
    return (*arms, f"{party}.Nm")


def agents(agent: str) -> tuple[str, ...]:
    """The elements of a party's institution: its id, and the party's sub-id."""
    return (f"{agent}.{INSTITUTION}", f"{agent}.{SUB_ID}")


@dataclass(frozen=True, slots=True)
class Party:
    """A customer with her institution and the first of her currencies; `party`, `agent` and `account` are ISO elements.

    `needs_agent` tells that the message demands the institution, which in FSPIOP may be left out.
    """

    party: str
    agent: str
    account: str
    fspiop: str
    needs_agent: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        return (*identifiers(self.party), *agents(self.agent), f"{self.account}.Ccy")

    @property
    def mapped(self) -> tuple[str, ...]:
        return self.known

    def write(self, to: Writing) -> None:
        about = f"{self.fspiop}.partyIdInfo"
        kind = to.need(f"{about}.partyIdType")
        identifier = to.need(f"{about}.partyIdentifier")
        to.put(f"{self.party}.Id.{_arm(kind)}.{_SCHEME}", kind)
        # Today's connectors choose the arm of the identifier by looking at the identifier, as if it were the type.
        arm = _arm(identifier if to.profile.splits_organisation_ids else kind)
        to.put(f"{self.party}.Id.{arm}.{_IDENTIFIER}", identifier)
        to.put(f"{self.agent}.{SUB_ID}", to.text(f"{about}.partySubIdOrType"))
        to.put(f"{self.agent}.{INSTITUTION}", to.need(f"{about}.fspId") if self.needs_agent else to.text(f"{about}.fspId"))
        to.put(f"{self.party}.Nm", names.joined(to, self.fspiop))
        to.put(f"{self.account}.Ccy", _first_currency(to, f"{self.fspiop}.supportedCurrencies"))

    def read(self, of: Reading) -> None:
        about = f"{self.fspiop}.partyIdInfo"
        # Either arm is read for either part, because connectors are known to mix them.
        for last, name in ((_SCHEME, "partyIdType"), (_IDENTIFIER, "partyIdentifier")):
            places = (f"{self.party}.Id.OrgId.{last}", f"{self.party}.Id.PrvtId.{last}")
            of.put(f"{about}.{name}", of.need(*places))
        of.put(f"{about}.partySubIdOrType", of.text(f"{self.agent}.{SUB_ID}"))
        of.put(f"{about}.fspId", of.text(f"{self.agent}.{INSTITUTION}"))
        names.split(of, f"{self.party}.Nm", self.fspiop)
        currency = of.text(f"{self.account}.Ccy")
        of.put(f"{self.fspiop}.supportedCurrencies", [currency] if currency else None)


def _arm(kind: str) -> str:
    return "OrgId" if kind in _ORGANISATIONS else "PrvtId"


def _first_currency(to: Writing, path: str) -> str | None:
    currencies = find(to.body, path, NoIsoForm)
    if isinstance(currencies, list):
        currencies = currencies[0] if currencies else None
    if currencies is not None and not isinstance(currencies, str):
        raise NoIsoForm(path, "must be a list of currencies")
    return currencies


_ASSIGNMENT: Final[tuple[Row, ...]] = (
    Given("Assgnmt.MsgId", "message_id"),
    Given("Assgnmt.CreDtTm", "created_at"),
    Given(f"Assgnmt.Assgnr.Agt.{INSTITUTION}", "source", addresses=True),
    Given(f"Assgnmt.Assgne.Agt.{INSTITUTION}", "destination", addresses=True),
)
_REPORTED: Final = "Rpt.UpdtdPtyAndAcctId"

PARTY: Final = Message(
    "acmt.024.001.04",
    (
        *_ASSIGNMENT,
        fixed("Rpt.Vrfctn", True),
        Given("Rpt.OrgnlId", "original_id"),
        Party(f"{_REPORTED}.Pty", f"{_REPORTED}.Agt", f"{_REPORTED}.Acct", "party"),
    ),
    extensions="party.partyIdInfo.extensionList",
)
PARTY_ERROR: Final = Message(
    "acmt.024.001.04",
    (PartyError(), *_ASSIGNMENT, Given("Rpt.OrgnlId", "original_id"), fixed("Rpt.Vrfctn", False)),
    extensions="errorInformation.extensionList",
)
