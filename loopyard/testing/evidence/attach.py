"""Attaches the evidence of one scenario to the running Allure test. Nothing is drawn when nobody writes results."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence

import allure
from allure_commons import plugin_manager

from loopyard.testing.evidence.accounts import t_accounts
from loopyard.testing.evidence.audit import audit_html
from loopyard.testing.evidence.interactions import interactions_html, interactions_ndjson, verdict
from loopyard.testing.evidence.model import AccountView, Exchange, Finding, OpenItem
from loopyard.testing.evidence.redaction import Redactor
from loopyard.testing.evidence.sequence import sequence_diagram
from loopyard.testing.evidence.wording import path

_TYPES = allure.attachment_type


def attach_evidence(
    title: str,
    exchanges: Sequence[Exchange],
    accounts: Iterable[AccountView] = (),
    findings: Sequence[Finding] = (),
    *,
    open_items: Sequence[OpenItem] = (),
    faults: Sequence[str] = (),
    order: Sequence[str] = (),
    repeat: str = "",
    redactor: Redactor | None = None,
) -> None:
    """Attach diagram, interactions, T-accounts, the audit's verdict, faults and the line that repeats the scenario.

    `faults` describe the schedule in words, `order` names the participants from left to right, `repeat` is a command
    line. Everything is redacted here, by the `redactor` of these exchanges where there is one already; call it while
    the test runs, `pytest_bdd_after_scenario` at the latest.
    """
    if not listening():
        return
    redactor = redactor or Redactor.of(exchanges)
    shown = [redactor.exchange(exchange) for exchange in exchanges]
    allure.attach(sequence_diagram(shown, order, title), "sequence diagram", _TYPES.SVG)
    allure.attach(interactions_html(shown), "interactions", _TYPES.HTML)
    allure.attach(_packed(interactions_ndjson(shown)), "interactions (NDJSON)", "application/gzip", "ndjson.gz")
    allure.attach(t_accounts(accounts, redactor=redactor), "T-accounts", _TYPES.HTML)
    allure.attach(audit_html(findings, open_items, redactor=redactor), "audit", _TYPES.HTML)
    touched = [exchange for exchange in shown if exchange.fault]
    if faults or touched:
        allure.attach(_faults_text([redactor.text(words) for words in faults], touched), "faults", _TYPES.TEXT)
    if repeat:
        allure.attach(repeat + "\n", "repeat this scenario", _TYPES.TEXT)


def attach_text(text: str, name: str) -> None:
    """Attach a text of the harness's own, in which there is nothing to hide."""
    if listening():
        allure.attach(text, name, _TYPES.TEXT)


def listening() -> bool:
    """Whether anybody writes Allure results in this process."""
    return bool(plugin_manager.hook.attach_data.get_hookimpls())


def _packed(text: str) -> bytes:
    """A report is one file with everything in it, and who reads NDJSON has a tool."""
    return gzip.compress(text.encode(), mtime=0)


def _faults_text(schedule: Sequence[str], touched: Sequence[Exchange]) -> str:
    lines = ["asked for:", *(f"  {words}" for words in schedule)] if schedule else []
    lines += ["touched:"] if touched else ["touched: nothing"]
    for exchange in touched:
        who = f"{exchange.sender} → {exchange.receiver}"
        lines.append(f"  #{exchange.seq} {exchange.fault}: {who} {exchange.method} {path(exchange.url)}, {verdict(exchange)}")
    return "\n".join(lines) + "\n"
