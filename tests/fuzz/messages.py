"""Messages made from a schema: valid ones, and ones with a single fault. It knows the keywords that our contracts use, and
refuses any other: what it does not know it cannot obey."""

from __future__ import annotations

import copy
import string
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

KNOWN: Final = {
    "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "enum", "pattern", "minLength",
    "maxLength", "anyOf", "description", "title", "format", "example", "examples", "default", "$id", "$schema", "nullable",
}  # fmt: skip
NAMES: Final = "Amina Banda José Ñandú မောင် O'Neil, J."
ANYTHING: Final = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BASE64URL: Final = string.ascii_letters + string.digits + "-_"
EARLIEST: Final = datetime(1901, 1, 1, tzinfo=UTC)
LONG: Final = 60
"""Characters of a text for which the schema allows more than it needs."""


def valid(schema: Any) -> SearchStrategy[Any]:
    """Messages that a schema allows. Raises NotImplementedError for a keyword that is not known here."""
    if unknown := set(schema) - KNOWN:
        raise NotImplementedError(f"a schema with {', '.join(sorted(unknown))}")
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([valid(each) for each in schema["anyOf"]])
    makers: Mapping[str, Callable[[Any], SearchStrategy[Any]]] = {
        "object": _object, "array": _array, "string": _text,
        "integer": lambda _: st.integers(0, 9999), "number": lambda _: st.integers(0, 9999), "boolean": lambda _: st.booleans(),
    }  # fmt: skip
    return makers[schema.get("type", "object")](schema)


def _object(schema: Any) -> SearchStrategy[Any]:
    members = {name: valid(each) for name, each in schema.get("properties", {}).items()}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: each for name, each in members.items() if name in required},
        optional={name: each for name, each in members.items() if name not in required},
    )


def _array(schema: Any) -> SearchStrategy[Any]:
    fewest = schema.get("minItems", 0)
    return st.lists(valid(schema["items"]), min_size=fewest, max_size=min(schema.get("maxItems", fewest + 2), fewest + 2))


def _text(schema: Any) -> SearchStrategy[Any]:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", LONG)
    pattern = schema.get("pattern")
    if pattern is None:
        return st.text(ANYTHING, min_size=shortest, max_size=min(longest, LONG))
    return _matching(pattern).filter(lambda text: shortest <= len(text) <= longest)


@cache
def _matching(pattern: str) -> SearchStrategy[str]:
    """Texts of a pattern; those that Python cannot read, or only slowly, by what they are for. What is drawn in one piece takes
    a fifth of the time of what is drawn by a pattern, a character at a time."""
    if r"\p{" in pattern:
        return st.text(NAMES, min_size=1, max_size=LONG).filter(lambda text: bool(text.strip()))
    if "-(?:(?:0[1-9]|1[0-2])" in pattern:
        return st.integers(0, 10**12).map(lambda past: _date(past, whole="T" in pattern))
    if "[0-9a-f]{8}-" in pattern:
        return st.one_of(st.integers(0, 2**128 - 1).map(_uuid), st.text(CROCKFORD, min_size=26, max_size=26))
    if pattern.endswith("{43}$"):
        return st.text(BASE64URL, min_size=43, max_size=43)
    return st.from_regex(pattern.replace(r"[\d]", "[0-9]").replace(r"\d", "[0-9]").replace(r"\S", "[!-~]"), fullmatch=True)


def _date(milliseconds: int, *, whole: bool) -> str:
    moment = EARLIEST + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if whole else moment.date().isoformat()


def _uuid(number: int) -> str:
    """Any version from 1 to 7, as the schema allows them."""
    version, variant = 0xF << 76, 0xC << 60
    return str(UUID(int=number & ~version & ~variant | 1 + number % 7 << 76 | 0x8 << 60))


# -- one fault --------------------------------------------------------------------------------------------------------

Place = tuple[Any, Any]
"""A container, and the key or index of what is in it."""


def mutated(schema: Any) -> SearchStrategy[Any]:
    """Valid messages with one fault: something missing, unknown, of another type, too long, or empty. A few are valid still."""
    return st.tuples(valid(schema), st.randoms(use_true_random=False)).map(lambda drawn: spoiled(*drawn))


def spoiled(message: Any, chance: Any) -> Any:
    """A message with one fault."""
    message = copy.deepcopy(message)
    places = list(_places(message))
    if not places:
        return chance.choice([None, [], "", 7, {"unknown": 1}])
    container, key = chance.choice(places)
    deed = chance.choice(DEEDS)
    deed(container, key, chance)
    return message


def _places(node: Any) -> Iterator[Place]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in list(children):
        yield node, key
        yield from _places(child)


def _drop(container: Any, key: Any, chance: Any) -> None:
    del container[key]


def _retype(container: Any, key: Any, chance: Any) -> None:
    container[key] = chance.choice([None, True, 0, -1, 10**30, 1.5, "", " ", [], {}, [None], {"": None}])


def _lengthen(container: Any, key: Any, chance: Any) -> None:
    if isinstance(container[key], str):
        container[key] = container[key] + chance.choice(
            ["x", " ", "\u0000", "é" * 200, "'\"<>&%00", "\N{BANKNOTE WITH YEN SIGN}", "9" * 40_000]
        )
    else:
        container[key] = [container[key]] * 17


def _add(container: Any, key: Any, chance: Any) -> None:
    if isinstance(container, dict):
        container[chance.choice(["unknown", "__proto__", "", "x" * 300])] = copy.deepcopy(container[key])
    else:
        container.append(None)


def _rewrite(container: Any, key: Any, chance: Any) -> None:
    if isinstance(container[key], str) and container[key]:
        text, place = container[key], chance.randrange(len(container[key]))
        container[key] = text[:place] + chance.choice("0Z-.,:/ ") + text[place + 1 :]
    else:
        container[key] = "rewritten"


DEEDS: Final = (_drop, _retype, _lengthen, _add, _rewrite)
