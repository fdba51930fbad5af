"""The one name element of ISO 20022 and the four names of an FSPIOP party: first, middle and last name and the display name,
joined by semicolons. Source: docs/sources/iso20022.md, "Parties"."""

from __future__ import annotations

from typing import Any, Final

from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.row import Reading, Writing

_COMPLEX: Final = ("firstName", "middleName", "lastName")


def joined(to: Writing, party: str) -> str | None:
    """The name element of a party; None when she has no name. Raises NoIsoForm."""
    names = [to.text(f"{party}.personalInfo.complexName.{part}") or "" for part in _COMPLEX]
    if any(";" in name for name in names) and not to.profile.splits_names_blindly:
        raise NoIsoForm(f"{party}.personalInfo.complexName", "has a semicolon, which parts the names")
    names.append(to.text(f"{party}.name") or "")
    return ";".join(names) if any(names) else None


def split(of: Reading, iso: str, party: str) -> None:
    """Set the names of a party from the name element."""
    name = of.text(iso)
    if not name:
        return
    first, middle, last, display = _parts(name, blindly=of.profile.splits_names_blindly)
    of.put(f"{party}.name", display or None)
    complex_name: dict[str, Any] = {part: each for part, each in zip(_COMPLEX, (first, middle, last), strict=True) if each}
    of.put(f"{party}.personalInfo.complexName", complex_name or None)


def _parts(name: str, *, blindly: bool) -> tuple[str, str, str, str]:
    if blindly:
        parts = [*name.split(";"), "", "", ""]
        return parts[0], parts[1], parts[2], parts[3]
    if name.count(";") < 3:
        return "", "", "", name
    first, middle, last, display = name.split(";", 3)
    return first, middle, last, display
