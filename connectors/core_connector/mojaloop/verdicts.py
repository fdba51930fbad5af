"""What an answer of the Mojaloop connector says about a transfer. Only explicit final states are final; a status code is
none. Replaceable as part "answers"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from connectors.core_connector import body
from loopyard.transport.client import Answer


@dataclass(frozen=True, slots=True)
class Committed:
    """The hub committed. `fulfil` is the notice of that, `transfer` the whole state, both as they came."""

    fulfil: Mapping[str, Any]
    transfer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Aborted:
    """The hub aborted, or the transfer was given up before it was prepared. `code` is the hub's."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Halted:
    """The transfer waits for an acceptance. `transfer` is its whole state."""

    state: str
    transfer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """Not final, or nobody knows. `code` is a Mojaloop code when one came along."""

    why: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """The hub says that it does not know the transfer: not yet, or never."""


Verdict = Committed | Aborted | Halted | Pending | Absent

HALTS: Final = frozenset(
    f"WAITING_FOR_{what}_ACCEPTANCE" for what in ("PARTY", "QUOTE", "CONVERSION", "AUTH")
)  # fmt: skip
STATES_OF: Final = ("transferState", "requestToPayTransferState", "requestToPayState")
"""Under which names an error carries the state that goes with it."""
NOT_VALID: Final = "3100"
"""The code of a request that the outbound API does not allow: it has none itself, only HTTP's 400 as a number."""
NOT_COMPLETED: Final = "5000"
"""The code of an abort that names none."""
NOT_FINAL: Final = frozenset({"3106", "3208"})
"""Client errors that say nothing about the end of a transfer: a modified repetition, and one not known (yet)."""
_FINAL: Final = re.compile(r"(?:3[0-9]|4[0-9]|5[0-9])[0-9]{2}")
_CODE: Final = re.compile(r"[1-9][0-9]{3}")


class Answers:
    """Reads answers to POST, PUT and GET /transfers."""

    def verdict(self, answer: Answer) -> Verdict:
        """The verdict of any answer, unreadable ones included: those are Pending."""
        content = _object(answer.body)
        if content is None:
            return Pending(f"Mojaloop connector: {answer.status} with {answer.body[:40]!r}")
        if answer.status != 200:
            return self._error(answer.status, content)
        fulfil = content.get("fulfil")
        if isinstance(fulfil, Mapping) and (at_hub := _object_in(fulfil, "body").get("transferState")):
            return self._by_hub_state(str(at_hub), content, fulfil)
        return self._by_own_state(content)

    def _by_hub_state(self, at_hub: str, transfer: Mapping[str, Any], fulfil: Mapping[str, Any]) -> Verdict:
        if at_hub == "COMMITTED":
            return Committed(fulfil, transfer)
        if at_hub == "ABORTED":
            code, message = _last_error(transfer) or (NOT_COMPLETED, "the hub aborted the transfer")
            return Aborted(code, message)
        return Pending(f"the transfer is {at_hub} at the hub")

    def _by_own_state(self, transfer: Mapping[str, Any]) -> Verdict:
        state = transfer.get("currentState")
        if state == "COMPLETED":
            return Committed(_object_in(transfer, "fulfil"), transfer)
        if state in HALTS:
            return Halted(str(state), transfer)
        if state == "ABORTED":
            message = str(transfer.get("abortedReason", "the transfer was aborted"))
            return Aborted(*(_last_error(transfer) or (NOT_COMPLETED, message)))
        if state == "ERROR_OCCURRED":
            return of_error(_last_error(transfer), "the Mojaloop connector reports an error")
        return Pending(f"the Mojaloop connector reports state {state!r}")

    def _error(self, status: int, content: Mapping[str, Any]) -> Verdict:
        """An error is final when an error of the hub or the payee is behind it, never when a time-out may be."""
        message = str(content.get("message", f"HTTP {status}"))
        if status == 504:  # whatever error the transfer had before: it is not final now
            return Pending(f"HTTP 504: {message}", "2004")
        error = _last_error(_state_in(content)) or _last_error(content)
        if error is None and str(content.get("statusCode")) in NOT_FINAL:
            error = (str(content["statusCode"]), message)
        return of_error(error, f"HTTP {status}: {message}")


def code_of(answer: Answer) -> tuple[str, str]:
    """Mojaloop code and message of an answer that refuses, in the words of who refused; 2001 when it has no code of four
    digits, 2004 for a time-out, 3100 when what was asked is not allowed at all."""
    content = _object(answer.body) or {}
    code = str(content.get("statusCode", ""))
    message = str(content.get("message", f"the Mojaloop connector answered {answer.status}"))
    code, message = _last_error(_state_in(content)) or (code, message)
    if code == "504" or answer.status == 504:
        return "2004", message
    if answer.status == 400 and content.get("statusCode") == 400:  # a number; a code of anybody's is a text
        return NOT_VALID, message
    return (code if _CODE.fullmatch(code) else "2001"), message


def of_error(error: tuple[str, str] | None, why: str) -> Verdict:
    """What an error of the hub or the payee means; without one, or one that says nothing of the end, it is Pending."""
    if error is None:
        return Pending(why)
    code, message = error
    if code == "3208":
        return Absent()
    if _FINAL.fullmatch(code) and code not in NOT_FINAL:
        return Aborted(code, message)
    return Pending(f"{why} ({code})", code)


def passed_on(answer: Answer, name: str) -> Mapping[str, Any]:
    """The callback's body in an answer to a message of our own that was passed on; {} when none can be read. An error comes
    with a status that says so, or, from some, with 200."""
    content = _object(answer.body) or {}
    told = _object_in(_object_in(content, name), "body")
    if told:
        return told
    states = [value for key, value in content.items() if key.endswith("InformationState") and isinstance(value, Mapping)]
    return _object_in(_object_in(states[0], name), "body") if states else {}


def error_in(callback: Mapping[str, Any]) -> tuple[str, str] | None:
    """Code and text of a callback's body that is an error."""
    return _last_error({"lastError": {"mojaloopError": callback}})


def _state_in(content: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((_object_in(content, name) for name in STATES_OF if name in content), {})


def _last_error(transfer: Mapping[str, Any]) -> tuple[str, str] | None:
    last = _object_in(transfer, "lastError")
    information = _object_in(_object_in(last, "mojaloopError"), "errorInformation")
    code = information.get("errorCode")
    if isinstance(code, str | int) and not isinstance(code, bool):
        return str(code), str(information.get("errorDescription", code))
    return None


def body_of(answer: Answer) -> Mapping[str, Any] | None:
    """The object of an answer, None for one that has none."""
    return _object(answer.body)


def _object(content: bytes) -> Mapping[str, Any] | None:
    try:
        value = body.parse(content)
    except ValueError:
        return None
    return value if isinstance(value, Mapping) else None


def _object_in(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = of.get(key)
    return value if isinstance(value, Mapping) else {}
