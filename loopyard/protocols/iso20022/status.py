"""Payment status reports (pacs.002.001.15): fulfilments, notices and errors of all resources but parties.

Source: docs/sources/iso20022.md, "Status and errors".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from loopyard.protocols.iso20022.group import IDENTIFIED
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.row import Reading, Writing
from loopyard.protocols.iso20022.rows import Coded, Text

LONGEST_ERROR_TEXT: Final = 105
_NAME: Final = "pacs.002.001.15"
_STATUS: Final = "TxInfAndSts"

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {"COMMITTED": "COMM", "RESERVED": "RESV", "RECEIVED": "RECV", "ABORTED": "ABOR"}
)


@dataclass(frozen=True, slots=True)
class StatusError:
    """The code of an error: a proprietary reason, though a coded one is read too."""

    iso: str = f"{_STATUS}.StsRsnInf.Rsn"

    @property
    def known(self) -> tuple[str, ...]:
        return (f"{self.iso}.Prtry", f"{self.iso}.Cd")

    @property
    def mapped(self) -> tuple[str, ...]:
        return (f"{self.iso}.Prtry",)

    def write(self, to: Writing) -> None:
        to.put(f"{self.iso}.Prtry", to.code("errorInformation.errorCode"))

    def read(self, of: Reading) -> None:
        of.put("errorInformation.errorCode", of.need(*self.known))


def fulfil(state: str) -> Message:
    """PUT of a transfer or conversion; `state` is the name of its state in FSPIOP."""
    return Message(_NAME, (*IDENTIFIED, Text(f"{_STATUS}.ExctnConf", "fulfilment"), _completed(), _state(state)))


def notice(state: str) -> Message:
    """PATCH of a transfer or conversion: the same without a fulfilment."""
    return Message(_NAME, (*IDENTIFIED, _completed(), _state(state)))


def _completed() -> Text:
    return Text(f"{_STATUS}.PrcgDt.DtTm", "completedTimestamp")


def _state(fspiop: str) -> Coded:
    return Coded(f"{_STATUS}.TxSts", fspiop, STATES)


ERROR: Final = Message(
    _NAME,
    (
        *IDENTIFIED,
        StatusError(),
        Text(f"{_STATUS}.StsRsnInf.AddtlInf", "errorInformation.errorDescription", longest=LONGEST_ERROR_TEXT),
    ),
    extensions="errorInformation.extensionList",
)
