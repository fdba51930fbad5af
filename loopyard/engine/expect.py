"""Finds an interaction in a log, and says what came nearest when there is none. It reads rows; it never waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from loopyard.engine.traffic import Interaction, dig, fact

TOLD = 160  # characters of a refusal's text
FEW = 5  # refusals that are told, the latest


class NotSeen(AssertionError):
    """No interaction is as expected: what was expected, what was refused, what came nearest and why it does not count."""


def expect(
    rows: Iterable[Interaction], operation: str, where: Mapping[str, Any] | None = None, *,
    within: float | None = None, since: datetime | None = None, again: str = "",
) -> Interaction:  # fmt: skip
    """The first interaction of `operation` (a name or a glob) whose facts are those of `where`; raises NotSeen.

    `where` names facts as fault rules do (`from`, `to`, `status`, `outcome`, `{parameter}`, `answer.<path>`, `<path>` of the
    request); they are compared as texts. `within` is in seconds from `since`, by default the first row's time. `again` is the
    line that repeats the scenario.
    """
    log, wanted = list(rows), dict(where or {})
    since = since or (log[0].at if log else None)
    for row in log:
        if not misses(row, operation, wanted) and _in_time(row, since, within):
            return row
    raise NotSeen(_text(log, operation, wanted, within, since, again))


def seen(rows: Iterable[Interaction], operation: str, where: Mapping[str, Any] | None = None) -> list[Interaction]:
    """All interactions of `operation` whose facts are those of `where`, in order."""
    return [row for row in rows if not misses(row, operation, where or {})]


def misses(row: Interaction, operation: str, where: Mapping[str, Any]) -> list[str]:
    """Why `row` is not what is looked for, a reason each; nothing when it is."""
    found = [] if fnmatchcase(row.operation, operation) else [f"it is {row.operation}"]
    for name, value in where.items():
        actual = fact(row, name)
        if actual is None or str(actual) != str(value):
            found.append(f"{name} {'is absent' if actual is None else f'was {_shown(actual)}'}, not {_shown(value)}")
    return found


def _in_time(row: Interaction, since: datetime | None, within: float | None) -> bool:
    return within is None or since is None or (row.at - since).total_seconds() <= within


def _text(
    log: list[Interaction], operation: str, where: Mapping[str, Any], within: float | None, since: datetime | None, again: str
) -> str:
    refused = [row for row in log if row.status is not None and row.status >= 400]
    lines = [f"expected  {operation}{_conditions(where)}{f', within {within:g} s' if within is not None else ''}"]
    lines += [f"refused   {_refusal(row)}" for row in refused[-FEW:]]
    same = [row for row in log if fnmatchcase(row.operation, operation)]
    near = _nearest(log, operation, where)
    lines.append(f"seen      {_count(len(same))}{_near_miss(near, same, log, since)}")
    lines.append(f"so        {_conclusion(near, same, refused, operation, where, within)}")
    if again:
        lines.append(f"again     {again}")
    return "\n".join(lines)


def _conditions(where: Mapping[str, Any]) -> str:
    return "  where " + " and ".join(f"{name} = {_shown(value)}" for name, value in where.items()) if where else ""


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _count(number: int) -> str:
    return f"{number} call{'' if number == 1 else 's'}"


def _nearest(log: list[Interaction], operation: str, where: Mapping[str, Any]) -> Interaction | None:
    """The row that agrees in most: the operation before all else, then its system, then the facts; the latest of equals."""

    def nearness(row: Interaction) -> tuple[bool, bool, int, int]:
        system = row.operation.split(".")[0] == operation.split(".")[0]
        return fnmatchcase(row.operation, operation), system, -len(misses(row, row.operation, where)), row.seq

    return max(log, key=nearness, default=None)


def _near_miss(near: Interaction | None, same: list[Interaction], log: list[Interaction], since: datetime | None) -> str:
    if near is None:
        return ""
    moment = f"at {(near.at - (since or near.at)).total_seconds():+.3f} s"
    if same:
        return f"; nearest: {near.operation} from {near.sender} to {near.receiver} {moment}"
    beside = sum(row.receiver == near.receiver for row in log)
    return f"; nearest of {beside} to {near.receiver}: {near.operation} from {near.sender} {moment}"


def _refusal(row: Interaction) -> str:
    return f"{row.method} {row.path} to {row.receiver} was answered {row.status}: {reason(row)}"


def reason(row: Interaction) -> str:
    """What a refusal says for itself: code and text in the forms that systems use, else the beginning of the body."""
    answer = row.response()
    for code, text in (
        ("errorInformation.errorCode", "errorInformation.errorDescription"),
        ("errorCode", "message"),
        ("statusCode", "message"),
        ("code", "message"),
    ):
        if dig(answer, code) is not None:
            return f'{dig(answer, code)} "{dig(answer, text) or ""}"'[:TOLD]
    return row.response_body.decode("utf-8", "replace")[:TOLD] or "no body"


def _conclusion(
    near: Interaction | None, same: list[Interaction], refused: list[Interaction], operation: str,
    where: Mapping[str, Any], within: float | None,
) -> str:  # fmt: skip
    if near is None:
        return "nobody called anybody: nothing was started, or it never reached this world"
    if same:
        wrong = misses(near, operation, where) or [f"after more than {within:g} s"]
        return f"{near.operation} came, but {' and '.join(wrong)}"
    if refused:
        last = refused[-1]
        return f"{last.receiver} refused {last.operation}; {operation} never came"
    if near.outcome != "answered":
        return f"{near.operation} ended {near.outcome}; {operation} never came"
    return f"{near.sender} got as far as {near.operation}; {operation} never came"
