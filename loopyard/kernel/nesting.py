"""How deep a document may be nested before nobody should have to read it. No format is known here."""

from __future__ import annotations

import re
from typing import Any, Final

MAX_DEPTH: Final = 100
"""Levels of nesting. No message of a payment system comes near; deeper ones are made to exhaust somebody's stack."""

_MARK: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
"""A text in a document, or one of its brackets."""


def too_deep(value: Any) -> bool:
    """Whether lists and objects lie within each other more than MAX_DEPTH levels deep."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [each for container in level for each in _members(container) if isinstance(each, (dict, list))]
    return bool(level)


def has_many_brackets(raw: bytes | str) -> bool:
    """Whether a JSON text could be too deep at all: most could not, and need no closer look."""
    opening = raw.count("[") + raw.count("{") if isinstance(raw, str) else raw.count(b"[") + raw.count(b"{")
    return opening > MAX_DEPTH


def spelled_too_deep(raw: bytes | str) -> bool:
    """The same as `too_deep` of a JSON text that nobody has parsed, and that a parser might fall into."""
    if not has_many_brackets(raw):
        return False
    depth = 0
    for found in _MARK.finditer(raw if isinstance(raw, str) else raw.decode(errors="replace")):
        if found[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif found[0] in "]}":
            depth -= 1
    return False


def _members(container: Any) -> Any:
    return container.values() if isinstance(container, dict) else container
