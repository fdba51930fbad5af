"""What the messages of a world did wrong: broken contracts and refused callbacks. What was injected counts against nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from loopyard.audit import findings as kinds
from loopyard.audit.books import Books
from loopyard.audit.findings import Finding
from loopyard.engine.contract import Level
from loopyard.engine.traffic import Interaction

KIND_OF: Final[Mapping[Level, str]] = {
    "breach": kinds.CONTRACT_BREACH,
    "deviation": kinds.CONTRACT_DEVIATION,
    "note": kinds.CONTRACT_NOTE,
}
SHOWN: Final = 200  # characters of an answer in a finding


def contract_kept(books: Books) -> Iterator[Finding]:
    """Every message is what its schema says. Breaches fail; known deviations and notes are reported."""
    rows = {row.seq: row for row in books.traffic} if books.contract else {}
    for each in books.contract:
        if not each.injected:
            row = rows.get(each.interaction)
            reference = next(iter(row.refs), "") if row is not None else ""
            text = f"{each.operation} (interaction {each.interaction}) by {each.party}: {each.text}"
            yield Finding(KIND_OF[each.level], each.level, text, reference, each.party, at=row.at if row else None)


def callbacks_accepted(books: Books) -> Iterator[Finding]:
    """Every callback is answered with 2xx. One that nobody answered is the time-out's affair, not the audit's."""
    for row in books.traffic:
        if row.sender in books.notifiers and _refused(row) and not (row.receiver in books.proxies and _is_down(row)):
            answer = row.response_body.decode("utf-8", "replace")[:SHOWN]
            text = f"{row.method} {row.path} was answered {row.status} by {row.receiver}: {answer}"
            yield Finding(kinds.REFUSED_CALLBACK, "breach", text, next(iter(row.refs), ""), row.receiver, at=row.at)


def _is_down(row: Interaction) -> bool:
    """Whether a proxy says that the other scheme cannot be reached: a state of the lines, nobody's refusal."""
    return row.status is not None and row.status >= 500


def _refused(row: Interaction) -> bool:
    made = row.fault is not None or row.deliberate
    return not made and row.status is not None and not 200 <= row.status < 300
