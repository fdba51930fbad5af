"""What a bulk message says of each of its transfers, as the single messages that it stands for. The standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.witness.seen import Seen, Unreadable, content, segments, text


@dataclass(slots=True)
class Unbundled:
    """Takes bulk messages apart, oldest first; every other message goes through as it is."""

    hub: str
    _of: dict[str, list[str]] = field(default_factory=dict)

    def singles(self, seen: Seen) -> Iterator[Seen]:
        """The messages that one stands for. One that cannot be read stands for none: it is its receiver's to refuse."""
        parts = segments(seen.path)
        if "bulkTransfers" not in parts:
            yield seen
            return
        rest = parts[parts.index("bulkTransfers") + 1 :]
        if seen.refused:
            return
        try:
            if seen.method == "POST" and not rest:
                yield from self._prepares(seen, content(seen.body))
            elif seen.method == "PUT" and len(rest) == 1:
                yield from self._results(seen, content(seen.body))
            elif seen.method == "PUT" and rest[1:] == ["error"] and seen.sender == self.hub:
                yield from (_error(seen, id_, content(seen.body)) for id_ in self._of.get(rest[0], []))
        except Unreadable:
            return

    def _prepares(self, seen: Seen, body: dict[str, Any]) -> Iterator[Seen]:
        parts = _objects(body, "individualTransfers")
        if seen.receiver == self.hub:
            self._of.setdefault(text(body, "bulkTransferId"), [text(part, "transferId") for part in parts])
        for part in parts:
            whole = {key: body[key] for key in ("payerFsp", "payeeFsp", "expiration")}
            single = {**part, **whole, "amount": part.get("transferAmount")}
            yield _single(seen, "POST", "/transfers", single)

    def _results(self, seen: Seen, body: dict[str, Any]) -> Iterator[Seen]:
        for part in _objects(body, "individualTransferResults"):
            id_ = text(part, "transferId")
            if "errorInformation" in part:
                yield _error(seen, id_, part)
            else:
                told = {"transferState": "COMMITTED", "fulfilment": part.get("fulfilment")}
                yield _single(seen, "PUT", f"/transfers/{id_}", told)


def _error(seen: Seen, id_: str, of: dict[str, Any]) -> Seen:
    return _single(seen, "PUT", f"/transfers/{id_}/error", {"errorInformation": of.get("errorInformation")})


def _single(seen: Seen, method: str, path: str, body: dict[str, Any]) -> Seen:
    return seen._replace(method=method, path=path, body=json.dumps(body, default=str).encode())


def _objects(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    listed = body.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Unreadable(f"{key} is no list of objects")
    return listed
