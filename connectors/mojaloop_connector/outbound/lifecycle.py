"""The lives of outbound transfers and requests to pay as the real software draws them, and what the outbound API calls each
state."""

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

REQUEST: Final = Lifecycle(
    "request to pay",
    initial="start",
    final={"succeeded", "aborted", "errored"},
    transitions={
        ("start", "resolvePayee"): "payeeResolved",
        ("payeeResolved", "executeTransactionRequest"): "succeeded",
        ("payeeResolved", "abort"): "aborted",
        ("start", "error"): "errored",
        ("payeeResolved", "error"): "errored",
    },
)

REQUEST_TRANSFER: Final = Lifecycle(
    "transfer of a request to pay",
    initial="start",
    final={"succeeded", "aborted", "errored"},
    transitions={
        ("start", "requestQuote"): "quoteReceived",
        ("quoteReceived", "requestOTP"): "otpReceived",
        ("quoteReceived", "skipOTP"): "otpReceived",  # no password is asked for
        ("otpReceived", "executeTransfer"): "succeeded",
        ("quoteReceived", "abort"): "aborted",  # the backend says no
        ("otpReceived", "abort"): "aborted",  # the backend says no, or the hub
        ("start", "error"): "errored",
        ("quoteReceived", "error"): "errored",
        ("otpReceived", "error"): "errored",
    },
)

PUBLIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "payeeResolved": "WAITING_FOR_PARTY_ACCEPTANCE",
        "fxQuoteReceived": "WAITING_FOR_CONVERSION_ACCEPTANCE",
        "quoteReceived": "WAITING_FOR_QUOTE_ACCEPTANCE",
        "otpReceived": "WAITING_FOR_AUTH_ACCEPTANCE",
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
