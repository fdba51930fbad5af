"""The interactions of a scenario: as a page for a reader, and in full as NDJSON for a tool. Both show redacted messages only;
`block` and `record`, for one interaction, show what they are given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from loopyard.testing.evidence import wording
from loopyard.testing.evidence.model import Exchange, Headers
from loopyard.testing.evidence.page import page, tag
from loopyard.testing.evidence.redaction import redacted

_STYLE = """
details{border:1px solid #e2e8f0;border-radius:8px;margin:6px 0;padding:6px 12px}
summary{cursor:pointer}summary b{font-weight:600}details.bad{border-color:#c81e1e}details.bad pre,details.bad p{color:#1e293b}
.time{display:inline-block;min-width:84px;color:#64748b;font-size:12.5px}
"""
_LONGEST = 200_000  # characters of one body on a page
_LONGEST_RECORDED = 1_000_000  # characters of one body in the NDJSON: what is longer was made to be too long


def interactions_html(exchanges: Iterable[Exchange], title: str = "Interactions") -> str:
    """All interactions as a page: a line each, headers and bodies on request; those that failed stand open."""
    shown = redacted(exchanges)
    entries = "".join(_entry(exchange, shown[0].at) for exchange in shown)
    return page(title, entries or '<p class="soft">No interaction took place.</p>', _STYLE)


def interactions_ndjson(exchanges: Iterable[Exchange]) -> str:
    """All interactions as one JSON object a line; bodies are text, times ISO 8601."""
    return "".join(json.dumps(record(exchange), ensure_ascii=False) + "\n" for exchange in redacted(exchanges))


def verdict(exchange: Exchange) -> str:
    """How it ended, in words: "202", "closed", "lost"."""
    return str(exchange.status) if exchange.outcome == "answered" else exchange.outcome


def pretty(body: bytes) -> str:
    """A body for reading: JSON indented with its numbers as written, anything else as it is."""
    text = body.decode("utf-8", errors="replace")
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        document = json.loads(text, parse_float=lambda number: f"\0{number}", parse_int=lambda number: f"\0{number}")
        indented = json.dumps(document, ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):  # the second: a message that was nested to hurt
        return text
    return re.sub(r'"\\u0000(-?\d[\d.eE+\-]*)"', r"\1", indented)


def record(exchange: Exchange) -> dict[str, object]:
    """One interaction as a tool reads it."""
    return {
        "seq": exchange.seq,
        "at": exchange.at.isoformat(),
        "from": exchange.sender,
        "to": exchange.receiver,
        "operation": exchange.operation,
        "method": exchange.method,
        "url": exchange.url,
        "outcome": exchange.outcome,
        "status": exchange.status,
        "attempt": exchange.attempt,
        "fault": exchange.fault,
        "note": exchange.note,
        "refs": list(exchange.refs),
        "request": _message(exchange.request_headers, exchange.request_body),
        "response": _message(exchange.response_headers, exchange.response_body),
    }


def _message(headers: Headers, body: bytes) -> dict[str, object]:
    text = body.decode("utf-8", errors="replace")
    found: dict[str, object] = {"headers": [list(pair) for pair in headers], "body": text[:_LONGEST_RECORDED]}
    return found | {"cutFrom": len(text)} if len(text) > _LONGEST_RECORDED else found


def _title(exchange: Exchange) -> str:
    return f"{exchange.sender} → {exchange.receiver}  {exchange.method} {exchange.url}"


def _remarks(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield verdict(exchange), "bad" if exchange.failed else "good"
    if exchange.fault:
        yield f"fault: {exchange.fault}", "fault"
    if exchange.attempt > 1:
        yield f"attempt {exchange.attempt}", "calm"
    if exchange.note:
        yield exchange.note, "bad"


def block(exchange: Exchange, start: datetime) -> Iterator[str]:
    """One interaction as lines of text; its time is counted from `start`."""
    remarks = ", ".join(words for words, _ in _remarks(exchange))
    yield f"#{exchange.seq} {wording.since_start(exchange.at - start)}  {_title(exchange)}  [{remarks}]"
    yield f"    {exchange.operation}" + (f"  refs {', '.join(exchange.refs)}" if exchange.refs else "")
    for mark, headers, body in _sides(exchange):
        yield from (f"  {mark} {name}: {value}" for name, value in headers)
        yield from (f"  {mark} {line}" for line in pretty(body).splitlines())
    yield ""


def _sides(exchange: Exchange) -> tuple[tuple[str, Headers, bytes], tuple[str, Headers, bytes]]:
    return (
        (">", exchange.request_headers, exchange.request_body),
        ("<", exchange.response_headers, exchange.response_body),
    )


def _entry(exchange: Exchange, start: datetime) -> str:
    remarks = "".join(tag(words, tone) for words, tone in _remarks(exchange))
    path = wording.clip(wording.path(exchange.url), 90)
    who = f"{exchange.sender} → {exchange.receiver}"
    said = escape(wording.summary(exchange.request_body))
    messages = "".join(_pre(mark, headers, body) for mark, headers, body in _sides(exchange) if headers or body)
    about = f"{exchange.operation}  {' '.join(exchange.refs)}\n{exchange.method} {exchange.url}"
    return (
        f"<details{' open class=bad' if exchange.failed else ''}><summary>"
        f'<span class="time">{wording.since_start(exchange.at - start)}</span>'
        f'<b>{escape(exchange.method)} {escape(path)}</b> <span class="soft">{escape(who)} {said}</span> {remarks}'
        f"</summary><pre>{escape(about)}</pre>{messages}</details>"
    )


def _pre(mark: str, headers: Headers, body: bytes) -> str:
    heading = "Request" if mark == ">" else "Answer"
    text = "\n".join([*(f"{name}: {value}" for name, value in headers), "", pretty(body)]).strip("\n")
    return f'<p class="soft">{heading}</p><pre>{escape(wording.clip(text, _LONGEST), quote=False)}</pre>'
