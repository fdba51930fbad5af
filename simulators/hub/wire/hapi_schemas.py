"""Validation as the bulk service does it: of the published document, by the settlement service's validator, in its words and in
the document's order, what is unknown last. Source: docs/sources/bulk.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.protocols.schemas import Operation
from simulators.hub.wire.hapi import INVALID, MALFORMED, MISSING

Found = Iterator[tuple[str, str]]
"""Codes and texts of what is wrong, first found first."""


def serves(template: str) -> bool:
    """Whether a path of the FSPIOP face is the bulk service's."""
    return template.split("/")[1] == "bulkTransfers"


def check(declared: Operation, body: Any, headers: Mapping[str, str]) -> None:
    """A whole request. Raises FspiopError for its first violation; a header is only named."""
    for name in declared.headers:
        if name not in headers:
            raise FspiopError(MISSING, f"'{name}' HTTP header")
    if isinstance(declared.request, dict):
        for code, text in _value(declared.request, body, ""):
            raise FspiopError(code, text)


def _value(schema: Mapping[str, Any], value: Any, label: str) -> Found:
    if schema["type"] == "object":
        yield from _object(schema, value, label)
    elif schema["type"] == "array":
        yield from _array(schema, value, label)
    else:
        yield from ((code, f'"{label}" {words}') for code, words in _text(schema, value))


def _object(schema: Mapping[str, Any], value: Any, label: str) -> Found:
    if not isinstance(value, dict):
        yield INVALID, f'"{label or "value"}" must be of type object'
        return
    prefix, required = f"{label}." if label else "", schema.get("required", ())
    for name, inner in schema["properties"].items():
        if name in value:
            yield from _value(inner, value[name], prefix + name)
        elif name in required:
            yield MISSING, f'"{prefix}{name}" is required'
    for name in value:
        if name not in schema["properties"]:
            yield INVALID, f'"{prefix}{name}" is not allowed'


def _array(schema: Mapping[str, Any], value: Any, label: str) -> Found:
    if not isinstance(value, list):
        yield INVALID, f'"{label}" must be an array'
        return
    for index, item in enumerate(value):
        yield from _value(schema["items"], item, f"{label}[{index}]")
    if len(value) < schema.get("minItems", 0):
        yield INVALID, f'"{label}" must contain at least {schema["minItems"]} items'
    if len(value) > schema.get("maxItems", len(value)):
        yield INVALID, f'"{label}" must contain less than or equal to {schema["maxItems"]} items'


def _text(schema: Mapping[str, Any], value: Any) -> Found:
    if "enum" in schema:
        if value not in schema["enum"]:
            yield MALFORMED, f"must be one of [{', '.join(schema['enum'])}]"
    elif not isinstance(value, str):
        yield MALFORMED, "must be a string"
    elif not value:
        yield INVALID, "is not allowed to be empty"
    else:
        if len(value) > schema.get("maxLength", len(value)):
            yield INVALID, f"length must be less than or equal to {schema['maxLength']} characters long"
        if "pattern" in schema and not _compiled(schema["pattern"]).search(value):
            yield MALFORMED, f'with value "{value}" fails to match the required pattern: /{schema["pattern"]}/'


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
