"""The audit's verdict on a scenario, as a page and as text. What counts as a finding is decided by the audit itself."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from loopyard.testing.evidence.model import Finding, OpenItem
from loopyard.testing.evidence.page import page, tag
from loopyard.testing.evidence.redaction import Redactor

__all__ = ["OpenItem", "audit_html", "audit_text", "verdict"]

_STYLE = """
table{border-collapse:collapse;width:100%}td{border-top:1px solid #e2e8f0;padding:7px 10px 7px 0;vertical-align:top}
td:first-child{width:1%;white-space:nowrap}.headline{font-size:15px;font-weight:600}
"""


def verdict(findings: Sequence[Finding], open_items: Sequence[OpenItem] = ()) -> str:
    """One sentence: "The books agree.", "2 findings; 1 open item." """
    failing = sum(finding.fails for finding in findings)
    counts = [_count(failing, "finding")] if failing else ["The books agree"]
    reported = len(findings) - failing
    counts += [f"{reported} reported only"] if reported else []
    counts += [_count(len(open_items), "open item")] if open_items else []
    return "; ".join(counts) + "."


def audit_text(findings: Sequence[Finding], open_items: Sequence[OpenItem] = (), redactor: Redactor | None = None) -> str:
    """The verdict as lines of text, the failing findings first."""
    found, items = _shown(findings, open_items, redactor)
    lines = [verdict(found, items)]
    lines += [f"{finding.level:<10} {finding.kind}: {finding.text}{_at(finding)}" for finding in found]
    lines += [f"{'open item':<10} {item.text}{f' ({item.reference})' if item.reference else ''}" for item in items]
    return "\n".join(lines) + "\n"


def audit_html(
    findings: Sequence[Finding],
    open_items: Sequence[OpenItem] = (),
    title: str = "Audit",
    redactor: Redactor | None = None,
) -> str:
    """The verdict as a self-contained page, the failing findings first."""
    found, items = _shown(findings, open_items, redactor)
    tone = "bad" if any(finding.fails for finding in found) else "good"
    body = f'<p class="headline {tone}">{escape(verdict(found, items))}</p>'
    if found:
        body += f"<h2>Findings</h2><table>{''.join(map(_finding_row, found))}</table>"
    if items:
        body += f"<h2>Open items</h2><table>{''.join(map(_item_row, items))}</table>"
        body += '<p class="soft">An open item is a difference that something unfinished explains in full.</p>'
    return page(title, body, _STYLE)


def _shown(
    findings: Sequence[Finding], open_items: Sequence[OpenItem], redactor: Redactor | None
) -> tuple[list[Finding], list[OpenItem]]:
    hide = redactor or Redactor.of(())
    found = sorted(map(hide.finding, findings), key=lambda finding: not finding.fails)
    return found, [hide.open_item(item) for item in open_items]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _at(finding: Finding) -> str:
    return f" [{finding.where}]" if finding.where else ""


def _finding_row(finding: Finding) -> str:
    where = f'<br><span class="soft">{escape(finding.where)}</span>' if finding.where else ""
    label = tag(finding.level, "bad" if finding.fails else "calm")
    return f"<tr><td>{label}</td><td><b>{escape(finding.kind)}</b><br>{escape(finding.text)}{where}</td></tr>"


def _item_row(item: OpenItem) -> str:
    reference = f'<br><code class="soft">{escape(item.reference)}</code>' if item.reference else ""
    return f"<tr><td>{tag('open item', 'fault')}</td><td>{escape(item.text)}{reference}</td></tr>"
