"""The lives of requests to pay, as the payer's institution and as the payee's has them. Everything that may change their state
is in these tables."""

from __future__ import annotations

from typing import Final

from loopyard.kernel.lifecycle import Lifecycle

RECEIVED: Final = Lifecycle(
    "request to pay that came",
    initial="RECEIVED",
    final={"ACCEPTED", "REJECTED", "EXPIRED"},
    transitions={
        ("RECEIVED", "offer"): "OFFERED",  # the payer has seen the terms
        ("OFFERED", "offer"): "OFFERED",  # and new ones
        ("OFFERED", "authenticate"): "AUTHENTICATING",  # she consents; a password is on its way
        ("AUTHENTICATING", "give up"): "RECEIVED",  # none came, or nobody could check it: she may consent again
        ("OFFERED", "accept"): "ACCEPTED",  # what becomes of the payment is its own row
        ("AUTHENTICATING", "accept"): "ACCEPTED",
        ("RECEIVED", "reject"): "REJECTED",
        ("OFFERED", "reject"): "REJECTED",
        ("AUTHENTICATING", "reject"): "REJECTED",  # a wrong password too often
        ("RECEIVED", "expire"): "EXPIRED",
        ("OFFERED", "expire"): "EXPIRED",
    },
)

RECEIVED_WAIT: Final = frozenset({"RECEIVED", "OFFERED"})
"""States that wait for the payer."""

SENT: Final = Lifecycle(
    "request to pay that was made",
    initial="ASKING",
    final={"ACCEPTED", "REJECTED", "DECLINED", "FAILED"},
    transitions={
        ("ASKING", "offer"): "OFFERED",  # our customer sees who would be asked
        ("ASKING", "send"): "SENT",
        ("ASKING", "fail"): "FAILED",
        ("OFFERED", "send"): "SENT",
        ("OFFERED", "decline"): "DECLINED",
        ("OFFERED", "fail"): "FAILED",
        ("SENT", "accept"): "ACCEPTED",
        ("SENT", "reject"): "REJECTED",
        ("OFFERED", "accept"): "ACCEPTED",
        ("OFFERED", "reject"): "REJECTED",
    },
)

SENT_WAIT: Final = frozenset({"OFFERED", "SENT"})
"""States that wait for our customer, or for the payer's institution."""
