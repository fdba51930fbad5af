"""What `loopyard fault` knows of faults: the catalogue as its own documentation tells it, what can suffer which, and how an
armed fault is put into words."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from loopyard.engine.faults.base import Fault
from loopyard.engine.faults.catalogue import FAULTS
from loopyard.kernel.errors import UsageError
from loopyard.world.client import World


def described() -> list[dict[str, Any]]:
    """Every fault: what it strikes, what it means, what it does, and its options with their defaults."""
    return [_described(kind, fault) for kind, fault in FAULTS.items()]


def _described(kind: str, fault: type[Fault]) -> dict[str, Any]:
    ways = (("requests", "serve"), ("messages", "deliver"))
    return {
        "kind": kind,
        "of": [name for name, method in ways if getattr(fault, method) is not getattr(Fault, method)],
        "meaning": " ".join((inspect.getdoc(inspect.getmodule(fault)) or "").split()),
        "does": " ".join((inspect.getdoc(fault) or "").split()),
        "options": {each.name: _default(each) for each in fields(fault)},  # type: ignore[arg-type]
    }


def _default(option: Field[Any]) -> Any:
    return option.default_factory() if option.default_factory is not MISSING else option.default


def check_target(world: World, kind: str, on: str) -> None:
    """A fault that nothing can set off is a typing error. Raises UsageError."""
    rows = world.control("world.operations")
    struck = {row["is"] for row in rows if fnmatchcase(row["name"], on)}
    if not struck:
        near = get_close_matches(on, [row["name"] for row in rows], 3, 0.5)
        remedy = f"near are {', '.join(near)}" if near else "see `loopyard fault operations`"
        raise UsageError("--on", on, "is nothing that this world serves or sends", remedy)
    strikes = next((each["of"] for each in described() if each["kind"] == kind), ["requests", "messages"])
    if not any(f"{each}s" in strikes for each in struck):
        remedy = f"{kind} strikes {' and '.join(strikes)}: see `loopyard fault operations`"
        raise UsageError("--on", on, f"is a {struck.pop()}, which cannot suffer {kind}", remedy)


def when(rule: Mapping[str, Any]) -> str:
    """When and for whom an armed fault strikes, with a space in front; empty for always and anybody."""
    words = [f"nth {rule['nth']}"] if rule["nth"] else []
    words += [f"{rule['times']} times"] if rule["times"] else []
    words += [f"probability {rule['probability']:g}"] if rule["probability"] < 1 else []
    words += [f"where {_table(rule['where'].items())}"] if rule["where"] else []
    return f" {', '.join(words)}" if words else ""


def options(rule: Mapping[str, Any]) -> str:
    """An armed fault's own options, with a space in front; empty where there are none."""
    given = [(name, value) for name, value in rule["options"].items() if value is not None]
    return f" {_table(given)}" if given else ""


def _table(items: Iterable[tuple[str, Any]]) -> str:
    return " ".join(f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in items)
