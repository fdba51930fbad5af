"""How messages are written and read: strictly, or with the defects of today's connectors, one named setting each.

Source of every setting: docs/sources/iso20022.md, "Losses and defects".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Profile:
    """What an emitter and its reader do where the standard and today's software differ. The defaults are the strict ones."""

    unrolls_extensions: bool = True
    """Extensions whose key is a path into the message become elements of the message."""
    rolls_up_extensions: bool = True
    """Elements that FSPIOP has no place for become extensions whose key is their path."""
    testing_mode: bool = False
    """A quote or prepare without the message it builds on is made from headers and body, as the Testing Toolkit does."""

    splits_organisation_ids: bool = False
    """The scheme of BUSINESS, ALIAS and DEVICE stands under OrgId, but the identifier under PrvtId: both arms of a choice."""
    drops_transaction_requests: bool = False
    """The transactionRequestId of a quote request is never written, refund or not."""
    misnames_refund_reasons: bool = False
    """A refund's reason is looked for, and put, under "reason"; FSPIOP calls it "refundReason", which therefore is lost."""
    extensions_override: bool = False
    """An unrolled extension replaces what the mapping wrote, message id and time included, and may be any key at all."""
    sends_packets_unread: bool = False
    """A packet goes out whatever it is, though its reader takes the condition from it: one of version 1 loses the condition."""

    rolls_up_everything: bool = False
    """Constants, message ids and copied parties are rolled up too, and values keep their JSON type."""
    reads_references_twice: bool = False
    """An InstrId is both a transactionRequestId and a refund's original transaction, and makes the payee the initiator."""
    every_initiator_is_a_business: bool = False
    """The initiator's type is BUSINESS, whatever kind of party initiates."""
    describes_party_errors_by_family: bool = False
    """The text of a party's error is that of the code's family ("Identifier Error"), not that of the code."""
    splits_names_blindly: bool = False
    """A name without semicolons is a first name, and a display name ends at its first semicolon."""
    keeps_zero_amounts: bool = False
    """The "0" that stands for the open side of a conversion is handed on as an amount."""
    keeps_trailing_zeros: bool = False
    """Amounts pass as they stand ("100.00"), though FSPIOP forbids trailing zeros."""


STRICT: Final = Profile()
LIKE_SDK: Final = Profile(
    splits_organisation_ids=True,
    drops_transaction_requests=True,
    misnames_refund_reasons=True,
    extensions_override=True,
    sends_packets_unread=True,
    rolls_up_everything=True,
    reads_references_twice=True,
    every_initiator_is_a_business=True,
    describes_party_errors_by_family=True,
    splits_names_blindly=True,
    keeps_zero_amounts=True,
    keeps_trailing_zeros=True,
)
"""What the connectors of today emit and make of what they accept."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a message says besides its FSPIOP body. Ids and times are the caller's: nothing here has a clock or makes ids.

    `source` and `destination` are the FSPIOP headers, `resource_id` the id in the path; `original_id` goes into a party
    report. `answers` is the ISO body that this one builds on: the quote request for PUT /quotes, the quote for POST /transfers.
    """

    message_id: str
    created_at: str
    source: str = ""
    destination: str = ""
    resource_id: str = ""
    original_id: str = ""
    answers: Mapping[str, Any] | None = None
