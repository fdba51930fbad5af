"""The arithmetic of conversions: rate, spread, charges, rounding half-even to the decimals of the currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from loopyard.kernel.money import Currency, Money
from simulators.fxp.settings import Options
from simulators.fxp.state.errors import OutsideLimits, PairUnsupported


@dataclass(frozen=True, slots=True)
class Price:
    """Both sides of a conversion, and the charge that is in the source side, also as its worth in target currency."""

    source: Money
    target: Money
    charge: Money
    charge_in_target: Money


def rate_of(options: Options, rates: dict[str, Decimal], source: Currency, target: Currency) -> Decimal:
    """The rate that a customer gets: the table's less the spread. Raises PairUnsupported."""
    rate = rates.get(f"{source}/{target}")
    if rate is None:
        raise PairUnsupported(f"there is no rate {source}/{target}; there are {', '.join(rates) or 'none'}")
    return rate * (1 - options.spread)


def sell(options: Options, rate: Decimal, source: Money, target: Currency) -> Price:
    """SEND: target = (source - charge) x rate. The source stays as it is. Raises OutsideLimits."""
    charge = charged(options.charges, source)
    converted = source - charge
    if converted.units <= 0:
        raise OutsideLimits(f"the charge of {charge} takes all of {source} {source.currency}; send more")
    return _checked(options, Price(source, multiplied(converted, rate, target), charge, multiplied(charge, rate, target)))


def buy(options: Options, rate: Decimal, source: Currency, target: Money) -> Price:
    """RECEIVE: source = target / rate + charge. The target stays as it is. Raises OutsideLimits."""
    converted = divided(target, rate, source)
    charge = charged(options.charges, converted)
    return _checked(options, Price(converted + charge, target, charge, multiplied(charge, rate, target.currency)))


def multiplied(money: Money, rate: Decimal, to: Currency) -> Money:
    return money.convert(rate, to)[0] if money else Money.zero(to)


def divided(money: Money, rate: Decimal, to: Currency) -> Money:
    """Exact before it is rounded: one over the rate is seldom a decimal number."""
    return Money.of_units(round(Fraction(money.units) / Fraction(rate) / to.quantum) * to.quantum, to)


def charged(rule: str, amount: Money) -> Money:
    """A charge on an amount: "1.5" in its currency, or "1%" of it."""
    if not rule.endswith("%"):
        return Money(rule, amount.currency)
    return multiplied(amount, Decimal(rule[:-1]) / 100, amount.currency) if Decimal(rule[:-1]) else Money.zero(amount.currency)


def _checked(options: Options, price: Price) -> Price:
    limit = options.limits.get(price.source.currency.code)
    low = Money(limit.min, price.source.currency) if limit and limit.min else None
    high = Money(limit.max, price.source.currency) if limit and limit.max else None
    if (low is not None and price.source < low) or (high is not None and price.source > high):
        raise OutsideLimits(f"{price.source} {price.source.currency} is outside {low or 'nothing'} to {high or 'any'}")
    if price.target.units <= 0 or price.source.units <= 0:
        raise OutsideLimits(f"{price.source} {price.source.currency} is worth less than the smallest coin; convert more")
    return price
