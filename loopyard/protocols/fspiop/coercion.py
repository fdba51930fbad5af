"""Type coercion as the hub's validator does it before it judges: a number where a string is wanted becomes that string.
The message itself is left as it is; only the judged copy changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from loopyard.protocols import canonical

_NUMBER: Final = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)


def coerced(schema: Any, value: Any) -> Any:
    """A copy of the value with scalars turned into the types that the schema asks for, where they can be."""
    if not isinstance(schema, dict):
        return value
    if isinstance(value, dict) and "properties" in schema:
        properties = schema["properties"]
        return {key: coerced(properties.get(key), item) for key, item in value.items()}
    if isinstance(value, list) and "items" in schema:
        return [coerced(schema["items"], item) for item in value]
    if isinstance(value, dict | list):
        return value
    turn = _TURNS.get(schema.get("type", ""))
    return turn(value) if turn else value


def _to_string(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else canonical.number_text(Decimal(str(value)))


def _to_number(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return int(bool(value))
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = Decimal(value.strip())
        return int(number) if number == number.to_integral_value() else number
    return value


def _to_integer(value: Any) -> Any:
    number = _to_number(value)
    return value if isinstance(number, Decimal) else number


def _to_boolean(value: Any) -> Any:
    if value is None:
        return False
    is_word = isinstance(value, str) and value in ("true", "false")
    is_digit = not isinstance(value, bool | str) and value in (0, 1)
    return value == "true" if is_word else bool(value) if is_digit else value


_TURNS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {"string": _to_string, "number": _to_number, "integer": _to_integer, "boolean": _to_boolean}
)
