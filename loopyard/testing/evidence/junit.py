"""JUnit of a recorded run: a case for each scenario under its acceptance id, said in the record's redacted words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from loopyard.testing.evidence.signoff import FAILED, PASSED, Record

_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


def junit(record: Record) -> bytes:
    """What has not passed and not failed is skipped there, with the kind as its type: JUnit knows no more."""
    lines = record.lines
    failures = sum(line["outcome"] == FAILED for line in lines)
    skipped = sum(line["outcome"] not in (FAILED, PASSED) for line in lines)
    total = {"tests": str(len(lines)), "failures": str(failures), "errors": "0", "skipped": str(skipped)}
    suite = Element("testsuite", {"name": "loopyard", "timestamp": str(record.run["started"]), **total})
    _properties(suite, {"seed": record.run["seed"], **{f"sut.{key}": record.run["sut"][key] for key in ("name", "version")}})
    for line in lines:
        _case(suite, line)
    root = Element("testsuites", total)
    root.append(suite)
    indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root) + b"\n"


def _case(suite: Element, line: Mapping[str, Any]) -> None:
    name = f"{line['name']} {found[0]}" if (found := re.search(r"\[.*\]$", line["test"])) else line["name"]
    case = SubElement(
        suite, "testcase", {"classname": _fit(line["id"]), "name": _fit(name), "time": str(line.get("duration", 0))}
    )
    _properties(case, {"acceptance": line["id"], "seed": line.get("seed", "")})
    reason = _fit(line["reason"])
    if line["outcome"] == FAILED:
        SubElement(case, "failure", {"message": reason.partition("\n")[0]}).text = reason
    elif line["outcome"] != PASSED:
        SubElement(case, "skipped", {"type": line["outcome"], "message": f"{line['outcome']}: {reason}"})


def _properties(parent: Element, told: Mapping[str, Any]) -> None:
    properties = SubElement(parent, "properties")
    for name, value in told.items():
        SubElement(properties, "property", {"name": name, "value": _fit(str(value))})


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
