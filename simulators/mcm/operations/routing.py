"""How operations of the connection manager are declared: once, for both bases under which the API is served."""

from __future__ import annotations

from collections.abc import Callable

from loopyard.engine.operations import Handler, Operation, operation


def served(name: str, method: str, path: str) -> Callable[[Handler], Operation]:
    """Declare an operation of the path as the interface description has it, without the base."""
    return operation(f"mcm.{name}", method, f"/{{base}}{path}", schema=f"{method} {path}")
