"""Validation as the ledger's administration does it: every violation is found, in the order of the declaration and in the
words of its validator (Joi), and all are code 3101. No rule of a single operation stands here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError

Test = Callable[[Any], str | None]
"""What is wrong with a value, in words after its label; None when nothing is."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_MISSING: Final = object()
_LARGEST: Final = Decimal(2**53 - 1)
_HALF_UNIT: Final = Decimal("0.00005")


@dataclass(frozen=True, slots=True)
class Field:
    """One member: `tests` in order, the first that fails speaks; `inner` for an object, `items` for a list of objects."""

    tests: tuple[Test, ...] = ()
    required: bool = True
    label: str | None = None
    inner: Mapping[str, Field] | None = None
    items: Mapping[str, Field] | None = None


def check(value: Any, fields: Mapping[str, Field]) -> Mapping[str, Any]:
    """The value itself. Raises FspiopError 3101 with all violations, joined and cut as the ledger cuts them."""
    members: Mapping[str, Any] = value if isinstance(value, dict) else {}
    problems = _object(members, fields, "") if isinstance(value, dict) else ['"value" must be of type object']
    if problems:
        raise FspiopError("3101", ". ".join(problems))
    return members


def _object(value: Mapping[str, Any], fields: Mapping[str, Field], prefix: str) -> list[str]:
    problems = [each for name, field in fields.items() for each in _member(value.get(name, _MISSING), field, prefix + name)]
    return problems + [f'"{prefix}{name}" is not allowed' for name in value if name not in fields]


def _member(value: Any, field: Field, path: str) -> list[str]:
    label = field.label or path
    if value is _MISSING:
        return [f'"{label}" is required'] if field.required else []
    if field.inner is not None:
        return _object(value, field.inner, f"{path}.") if isinstance(value, dict) else [f'"{label}" must be of type object']
    if field.items is not None:
        if not isinstance(value, list):
            return [f'"{label}" must be an array']
        return [each for n, item in enumerate(value) for each in _item(item, field.items, f"{path}[{n}]")]
    problem = next((problem for test in field.tests if (problem := test(value)) is not None), None)
    return [f'"{label}" {problem}'] if problem is not None else []


def _item(value: Any, fields: Mapping[str, Field], path: str) -> list[str]:
    return _object(value, fields, f"{path}.") if isinstance(value, dict) else [f'"{path}" must be of type object']


def text(shortest: int = 1, longest: int | None = None) -> Test:
    """A string of so many characters."""

    def test(value: Any) -> str | None:
        if not isinstance(value, str):
            return "must be a string"
        if not value:
            return "is not allowed to be empty"
        if len(value) < shortest:
            return f"length must be at least {shortest} characters long"
        if longest is not None and len(value) > longest:
            return f"length must be less than or equal to {longest} characters long"
        return None

    return test


def pattern(regex: str, shown: str) -> Test:
    """A string of a form; `shown` is how the validator names it."""
    compiled = re.compile(regex)

    def test(value: Any) -> str | None:
        return None if compiled.fullmatch(value) else shown.format(value=value)

    return test


def one_of(values: Sequence[Any]) -> Test:
    """One of a list."""
    listed = ", ".join(str(value) for value in values)

    def test(value: Any) -> str | None:
        return None if any(value == each and type(value) is type(each) for each in values) else f"must be one of [{listed}]"

    return test


def number(value: Any) -> str | None:
    """A number, or a text that is one."""
    return None if decimal(value) is not None else "must be a number"


def safe(value: Any) -> str | None:
    """A number that JavaScript holds exactly."""
    return "must be a safe number" if unsafe(decimal(value) or Decimal(0)) else None


def unsafe(found: Decimal) -> bool:
    """Whether a number is beyond what JavaScript holds exactly: the validator refuses it unless it is told otherwise."""
    return abs(found) > _LARGEST


def positive(value: Any) -> str | None:
    """A number above zero."""
    return None if (decimal(value) or 0) > 0 else "must be a positive number"


def positive_money(value: Any) -> str | None:
    """A number above zero after it was rounded to four decimals, which happens first."""
    return None if (decimal(value) or 0) >= _HALF_UNIT else "must be a positive number"


def not_negative(value: Any) -> str | None:
    """Zero or more, in the words of the rule for positive numbers."""
    return None if (decimal(value) or 0) >= 0 else "must be a positive number"


def integer(value: Any) -> str | None:
    """A whole number."""
    found = decimal(value)
    return None if found is not None and found == found.to_integral_value() else "must be an integer"


def boolean(value: Any) -> str | None:
    """True or false, or their texts; 0 and 1 are neither."""
    return None if truth(value) is not None else "must be a boolean"


def truth(value: Any) -> bool | None:
    """The boolean that a value stands for, None when it stands for none."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def decimal(value: Any) -> Decimal | None:
    """The number that a value stands for, exact; None when it stands for none."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def parsed(raw: bytes) -> Any:
    """The JSON of a body with exact numbers; an empty body is no object. Raises FspiopError 3000."""
    try:
        return canonical.parse(raw) if raw else None
    except (ValueError, RecursionError) as cause:
        raise FspiopError("3000", "Invalid request payload JSON format") from cause
