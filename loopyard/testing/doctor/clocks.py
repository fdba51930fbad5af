"""Clock skew: every date that the system under test writes, against the world's clock at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from loopyard.engine.traffic import Interaction
from loopyard.testing.doctor.finding import Check, Finding, not_checked, ok, problem, warning
from loopyard.testing.doctor.patient import HUB, MOJALOOP
from loopyard.testing.doctor.probes import Probed
from loopyard.testing.doctor.texts import line
from loopyard.transport.client import Headers
from loopyard.world.channel import CHANNEL

NOTABLE, WRONG = 5.0, 60.0  # seconds
SHORTEST: Final = 5.0
"""Seconds that terms must be good for: less, and they have run out before anybody can consent."""
REMEDY: Final = "let the machines keep their time (NTP): expiry, signatures and completion times depend on it"


def clocks_agree(seen: Probed) -> Iterator[Finding]:
    """Date headers of what the system under test sends and answers; they count whole seconds."""
    ahead = {f"{row.sender}: {line(row)}": skew for row, skew in _skews(seen)}
    if not ahead:
        yield not_checked("your system wrote no Date header")
        return
    where, worst = max(ahead.items(), key=lambda each: abs(each[1]))
    text = f"{abs(worst):.0f} s {'ahead of' if worst > 0 else 'behind'} the world's clock, in {where}"
    if abs(worst) >= WRONG:
        yield problem(text, REMEDY)
    elif abs(worst) >= NOTABLE:
        yield warning(text, REMEDY)
    else:
        yield ok(f"{len(ahead)} Date headers agree with the world's clock to {NOTABLE:g} s")


def _skews(seen: Probed) -> Iterator[tuple[Interaction, float]]:
    patient, home = seen.patient, seen.patient.home
    for row in seen.rows:
        mine = row.sender == home and row.receiver == HUB and patient.judges(MOJALOOP)
        if mine and (date := _date(row.request_headers)):
            yield row, _seconds(date, row.at)
        answered = row.sender == CHANNEL or (row.receiver == home and row.sender == HUB and patient.judges(MOJALOOP))
        if answered and row.ended and (date := _date(row.response_headers)):
            yield row, _seconds(date, row.ended)


def _seconds(date: datetime, at: datetime) -> float:
    """How far ahead; a header that is right lies within the second before the moment."""
    return (date - at + timedelta(seconds=0.5)).total_seconds()


def _date(headers: Headers) -> datetime | None:
    text = next((value for name, value in headers if name.lower() == "date"), None)
    try:
        return parsedate_to_datetime(text) if text and text.endswith("GMT") else None
    except ValueError:
        return None


def terms_last(seen: Probed) -> Iterator[Finding]:
    """Terms that have run out when they arrive are the sign of a clock that is behind, or of a lifetime in other units."""
    for row in seen.said(seen.patient.home, HUB):
        body = row.request()
        is_answer = row.method == "PUT" and row.path.startswith("/quotes/") and isinstance(body, dict)
        text = body.get("expiration") if is_answer else None
        left = _left(text, row.at)
        if left is None:
            continue
        if left < SHORTEST:
            when = f"{abs(left):.0f} s {'after' if left > 0 else 'before'} it came"
            yield problem(
                f"{line(row)} says that its terms expire at {text}, {when}",
                "give terms a lifetime of a minute, by a clock that is right",
            )
        else:
            yield ok(f"{line(row)}: the terms are good for {left:.0f} s")


def _left(text: object, at: datetime) -> float | None:
    try:
        return (datetime.fromisoformat(str(text)) - at).total_seconds() if text else None
    except (ValueError, TypeError):
        return None


CHECKS: Final[tuple[Check[Probed], ...]] = (
    Check("clocks", clocks_agree),
    Check("clocks", terms_last),
)
