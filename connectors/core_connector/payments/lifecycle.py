"""The life of an outgoing payment. Everything that may change its state is in this table."""

from __future__ import annotations

from typing import Final

from loopyard.kernel.lifecycle import Lifecycle

PAYMENT: Final = Lifecycle(
    "payment",
    initial="QUOTING",
    final={"COMPLETED", "ABORTED", "DECLINED", "EXPIRED", "FAILED", "VALIDATED"},
    transitions={
        ("QUOTING", "offer"): "OFFERED",  # the terms went to the payer
        ("QUOTING", "fail"): "FAILED",  # nothing was reserved, nothing accepted
        ("QUOTING", "validate"): "VALIDATED",  # a bulk that only asks who the payees are
        ("QUOTING", "committed"): "CAPTURING",  # the Mojaloop connector accepted by itself: the payer owes
        ("OFFERED", "consent"): "RESERVING",
        ("OFFERED", "consent to a debit"): "RESERVED",  # the channel has debited beforehand
        ("OFFERED", "give back"): "RELEASING",  # the channel has debited for terms that had expired
        ("OFFERED", "decline"): "DECLINED",
        ("OFFERED", "expire"): "EXPIRED",
        ("OFFERED", "fail"): "FAILED",  # single: outside the limits; a request to pay whose password did not come
        ("OFFERED", "committed"): "CAPTURING",  # the Mojaloop connector asked for no consent to a password
        ("RESERVING", "reserved"): "RESERVED",
        ("RESERVING", "refuse"): "FAILED",
        ("RESERVING", "lose sight"): "WITHDRAWING",  # the bank may hold the money or not: the transfer will not be made
        ("WITHDRAWING", "find"): "RELEASING",
        ("WITHDRAWING", "find nothing"): "ABORTED",
        ("RESERVED", "accept"): "ACCEPTING",  # written before the acceptance goes out
        ("RESERVED", "withdraw"): "RELEASING",  # never accepted: a restart, or terms that changed
        ("ACCEPTING", "lose sight"): "PENDING",  # no final answer: the hub decides, nobody here
        ("ACCEPTING", "commit"): "CAPTURING",
        ("ACCEPTING", "abort"): "RELEASING",
        ("PENDING", "commit"): "CAPTURING",
        ("PENDING", "abort"): "RELEASING",
        ("CAPTURING", "capture"): "COMPLETED",
        ("RELEASING", "release"): "ABORTED",
    },
)

WAITING: Final = frozenset({"OFFERED"})
"""States that wait for the channel."""
