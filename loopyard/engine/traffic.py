"""The log of all interactions of a world. The hot path appends references to bytes; whoever reads pays for reading."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from loopyard.engine.bodies import MalformedBody, read_json
from loopyard.engine.notation import Notation
from loopyard.kernel.errors import LoopyardError
from loopyard.transport.headers import Headers

KEPT = 100_000
"""Interactions in the log."""
IDLE = 10_000
"""Of them those that name no business, such as a health check: a million of these must not push the money out."""
UNREAD = object()


@dataclass(slots=True)
class Interaction:
    """One request with its answer, or one attempt of a callback. `outcome` tells how it ended."""

    seq: int
    at: datetime
    sender: str
    receiver: str
    operation: str
    method: str
    path: str
    request_headers: Headers
    request_body: bytes
    span: str | None
    refs_at: tuple[str, ...] = ()
    params: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    response_headers: Headers = ()
    response_body: bytes = b""
    outcome: str = "open"  # answered, closed, reset, refused, timeout, garbled, lost
    ended: datetime | None = None
    fault: str | None = None
    attempt: int = 1
    deliberate: bool = False  # formed by a scenario on purpose: its faults count against nobody
    note: str | None = None  # why it was refused, where that takes more than the answer says
    turned_away: bool = False  # by a gateway before it reached the party, whose contract does not describe the answer
    parent: str | None = None  # the span in whose handling a message of this world was sent
    notation: Notation | None = None  # that of the request, where it is not the interface's own
    told_refs: tuple[str, ...] | None = None  # the references, in a copy of an interaction that cannot find them itself
    _content: Any = field(default=UNREAD, repr=False, compare=False)

    @property
    def refs(self) -> tuple[str, ...]:
        """The business references that stand in this interaction."""
        if self.told_refs is not None:
            return self.told_refs
        return _references(self.refs_at, self.params, self.request)

    def request(self) -> Any:
        """What the request says, as JSON in the interface's own notation; None where there is none, or none that can be read.
        While the interaction is open, contract, faults and references read one copy; afterwards nothing is kept beside the
        bytes."""
        if self.outcome != "open":
            return meant(self.notation, parsed(self.request_body))
        if self._content is UNREAD:
            self._content = meant(self.notation, parsed(self.request_body))
        return self._content

    def written(self) -> Any:
        """The request's JSON as it was written, in whatever notation; None where there is none."""
        return self.request() if self.notation is None else parsed(self.request_body)

    def forget(self) -> None:
        """Keep the bytes alone."""
        self._content = UNREAD

    def response(self) -> Any:
        return parsed(self.response_body)


def references(
    refs_at: tuple[str, ...], params: Mapping[str, str], body: bytes, notation: Notation | None = None
) -> tuple[str, ...]:
    """The values at `refs_at`: `{name}` is a path parameter, anything else a dotted path into what the body says."""
    return _references(refs_at, params, lambda: meant(notation, parsed(body)))


def meant(notation: Notation | None, content: Any) -> Any:
    """What a body says in the interface's own notation; None for what cannot be read."""
    if notation is None or content is None:
        return content
    try:
        return notation.meaning(content)
    except LoopyardError:  # who needs to read it refuses it as malformed
        return None


def _references(refs_at: tuple[str, ...], params: Mapping[str, str], read: Callable[[], Any]) -> tuple[str, ...]:
    content = read() if any(not at.startswith("{") for at in refs_at) else None
    found = (params.get(at[1:-1]) if at.startswith("{") else dig(content, at) for at in refs_at)
    return tuple(str(value) for value in found if value)


def parsed(body: bytes) -> Any:
    """JSON of a logged body; None for what is empty, and for what a simulator would refuse to read."""
    try:
        return read_json(body)
    except MalformedBody:
        return None


def dig(value: Any, path: str) -> Any:
    """The member at a dotted path, `list.0.name` in a list; None where the path ends early."""
    for step in path.split("."):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def fact(row: Interaction, name: str) -> Any:
    """What rules and expectations compare: `from`, `to`, `status`, `outcome`, a `{parameter}` of the path, a member of the
    answer as `answer.<dotted path>`, or a member of the request by its dotted path."""
    if name in ("from", "to", "status", "outcome"):
        return {"from": row.sender, "to": row.receiver, "status": row.status, "outcome": row.outcome}[name]
    if name.startswith("{"):
        return row.params.get(name[1:-1])
    if name.startswith("answer."):
        return dig(row.response(), name.removeprefix("answer."))
    return dig(row.request(), name)


def unforeseen(error: Exception) -> str:
    """The note of an interaction that a defect of the harness ended; its log has the places in the code."""
    return f"{type(error).__name__} in the harness, which nobody foresaw: see its log"


cause: ContextVar[Interaction | None] = ContextVar("loopyard_cause", default=None)
"""The interaction that is being served: what is posted meanwhile was caused by it."""


class Traffic:
    """The interactions of one world, oldest first; beyond `kept` the oldest go to `spill`, and so do the oldest of those that
    name no business beyond IDLE."""

    def __init__(
        self, now: Callable[[], datetime], kept: int = KEPT, spill: Callable[[Interaction], None] | None = None
    ) -> None:
        self._now = now
        self._kept = kept
        self._spill = spill
        self._seq = 0
        self._log: OrderedDict[int, Interaction] = OrderedDict()
        self._idle: deque[int] = deque()
        self._open: dict[str, Interaction] = {}
        self.watchers: list[Callable[[Interaction], None]] = []

    def open(
        self, sender: str, receiver: str, operation: str, method: str, path: str, headers: Headers, body: bytes,
        span: str | None, refs_at: tuple[str, ...], params: dict[str, str], notation: Notation | None = None,
    ) -> Interaction:  # fmt: skip
        """Begin an interaction. Whoever serves a call that this world made finds it again by its span."""
        self._seq += 1
        row = Interaction(
            self._seq, self._now(), sender, receiver, operation, method, path, headers, body, span, refs_at, params,
            notation=notation,
        )  # fmt: skip
        self._keep(row)
        if span is not None:
            self._open[span] = row
        return row

    def _keep(self, row: Interaction) -> None:
        self._log[row.seq] = row
        if not row.refs_at:
            self._idle.append(row.seq)
            if len(self._idle) > IDLE:
                self._let_go(self._idle.popleft())
        if len(self._log) > self._kept:
            self._let_go(next(iter(self._log)))

    def _let_go(self, number: int) -> None:
        row = self._log.pop(number, None)
        if row is not None and self._spill is not None:
            self._spill(row)

    def opened(self, span: str | None) -> Interaction | None:
        """The unfinished interaction of a span, if it was begun in this world."""
        return self._open.get(span) if span is not None else None

    def close(
        self, row: Interaction, outcome: str, status: int | None = None, headers: Headers = (), body: bytes = b""
    ) -> None:
        """End an interaction once; a second end (the far side of the same call) changes nothing."""
        if row.outcome != "open":
            return
        row.outcome, row.status, row.response_headers, row.response_body = outcome, status, headers, body
        row.ended = self._now()
        row.forget()
        if row.span is not None:
            self._open.pop(row.span, None)
        for watch in self.watchers:
            watch(row)

    def clear(self) -> None:
        """Forget everything; numbering begins anew."""
        self._log.clear()
        self._idle.clear()
        self._open.clear()
        self._seq = 0

    def digest(self) -> str:
        """A hash over everything that was said, in order: the same for the same seed. Ports differ and do not count."""
        whole = hashlib.sha256()
        for row in self:
            headers = [pair for pair in row.request_headers if pair[0].lower() != "host"]
            said = (row.at, row.sender, row.receiver, row.operation, row.method, row.path, headers, row.request_body)
            heard = (row.status, row.outcome, row.response_headers, row.response_body)
            whole.update(repr((said, heard)).encode())
        return whole.hexdigest()

    def since(self, seq: int) -> Iterable[Interaction]:
        """Interactions after number `seq`."""
        return (row for row in self if row.seq > seq)

    @property
    def count(self) -> int:
        """How many interactions were begun since the log was cleared, those that have left it included."""
        return self._seq

    def latest(self, number: int) -> Iterable[Interaction]:
        """The latest interactions, the last first."""
        return islice(reversed(self._log.values()), number)

    def __iter__(self) -> Iterator[Interaction]:
        return iter(self._log.values())

    def __len__(self) -> int:
        return len(self._log)
