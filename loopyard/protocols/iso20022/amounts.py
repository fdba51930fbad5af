"""Amounts in both notations: FSPIOP's {currency, amount}, and ISO 20022's currency beside an amount whose element is named
for its type. Amounts are handed on as texts; what they are worth is not known here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from loopyard.protocols.iso20022.row import Reading, Writing

SETTLED: Final = "ActiveCurrencyAndAmount"
INSTRUCTED: Final = "ActiveOrHistoricCurrencyAndAmount"

_ZERO: Final = re.compile(r"0+(?:\.0*)?")
_TRAILING: Final = re.compile(r"(\d+)(?:\.0*|(\.\d*?[1-9])0+)")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount. `open_when` is the amountType for which a conversion leaves this side open: the element is mandatory in
    ISO 20022, so that the open side is the text "0"; `type_at` is where the message keeps its amountType."""

    iso: str
    element: str
    fspiop: str
    required: bool = True
    open_when: str | None = None
    type_at: str = ""

    @property
    def known(self) -> tuple[str, ...]:
        return (f"{self.iso}.Ccy", f"{self.iso}.{self.element}")

    @property
    def mapped(self) -> tuple[str, ...]:
        return self.known

    def write(self, to: Writing) -> None:
        currency = self._currency(to, f"{self.fspiop}.currency")
        if currency is None:
            return
        amount = to.need(f"{self.fspiop}.amount") if self.open_when is None else to.text(f"{self.fspiop}.amount")
        to.put(f"{self.iso}.Ccy", currency)
        to.put(f"{self.iso}.{self.element}", "0" if amount is None else amount)

    def read(self, of: Reading) -> None:
        currency = self._currency(of, f"{self.iso}.Ccy")
        if currency is None:
            return
        amount = of.need(f"{self.iso}.{self.element}")
        of.put(f"{self.fspiop}.currency", currency)
        if of.profile.keeps_zero_amounts or not (self._is_open(of) and _ZERO.fullmatch(amount)):
            of.put(f"{self.fspiop}.amount", amount if of.profile.keeps_trailing_zeros else shortest(amount))

    def _currency(self, side: Writing | Reading, path: str) -> str | None:
        return side.need(path) if self.required else side.text(path)

    def _is_open(self, of: Reading) -> bool:
        return self.open_when is not None and of.text(self.type_at) == self.open_when


def shortest(amount: str) -> str:
    """An amount without trailing zeros, as FSPIOP demands it; anything that is no amount is left as it is."""
    match = _TRAILING.fullmatch(amount)
    return f"{match[1]}{match[2] or ''}" if match else amount
