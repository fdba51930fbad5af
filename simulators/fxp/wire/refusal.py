"""What the refusals of an FX provider are in FSPIOP: their codes, and the callbacks that carry them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from loopyard.engine.call import Call
from loopyard.kernel.errors import InvalidAmount, UnknownCurrency
from loopyard.protocols.fspiop.dates import InvalidDateTime
from loopyard.protocols.ilp import InvalidPacket
from loopyard.transport.messages import Reply
from simulators.fxp import webhooks
from simulators.fxp.state import errors
from simulators.fxp.state.houses import Houses
from simulators.participant import refusal
from simulators.participant.refusal import Callbacks, Codes

CODES: Final[Codes] = MappingProxyType(
    {
        errors.PairUnsupported: "5106",
        errors.AmountMissing: "3102",
        errors.AmountTooFine: "3100",
        errors.OutsideLimits: "5200",
        errors.RequestExpired: "3302",
        errors.NotOurs: "3100",
        errors.TermsUnknown: "3205",
        errors.TermsMissing: "2001",
        errors.TermsExpired: "3302",
        errors.TermsAltered: "3100",
        errors.ConversionUnknown: "3208",
        errors.ConversionExpired: "3303",
        errors.TreasuryEmpty: "5001",
        errors.Modified: "3106",
        InvalidAmount: "3100",
        UnknownCurrency: "3100",
        InvalidDateTime: "3100",
        InvalidPacket: "3100",
    }
)
"""The scheme's code of each refusal."""

CALLBACKS: Final[Callbacks] = MappingProxyType(
    {
        "POST /{fsp}/fxQuotes": (webhooks.TERMS_ERROR, "conversionRequestId"),
        "GET /{fsp}/fxQuotes/{ID}": (webhooks.TERMS_ERROR, ""),
        "POST /{fsp}/fxTransfers": (webhooks.CONVERSION_ERROR, "commitRequestId"),
        "GET /{fsp}/fxTransfers/{ID}": (webhooks.CONVERSION_ERROR, ""),
    }
)
"""The error callback of each request, and where the body has the id when the path has not."""


def reject(houses: Houses, call: Call, error: Exception) -> Reply:
    """The scheme's form of an error. Raises what it does not know."""
    return refusal.reject(houses, houses.house, call, error, codes=CODES, callbacks=CALLBACKS)
