"""The sequence diagram of a scenario: who called whom, when on the world's clock, and how it was answered. It draws
exchanges and judges nothing; shapes come from `svg`, words from `wording`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopyard.testing.evidence import svg, wording
from loopyard.testing.evidence.model import Exchange
from loopyard.testing.evidence.redaction import redacted

WIDTH = 1200
GUTTER = 104
MARGIN = 20
NARROWEST, WIDEST = 150, 330
TITLE = 58
HEADER = 40
LONG = 12  # rows from which the participants are named again at the foot
GAP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each participant's lifeline stands."""

    names: tuple[str, ...]
    step: float

    @classmethod
    def of(cls, exchanges: Sequence[Exchange], order: Sequence[str]) -> Columns:
        """Participants of `order` first, then the others as they appear; who never appears is left out."""
        seen = dict.fromkeys(name for exchange in exchanges for name in (exchange.sender, exchange.receiver))
        names = tuple(name for name in order if name in seen) + tuple(name for name in seen if name not in order)
        room = (WIDTH - GUTTER - MARGIN) / max(1, len(names))
        return cls(names, min(WIDEST, max(NARROWEST, room)))

    @property
    def width(self) -> float:
        return max(720.0, GUTTER + self.step * len(self.names) + MARGIN)

    def x(self, name: str) -> float:
        return GUTTER + self.step * (self.names.index(name) + 0.5)


@dataclass(frozen=True, slots=True)
class Row:
    """Shapes of one row of the diagram and the height they take."""

    shapes: list[str]
    height: float


def sequence_diagram(exchanges: Sequence[Exchange], order: Sequence[str] = (), title: str = "") -> str:
    """A self-contained SVG document, redacted. `order` names participants from left to right."""
    shown = sorted(redacted(exchanges), key=lambda exchange: exchange.seq)
    columns = Columns.of(shown, order)
    top = TITLE + HEADER + 14
    shapes: list[str] = []
    y: float = top
    previous: datetime | None = None
    for exchange in shown:
        for row in _rows(exchange, columns, y, shown[0].at, previous):
            shapes += row.shapes
            y += row.height
        previous = exchange.at
    bottom = y + 8
    lifelines = [svg.line(columns.x(name), TITLE + HEADER, columns.x(name), bottom, svg.LINE, 1.2) for name in columns.names]
    heads = _headers(columns, TITLE)
    if len(shown) > LONG:
        heads += _headers(columns, bottom)
        bottom += HEADER
    foot = svg.text(MARGIN, bottom + 26, _legend(shown), 11, svg.SOFT)
    everything = [*_heading(title, shown), *lifelines, *heads, *shapes, foot]
    return svg.drawing(columns.width, bottom + 42, everything, title or "sequence diagram")


def _heading(title: str, exchanges: Sequence[Exchange]) -> list[str]:
    shapes = [svg.text(MARGIN, 26, title or "Sequence of interactions", 16, weight=700)]
    if not exchanges:
        return [*shapes, svg.text(MARGIN, 46, "No interaction took place.", 12, svg.SOFT)]
    span = wording.since_start(exchanges[-1].at - exchanges[0].at).removeprefix("+")
    words = [
        f"{len(exchanges)} interactions in {span} of the world's time",
        f"from {exchanges[0].at:%Y-%m-%d %H:%M:%S} UTC",
    ]
    failures = sum(exchange.failed for exchange in exchanges)
    faults = sum(exchange.fault is not None for exchange in exchanges)
    words += [f"{failures} refused or unanswered"] if failures else []
    words += [f"{faults} touched by a fault"] if faults else []
    return [*shapes, svg.text(MARGIN, 46, "  ·  ".join(words), 12, svg.SOFT)]


def _legend(exchanges: Sequence[Exchange]) -> str:
    words = [
        "Arrows are requests; the label at the tip is the answer.",
        "Long ids are shortened, personal data is masked.",
    ]
    if any(exchange.failed for exchange in exchanges):
        words.insert(1, "Red: refused or unanswered.")
    if any(exchange.fault for exchange in exchanges):
        words.insert(-1, "Amber: a fault that the scenario asked for.")
    return " ".join(words)


def _headers(columns: Columns, y: float) -> list[str]:
    wide = columns.step - 22
    shapes = []
    for name in columns.names:
        x = columns.x(name)
        shapes.append(svg.box(x - wide / 2, y, wide, HEADER, svg.TINTS[svg.CALM], "#94a3b8"))
        for number, words in enumerate(lines := _broken(name, int(wide / (13 * svg.CHARACTER)))):
            baseline = y + HEADER / 2 + 4.5 + (number - (len(lines) - 1) / 2) * 15
            shapes.append(svg.text(x, baseline, words, 13, anchor="middle", weight=600, halo=False))
    return shapes


def _broken(name: str, length: int) -> list[str]:
    if len(name) <= length:
        return [name]
    breaks = [at for at, character in enumerate(name) if character in " -_."]
    middle = min(breaks, key=lambda at: abs(at - len(name) / 2), default=length)
    return [wording.clip(name[: middle + 1].rstrip(), length), wording.clip(name[middle + 1 :], length)]


def _rows(exchange: Exchange, columns: Columns, y: float, start: datetime, previous: datetime | None) -> list[Row]:
    rows = []
    if previous is not None and exchange.at - previous >= GAP:
        rows.append(_gap(wording.later(exchange.at - previous), columns, y))
        y += rows[0].height
    row = _arrow(exchange, columns, y)
    if exchange.at != previous:
        stamp = wording.since_start(exchange.at - start)
        row.shapes.append(svg.text(GUTTER - 12, y + 22, stamp, 11, svg.SOFT, "end"))
    return [*rows, row]


def _gap(words: str, columns: Columns, y: float) -> Row:
    band = svg.box(MARGIN, y + 4, columns.width - 2 * MARGIN, 24, "#f8fafc", svg.LINE, dash="5 4")
    label = svg.text(columns.width / 2, y + 20.5, words, 12, svg.CALM, "middle", 600)
    return Row([band, label], 36)


def _arrow(exchange: Exchange, columns: Columns, y: float) -> Row:
    start, end = columns.x(exchange.sender), columns.x(exchange.receiver)
    colour = svg.BAD if exchange.failed else svg.INK
    alone = exchange.sender == exchange.receiver
    end = start + 76 if alone else end
    middle, room = start + 70 if alone else (start + end) / 2, max(abs(end - start) - 16, columns.step * 1.3)
    words = wording.clip_path(wording.path(exchange.url), int(room / 7) - len(exchange.method) - 1)
    shapes = [svg.text(middle, y + 14, f"{exchange.method} {words}", 12, colour, "middle", 600)]
    tip = y + 21
    if said := wording.summary(exchange.request_body):
        shapes.append(svg.text(middle, y + 28, wording.clip(said, int(room / 6)), 11, svg.SOFT, "middle"))
        tip += 14
    shapes += _loop(start, tip, colour) if alone else _line(exchange, start, end, tip, colour)
    answer, height = _answer(exchange, (start, end), tip + 6, columns.width)
    return Row([svg.group(shapes + answer, _tooltip(exchange))], tip - y + height + 14)


def _line(exchange: Exchange, start: float, end: float, y: float, colour: str) -> list[str]:
    towards = 1 if end > start else -1
    if exchange.outcome == "lost":
        stop = start + (end - start) * 0.72
        return [svg.line(start, y, stop, y, colour, dash="6 4"), svg.cross(stop, y, colour)]
    if exchange.outcome == "refused":
        return [svg.line(start, y, end - 8 * towards, y, colour, dash="6 4"), svg.cross(end - 8 * towards, y, colour)]
    return [svg.line(start, y, end - 8 * towards, y, colour), svg.head(end - towards, y, towards, colour)]


def _loop(x: float, y: float, colour: str) -> list[str]:
    curve = f'<path d="M{x:.1f} {y - 4:.1f} h26 v10 h-18" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    return [curve, svg.head(x + 1, y + 6, -1, colour)]


def _answer(exchange: Exchange, span: tuple[float, float], y: float, width: float) -> tuple[list[str], float]:
    """The labels under an arrow and their height: the answer at its tip, fault and attempt at its tail. What finds no
    room between the two lifelines gets a line of its own."""
    start, end = span
    towards = 1 if end > start else -1
    verdict, colour = _verdict(exchange)
    shapes = _pills([(verdict, colour)], end - 8 * towards, y, -towards)
    used, height = svg.pill_width(verdict) + 14, 16.0
    tail = _tail(exchange)
    need = sum(svg.pill_width(words) + 6 for words, _ in tail)
    said = wording.summary(exchange.response_body, exchange.failed)
    room = abs(end - start) - used - 10
    tone = colour if exchange.failed else svg.SOFT
    beside = bool(said) and svg.width_of(said, 11) < room
    if beside:
        shapes.append(svg.text(end - towards * used, y + 12, said, 11, tone, "end" if towards > 0 else "start"))
        room -= svg.width_of(said, 11)
    if tail and need > room:
        y, height = y + 20, height + 20
    shapes += _pills(tail, start + 8 * towards, y, towards)
    if said and not beside:
        shapes.append(_own_line(said, (start + end) / 2, y + 29, width, tone))
        height += 16
    return shapes, height


def _own_line(said: str, middle: float, y: float, width: float, colour: str) -> str:
    half = min(middle - GUTTER, width - MARGIN - middle)
    return svg.text(middle, y, wording.clip(said, max(24, int(2 * half / 6.4))), 11, colour, "middle")


def _tail(exchange: Exchange) -> list[tuple[str, str]]:
    fault = [(f"fault: {exchange.fault}", svg.FAULT)] if exchange.fault else []
    return fault + ([(f"attempt {exchange.attempt}", svg.CALM)] if exchange.attempt > 1 else [])


def _verdict(exchange: Exchange) -> tuple[str, str]:
    if exchange.outcome != "answered" or exchange.status is None:
        words = {"closed": "closed, no answer", "hung": "hung, no answer", "answered": "no status"}
        return words.get(exchange.outcome, exchange.outcome), svg.BAD
    return str(exchange.status), svg.BAD if exchange.failed else svg.GOOD


def _pills(labels: Sequence[tuple[str, str]], x: float, y: float, towards: int) -> list[str]:
    shapes = []
    for words, colour in labels:
        wide = svg.pill_width(words)
        shapes.append(svg.pill(x if towards > 0 else x - wide, y, words, colour))
        x += towards * (wide + 6)
    return shapes


def _tooltip(exchange: Exchange) -> str:
    refs = f" · {', '.join(exchange.refs)}" if exchange.refs else ""
    note = f"\n{exchange.note}" if exchange.note else ""
    return f"#{exchange.seq} {exchange.operation}{refs}\n{exchange.method} {exchange.url}{note}"
