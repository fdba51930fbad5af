"""Amounts of money as whole numbers of 1/10,000 of a currency's major unit. Which step a system accepts, and its words
of refusal, are that system's and not here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType
from typing import Self

from loopyard.kernel.currencies import EXPONENTS
from loopyard.kernel.errors import CurrencyMismatch, InvalidAmount, UnknownCurrency

DECIMALS = 4
SCALE = 10_000

_MAX_WHOLE_DIGITS = 18
_TEXT = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,4})0*)?")
_FSPIOP = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{0,3}[1-9])?")


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency code with the number of decimals of its minor unit (ISO 4217)."""

    code: str
    exponent: int

    @property
    def quantum(self) -> int:
        """The minor unit, in units of 1/10,000 of the major unit: 100 for MWK, 10,000 for JPY."""
        return int(10 ** (DECIMALS - self.exponent))

    def __str__(self) -> str:
        return self.code


_CURRENCIES: Mapping[str, Currency] = MappingProxyType({code: Currency(code, n) for code, n in EXPONENTS.items()})


def currency(code: str | Currency) -> Currency:
    """The currency of a code; a currency is returned as it is. Raises UnknownCurrency."""
    if isinstance(code, Currency):
        return code
    try:
        return _CURRENCIES[code]
    except KeyError:
        raise UnknownCurrency(f"no currency {code!r}; use a code of ISO 4217 in capitals, such as MWK") from None


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Money:
    """An exact amount in one currency; `units` are 1/10,000 of the major unit. Ordered within one currency.

    `Money("100.50", "NGN")`, `Money(Decimal("100.5"), NGN)` and `Money(100, "NGN")` take major units.
    Raises UnknownCurrency, and InvalidAmount for what is finer than 1/10,000, beyond 18 whole digits, or a float.
    """

    units: int
    currency: Currency

    def __init__(self, amount: str | Decimal | int, currency_: str | Currency) -> None:
        object.__setattr__(self, "units", _units(amount))
        object.__setattr__(self, "currency", currency(currency_))

    @classmethod
    def of_units(cls, units: int, currency_: str | Currency) -> Self:
        """An amount from units of 1/10,000 of the major unit."""
        money = cls.__new__(cls)
        object.__setattr__(money, "units", units)
        object.__setattr__(money, "currency", currency(currency_))
        return money

    @classmethod
    def zero(cls, currency_: str | Currency) -> Self:
        return cls.of_units(0, currency_)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(str(self))

    @property
    def is_negative(self) -> bool:
        return self.units < 0

    def fits(self, exponent: int) -> bool:
        """Whether the amount needs no more than `exponent` decimals."""
        return exponent >= DECIMALS or self.units % 10 ** (DECIMALS - exponent) == 0

    def convert(
        self, rate: Decimal, to: Currency | str, rounding: str = ROUND_HALF_EVEN, quantum: int | None = None
    ) -> tuple[Money, Decimal]:
        """This amount at `rate` (target currency per one of this), rounded to `quantum` units, else to its minor unit.

        Returns the converted amount and the exact remainder in target major units: what rounding took away (negative
        when it added). `rounding` is a mode of the decimal module. Raises InvalidAmount for a rate or quantum that is
        not positive.
        """
        target = currency(to)
        step = target.quantum if quantum is None else quantum
        if step <= 0:
            raise InvalidAmount(f"quantum {step} is not positive; give a number of 1/10,000 of the major unit")
        factor, places = _whole_number(rate)
        exact = self.units * factor  # in units / 10**places
        converted = _rounded(exact, step * 10**places, rounding) * step
        lost = Decimal(exact - converted * 10**places)
        return Money.of_units(converted, target), lost.scaleb(-places - DECIMALS, Context(prec=len(str(lost))))

    def __add__(self, other: Money) -> Money:
        return Money.of_units(self.units + self._comparable(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money.of_units(self.units - self._comparable(other), self.currency)

    def __neg__(self) -> Money:
        return Money.of_units(-self.units, self.currency)

    def __abs__(self) -> Money:
        return Money.of_units(abs(self.units), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.units < self._comparable(other)

    def __le__(self, other: Money) -> bool:
        return self.units <= self._comparable(other)

    def __gt__(self, other: Money) -> bool:
        return self.units > self._comparable(other)

    def __ge__(self, other: Money) -> bool:
        return self.units >= self._comparable(other)

    def __bool__(self) -> bool:
        return self.units != 0

    def __str__(self) -> str:
        whole, rest = divmod(abs(self.units), SCALE)
        sign = "-" if self.units < 0 else ""
        return f"{sign}{whole}.{rest:04d}".rstrip("0").rstrip(".")

    def __repr__(self) -> str:
        return f"Money('{self}', '{self.currency}')"

    def _comparable(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self!r} and {other!r} are of two currencies; convert one of them first")
        return other.units


def parse_fspiop(text: str, currency_: str | Currency) -> Money:
    """An amount in the strict syntax of the FSPIOP API (definition 2.0, Amount): no sign, no leading or trailing zeros,
    at most 18 whole digits and 4 decimals. Raises InvalidAmount, UnknownCurrency."""
    if not isinstance(text, str) or not _FSPIOP.fullmatch(text):
        raise InvalidAmount(f"{text!r} is no FSPIOP amount; write it without sign and trailing zeros, such as '100.5'")
    return Money(text, currency_)


def _units(amount: object) -> int:
    if isinstance(amount, str):
        return _units_of_text(amount)
    if isinstance(amount, int) and not isinstance(amount, bool) and abs(amount) < 10**_MAX_WHOLE_DIGITS:
        return amount * SCALE
    if isinstance(amount, Decimal):
        return _units_of_decimal(amount)
    raise InvalidAmount(f"{amount!r} is no amount; give a string, a Decimal or an int of at most 18 digits")


def _units_of_text(text: str) -> int:
    match = _TEXT.fullmatch(text)
    if not match:
        raise InvalidAmount(f"{text!r} is no amount; write at most 18 digits and 4 decimals, such as '100.5'")
    sign, whole, fraction = match.groups()
    units = int(whole) * SCALE + int((fraction or "").ljust(DECIMALS, "0"))
    return -units if sign else units


def _units_of_decimal(amount: Decimal) -> int:
    # The exponent is looked at first: 1E-999999 would make a number of a million digits.
    if not amount.is_finite() or (amount and not -DECIMALS <= amount.adjusted() < _MAX_WHOLE_DIGITS):
        raise InvalidAmount(f"{amount!r} is no amount; give at most 18 digits and 4 decimals")
    numerator, denominator = amount.as_integer_ratio()
    units, finer = divmod(numerator * SCALE, denominator)
    if finer:
        raise InvalidAmount(f"{amount} is finer than 1/10,000; round it first, with the rule of the system at hand")
    return units


def _whole_number(rate: Decimal) -> tuple[int, int]:
    """(number, places) with rate = number / 10**places and places >= 0."""
    if not isinstance(rate, Decimal) or not rate.is_finite() or rate <= 0:
        raise InvalidAmount(f"rate {rate!r} is no positive Decimal; give one, such as Decimal('1.25')")
    exponent = int(rate.as_tuple().exponent)
    number = int("".join(map(str, rate.as_tuple().digits)))
    return (number * 10**exponent, 0) if exponent > 0 else (number, -exponent)


def _rounded(numerator: int, denominator: int, rounding: str) -> int:
    whole, rest = divmod(numerator, denominator)
    if not rest:
        return whole
    # A mode asks only on which side of the half the rest lies, so a quarter stands for every rest below it.
    side = "0.5" if 2 * rest == denominator else "0.25" if 2 * rest < denominator else "0.75"
    near = Context(prec=len(str(whole)) + 3).add(Decimal(whole), Decimal(side))
    return int(near.to_integral_value(rounding=rounding))
