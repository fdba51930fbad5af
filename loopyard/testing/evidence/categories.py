"""Files that tell the report's reader what kind of failure this is and where the run took place: `categories.json` and
`environment.properties` in the results folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_ANY = r"[\s\S]*"

# The report files a failure under the first category that matches, so the narrower ones stand first.
CATEGORIES: tuple[dict[str, object], ...] = (
    {
        "name": "Infrastructure",
        "description": "The laboratory is broken, not the bank: nothing was reached or started.",
        "matchedStatuses": ["failed", "broken"],
        "messageRegex": _ANY + r"(InfrastructureError|SutUnreachable|NotStarted|ClientConnector\w*Error"
        r"|ConnectionRefusedError|Cannot connect to host|Address already in use|Name or service not known)" + _ANY,
    },
    {
        "name": "Waiver to drop or renew",
        "description": "A waiver has expired, or waives what does not fail any more.",
        "matchedStatuses": ["failed", "broken"],
        "messageRegex": _ANY + r"(the waiver of \w+ for .* has expired: |: drop the waiver )" + _ANY,
    },
    {
        "name": "Contract breach",
        "description": "A message broke its public schema or a must of its specification.",
        "matchedStatuses": ["failed", "broken"],
        "messageRegex": _ANY + r"(ContractBreach|[Cc]ontract breach|\bbreach\b|broke its contract)" + _ANY,
    },
    {
        "name": "Refused callback",
        "description": "A callback was answered with something other than success.",
        "matchedStatuses": ["failed", "broken"],
        "messageRegex": _ANY + r"(^|\n)\W*(\w+(\.\w+)*: )?refused\b[^\n]*\bwas answered [1345]\d\d\b" + _ANY,
    },
    {
        "name": "Waived",
        "description": "A known finding that the team waives until a day (waivers.toml); reason, day and owner stand with it.",
        "matchedStatuses": ["skipped"],
        "messageRegex": _ANY + r"XFAIL (reason: )?waived: " + _ANY,
    },
    {
        "name": "Not applicable",
        "description": "What the scenario needs is not there: a capability, or a host that can restart the system under test.",
        "matchedStatuses": ["skipped"],
        "messageRegex": _ANY + r"not applicable: " + _ANY,
    },
    {
        "name": "Not run",
        "description": "The scenario waits long in real time, and nobody asked for it (--slow).",
        "matchedStatuses": ["skipped"],
        "messageRegex": _ANY + r"not run: " + _ANY,
    },
    {
        "name": "Product defect",
        "description": "The system under test did the wrong thing: an expectation or the audit failed.",
        "matchedStatuses": ["failed"],
    },
    {
        "name": "Harness fault",
        "description": "The scenario could not be carried out: a step, a fixture or the harness itself failed.",
        "matchedStatuses": ["broken"],
    },
)


def write_categories(results: Path) -> Path:
    """Write `categories.json` into the results folder."""
    target = results / "categories.json"
    target.write_text(json.dumps(CATEGORIES, indent=2) + "\n", encoding="utf-8")
    return target


def write_environment(results: Path, environment: Mapping[str, str]) -> Path:
    """Write `environment.properties` into the results folder, one `key = value` a line."""
    target = results / "environment.properties"
    lines = (f"{_key(key)} = {' '.join(value.split())}" for key, value in environment.items())
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def _key(key: str) -> str:
    return "_".join(key.replace("=", " ").replace(":", " ").split())
