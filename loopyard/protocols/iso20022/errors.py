"""The errors of translation. Each names the element it is about, as a dotted path.

LoopyardError
    Untranslatable
        MalformedMessage    an ISO 20022 body that lacks or garbles an element
        NoIsoForm           an FSPIOP body, or what goes with it, from which no ISO 20022 message can be made
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError


class Untranslatable(LoopyardError):
    """A body that has no counterpart in the other notation; `path` is the element that stands in the way."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path = path


class MalformedMessage(Untranslatable):
    """An ISO 20022 body that lacks or garbles an element."""


class NoIsoForm(Untranslatable):
    """An FSPIOP body, or what goes with it, from which no ISO 20022 message can be made."""
