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
class Side:
    """A side of a conversion, which is open while `amountType` is the given one; the element is mandatory in ISO 20022 all the
    same, so that the open side is the text "0". `iso` and `fspiop` are where the two notations keep the amountType."""

    amount_type: str
    iso: str
    fspiop: str


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount; `side` tells that it may be open."""

    iso: str
    element: str
    fspiop: str
    required: bool = True
    side: Side | None = None

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
        is_open = self.side is not None and to.text(self.side.fspiop) == self.side.amount_type
        amount = to.text(f"{self.fspiop}.amount") if is_open else to.need(f"{self.fspiop}.amount")
        to.put(f"{self.iso}.Ccy", currency)
        to.put(f"{self.iso}.{self.element}", "0" if amount is None else amount)

    def read(self, of: Reading) -> None:
        currency = self._currency(of, f"{self.iso}.Ccy")
        if currency is None:
            return
        amount = of.need(f"{self.iso}.{self.element}")
        is_open = self.side is not None and of.text(self.side.iso) == self.side.amount_type
        of.put(f"{self.fspiop}.currency", currency)
        if of.profile.keeps_zero_amounts or not (is_open and _ZERO.fullmatch(amount)):
            of.put(f"{self.fspiop}.amount", amount if of.profile.keeps_trailing_zeros else shortest(amount))

    def _currency(self, at: Writing | Reading, path: str) -> str | None:
        return at.need(path) if self.required else at.text(path)


def shortest(amount: str) -> str:
    """An amount without trailing zeros, as FSPIOP demands it; anything that is no amount is left as it is."""
    match = _TRAILING.fullmatch(amount)
    return f"{match[1]}{match[2] or ''}" if match else amount
