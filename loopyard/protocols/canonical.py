"""The two compact JSON forms that FSPIOP signatures and ILP packets are computed over. Nothing here signs or hashes.

Source: docs/sources/fspiop.md, "Canonical JSON". A number is written as ECMAScript writes it, computed from its decimal
digits and never through a binary float, so that up to 15 significant digits agree exactly with a JavaScript peer. What no
double can hold is read and written as that peer does: null beyond the greatest, zero below the least."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation
from json.encoder import encode_basestring
from typing import Any, Final

import orjson

from loopyard.kernel.nesting import MAX_DEPTH, has_many_brackets, spelled_too_deep, too_deep

_DEEP: Final = f"nested deeper than {MAX_DEPTH} levels"
_PLAIN: Final = (str, bool, type(None))
_INFINITE: Final = 2**1024 - 2**970
"""The least size of a number that a double rounds to infinity, which JSON writes as null."""
_NOTHING: Final = Decimal((0, tuple(map(int, str(5**1075))), -1075))
"""The greatest size of a number that a double rounds to zero: half of the least that there is, 2 to the power of -1075."""
_LONGEST: Final = len(str(_INFINITE))


def sorted_json(value: Any) -> bytes:
    """Compact JSON with keys sorted at every level: the form of today's signing libraries. TypeError for a float."""
    if _is_plain(value):
        try:
            return _compact(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        except TypeError:  # lone surrogates: legal in JSON text, refused by orjson
            pass
    return _encode(value, sort=True)


def insertion_json(value: Any) -> bytes:
    """Compact JSON with keys in the order of arrival: the form of older signing libraries. TypeError for a float."""
    if _is_plain(value):
        try:
            return _compact(orjson.dumps(value))
        except TypeError:
            pass
    return _encode(value, sort=False)


def parse(raw: bytes | str) -> Any:
    """Parse JSON text; every fraction or exponent becomes a Decimal, and a number beyond every double None. ValueError when it
    is not JSON, or nested so deep that reading it is an attack."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:  # lone surrogates again; and of what is no JSON the exact parser says what is wrong
        if spelled_too_deep(raw):
            raise ValueError(_DEEP) from None
        return _exactly(raw)
    if has_many_brackets(raw) and too_deep(value):
        raise ValueError(_DEEP)
    return value if _is_plain(value) else _exactly(raw)


def _exactly(raw: bytes | str) -> Any:
    return json.loads(raw, parse_float=_fraction, parse_int=_whole, parse_constant=_refuse_constant)


def _whole(text: str) -> int | None:
    """Python reads no more than some thousand digits, and none of so many stand for a number here."""
    number = int(text) if len(text) <= _LONGEST + 1 else None
    return number if number is not None and abs(number) < _INFINITE else None


def _fraction(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent beyond a Decimal's own: no mantissa of a message outweighs it
        mantissa, _, exponent = text.lower().partition("e")
        return Decimal(0) if exponent.startswith("-") or not mantissa.strip("-0.") else None
    size = number.copy_abs()
    return None if size >= _INFINITE else number if size > _NOTHING else Decimal(0)


def sorted_bytes(raw: bytes | str) -> bytes:
    """`sorted_json` of JSON text."""
    return sorted_json(parse(raw))


def insertion_bytes(raw: bytes | str) -> bytes:
    """`insertion_json` of JSON text."""
    return insertion_json(parse(raw))


def is_well_formed(text: str) -> bool:
    """Whether a text has no surrogate that stands alone: JSON can say one, but no path, header or file can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def number_text(number: int | Decimal) -> str:
    """A number as ECMAScript writes it: 10.00 is "10", 1E21 is "1e+21", 0.0000001 is "1e-7", 1E400 is "null"."""
    exact = Decimal(number)
    if not exact.is_finite():
        raise TypeError(f"{number} has no JSON form; send a finite number")
    size = exact.copy_abs()
    if size >= _INFINITE:
        return "null"
    if size <= _NOTHING:
        return "0"
    sign, digits, exponent = exact.normalize(_context_for(exact)).as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    return ("-" if sign else "") + _place_point(text, len(text) + exponent)


def _place_point(digits: str, point: int) -> str:
    """Lay out significant digits with the decimal point after `point` of them (ECMA-262, Number::toString)."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"


def _context_for(number: Decimal) -> Context:
    """A context wide enough that normalising loses no digit."""
    return Context(prec=max(1, len(number.as_tuple().digits)))


def _compact(written: bytes) -> bytes:
    """A copy, because orjson's own bytes occupy four kilobytes each, and the traffic log keeps what was sent."""
    return bytes(memoryview(written))


def _is_plain(value: Any) -> bool:
    """Whether orjson reads and writes this value exactly as a JavaScript peer does. Most members of a message are texts, so
    these are passed without a call."""
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii() or not (type(item) is str or _is_plain(item)):
                return False
        return True
    if kind is list:
        return all(map(_is_plain, value))
    return kind in _PLAIN or (kind is int and -(10**15) < value < 10**15)


def _encode(value: Any, *, sort: bool) -> bytes:
    # "backslashreplace" turns a lone surrogate into \udXXX, which is what a well-formed JSON.stringify writes.
    return "".join(_pieces(value, sort)).encode("utf-8", "backslashreplace")


def _pieces(value: Any, sort: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield encode_basestring(value)
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int | Decimal):
        yield number_text(value)
    elif isinstance(value, dict):
        # Sorting compares UTF-16 units, as JavaScript does; it differs from code points only beyond the BMP.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass")) if sort else value
        for index, key in enumerate(keys):
            yield ("," if index else "{") + encode_basestring(key) + ":"
            yield from _pieces(value[key], sort)
        yield "}" if value else "{}"
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield "," if index else "["
            yield from _pieces(item, sort)
        yield "]" if value else "[]"
    else:
        raise TypeError(f"{type(value).__name__} has no canonical JSON form; use str, int, Decimal, bool, None, dict, list")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON; send a finite number")
