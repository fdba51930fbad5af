"""Bodies as trees whose elements are named by dotted paths. What a path means is not known here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from loopyard.protocols.iso20022.errors import Untranslatable

Tree = dict[str, Any]


def find(tree: Any, path: str, error: type[Untranslatable]) -> Any:
    """The element at a path, or None where it is not there. Raises `error` for an element that is in the way."""
    node, walked = tree, ""
    for step in path.split("."):
        if node is None:
            return None
        if not isinstance(node, Mapping):
            raise error(walked or "the body", "must be an object")
        node = node.get(step)
        walked = f"{walked}.{step}".lstrip(".")
    return node


def text(tree: Any, path: str, error: type[Untranslatable]) -> str | None:
    """The text at a path, or None. Raises `error` when it is no text."""
    value = find(tree, path, error)
    if value is not None and not isinstance(value, str):
        raise error(path, "must be text")
    return value


def need(tree: Any, path: str, error: type[Untranslatable]) -> str:
    """The text at a path. Raises `error` when it is missing, empty or no text."""
    value = text(tree, path, error)
    if not value:
        raise error(path, "is missing")
    return value


def put(tree: Tree, path: str, value: Any) -> None:
    """Set an element, making the objects on the way; None sets nothing."""
    if value is None:
        return
    *steps, last = path.split(".")
    node = tree
    for step in steps:
        node = node.setdefault(step, {})
    node[last] = value


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every element that is no object, with its path, in order; a list counts as one element."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}.")
        else:
            yield path, value


def copied(value: Any) -> Any:
    """The same tree, sharing nothing."""
    if isinstance(value, Mapping):
        return {key: copied(child) for key, child in value.items()}
    return [copied(child) for child in value] if isinstance(value, list) else value
