"""Another way to write the bodies of an interface, such as ISO 20022 beside JSON of its own: who writes it says so in a header.
What it consists of is brought by a simulator; here it is only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from loopyard.engine.contract import Contract
from loopyard.transport.headers import Headers


class Notation(Protocol):
    """One message of an interface in another notation than the interface's own."""

    @property
    def contract(self) -> Contract:
        """What its form is judged by."""

    def meaning(self, content: Any) -> Any:
        """The body that says the same in the interface's own notation. Raises a LoopyardError for one that cannot be read."""


Notations = Callable[[str, Headers], Notation | None]
"""Which other notation a body is in, by its key in the contract and its headers; None for the interface's own."""


def own_notation(key: str, headers: Headers) -> None:
    """For an interface that has one notation."""
    del key, headers
