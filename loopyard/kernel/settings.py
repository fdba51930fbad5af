"""Builds settings from a table that a user wrote; what is wrong is answered with file, key and remedy.
What a setting means stands with the dataclass that a simulator or connector declares."""

from __future__ import annotations

import inspect
import math
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from loopyard.kernel.errors import MoneyError, UsageError
from loopyard.kernel.money import Money

Kind = TypeVar("Kind")

WORLD_FILE = "the world file"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands, so that a complaint can name it."""

    file: str
    key: str

    def of(self, key: object) -> Place:
        return Place(self.file, f"{self.key}.{key}".strip("."))

    def item(self, number: int) -> Place:
        return Place(self.file, f"{self.key}[{number}]")

    def wrong(self, problem: str, remedy: str) -> UsageError:
        return UsageError(self.file, self.key, problem, remedy)


def read(kind: type[Kind], raw: Mapping[str, Any], where: str, file: str = WORLD_FILE) -> Kind:
    """A frozen dataclass of settings from a TOML table. `where` is the table's name, such as `simulators.green-bank`.

    Fields may be bool, int, float (seconds), str, Decimal and Money as texts ("0.5", "100 MWK"), Literal, `X | None`,
    tuple[X, ...], Mapping[str, X] and dataclasses of the same sort. A ValueError of `__post_init__` is a complaint too.
    Raises UsageError for unknown, missing and wrong values; TypeError for a field that cannot come from a world file.
    """
    return _table(kind, raw, Place(file, where))


def bind(function: Callable[..., Any], raw: Mapping[str, Any], where: str, file: str) -> dict[str, Any]:
    """Arguments for `function` behind its first parameter, checked against its annotations as `read` checks settings; what
    its `**options` take is passed on as it is. Raises UsageError for unknown, missing and wrong arguments."""
    place, hints = Place(file, where), _hints(function)
    declared = list(inspect.signature(function).parameters.values())[1:]
    named = {each.name: each for each in declared if each.kind is not each.VAR_KEYWORD}
    for key in raw:
        if key not in named and len(named) == len(declared):
            raise place.of(key).wrong("is not known here", f"known are {', '.join(named) or 'none'}")
    for name, parameter in named.items():
        if name not in raw and parameter.default is parameter.empty:
            raise place.of(name).wrong("is missing", f"give {name}, such as {_example(hints[name])}")
    return {key: _value(hints[key], each, place.of(key)) if key in named else each for key, each in raw.items()}


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _table(kind: type[Kind], raw: Any, place: Place) -> Kind:
    if not isinstance(raw, Mapping):
        raise place.wrong(f"must be a table, not {raw!r}", f"write [{place.key}] with its keys")
    hints = _hints(cast(Hashable, kind))
    known = {each.name: each for each in fields(kind) if each.init}  # type: ignore[arg-type]
    for key in raw:
        if key not in known:
            raise place.of(key).wrong("is not known here", f"known are {', '.join(sorted(known)) or 'none'}")
    for name, declared in known.items():
        if name not in raw and _required(declared):
            raise place.of(name).wrong("is missing", f"add {name} = {_example(hints[name])}")
    values = {name: _value(hints[name], raw[name], place.of(name)) for name in known if name in raw}
    try:
        return kind(**values)
    except ValueError as error:
        raise place.wrong(str(error), "correct the values that are named") from error


def _required(declared: Field[Any]) -> bool:
    return declared.default is MISSING and declared.default_factory is MISSING


def _value(hint: Any, raw: Any, place: Place) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        (inner,) = [each for each in get_args(hint) if each is not types.NoneType]
        return None if raw is None else _value(inner, raw, place)
    if origin is Literal:
        return _choice(get_args(hint), raw, place)
    if origin is tuple:
        return _items(get_args(hint)[0], raw, place)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(raw, Mapping):
            raise place.wrong(f"must be a table, not {raw!r}", f"write [{place.key}] with its keys")
        return {str(key): _value(get_args(hint)[1], each, place.of(key)) for key, each in raw.items()}
    if is_dataclass(hint) and hint is not Money:
        return _table(hint, raw, place)  # type: ignore[arg-type]
    return _plain(hint, raw, place)


def _plain(hint: Any, raw: Any, place: Place) -> Any:
    if hint is Any:
        return raw
    if hint not in _PLAIN:
        raise TypeError(f"{place.key}: a setting cannot be of type {hint!r}")
    expected, accepts = _PLAIN[hint]
    value = accepts(raw)
    if value is None:
        raise place.wrong(f"must be {expected}, not {raw!r}", f"write {place.key.rpartition('.')[2]} = {_example(hint)}")
    return value


def _choice(known: tuple[Any, ...], raw: Any, place: Place) -> Any:
    for each in known:
        if each == raw and type(each) is type(raw):
            return each
    raise place.wrong(f"{raw!r} is not known", f"choose one of {', '.join(map(str, known))}")


def _items(hint: Any, raw: Any, place: Place) -> tuple[Any, ...]:
    if not isinstance(raw, (list, tuple)):
        raise place.wrong(f"must be a list, not {raw!r}", f"write {place.key.rpartition('.')[2]} = [{_example(hint)}]")
    return tuple(_value(hint, each, place.item(number)) for number, each in enumerate(raw))


def _exactly(kind: type) -> Callable[[Any], Any]:
    return lambda raw: raw if type(raw) is kind else None


def _number(raw: Any) -> float | None:
    """Seconds and other quantities that are no money."""
    return float(raw) if type(raw) in (int, float) and math.isfinite(raw) else None


def _decimal(raw: Any) -> Decimal | None:
    """Exact: a float of TOML has lost its digits already, so it is refused."""
    if type(raw) not in (str, int, Decimal):
        return None
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _money(raw: Any) -> Money | None:
    if isinstance(raw, Money):
        return raw
    amount, _, code = raw.partition(" ") if isinstance(raw, str) else ("", "", "")
    try:
        return Money(amount, code.strip())
    except MoneyError:
        return None


_PLAIN: Mapping[Any, tuple[str, Callable[[Any], Any]]] = types.MappingProxyType(
    {
        bool: ("true or false", _exactly(bool)),
        int: ("a whole number", _exactly(int)),
        float: ("a number", _number),
        str: ("a text", _exactly(str)),
        Decimal: ("a decimal number in quotes", _decimal),
        Money: ("an amount with its currency, in quotes", _money),
    }
)
_EXAMPLES: Mapping[Any, str] = types.MappingProxyType(
    {bool: "true", int: "1", float: "1.5", str: '"..."', Decimal: '"0.5"', Money: '"100 MWK"'}
)


def _example(hint: Any) -> str:
    """What a value of this type may look like in a world file."""
    if get_origin(hint) is Literal:
        return f'"{get_args(hint)[0]}"'
    return _EXAMPLES.get(hint, "...")
