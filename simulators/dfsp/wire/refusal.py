"""What the refusals of a peer DFSP are in FSPIOP: their codes, and the callbacks that carry them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.kernel.errors import InvalidAmount, UnknownCurrency
from loopyard.protocols.fspiop.dates import InvalidDateTime
from loopyard.protocols.ilp import InvalidPacket
from loopyard.transport.messages import Reply
from simulators.dfsp import webhooks
from simulators.dfsp.state import errors
from simulators.dfsp.state.peers import Peers
from simulators.dfsp.webhooks import bulk as bulk_messages
from simulators.participant import refusal
from simulators.participant.errors import Refusal
from simulators.participant.refusal import Callbacks, Codes

CODES: Final[Codes] = MappingProxyType(
    {
        errors.PartyUnknown: "3204",
        errors.WrongCurrency: "5106",
        errors.AmountTooFine: "3100",
        errors.AboveLimit: "5200",
        errors.RequestExpired: "3302",
        errors.QuoteUnknown: "3205",
        errors.BulkQuoteUnknown: "3209",
        errors.QuoteMissing: "2001",
        errors.QuoteExpired: "3302",
        errors.TransferUnknown: "3208",
        errors.TransferExpired: "3303",
        errors.TermsAltered: "3100",
        errors.Modified: "3106",
        errors.RequestUnknown: "3206",
        errors.RequestLapsed: "3301",
        errors.UnsupportedCurrency: "4103",
        errors.TransactionUnknown: "3207",
        InvalidAmount: "3100",
        UnknownCurrency: "3100",
        InvalidDateTime: "3100",
        InvalidPacket: "3100",
    }
)
"""The scheme's code of each refusal; those of blocked and closed accounts are settings."""

CALLBACKS: Final[Callbacks] = MappingProxyType(
    {
        "POST /{fsp}/quotes": (webhooks.QUOTE_ERROR, "quoteId"),
        "GET /{fsp}/quotes/{ID}": (webhooks.QUOTE_ERROR, ""),
        "POST /{fsp}/transfers": (webhooks.TRANSFER_ERROR, "transferId"),
        "GET /{fsp}/transfers/{ID}": (webhooks.TRANSFER_ERROR, ""),
        "POST /{fsp}/transactionRequests": (webhooks.REQUEST_ERROR, "transactionRequestId"),
        "GET /{fsp}/transactionRequests/{ID}": (webhooks.REQUEST_ERROR, ""),
        "GET /{fsp}/authorizations/{ID}": (webhooks.AUTHORIZATION_ERROR, ""),
        "GET /{fsp}/transactions/{ID}": (webhooks.TRANSACTION_ERROR, ""),
        "POST /{fsp}/bulkQuotes": (bulk_messages.QUOTE_ERROR, "bulkQuoteId"),
        "GET /{fsp}/bulkQuotes/{ID}": (bulk_messages.QUOTE_ERROR, ""),
        "POST /{fsp}/bulkTransfers": (bulk_messages.TRANSFER_ERROR, "bulkTransferId"),
        "GET /{fsp}/parties/{Type}/{ID}": (webhooks.PARTY_ERROR, ""),
        "GET /{fsp}/parties/{Type}/{ID}/{SubId}": (webhooks.PARTY_SUB_ERROR, ""),
    }
)
"""The error callback of each request, and where the body has the id when the path has not."""


def reject(peers: Peers, call: Call, error: Exception) -> Reply:
    """The scheme's form of an error. Raises what it does not know."""
    return refusal.reject(peers, peers.peer, call, error, codes=_codes(peers), callbacks=CALLBACKS)


def information(peers: Peers, error: Exception) -> Any:
    """The errorInformation of a part of a bulk. Raises what is no refusal."""
    codes = _codes(peers)
    if not isinstance(error, Refusal) and type(error) not in codes:
        raise error
    return refusal.error_body(codes, error)["errorInformation"]


def _codes(peers: Peers) -> Codes:
    settings = peers.settings
    return {**CODES, errors.AccountBlocked: settings.blocked_code, errors.AccountClosed: settings.closed_code}
