"""Dataclasses to JSON and back, by their type hints. Only what rows need; settings are read by the kernel."""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from loopyard.kernel.money import Money

Model = TypeVar("Model")
Reader = Callable[[Any], Any]


def written(value: Any) -> bytes:
    """A dataclass as JSON; money is written as "100.5 MWK"."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def _plain(value: Any) -> Any:
    """What JSON has no word for, one level of it: orjson asks again for what it finds inside."""
    kind: Any = type(value)
    if kind is Money:
        return f"{value} {value.currency}"
    if kind is Decimal:
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return {name: getattr(value, name) for name in _names(kind)}


def load(kind: type[Model], plain: Mapping[str, Any]) -> Model:
    """The dataclass that was `written`. Raises KeyError, TypeError, ValueError for a shape that does not fit."""
    readers = _members(cast(Hashable, kind))
    given = {name: readers[name](value) for name, value in plain.items()}
    missing = [name for name in _required(cast(Hashable, kind)) if name not in given]
    if missing:
        raise KeyError(missing[0])
    return kind(**given)


def read(hint: Any, value: Any) -> Any:
    """A value of the type `hint` from its plain form. Raises TypeError, ValueError, KeyError."""
    return _reader(hint)(value)


@lru_cache(maxsize=256)
def _reader(hint: Any) -> Reader:
    """What reads a type; found once, because rows are read far more often than there are types."""
    origin, of = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        some = _reader(next(each for each in of if each is not types.NoneType))
        return lambda value: None if value is None else some(value)
    if origin is Literal:
        return lambda value: _expect(value in of, value, f"one of {', '.join(map(str, of))}")
    if origin is tuple:
        each_of = _reader(of[0])
        return lambda value: tuple(map(each_of, _expect(isinstance(value, list | tuple), value, "a list")))
    if origin is Mapping:
        item = _reader(of[1])
        return lambda value: {
            str(key): item(each) for key, each in _expect(isinstance(value, Mapping), value, "a table").items()
        }
    return _reader_of_one(hint)


def _reader_of_one(hint: Any) -> Reader:
    known: Mapping[Any, Reader] = {Any: lambda value: value, Money: _money, datetime: datetime.fromisoformat, Decimal: _decimal}
    if hint in known:
        return known[hint]
    if is_dataclass(hint):
        return lambda value: load(hint, value)  # type: ignore[arg-type]
    named = {str: "a text", int: "a whole number", bool: "true or false"}[hint]
    return lambda value: _expect(type(value) is hint, value, named)


def _money(value: Any) -> Money:
    amount, _, code = _expect(isinstance(value, str), value, "an amount").partition(" ")
    return Money(amount, code)


def _decimal(value: Any) -> Decimal:
    return Decimal(_expect(isinstance(value, str | int) and not isinstance(value, bool), value, "a number in quotes"))


def _expect(fits: bool, value: Any, wanted: str) -> Any:
    if not fits:
        raise TypeError(f"{value!r} is not {wanted}")
    return value


@lru_cache(maxsize=64)
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@lru_cache(maxsize=64)
def _required(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING)


@lru_cache(maxsize=64)
def _members(kind: Any) -> Mapping[str, Reader]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
