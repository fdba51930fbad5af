"""Validation as the hub's FSPIOP services do it: the first violation, in the order and the words of their validator (ajv),
becomes the error. Headers are checked before, in `headers`. Source: docs/sources/fspiop.md, Validation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import jsonschema_rs

from loopyard.protocols.fspiop.coercion import coerced
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.protocols.schemas import Checker, Contract, pointer

_ORDER: Final = (
    "type",
    *("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"),
    *("maxLength", "minLength", "pattern", "format"),
    *("const", "enum", "not", "anyOf", "oneOf", "allOf"),
    *("maxItems", "minItems", "uniqueItems", "contains", "items"),
    *("maxProperties", "minProperties", "required", "additionalProperties", "properties"),
)
"""The order in which the validator looks at the keywords of one schema."""

_CODES: Final[Mapping[str, str]] = MappingProxyType({"required": "3102", "additionalProperties": "3103", "type": "3101"})
_STRICT_3101: Final = frozenset({"enum", "const", "format", "pattern"})

_PHRASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "type": "must be {value}",
        "required": "must have required property '{missing}'",
        "additionalProperties": "must NOT have additional properties",
        "enum": "must be equal to one of the allowed values",
        "const": "must be equal to constant",
        "pattern": 'must match pattern "{value}"',
        "format": 'must match format "{value}"',
        "minLength": "must NOT have fewer than {value} characters",
        "maxLength": "must NOT have more than {value} characters",
        "minItems": "must NOT have fewer than {value} items",
        "maxItems": "must NOT have more than {value} items",
        "minimum": "must be >= {value}",
        "maximum": "must be <= {value}",
        "oneOf": "must match exactly one schema in oneOf",
        "anyOf": "must match a schema in anyOf",
    }
)


def validate_request(
    contract: Contract,
    operation: str,
    *,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    path: Mapping[str, str] | None = None,
    strict_3101: bool = False,
) -> None:
    """Validate the parts of a request that are given, body first. A body that is not JSON is given as `{}`, headers by
    their names in lower case.

    `strict_3101` reports bad enumerations, patterns and formats as 3101, as newer hubs do, and not as 3100.
    Raises FspiopError 3100 to 3103; UnknownOperation.
    """
    declared = contract.operation(operation)
    if declared.request is not None:
        validate(contract.request(operation), body, "/requestBody", strict_3101=strict_3101)
    if path is not None:
        lowered = {name.lower(): value for name, value in path.items()}
        validate(contract.path(operation), lowered, "/path", strict_3101=strict_3101)
    if query is not None:
        validate(contract.query(operation), dict(query), "/query", strict_3101=strict_3101)
    if headers is not None:
        require_headers(declared.headers, headers)


def require_headers(required: tuple[str, ...], headers: Mapping[str, str]) -> None:
    """Raise FspiopError 3102 for the first required header that is not there. Names are lower case."""
    for name in required:
        if name not in headers:
            raise FspiopError("3102", f"/header must have required property '{name}'")


def validate(checker: Checker | None, message: Any, root: str, *, strict_3101: bool = False) -> None:
    """Raise FspiopError for the first violation; `root` is the name of the part, such as "/requestBody"."""
    if checker is None or checker.is_valid(message):
        return
    errors = checker.errors(coerced(checker.schema, message))
    if errors:
        raise _as_fspiop(_first(errors, checker.schema), checker.schema, root, strict_3101)


def _as_fspiop(error: jsonschema_rs.ValidationError, schema: Any, root: str, strict: bool) -> FspiopError:
    keyword = str(error.schema_path[-1])
    phrase = _PHRASES.get(keyword, error.message)
    missing = getattr(error.kind, "property", "")
    detail = phrase.format(value=_at(schema, error.schema_path), missing=missing) if keyword in _PHRASES else phrase
    code = "3101" if strict and keyword in _STRICT_3101 else _CODES.get(keyword, "3100")
    return FspiopError(code, f"{root}{pointer(error.instance_path)} {detail}")


def _first(errors: list[jsonschema_rs.ValidationError], schema: Any) -> jsonschema_rs.ValidationError:
    first = min(errors, key=lambda error: _position(error, schema))
    branches = getattr(first.kind, "context", None)
    # Of alternatives that all fail, the validator reports the first branch's violations before the alternative itself.
    return _first(branches[0], schema) if branches and branches[0] else first


def _position(error: jsonschema_rs.ValidationError, schema: Any) -> tuple[int, ...]:
    """Where the validator meets this violation: the rank of each keyword on the way, and of each property or item."""
    steps, indices = iter(error.schema_path), iter(error.instance_path)
    position: list[int] = []
    for step in steps:
        keyword = str(step)
        position.append(_ORDER.index(keyword) if keyword in _ORDER else len(_ORDER))
        schema = schema[keyword]
        if keyword == "properties":
            name = next(steps)
            next(indices, None)
            position.append(list(schema).index(name))
            schema = schema[name]
        elif keyword == "items":
            position.append(int(next(indices)))
        elif keyword in ("anyOf", "oneOf", "allOf") and (branch := next(steps, None)) is not None:
            position.append(int(branch))
            schema = schema[int(branch)]
        elif keyword == "required":
            position.append(schema.index(getattr(error.kind, "property")))  # noqa: B009
    return tuple(position)


def _at(schema: Any, path: list[str | int]) -> Any:
    for step in path:
        schema = schema[step]
    return schema
