"""Validation as the settlement service does it: the first violation alone is reported, in the words of its validator, with a
code that depends on the kind of violation. No rule of a single operation stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from loopyard.engine.call import Call
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError
from simulators.hub.wire import joi

MALFORMED: Final = "3101"
MISSING: Final = "3102"
INVALID: Final = "3100"


class Problem(NamedTuple):
    """What is wrong with a value: its code, and the words after its label."""

    code: str
    words: str


Test = Callable[[Any], Problem | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One member: `test` for a plain value, `items` for a list of objects of which there must be `fewest`."""

    test: Test | None = None
    required: bool = False
    items: Mapping[str, Field] | None = None
    fewest: int = 0
    unique: bool = False


def check(value: Any, fields: Mapping[str, Field]) -> Mapping[str, Any]:
    """The value itself. Raises FspiopError for the first violation; unknown members come last."""
    members = value if isinstance(value, dict) else {}
    for code, text in _problems(members, fields, ""):
        raise FspiopError(code, text)
    return members


def body(call: Call, fields: Mapping[str, Field]) -> Mapping[str, Any]:
    """The checked body; what is not JSON counts as empty. Raises FspiopError."""
    try:
        value = canonical.parse(call.raw) if call.raw else {}
    except (ValueError, RecursionError):
        value = {}
    return check(value, fields)


def path_number(name: str, value: str) -> int:
    """A number in a path. Raises FspiopError, which names the parameter and not what is wrong with it."""
    problem = number(value)
    if problem is not None:
        raise FspiopError(problem.code, f"'{name}' URI path parameter")
    return int(joi.decimal(value) or 0)


def _problems(value: Mapping[str, Any], fields: Mapping[str, Field], prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in fields.items():
        label = prefix + name
        if name not in value:
            if field.required:
                yield MISSING, f'"{label}" is required'
        elif field.items is not None:
            yield from _list(value[name], field, field.items, label)
        elif field.test is not None and (problem := field.test(value[name])) is not None:
            yield problem.code, f'"{label}" {problem.words}'
    for name in value:
        if name not in fields:
            yield INVALID, f'"{prefix}{name}" is not allowed'


def _list(value: Any, field: Field, inner: Mapping[str, Field], label: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield INVALID, f'"{label}" must be an array'
        return
    for number_, item in enumerate(value):
        if not isinstance(item, dict):
            yield INVALID, f'"{label}[{number_}]" must be of type object'
            return
        yield from _problems(item, inner, f"{label}[{number_}].")
        if field.unique and any(_same(item, earlier, inner) for earlier in value[:number_]):
            yield INVALID, f'"{label}[{number_}]" contains a duplicate payload'
    if len(value) < field.fewest:
        yield INVALID, f'"{label}" must contain at least {field.fewest} items'


def _same(one: Mapping[str, Any], other: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
    """Whether two items are one, numbers being compared as numbers: the validator has converted them by then."""
    return one.keys() == other.keys() and all(
        joi.decimal(one[name]) == joi.decimal(other[name])
        if name in fields and fields[name].test is number
        else one[name] == other[name]
        for name in one
    )


def text(value: Any) -> Problem | None:
    """A string, which may be empty."""
    return None if isinstance(value, str) else Problem(MALFORMED, "must be a string")


def number(value: Any) -> Problem | None:
    """A whole number, or a text that is one."""
    found = joi.decimal(value)
    if found is None:
        return Problem(INVALID, "must be a number")
    if joi.unsafe(found):
        return Problem(INVALID, "must be a safe number")
    return None if found == found.to_integral_value() else Problem(MALFORMED, "must be an integer")


def one_of(values: Sequence[str]) -> Test:
    """One of a list of texts; a list of one is named without its plural."""
    words = f"must be [{values[0]}]" if len(values) == 1 else f"must be one of [{', '.join(values)}]"
    return lambda value: None if value in values else Problem(MALFORMED, words)


def moment(value: Any) -> Problem | None:
    """A date, or a date with a time."""
    return None if instant(value) is not None else Problem(MALFORMED, "must be in ISO 8601 date format")


def instant(value: Any) -> datetime | None:
    """The moment that a text stands for, in UTC unless it says otherwise; None when it stands for none."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
