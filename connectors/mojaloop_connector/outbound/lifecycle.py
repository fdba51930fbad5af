"""The life of an outbound transfer as the real software draws it, and what the outbound API calls each state."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loopyard.kernel.lifecycle import Lifecycle

_WORKING: Final = ("start", "payeeResolved", "servicesFxpReceived", "fxQuoteReceived", "quoteReceived", "fxTransferSucceeded")

OUTBOUND: Final = Lifecycle(
    "outbound transfer",
    initial="start",
    final={"succeeded", "aborted"},
    transitions={
        ("start", "resolvePayee"): "payeeResolved",
        ("start", "skipPartyLookup"): "payeeResolved",
        ("payeeResolved", "requestServicesFxp"): "servicesFxpReceived",
        ("payeeResolved", "requestQuote"): "quoteReceived",  # no conversion
        ("servicesFxpReceived", "requestFxQuote"): "fxQuoteReceived",  # SEND
        ("servicesFxpReceived", "requestQuote"): "quoteReceived",  # RECEIVE
        ("fxQuoteReceived", "requestQuote"): "quoteReceived",  # SEND
        ("fxQuoteReceived", "executeFxTransfer"): "fxTransferSucceeded",  # RECEIVE
        ("quoteReceived", "requestFxQuote"): "fxQuoteReceived",  # RECEIVE
        ("quoteReceived", "executeFxTransfer"): "fxTransferSucceeded",  # SEND
        ("quoteReceived", "executeTransfer"): "succeeded",  # no conversion
        ("fxTransferSucceeded", "executeTransfer"): "succeeded",
        **{(state, "error"): "errored" for state in _WORKING},
        **{(state, "abort"): "aborted" for state in _WORKING},
        **{(state, "getTransfer"): "succeeded" for state in (*_WORKING, "errored")},  # the hub has committed
        **{(state, "getAborted"): "aborted" for state in (*_WORKING, "errored")},  # the hub has not
    },
)

PUBLIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "payeeResolved": "WAITING_FOR_PARTY_ACCEPTANCE",
        "fxQuoteReceived": "WAITING_FOR_CONVERSION_ACCEPTANCE",
        "quoteReceived": "WAITING_FOR_QUOTE_ACCEPTANCE",
        "succeeded": "COMPLETED",
        "aborted": "ABORTED",
    }
)
"""What `currentState` says; every other state is ERROR_OCCURRED."""

ACCEPTED_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "payeeResolved": ("acceptParty",),
        "fxQuoteReceived": ("acceptConversion", "acceptQuoteOrConversion"),
        "quoteReceived": ("acceptQuote", "acceptQuoteOrConversion"),
    }
)
"""The elements of a PUT by which a halt is left."""

REFUSAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "payeeResolved": "Payee rejected by backend",
        "fxQuoteReceived": "FX quote rejected by backend",
        "quoteReceived": "Quote rejected by backend",
    }
)


def public_state(state: str) -> str:
    """A state in the words of the outbound API."""
    return PUBLIC.get(state, "ERROR_OCCURRED")
