"""What a hub without simple routing remembers of quotes: how each message about one looked, so that a changed repeat is known.
What is in a message is not looked at here."""

from __future__ import annotations

from collections.abc import Iterable


class QuoteMemory:
    """Digests by quote and message, kept until the transfer that they are about is forgotten. A hub has them of every quote, so
    they lie in tuples, the smallest there is."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[tuple[str, bytes], ...]] = {}
        self._of_transfer: dict[str, tuple[str, ...]] = {}

    def unchanged(self, what: str, id_: str, digest: bytes, transfer: str = "") -> bool:
        """Whether `what` has not been said of this quote before, or in the same words. A request names the transfer to come;
        what answers it belongs to the same."""
        said = self._said.get(id_, ())
        known = next((each for name, each in said if name == what), None)
        if known is not None:
            return known == digest
        self._said[id_] = (*said, (what, digest))
        if transfer:
            self._of_transfer[transfer] = (*self._of_transfer.get(transfer, ()), id_)
        return True

    def forget(self, transfers: Iterable[str]) -> None:
        """Know nothing of the quotes of these transfers."""
        for each in transfers:
            for id_ in self._of_transfer.pop(each, ()):
                self._said.pop(id_, None)
