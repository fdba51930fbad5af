"""What a bank charges: a flat part and a percentage, for sending and for receiving. Who pays is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Literal

from loopyard.kernel.money import Currency, Money
from simulators.cbs.engine.errors import AmountTooFine

Direction = Literal["sending", "receiving"]
ROUNDING = {"half-even": ROUND_HALF_EVEN, "half-up": ROUND_HALF_UP, "up": ROUND_UP}


@dataclass(frozen=True, slots=True)
class Charge:
    """`flat` plus `percent` of the amount, no less than `minimum` and no more than `maximum`; in the amount's currency."""

    flat: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    rounding: Literal["half-even", "half-up", "up"] = "half-even"

    def __post_init__(self) -> None:
        for name in ("flat", "percent", "minimum", "maximum"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} must not be negative")

    def fits(self, exponent: int) -> bool:
        """Whether its fixed parts need no more than `exponent` decimals."""
        fixed = (self.flat, self.minimum, self.maximum)
        return all(each is None or each == round(each, exponent) for each in fixed)

    def on(self, amount: Money) -> Money:
        """The charge on a positive amount, in whole minor units of its currency."""
        exact = Money(self.flat, amount.currency)
        share = Money.zero(amount.currency)
        if self.percent:
            share, _ = amount.convert(self.percent / 100, amount.currency, ROUNDING[self.rounding])
        charge = exact + share
        if self.minimum is not None:
            charge = max(charge, Money(self.minimum, amount.currency))
        if self.maximum is not None:
            charge = min(charge, Money(self.maximum, amount.currency))
        return charge


@dataclass(frozen=True, slots=True)
class Tariff:
    """The charges of one currency."""

    sending: Charge = field(default_factory=Charge)
    receiving: Charge = field(default_factory=Charge)

    def check(self, currency: Currency) -> None:
        """Raises AmountTooFine for a fixed part with more decimals than the currency."""
        for charge in (self.sending, self.receiving):
            if not charge.fits(currency.exponent):
                raise AmountTooFine(f"a fee in {currency} has at most {currency.exponent} decimals; round it")

    def charge(self, direction: Direction) -> Charge:
        return self.sending if direction == "sending" else self.receiving
