"""The form of FSPIOP messages as they are really sent: media types and versions, headers, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loopyard.engine.traffic import Interaction, dig
from loopyard.protocols.fspiop import media
from loopyard.testing.doctor.finding import Check, Finding, not_checked, ok, problem, warning
from loopyard.testing.doctor.patient import HUB, MOJALOOP
from loopyard.testing.doctor.probes import Probed
from loopyard.testing.doctor.texts import end, line

WRONGLY_SIGNED: Final = "3105"
REMEDIES: Final = {
    "3001": "send a version that the hub serves: {served}",
    "3101": "write the header as the hub reads it: application/vnd.interoperability.<resource>+json;version=2.0",
    "3102": "send what is missing",
    WRONGLY_SIGNED: "sign with the key that the world has for you (loopyard keys), or switch JWS off at both sides",
}
FOR_TEAM: Final = "correct the message; docs/sources lists what the hub demands"
COUNTED: Final = 5
"""Findings of one sort that are told one by one."""


def hub_takes_them(seen: Probed) -> Iterator[Finding]:
    """What the hub refuses at once, in its own words, with the headers that it was sent."""
    sent = [row for row in seen.rows if row.receiver == HUB and row.sender in (seen.patient.home, "")]
    refused = [row for row in sent if row.status is not None and row.status >= 400 and not row.operation.endswith(".unknown")]
    for row in refused[:COUNTED]:
        code = str(dig(row.response(), "errorInformation.errorCode"))
        remedy = REMEDIES.get(code, FOR_TEAM).format(served=_served(row))
        yield problem(f"the hub refuses {line(row)}: {end(row)}; sent was {_sent(row)}", remedy)
    if sent and not refused:
        yield ok(f"the hub took all {len(sent)} messages of {seen.patient.home}")


def media_types(seen: Probed) -> Iterator[Finding]:
    """Content-Type and Accept of each resource, as they stood on the wire."""
    rows = mine(seen)
    if not rows:
        yield not_checked(
            "no FSPIOP message came from your system"
            if seen.patient.judges(MOJALOOP)
            else "the reference writes the FSPIOP messages"
        )
        return
    used: dict[str, dict[str, bool]] = {}
    for row in rows:
        for text, plain in _kinds(row):
            used.setdefault(row.path.split("/")[1], {})[text] = plain
    for resource, texts in used.items():
        told = f"/{resource}: {', '.join(texts)}"
        yield ok(told) if all(texts.values()) else warning(told, "write media types in full, with a version and no charset")


def _kinds(row: Interaction) -> Iterator[tuple[str, bool]]:
    """Each media type of a message, the version alone where its form is right, and whether it is."""
    for name, read in (("Content-Type", media.parse_content_type), ("Accept", media.parse_accept)):
        value = header(row, name)
        if value is None and name == "Accept":
            continue
        try:
            found = read(value or "")
            versions = " ".join(each.version for each in (found if isinstance(found, tuple) else (found,)))
            yield f"{name} version {versions}", True
        except media.InvalidMediaType:
            yield f"{name} {value or 'none'}", False


def _sent(row: Interaction) -> str:
    return ", ".join(f"{name} {header(row, name) or 'none'}" for name in ("Content-Type", "Accept"))


def header(row: Interaction, name: str) -> str | None:
    """A header of the request, whatever its case."""
    return next((value for key, value in row.request_headers if key.lower() == name.lower()), None)


def _served(row: Interaction) -> str:
    listed = dig(row.response(), "errorInformation.extensionList.extension") or []
    versions = [f"{each.get('key')}.{each.get('value')}" for each in listed if isinstance(each, dict)]
    return ", ".join(versions) or ", ".join(media.VERSIONS)


def headers(seen: Probed) -> Iterator[Finding]:
    """Headers that this hub lets pass and another will not: source, destination, date."""
    missing = dict[str, Interaction]()
    for row in mine(seen):
        wanted = ["Date", "FSPIOP-Source"] + (
            [] if row.path.startswith("/parties") and row.method == "GET" else ["FSPIOP-Destination"]
        )
        missing |= {name: row for name in wanted if not header(row, name)}
    for name, row in missing.items():
        yield warning(f"{line(row)} has no {name}", f"send {name} on every message")
    if mine(seen) and not missing:
        yield ok("source, destination and date are there")


def contracts(seen: Probed) -> Iterator[Finding]:
    """Messages of the home institution and its connectors against the public schemas."""
    peers = seen.patient.participants - {seen.patient.home}
    found = [each for each in seen.contract if each["party"] not in peers | {HUB}]
    for each in found[:COUNTED]:
        text = f"{each['party']}, {each['operation']}: {each['text']}"
        yield (
            problem(text, "correct the message")
            if each["level"] == "breach"
            else warning(text, "harmless here, not everywhere")
        )
    if len(found) > COUNTED:
        yield problem(f"and {len(found) - COUNTED} more of the kind", "correct these first")
    if not found:
        yield ok("no message of the probes broke its contract")


def mine(seen: Probed) -> list[Interaction]:
    """FSPIOP messages that the system under test wrote itself."""
    rows = seen.said(seen.patient.home, HUB) if seen.patient.judges(MOJALOOP) else []
    return [row for row in rows if row.path.split("/")[1] in media.RESOURCES]


CHECKS: Final[tuple[Check[Probed], ...]] = (
    Check("what your system sends", hub_takes_them),
    Check("what your system sends", media_types),
    Check("what your system sends", headers),
    Check("what your system sends", contracts),
)
