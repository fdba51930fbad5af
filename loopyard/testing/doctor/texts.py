"""How messages are told in findings: short, and with the error that they carry."""

from __future__ import annotations

from typing import Any, Final

from loopyard.engine.traffic import Interaction, dig
from loopyard.testing.doctor.probes import Inbound, Outbound

LONGEST: Final = 160


def line(row: Interaction) -> str:
    return f"{row.method} {row.path[:90]}"


def end(row: Interaction) -> str:
    """How it ended: the status with the error in the answer, or why there is none."""
    return f"{row.status} {error(row.response())}".strip() if row.status is not None else row.outcome


def error(body: Any) -> str:
    """Code and text of an error, FSPIOP's or a connector's; empty where there is none."""
    information = dig(body, "errorInformation")
    code = dig(information, "errorCode") or dig(body, "statusCode") or dig(body, "errorCode")
    text = dig(information, "errorDescription") or dig(body, "message")
    return short(" ".join(str(each) for each in (code, text) if each))


def short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"


def asked(probe: Outbound) -> str:
    payment = probe.payment
    return f"{payment.amount} {payment.send_currency} from {payment.payer_name} to {probe.payee.name}"


def offered(probe: Inbound) -> str:
    return f"{probe.payer.name} of {probe.payer.dfsp} to {probe.payee.name}"
