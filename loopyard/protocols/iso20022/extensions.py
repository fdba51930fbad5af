"""FSPIOP extensions as elements of an ISO 20022 message, and back: their keys are dotted paths into the message, such as
CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth.BirthDt. Which elements FSPIOP knows itself is told by the message's table.

Source: docs/sources/iso20022.md, "Extensions".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from loopyard.protocols.iso20022.choices import excludes
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.tree import Tree, find, leaves, put

_PATH: Final = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)+")


def listed(body: Any, path: str) -> list[tuple[str, Any]]:
    """The extensions of an FSPIOP body as pairs; `path` is where the body keeps its list. Raises NoIsoForm."""
    found = find(body, path, NoIsoForm)
    # Connectors are seen to send the bare array where the API has an object around it.
    pairs = found.get("extension") if isinstance(found, Mapping) else found
    if pairs is None:
        return []
    if not isinstance(pairs, list) or not all(isinstance(each, Mapping) and isinstance(each.get("key"), str) for each in pairs):
        raise NoIsoForm(path, "must be a list of keys and values")
    return [(each["key"], each.get("value")) for each in pairs]


def unrolled(message: Tree, extensions: list[tuple[str, Any]], known: Collection[str]) -> Tree:
    """The message with extensions added where there is a free place for them; the others are lost.

    Only a single value is taken, at a path that begins with one of the message's own parts. It may not touch an element that
    FSPIOP knows, be it there or not, nor alter what stands there or fill the other arm of a choice.
    """
    for key, value in extensions:
        is_path = _PATH.fullmatch(key) is not None and key.partition(".")[0] in message
        touches = any(key == path or key.startswith(f"{path}.") or path.startswith(f"{key}.") for path in known)
        if is_path and isinstance(value, str | int) and not touches and not _is_taken(message, key.split(".")):
            put(message, key, value)
    return message


def _is_taken(message: Tree, steps: list[str]) -> bool:
    node: Any = message
    for step in steps:
        if not isinstance(node, dict) or excludes(node, step):
            return True
        if step not in node:
            return False
        node = node[step]
    return True


def overridden(message: Tree, extensions: list[tuple[str, Any]]) -> Tree:
    """The message as today's connectors merge extensions into it: the extension wins, whatever its key. Raises NoIsoForm.

    The order of the elements is theirs too, because an older form of signature depends on it: within a part that an
    extension touches, what the extensions say comes first.
    """
    added: Tree = {}
    for key, value in extensions:
        _place(added, key, value)
    merged = {key: _merged(value, added[key], key) if key in added else value for key, value in message.items()}
    return merged | {key: value for key, value in added.items() if key not in message}


def _place(tree: Tree, key: str, value: Any) -> None:
    *steps, last = key.split(".")
    node: Any = tree
    for step in steps:
        node = node.setdefault(step, {})
        if not isinstance(node, dict):
            raise NoIsoForm(key, "goes through an element that is no object")
    node[last] = value


def _merged(mapped: Any, added: Any, path: str) -> Any:
    if not isinstance(added, dict):
        return added
    if not isinstance(mapped, dict):
        raise NoIsoForm(path, "is an object in the extensions and none in the message")
    first = {key: _merged(mapped[key], value, f"{path}.{key}") if key in mapped else value for key, value in added.items()}
    return first | {key: value for key, value in mapped.items() if key not in first}


def rolled_up(message: Mapping[str, Any], known: Collection[str], *, verbatim: bool) -> list[dict[str, Any]]:
    """Extensions for all elements that are not known, in the order of the message. `verbatim` keeps the JSON type of a
    value; otherwise truth values become the words, and what is no single value is left out."""
    found = ((path, value) for path, value in leaves(message) if path not in known)
    if verbatim:
        return [{"key": path, "value": value} for path, value in found]
    return [{"key": path, "value": word} for path, value in found for word in _words(value)]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str | int):
        yield str(value)
