"""Choices of the ISO 20022 schemas: elements that exclude one another under the same parent. The published contract calls them
anyOf and so lets two stand side by side; what is wrong with that is said here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

CHOICES: Final = (
    frozenset({"Cd", "Prtry"}),
    frozenset({"OrgId", "PrvtId"}),
    frozenset({"Dt", "DtTm"}),
    frozenset({"IlpV4PrepPacket", "Sh256Sgntr"}),
)
"""Those of the messages used here."""


def excludes(node: Mapping[str, Any], step: str) -> bool:
    """Whether an element cannot stand under a parent because another arm of its choice stands there."""
    return any(step in choice and (choice - {step}) & node.keys() for choice in CHOICES)
