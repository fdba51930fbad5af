"""The sequence diagram for a terminal: a lane for each participant, a line for each exchange. What it means stands in
`sequence`, which draws the same for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loopyard.testing.evidence import wording
from loopyard.testing.evidence.interactions import verdict
from loopyard.testing.evidence.model import Exchange
from loopyard.testing.evidence.redaction import redacted
from loopyard.testing.evidence.sequence import GAP, Columns

TIME = 13  # characters for the time before the lanes
SHORTEST = 24  # characters that a label keeps on the narrowest terminal


def sequence_text(exchanges: Sequence[Exchange], order: Sequence[str] = (), width: int | None = None) -> str:
    """The diagram as lines of text, redacted. `order` names participants from left to right; labels end at `width`."""
    shown = sorted(redacted(exchanges), key=lambda exchange: exchange.seq)
    if not shown:
        return "No interaction took place."
    names = Columns.of(shown, order).names
    lane = max(14, *(len(name) + 2 for name in names))
    head = " " * TIME + "".join(name.center(lane) for name in names)
    lines = [head.rstrip()]
    previous = shown[0]
    for exchange in shown:
        if exchange.at - previous.at >= GAP:
            lines.append(" " * TIME + _lanes(names, lane) + f"  … {wording.later(exchange.at - previous.at)}")
        room = None if width is None else max(SHORTEST, width - TIME - lane * len(names) - 2)
        label = "  ".join(_label(exchange))
        time = f"{wording.since_start(exchange.at - shown[0].at):>{TIME - 1}} "
        lines.append(f"{time}{_arrow(exchange, names, lane)}  {label if room is None else wording.clip(label, room)}")
        previous = exchange
    return "\n".join(lines)


def _label(exchange: Exchange) -> Iterator[str]:
    yield f"{exchange.method} {wording.path(exchange.url)} → {verdict(exchange)}"
    said = (wording.summary(exchange.request_body), wording.summary(exchange.response_body, exchange.failed))
    yield from filter(None, said)
    if exchange.fault:
        yield f"fault: {exchange.fault}"
    if exchange.attempt > 1:
        yield f"attempt {exchange.attempt}"


def _lanes(names: Sequence[str], lane: int) -> str:
    return "│".center(lane) * len(names)


def _arrow(exchange: Exchange, names: Sequence[str], lane: int) -> str:
    """The lifelines with an arrow from sender to receiver over them."""
    line = list(_lanes(names, lane))
    middle = "│".center(lane).index("│")
    tail, tip = (names.index(name) * lane + middle for name in (exchange.sender, exchange.receiver))
    low, high = sorted((tail, tip))
    line[low + 1 : high] = "─" * max(0, high - low - 1)
    line[tail] = "├" if tail < tip else "┤"
    if tail == tip:
        line[tail : tail + 3] = "├─╮"
    else:
        line[tip - 1 if tail < tip else tip + 1] = "▶" if tail < tip else "◀"
    return "".join(line)
