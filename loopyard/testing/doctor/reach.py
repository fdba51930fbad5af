"""Who reaches whom: the system under test the hub and the bank, the hub's callbacks the system under test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loopyard.engine.traffic import Interaction, dig
from loopyard.testing.config import FILE
from loopyard.testing.doctor.finding import Check, Finding, not_checked, ok, problem, warning
from loopyard.testing.doctor.forms import WRONGLY_SIGNED
from loopyard.testing.doctor.patient import CALLBACKS, HUB, MOJALOOP
from loopyard.testing.doctor.probes import Outbound, Probed
from loopyard.testing.doctor.texts import asked, end, error, line, offered
from loopyard.world.channel import CHANNEL

OUTBOUND_API: Final = f"{MOJALOOP}.outbound"
NOT_HERE: Final = (404, 405, 501)


def terms_are_given(seen: Probed) -> Iterator[Finding]:
    """A customer's request for terms ends with terms, or with an error that says why not."""
    probe = seen.outbound
    if probe is None:
        yield not_checked(seen.why[0])
    elif probe.terms and probe.terms.told == "terms":
        yield ok(f"{asked(probe)}: terms came, as transfer {probe.terms.transfer_id}")
    else:
        yield problem(f"{asked(probe)}: no terms; {_told(seen, probe)}", _why_no_terms(seen, probe))


def _told(seen: Probed, probe: Outbound) -> str:
    if probe.terms is None or probe.heard:
        return f"no answer within {seen.patient.patience:g} s" if probe.heard == "timeout" else f"no answer ({probe.heard})"
    code, message = probe.terms.code or "no code", probe.terms.message or "no message"
    return f"the answer was HTTP {probe.terms.http_status}, {code}, {message}"


def _why_no_terms(seen: Probed, probe: Outbound) -> str:
    face = seen.patient.stage.driver.calls
    if probe.terms and probe.terms.http_status in NOT_HERE:
        return f"{seen.patient.url(face)} does not know the way in: are the ports of its faces exchanged in [sut.faces]?"
    if not _lookups(seen):
        return "it ended before the hub: see `your system reaches the world`"
    errors = [row for row in seen.said(HUB, seen.patient.home) if "/error" in row.path]
    if errors:
        return f"the scheme said no: {line(errors[-1])}: {error(errors[-1].request())}"
    terms = [row for row in seen.said(HUB, seen.patient.home) if row.method == "PUT" and row.path.startswith("/quotes/")]
    if terms:
        return f"the scheme gave terms ({line(terms[-1])}): what refused them lies behind, with your connector or the bank"
    return "the lookup came to the hub, terms did not come back: see `callbacks reach your system`"


def hub_is_reached(seen: Probed) -> Iterator[Finding]:
    """The lookup of the outbound probe is seen at the hub; what is in between depends on who runs elsewhere."""
    probe, patient = seen.outbound, seen.patient
    if probe is None:
        yield not_checked(seen.why[0])
        return
    if _lookups(seen):
        yield ok(f"the hub ({patient.url('hub.fspiop')}) got the lookup of {probe.payment.payee_id} from {patient.home}")
        return
    steps = []
    if patient.judges(patient.stage.driver.calls.rpartition(".")[0]):
        steps.append(f"let the core connector call the Mojaloop connector at {patient.url(OUTBOUND_API)} (SDK_BASE_URL)")
    if patient.judges(MOJALOOP):
        steps.append(f"let the Mojaloop connector call the hub at {patient.url('hub.fspiop')} (PEER_ENDPOINT)")
    yield problem(f"no lookup of {probe.payment.payee_id} came to the hub from {patient.home}", "; ".join(steps))


def _lookups(seen: Probed) -> list[Interaction]:
    payee = seen.outbound.payment.payee_id if seen.outbound else ""
    return [row for row in seen.said(seen.patient.home, HUB) if row.method == "GET" and f"/{payee}" in row.path]


def bank_is_reached(seen: Probed) -> Iterator[Finding]:
    """A connector that has said whose customer somebody is, or what she pays, has asked its bank."""
    banks = {face.rpartition(".")[0]: url for face, url in seen.patient.banks.items()}
    if not banks or (seen.outbound is None and seen.inbound is None):
        yield not_checked("there is no bank in this world" if not banks else seen.why[0])
        return
    for name, url in banks.items():
        mine = [row for row in seen.at_banks() if row.operation.startswith(f"{name}.")]
        failed = [row for row in mine if row.status is None or row.status >= 500 or row.status == 401]
        if failed:
            yield problem(f"{line(failed[0])} at the bank {name} ended with {end(failed[0])}", f"look at {url} and its token")
        elif mine:
            yield ok(f"the bank {name} ({url}) was asked {len(mine)} times, first {line(mine[0])}")
        else:
            yield problem(f"the bank {name} was not asked for anything", f"let the core connector call {url} (CBS_BASE_URL)")


def callbacks_arrive(seen: Probed) -> Iterator[Finding]:
    """What the hub sends to the home institution is taken, by 2xx, at the address that the world believes in."""
    patient = seen.patient
    rows, address = seen.said(HUB, patient.home), patient.url(CALLBACKS)
    lost = [row for row in rows if row.status is None]
    refused = [row for row in rows if row.status is not None and row.status >= 300]
    for row in lost[:1]:
        yield problem(
            f"the hub called {address}{row.path} ({row.method}) and got no answer: {row.outcome}; {len(lost)} such calls",
            f'let {MOJALOOP} listen there, or say where it does: "{CALLBACKS}" in [sut.faces] of {FILE}',
        )
    for row in refused[:3]:
        yield problem(
            f"the hub called {address}{row.path} ({row.method}), which was refused: {end(row)}",
            "see `signatures`"
            if dig(row.response(), "errorInformation.errorCode") == WRONGLY_SIGNED
            else "answer the hub's requests with 202 and its callbacks with 200; correct what the text names",
        )
    if rows and not lost and not refused:
        yield ok(f"{len(rows)} calls of the hub to {address} were taken")
    if not rows:
        yield not_checked("the hub had nothing to say")


def peers_are_answered(seen: Probed) -> Iterator[Finding]:
    """A peer that looks a customer up and asks for terms gets both."""
    probe, home = seen.inbound, seen.patient.home
    if probe is None:
        yield not_checked(seen.why[1])
        return
    if probe.state == "STOPPED":
        yield ok(f"{offered(probe)}: the lookup and the request for terms were answered")
        return
    answers = [row for row in seen.said(home, HUB) if row.method == "PUT" and "/error" in row.path]
    if answers:
        row = answers[-1]
        told = f"{line(row)}: {error(row.request())}"
        yield problem(f"{offered(probe)}: {home} answered with an error: {told}", _why_error(seen))
        return
    notices = [row for row in seen.said(HUB, home) if row.method in ("GET", "POST")]
    last = f"{line(notices[-1])} was taken with {end(notices[-1])}" if notices else "nothing was delivered"
    yield problem(
        f"{offered(probe)}: no terms within {seen.patient.patience:g} s; {last}, and no answer came to the hub",
        f"answer it by a callback to {seen.patient.url('hub.fspiop')}" if notices else "see `callbacks reach your system`",
    )


def _why_error(seen: Probed) -> str:
    face = next((face for face in seen.patient.faces if face.endswith(".sdk")), None)
    if face and MOJALOOP not in seen.patient.stage.foreign:
        return f"the Mojaloop connector says so of your backend API at {seen.patient.url(face)}: see what it answers there"
    return "the customer is known to the bank: ask your own log why she cannot be paid"


def nobody_is_lost(seen: Probed) -> Iterator[Finding]:
    """Calls to paths that a face does not serve, and callers whom nobody knows, are wrong addresses and wrong names."""
    patient = seen.patient
    for row in seen.rows:
        if row.operation.endswith(".unknown"):
            yield problem(
                f"{row.sender or 'somebody'} called {row.method} {row.path} at {row.operation.removesuffix('.unknown')}, "
                f"which does not serve it",
                "a message for one face went to another: compare the addresses in your settings with those of `loopyard up`",
            )
        elif row.receiver == HUB and row.sender not in {*patient.participants, CHANNEL, ""}:
            yield problem(f"somebody called the hub as {row.sender!r}", f"fspiop-source must be {patient.home}")


def nothing_has_moved(seen: Probed) -> Iterator[Finding]:
    """Terms that are refused, and a payment that stops at its quote, post and hold nothing anywhere."""
    probe = seen.outbound
    if seen.moved:
        made = f"no payment was agreed to, and something was posted or is held on {', '.join(seen.moved)}"
        yield problem(made, "reserve after the consent, not before; release what terms that were refused have held")
    else:
        yield ok("no ledger of the world has moved")
    if probe and probe.refusal and (probe.refusal.told != "failed" or probe.refusal.code != "4101"):
        yield warning(
            f"terms that were refused are answered {probe.refusal.told}, {probe.refusal.code or 'no code'}",
            "the scenarios expect HTTP 400 with statusCode 4101",
        )


CHECKS: Final[tuple[Check[Probed], ...]] = (
    Check("terms for a payment", terms_are_given),
    Check("your system reaches the world", hub_is_reached),
    Check("your system reaches the world", bank_is_reached),
    Check("your system reaches the world", nobody_is_lost),
    Check("callbacks reach your system", callbacks_arrive),
    Check("a peer asks for terms", peers_are_answered),
    Check("money", nothing_has_moved),
)
