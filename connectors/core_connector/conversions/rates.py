"""What one currency costs in another: rate, spread and charge, rounded half to even to the minor unit. The fixed side is
never touched. Replaceable as part "rates"."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from connectors.core_connector.errors import Refusal
from connectors.core_connector.settings import Settings
from loopyard.kernel.money import Money, currency


class Rates:
    """SEND: target = (source - charge) x rate. RECEIVE: source = target / rate + charge."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def rate(self, source: str, target: str) -> Decimal:
        """Target for one of source, after the spread. Raises Refusal 5106 for a pair that is not offered."""
        listed = self._settings.rates.get(f"{source}/{target}")
        if listed is None:
            raise Refusal("5106", f"no conversion from {source} to {target} is offered")
        return listed * (1 - self._settings.spread)

    def charge(self, source: str) -> Money:
        return Money(self._settings.charges.get(source, Decimal(0)), source)

    def target_of(self, source: Money, target: str) -> Money:
        """Raises Refusal 5106, or 5103 when nothing is left to convert."""
        charge = self.charge(source.currency.code)
        if charge >= source:
            raise Refusal("5103", f"the charge of {charge} leaves nothing of {source}")
        converted, _ = (source - charge).convert(self.rate(source.currency.code, target), target)
        if not converted:
            raise Refusal("5103", f"{source} {source.currency} is less than the smallest amount of {target}")
        return converted

    def source_of(self, target: Money, source: str) -> Money:
        """Raises Refusal 5106, or 5103 when it would cost nothing."""
        quantum = currency(source).quantum
        exact = Fraction(target.units) / Fraction(self.rate(source, target.currency.code))
        cost = Money.of_units(round(exact / quantum) * quantum, source)
        if not cost:
            raise Refusal("5103", f"{target} {target.currency} is less than the smallest amount of {source}")
        return cost + self.charge(source)
