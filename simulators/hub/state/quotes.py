"""What a hub without simple routing remembers of quotes: how each message about one looked, so that a changed repeat is known.
What is in a message is not looked at here."""

from __future__ import annotations

from collections.abc import Iterable


class QuoteMemory:
    """Digests by message and quote, kept until the transfer that they are about is forgotten."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, str], bytes] = {}
        self._of_transfer: dict[str, list[tuple[str, str]]] = {}
        self._transfer_of: dict[str, str] = {}

    def unchanged(self, what: str, id_: str, digest: bytes, transfer: str = "") -> bool:
        """Whether `what` has not been said of this quote before, or in the same words. A request names the transfer to come;
        what answers it belongs to the same."""
        if transfer:
            self._transfer_of.setdefault(id_, transfer)
        known = self._digests.setdefault((what, id_), digest)
        if known is digest and (about := self._transfer_of.get(id_)) is not None:
            self._of_transfer.setdefault(about, []).append((what, id_))
        return known == digest

    def forget(self, transfers: Iterable[str]) -> None:
        """Know nothing of the quotes of these transfers."""
        for each in transfers:
            for what, id_ in self._of_transfer.pop(each, ()):
                self._digests.pop((what, id_), None)
                self._transfer_of.pop(id_, None)
