"""The first page of a sign-off bundle: what was tested, in which world, and what each acceptance id came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from loopyard.testing.evidence.page import page, tag
from loopyard.testing.evidence.signoff import WORST_FIRST, Proof, accepted, counts

TONES: Final[Mapping[str, str]] = {"failed": "bad", "not run": "fault", "waived": "fault", "passed": "good"}
_STYLE = """
table{border-collapse:collapse;width:100%}td pre{margin:0}
td,th{border-bottom:1px solid #e2e8f0;padding:5px 8px;text-align:left;vertical-align:top}
"""


def summary_html(run: Mapping[str, Any], proofs: Sequence[Proof]) -> str:
    """One self-contained page; a section for each outcome, the worst first."""
    verdict = tag("every id is accounted for", "good") if accepted(proofs) else tag("not to be signed off", "bad")
    totals = " ".join(
        tag(f"{count} {outcome}", TONES.get(outcome, "calm")) for outcome, count in counts(proofs).items() if count
    )
    sections = "".join(_section(outcome, [each for each in proofs if each.outcome == outcome]) for outcome in WORST_FIRST)
    return page("Acceptance evidence", f"<p>{verdict} {totals}</p>{_circumstances(run)}{sections}", _STYLE)


def _circumstances(run: Mapping[str, Any]) -> str:
    sut, world = run["sut"], run["world"]
    form = f", everybody speaking {world['api']}" if "api" in world else ""
    told = {
        "System under test": f"{sut['name'] or 'not named'} {sut['version'] or '(no version)'}",
        "World": f"{world['at']}, SHA-256 {world['sha256'] or 'unknown: it ran elsewhere'}{form}",
        "Seed": run["seed"],
        "Run": f"{run['started']} to {run['ended']}",
        "Tools": ", ".join(f"{name} {version}" for name, version in run["tools"].items()),
    }
    rows = "".join(f"<tr><th>{escape(key)}</th><td>{escape(str(value))}</td></tr>" for key, value in told.items())
    return f"<table>{rows}</table>"


def _section(outcome: str, proofs: Sequence[Proof]) -> str:
    if not proofs:
        return ""
    rows = "".join(map(_row, proofs))
    return f"<h2>{escape(outcome.capitalize())} ({len(proofs)})</h2><table>{rows}</table>"


def _row(proof: Proof) -> str:
    ran = ", ".join(f"{count} {outcome}" for outcome, count in _scenarios(proof).items())
    reasons = "".join(f"<pre>{escape(reason)}</pre>" for reason in proof.reasons)
    text = f"{escape(proof.text)}<br><span class=soft>{escape(proof.proof)}</span>"
    return f"<tr><th>{escape(proof.id)}</th><td>{text}{reasons}</td><td>{escape(ran) or 'no scenario'}</td></tr>"


def _scenarios(proof: Proof) -> dict[str, int]:
    outcomes = [line["outcome"] for line in proof.scenarios]
    return {each: outcomes.count(each) for each in reversed(WORST_FIRST) if each in outcomes}
