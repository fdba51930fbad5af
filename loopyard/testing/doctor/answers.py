"""The answers of the system under test on its own interfaces: media type, charset, and the members that scenarios read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from loopyard.engine.traffic import Interaction
from loopyard.testing.config import FILE
from loopyard.testing.doctor.finding import Check, Finding, not_checked, ok, problem, warning
from loopyard.testing.doctor.probes import Probed
from loopyard.testing.doctor.texts import line, short
from loopyard.testing.drivers.send_money import SendMoney
from loopyard.testing.needs import WORKLIST
from loopyard.world.channel import CHANNEL

TERMS: Final = ("sendAmount", "sendCurrency", "receiveAmount", "receiveCurrency", "targetFees", "sourceFees")
CODE: Final = re.compile(r"[1-9]\d{3}")
KNOCK: Final = 5.0


def bodies(seen: Probed) -> Iterator[Finding]:
    """JSON says that it is JSON, in UTF-8: what the system answers to the app, and what it sends to the bank."""
    said = [(row, row.response_headers, row.response_body, "the answer to ") for row in seen.rows if row.sender == CHANNEL]
    said += [(row, row.request_headers, row.request_body, "") for row in seen.at_banks()]
    told: dict[str, Finding] = {}
    for row, headers, body, what in said:
        if body and (finding := _form(row, {name.lower(): value for name, value in headers}, body, what)):
            told.setdefault(finding.seen, finding)
    yield from told.values()
    if said and not told:
        yield ok("every body is JSON in UTF-8 and says so")


def _form(row: Interaction, headers: dict[str, str], body: bytes, what: str) -> Finding | None:
    where, kind = f"{what}{line(row)}", headers.get("content-type", "")
    charset = kind.lower().partition("charset=")[2].strip('" ')
    if body.startswith(b"\xef\xbb\xbf"):
        return warning(f"{where} begins with a byte order mark", "write UTF-8 without one")
    try:
        json.loads(body.decode())
    except UnicodeDecodeError:
        return problem(
            f"{where} is not UTF-8 (Content-Type {kind or 'none'})", "write JSON in UTF-8, whatever the machine's locale"
        )
    except ValueError:
        return problem(f"{where} is not JSON: {body[:60]!r}", "answer with JSON, errors included")
    if not kind:
        return warning(f"{where} is JSON without a Content-Type", "send Content-Type: application/json")
    if "json" not in kind:
        return warning(f"{where} is JSON and says {kind}", "send Content-Type: application/json")
    return warning(f"{where} says charset={charset}", "JSON is UTF-8") if charset not in ("", "utf-8") else None


def terms(seen: Probed) -> Iterator[Finding]:
    """The members that steps read, of terms or of an error, for the house's own driver."""
    probe = seen.outbound
    if probe is None or probe.terms is None or not isinstance(seen.patient.stage.driver, SendMoney):
        yield not_checked(
            "your own driver reads the answers" if probe and probe.terms else "no answer to a request for terms came"
        )
        return
    body = probe.terms.body
    if probe.terms.told != "terms":
        if not CODE.fullmatch(probe.terms.code or ""):
            yield problem(
                f"an error has no statusCode of four digits: {str(body)[:120]}", 'answer {"statusCode": "3204", "message": ...}'
            )
        return
    missing = [name for name in TERMS if body.get(name) is None] + ([] if body.get("transactionId") else ["transactionId"])
    if missing:
        yield problem(f"the terms lack {', '.join(missing)}", "answer as the send-money API says; steps read these members")
    if not isinstance(body.get("payeeDetails"), dict) or not body["payeeDetails"].get("name"):
        yield problem("the terms lack payeeDetails.name", "the payer must see whom she pays")
    numbers = [name for name in TERMS if isinstance(body.get(name), int | float)]
    if numbers:
        yield warning(f"amounts are JSON numbers: {', '.join(numbers)}", "write amounts as texts, so that no float rounds them")
    if body.get("homeTransactionId") not in (None, probe.payment.reference):
        yield problem("the terms name another homeTransactionId than was sent", "give back the one that was sent")
    if not missing and not numbers:
        yield ok("terms have every member that the scenarios read")


def backend(seen: Probed) -> Iterator[Finding]:
    """What the Mojaloop connector would hear when it looks a customer up: connectors do not stand in the world's log."""
    patient, probe = seen.patient, seen.inbound
    face = next((face for face in patient.faces if face.endswith(".sdk")), None)
    if face is None or probe is None:
        return
    path = f"/parties/{probe.payee.id_type}/{probe.payee.id_value}"
    answer = patient.world.control("channel.call", face=face, method="GET", path=path, timeout=KNOCK)
    if "status" not in answer:
        yield problem(f"GET {path} at {face} brings no answer: {answer['no_answer']}", f"let {patient.url(face)} answer it")
    elif answer["status"] != 200:
        yield problem(
            f"GET {path} at {face} is answered {answer['status']}: {short(answer['body'])}",
            "she is a customer of the bank: she must be found",
        )
    else:
        yield from _party(face, path, _parsed(answer["body"]), patient.home)


def _party(face: str, path: str, body: Any, home: str) -> Iterator[Finding]:
    found = body if isinstance(body, dict) else {}
    missing = [name for name in ("idType", "idValue") if not found.get(name)]
    if missing:
        yield problem(f"the answer to GET {path} at {face} lacks {', '.join(missing)}", "answer as the backend API 2.1 says")
    elif found.get("fspId") not in (None, home):
        yield problem(f"GET {path} at {face} names fspId {found['fspId']!r}", f"the institution under test is {home} (FSP_ID)")
    else:
        yield ok(f"GET {path} at {face} finds the customer")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def capabilities(seen: Probed) -> Iterator[Finding]:
    """A list of unfinished work is asked for after every scenario; who has none says so once."""
    stage = seen.patient.stage
    if seen.outbound is None or WORKLIST in stage.lacks or not isinstance(stage.driver, SendMoney):
        return
    talk = stage.driver.unresolved()
    answer = seen.patient.world.control("channel.call", face=stage.driver.calls, timeout=KNOCK, **talk.call)
    if answer.get("status") == 200 and isinstance(_parsed(answer["body"]), list):
        yield ok(f"{talk.method} {talk.path} lists what is unfinished")
    else:
        how = answer.get("status") or answer["no_answer"]
        yield warning(
            f"{talk.method} {talk.path} is answered {how}: your system cannot say what it has not finished",
            f"write {WORKLIST} = false in [sut.capabilities] of {FILE}: scenarios that need it are then not applicable",
        )


CHECKS: Final[tuple[Check[Probed], ...]] = (
    Check("what your system answers", bodies),
    Check("what your system answers", terms),
    Check("what your system answers", backend),
    Check("what your system answers", capabilities),
)
