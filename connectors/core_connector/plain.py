"""Dataclasses to plain JSON values and back, by their type hints. Only what rows need; settings are read by the kernel."""

from __future__ import annotations

import types
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from loopyard.kernel.money import Money

Model = TypeVar("Model")


def dump(value: Any) -> Any:
    """A value that JSON can hold; money is written as "100.5 MWK"."""
    if is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Money):
        return {each.name: dump(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Money):
        return f"{value} {value.currency}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: dump(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [dump(each) for each in value]
    return value


def load(kind: type[Model], plain: Mapping[str, Any]) -> Model:
    """The dataclass that `dump` wrote. Raises KeyError, TypeError, ValueError for a shape that does not fit."""
    hints = _hints(cast(Hashable, kind))
    given = {key: read(hints[key], value) for key, value in plain.items()}
    missing = [each.name for each in fields(kind) if each.name not in given and _required(each)]  # type: ignore[arg-type]
    if missing:
        raise KeyError(missing[0])
    return kind(**given)


def read(hint: Any, value: Any) -> Any:
    """A value of the type `hint` from its plain form. Raises TypeError, ValueError, KeyError."""
    origin = get_origin(hint)
    if origin in (types.UnionType, Union):
        return _read_optional(hint, value)
    if origin is Literal:
        return _expect(value in get_args(hint), value, f"one of {', '.join(map(str, get_args(hint)))}")
    if origin is tuple:
        _expect(isinstance(value, list | tuple), value, "a list")
        return tuple(read(get_args(hint)[0], each) for each in value)
    if origin is Mapping:
        _expect(isinstance(value, Mapping), value, "a table")
        return {str(key): read(get_args(hint)[1], each) for key, each in value.items()}
    if hint is Any:
        return value
    return _read_one(hint, value)


def _read_one(hint: Any, value: Any) -> Any:
    if hint is Money:
        amount, _, code = _expect(isinstance(value, str), value, "an amount").partition(" ")
        return Money(amount, code)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is Decimal:
        return Decimal(_expect(isinstance(value, str | int) and not isinstance(value, bool), value, "a number in quotes"))
    if is_dataclass(hint):
        return load(hint, value)  # type: ignore[arg-type]
    named = {str: "a text", int: "a whole number", bool: "true or false"}[hint]
    return _expect(type(value) is hint, value, named)


def _read_optional(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    return read(next(each for each in get_args(hint) if each is not types.NoneType), value)


def _expect(fits: bool, value: Any, wanted: str) -> Any:
    if not fits:
        raise TypeError(f"{value!r} is not {wanted}")
    return value


def _required(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@lru_cache(maxsize=64)
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)
