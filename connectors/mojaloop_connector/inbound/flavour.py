"""How transfers and conversions differ as far as a reservation is concerned: names, texts, and where their terms are."""

from __future__ import annotations

from typing import Any, Protocol

Data = dict[str, Any]


class Flavour(Protocol):
    """One of the two kinds of prepare."""

    resource: str
    """The FSPIOP resource, and the backend's of the same name."""
    kind: str
    """The kind of its rows."""
    noun: str
    """Its name in boundaries."""
    id_field: str
    state_field: str

    def terms(self, prepare: Data) -> Data | None:
        """What was agreed before, as the beginning of the row: None when nothing was."""

    def unknown(self, prepare: Data) -> Data:
        """The beginning of a row for a prepare without terms."""

    def must_have_terms(self) -> bool: ...

    def condition(self, prepare: Data, terms: Data) -> str: ...

    def amounts(self, prepare: Data, terms: Data) -> list[tuple[Any, Any]]:
        """Pairs of prepared and agreed amounts that must be the same money."""

    def quote_expiration(self, terms: Data) -> Any: ...

    def to_backend(self, prepare: Data, terms: Data) -> Data:
        """The backend's POST."""

    def fulfil(self, answer: Data, terms: Data) -> Data:
        """The PUT to the hub, of the backend's answer. Raises KeyError when something is missing."""

    def notification(self, data: Data) -> Data:
        """The backend's PUT with the final state."""

    def aborted(self, at: str) -> Data:
        """A final notification for a transfer that the hub has given up."""
