from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.protocols import canonical

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_sorted_form_sorts_keys_at_every_level_and_keeps_arrays() -> None:
    assert canonical.sorted_bytes('{"b": [{"z": 1, "a": 2}, 3], "a": "ü"}') == '{"a":"ü","b":[{"a":2,"z":1},3]}'.encode()


def test_insertion_form_keeps_the_order_of_arrival() -> None:
    assert canonical.insertion_bytes('{ "b" : 1, "a" : {"d":1,"c":2} }') == b'{"b":1,"a":{"d":1,"c":2}}'


@pytest.mark.parametrize(
    "text, expected",
    [
        ("10", "10"),
        ("10.00", "10"),
        ("1.50", "1.5"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("100.5e1", "1005"),
        ("1e21", "1e+21"),
        ("1e20", "100000000000000000000"),
        ("123456789012345678901", "123456789012345678901"),
        ("0.000001", "0.000001"),
        ("0.0000001", "1e-7"),
        ("-1.25E-9", "-1.25e-9"),
        ("0.1", "0.1"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(text: str, expected: str) -> None:
    assert canonical.sorted_bytes(text) == expected.encode()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1e308", "1e+308"),
        ("1.7976931348623158e308", "1.7976931348623158e+308"),
        ("1.7976931348623159e308", "null"),
        ("1e400", "null"),
        ("-2e308", "null"),
        ("1e1000000", "null"),
        ("-1e9999999", "null"),
        ("1e999999999999999999", "null"),
        ("1e99999999999999999999", "null"),
        ("-0.5E+99999999999999999999", "null"),
        ("1" * 400, "null"),
        ("-" + "1" * 5000, "null"),
        (str(2**1024 - 2**970), "null"),
        ("5e-324", "5e-324"),
        ("2.4703282292062327e-324", "0"),
        ("1e-400", "0"),
        ("-1e-1000000", "0"),
        ("1e-99999999999999999999", "0"),
        ("0e99999999999999999999", "0"),
        ("-0.00e99999999999999999999", "0"),
    ],
)
def test_what_no_double_holds_is_null_or_zero(text: str, expected: str) -> None:
    """As node's JSON.stringify(JSON.parse(text)) writes it, but for digits beyond the fifteenth."""
    assert canonical.sorted_bytes(text) == expected.encode()
    assert canonical.insertion_bytes(f'{{"a":{text}}}') == b'{"a":%s}' % expected.encode()


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
def test_every_number_has_a_text_that_reads_back(number: Decimal | int) -> None:
    text = canonical.number_text(number)
    assert canonical.number_text(canonical.parse(text) or 0) == text.replace("null", "0")


@pytest.mark.parametrize("value", [Decimal("1e400"), 10**400, Decimal("-1e999999999999999999")])
def test_a_number_beyond_every_double_is_written_as_null(value: Decimal | int) -> None:
    assert canonical.sorted_json([value]) == b"[null]"


def test_a_number_of_sixty_digits_keeps_every_digit() -> None:
    digits = "0." + "123456789" * 6
    assert canonical.sorted_bytes(digits) == digits.encode()


def test_control_characters_and_lone_surrogates_are_escaped_and_other_text_is_raw() -> None:
    text = '{"\\u0001\\b\\n\\"\\\\": "\\ud800 é 寿 \\u007f"}'
    assert canonical.sorted_bytes(text).decode() == '{"\\u0001\\b\\n\\"\\\\":"\\ud800 é 寿 \x7f"}'


@pytest.mark.parametrize(
    "text, expected", [("", True), ("é 寿 \U0001f600", True), ("\ud800", False), ("a\udc00b", False), ("\ud83d\ude00", False)]
)
def test_half_a_character_can_be_told(text: str, expected: bool) -> None:
    assert canonical.is_well_formed(text) is expected


def test_an_escaped_pair_is_a_whole_character() -> None:
    assert canonical.is_well_formed(canonical.parse('"\\ud83d\\ude00"'))


def test_keys_beyond_the_bmp_sort_by_utf16_units() -> None:
    assert canonical.sorted_json({"\uffff": 1, "\U00010000": 2}) == '{"\U00010000":2,"\uffff":1}'.encode()


@pytest.mark.parametrize("value", [0.5, {"amount": 1.0}, [Decimal("NaN")], {1: "key"}])
def test_floats_and_what_is_not_json_are_refused(value: object) -> None:
    with pytest.raises((TypeError, AttributeError)):
        canonical.sorted_json(value)


def test_constants_that_are_not_json_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN is not JSON"):
        canonical.parse("NaN")


@given(JSON)
def test_both_forms_read_back_as_the_same_value(value: object) -> None:
    assert canonical.parse(canonical.sorted_json(value)) == value
    assert canonical.parse(canonical.insertion_json(value)) == value


@given(st.dictionaries(st.text(st.characters(max_codepoint=0xD7FF)), st.booleans()))
def test_sorted_form_agrees_with_the_standard_library(value: dict[str, bool]) -> None:
    expected = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical.sorted_json(value).decode() == expected


@given(JSON)
def test_the_fast_and_the_exact_writer_agree(value: object) -> None:
    assert canonical.sorted_json(value) == canonical.sorted_json([value, Decimal(1)])[1:-3]


@pytest.mark.parametrize("depth", [101, 900, 1000, 1024, 1025, 100_000])
@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_too_deep_is_no_json_to_anybody(depth: int, opening: str, closing: str) -> None:
    with pytest.raises(ValueError, match="nested"):
        canonical.parse(opening * depth + "1.5" + closing * depth)


def test_a_hundred_levels_are_read() -> None:
    assert canonical.parse("[" * 100 + "1" + "]" * 100)
