"""Money is exact: what goes in comes out, nothing rounds unasked, and currencies do not mix."""

from __future__ import annotations

import decimal
import math
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.kernel import currencies
from loopyard.kernel.currencies import EXPONENTS
from loopyard.kernel.errors import CurrencyMismatch, InvalidAmount, UnknownCurrency
from loopyard.kernel.money import SCALE, Currency, Money, currency, parse_fspiop

NGN = currency("NGN")
ROUNDINGS = (
    decimal.ROUND_CEILING,
    decimal.ROUND_DOWN,
    decimal.ROUND_FLOOR,
    decimal.ROUND_HALF_DOWN,
    decimal.ROUND_HALF_EVEN,
    decimal.ROUND_HALF_UP,
    decimal.ROUND_UP,
    decimal.ROUND_05UP,
)

units = st.integers(min_value=-(10**22) + 1, max_value=10**22 - 1)
amounts = units.map(lambda n: Money.of_units(n, NGN))
rates = st.decimals(min_value="0.00000001", max_value="99999999", allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    "code, exponent",
    [("MWK", 2), ("NGN", 2), ("JPY", 0), ("XOF", 0), ("UGX", 0), ("KWD", 3), ("TND", 3), ("UYW", 4), ("XTS", 4)],
)
def test_a_currency_knows_its_exponent_and_quantum(code: str, exponent: int) -> None:
    assert currency(code).exponent == exponent
    assert currency(code).quantum == SCALE // 10**exponent


def test_the_table_has_each_code_once_in_capitals() -> None:
    listed = [code for _, codes in currencies._CODES_BY_EXPONENT for code in codes.split()]
    assert sorted(listed) == sorted(EXPONENTS)
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in EXPONENTS)


def test_codes_that_only_the_fspiop_enumeration_still_has_are_known() -> None:
    for code in ("CUC", "GGP", "HRK", "IMP", "JEP", "MRO", "SLL", "SPL", "STD", "TVD", "VEF", "XTS", "XXX", "ZWD"):
        assert currency(code).code == code


@pytest.mark.parametrize("code", ["", "ngn", "ZZZ", "NGNN"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency, match="ISO 4217"):
        currency(code)


@pytest.mark.parametrize(
    "amount, expected",
    [
        ("100.50", 1_005_000),
        ("0.0001", 1),
        ("-3", -30_000),
        ("1.50000000", 15_000),
        ("007", 70_000),
        (7, 70_000),
        (-7, -70_000),
        (Decimal("1E+2"), 1_000_000),
        (Decimal("-0.0100000"), -100),
        (Decimal("0E-999999"), 0),
        ("999999999999999999.9999", 10**22 - 1),
        (10**18 - 1, 10**22 - 10**4),
        (Decimal("999999999999999999.9999"), 10**22 - 1),
    ],
)
def test_major_units_become_exact_units(amount: str | Decimal | int, expected: int) -> None:
    assert Money(amount, "NGN").units == expected


@pytest.mark.parametrize(
    "amount",
    [
        *("", " 1", "1 ", "1\n", "1.", ".5", "1,000", "1e3", "+1", "--1", "0x1", "NaN", "٣", "1.00001", "1" * 19),
        *(Decimal("NaN"), Decimal("Infinity"), Decimal("1.00001"), Decimal("1E-999999"), Decimal("1E+18")),
        *(10**18, -(10**18), True, 1.5, None, b"1"),
    ],
)
def test_what_is_no_exact_amount_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidAmount):
        Money(amount, NGN)


@pytest.mark.parametrize(
    "text, shown",
    [("100.50", "100.5"), ("100", "100"), ("0", "0"), ("-0", "0"), ("-0.05", "-0.05"), ("10.0001", "10.0001")],
)
def test_str_is_the_fspiop_form(text: str, shown: str) -> None:
    money = Money(text, NGN)
    assert str(money) == shown
    assert repr(money) == f"Money('{shown}', 'NGN')"


@given(amounts)
def test_str_and_decimal_round_trip(money: Money) -> None:
    assert Money(str(money), NGN) == money
    assert Money(money.decimal, NGN) == money
    assert Fraction(money.decimal) == Fraction(money.units, SCALE)


@given(amounts)
def test_the_fspiop_parser_reads_every_amount_that_str_writes_and_no_negative_one(money: Money) -> None:
    if money.is_negative:
        with pytest.raises(InvalidAmount):
            parse_fspiop(str(money), NGN)
    else:
        assert parse_fspiop(str(money), NGN) == money


@pytest.mark.parametrize(
    "text", ["", "1.0", "1.10", "01", "-1", "+1", "1.", ".1", "1.00001", "1" * 19, "1\n", " 1", "1e3", "٣"]
)
def test_the_fspiop_parser_is_strict(text: str) -> None:
    with pytest.raises(InvalidAmount, match="FSPIOP"):
        parse_fspiop(text, "MWK")


def test_the_fspiop_parser_refuses_a_json_number() -> None:
    not_text: Any = 100
    with pytest.raises(InvalidAmount, match="FSPIOP"):
        parse_fspiop(not_text, "MWK")


@given(amounts, amounts, amounts)
def test_addition_is_associative_and_commutative_and_undone_by_subtraction(a: Money, b: Money, c: Money) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + b - b == a
    assert a + -a == Money.zero(NGN)


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert Money("0.1", NGN) + Money("0.2", NGN) == Money("0.3", NGN)


@given(amounts, amounts)
def test_the_order_is_that_of_the_decimals(a: Money, b: Money) -> None:
    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        a.decimal < b.decimal,
        a.decimal <= b.decimal,
        a.decimal > b.decimal,
        a.decimal >= b.decimal,
        a.decimal == b.decimal,
    )


@pytest.mark.parametrize(
    "operation",
    [
        operator.add,
        operator.sub,
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
    ],
)
def test_currencies_do_not_mix(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyMismatch, match="convert"):
        operation(Money(1, "NGN"), Money(1, "MWK"))


def test_amounts_of_two_currencies_are_never_equal() -> None:
    assert Money(0, "NGN") != Money(0, "MWK")
    assert len({Money(1, "NGN"), Money("1.0", "NGN"), Money(1, "MWK")}) == 2


def test_sign_truth_and_absolute_value() -> None:
    assert (bool(Money(0, NGN)), bool(Money("0.0001", NGN))) == (False, True)
    assert (Money(-1, NGN).is_negative, Money(0, NGN).is_negative) == (True, False)
    assert abs(Money(-1, NGN)) == Money(1, NGN) == -Money(-1, NGN)


@pytest.mark.parametrize(
    "text, exponent, fits",
    [
        ("1.5", 2, True),
        ("1.505", 2, False),
        ("-1.505", 3, True),
        ("1", 0, True),
        ("1.5", 0, False),
        ("1.0001", 5, True),
    ],
)
def test_fits_tells_whether_the_decimals_suffice(text: str, exponent: int, fits: bool) -> None:
    assert Money(text, NGN).fits(exponent) is fits


@given(amounts, rates, st.sampled_from(["JPY", "MWK", "KWD", "XTS"]), st.sampled_from(ROUNDINGS))
def test_converted_and_remainder_are_exactly_the_product(money: Money, rate: Decimal, to: str, rounding: str) -> None:
    converted, remainder = money.convert(rate, to, rounding)
    assert converted.currency is currency(to)
    assert converted.units % currency(to).quantum == 0
    assert Fraction(converted.units, SCALE) + Fraction(remainder) == Fraction(money.units, SCALE) * Fraction(rate)


@given(units, rates, st.sampled_from(ROUNDINGS), st.sampled_from([1, 100, 500, 3000]))
def test_rounding_is_that_of_the_decimal_module(n: int, rate: Decimal, rounding: str, quantum: int) -> None:
    converted, _ = Money.of_units(n, NGN).convert(rate, "MWK", rounding, quantum)
    with decimal.localcontext(decimal.Context(prec=200)):
        steps = (Decimal(n) * rate / quantum).to_integral_value(rounding)
    assert converted.units == int(steps) * quantum


@pytest.mark.parametrize(
    "amount, rate, to, converted, remainder",
    [
        ("0.5", "1", "JPY", "0", "0.5"),
        ("1.5", "1", "JPY", "2", "-0.5"),
        ("-2.5", "1", "JPY", "-2", "-0.5"),
        ("100", "1.2345", "MWK", "123.45", "0"),
        ("100", "1E+2", "MWK", "10000", "0"),
        ("0.01", "0.333", "KWD", "0.003", "0.00033"),
    ],
)
def test_conversion_rounds_half_even_to_the_minor_unit(amount: str, rate: str, to: str, converted: str, remainder: str) -> None:
    assert Money(amount, NGN).convert(Decimal(rate), to) == (Money(converted, to), Decimal(remainder))


@pytest.mark.parametrize("rate", [Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity"), math.pi, 2])
def test_a_rate_that_is_no_positive_decimal_is_refused(rate: Any) -> None:
    with pytest.raises(InvalidAmount, match="rate"):
        Money(1, NGN).convert(rate, "MWK")


@pytest.mark.parametrize("quantum", [0, -100])
def test_a_quantum_that_is_not_positive_is_refused(quantum: int) -> None:
    with pytest.raises(InvalidAmount, match="quantum"):
        Money(1, NGN).convert(Decimal(1), "MWK", quantum=quantum)


def test_money_and_currency_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Money(1, NGN).units = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        NGN.exponent = 3  # type: ignore[misc]
    assert Currency("NGN", 2) == NGN
