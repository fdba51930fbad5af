"""JSON as banks and channels write it: numbers are read as exact decimals and written as exact literals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from connectors.core_connector.errors import Malformed
from loopyard.kernel.errors import MoneyError
from loopyard.kernel.money import Money
from loopyard.protocols import canonical


def parse(content: bytes) -> Any:
    """Any JSON value; no number becomes a float. Raises ValueError (so does what is not UTF-8)."""
    return canonical.parse(content.decode())


def parse_object(content: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises Malformed."""
    value = _parsed(content)
    if not isinstance(value, dict):
        raise Malformed("the body is not a JSON object")
    return value


def parse_objects(content: bytes) -> Sequence[Mapping[str, Any]]:
    """A JSON list of objects, of one at least. Raises Malformed."""
    value = _parsed(content)
    if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
        raise Malformed("the body is not a JSON list of objects")
    return value


def _parsed(content: bytes) -> Any:
    try:
        return parse(content)
    except ValueError as error:
        raise Malformed(f"the body is not JSON: {error}") from None


def build(value: Any) -> bytes:
    return orjson.dumps(value)


def number(money: Money) -> orjson.Fragment:
    """The amount as a JSON number, digit by digit as it is."""
    return orjson.Fragment(str(money))


def text(of: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """A field that holds a text. Raises Malformed, 3102 when it is missing and has no default."""
    value = of.get(key, default)
    if value is None:
        raise Malformed(f"{key} is missing", "3102")
    if not isinstance(value, str) or not (value or default == ""):
        raise Malformed(f"{key} must be a text, not {value!r}")
    if not canonical.is_well_formed(value):
        raise Malformed(f"{key} has half a character: {value!r}")
    return value


def part(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A field that holds an object. Raises Malformed."""
    value = of.get(key)
    if value is None:
        raise Malformed(f"{key} is missing", "3102")
    if not isinstance(value, Mapping):
        raise Malformed(f"{key} must be an object, not {value!r}")
    return value


def amount(of: Mapping[str, Any], key: str, currency: str) -> Money:
    """A field that holds a positive amount as a text. Raises Malformed."""
    try:
        money = Money(text(of, key), currency)
    except MoneyError as error:
        raise Malformed(f"{key}: {error}") from None
    if money.units <= 0:
        raise Malformed(f"{key} must be more than zero, not {money}", "3100")
    return money
