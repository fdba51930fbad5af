"""The audit: reconciles every ledger of a world at a quiet moment. It reads books and traffic, and knows no HTTP."""

from __future__ import annotations

from loopyard.audit.books import AmbiguousOwner, AuditError, Books, IncompleteRecord, Opening, StaleOpening, TransferRecord
from loopyard.audit.findings import KINDS, Finding, OpenItem, Verdict
from loopyard.audit.reconcile import audit

__all__ = [
    "KINDS",
    "AmbiguousOwner",
    "AuditError",
    "Books",
    "Finding",
    "IncompleteRecord",
    "OpenItem",
    "Opening",
    "StaleOpening",
    "TransferRecord",
    "Verdict",
    "audit",
]
