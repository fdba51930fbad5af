"""What the outbound API says of an error that nobody foresaw: the log has it with its traceback, the caller hears no more than
that it happened, in the form of every other error."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.mojaloop_connector.errors import OutboundFailure
from connectors.mojaloop_connector.inbound.message import LOG
from loopyard.transport.messages import Request

STATE_FIELD_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accounts": "executionState",
        "parties": "requestPartiesInformationState",
        "quotes": "requestQuotesInformationState",
        "simpleTransfers": "requestSimpleTransfersInformationState",
        "bulkTransactions": "bulkTransactionState",
        "bulkQuotes": "bulkQuoteState",
        "bulkTransfers": "bulkTransferState",
        "requestToPay": "requestToPayState",
        "requestToPayTransfer": "requestToPayTransferState",
    }
)
"""What an error calls the state, by resource; `transferState` elsewhere."""


def unforeseen(connector: str, what: str, field: str = "transferState") -> OutboundFailure:
    """The failure to be told of the error that is being handled, which this logs. `what` names nobody: no path and no id."""
    LOG.exception("%s: %s failed in a way that nobody foresaw", connector, what)
    return OutboundFailure(
        "The Mojaloop connector failed in a way that nobody foresaw; its log says how", plain=True, field=field
    )


def of_request(connector: str, request: Request) -> OutboundFailure:
    """The same of a request; its state is not known."""
    resource = request.path.strip("/").split("/")[0]
    is_word_on_request = request.method == "PUT" and resource.startswith("requestToPay")
    field = "transferState" if is_word_on_request else STATE_FIELD_OF.get(resource, "transferState")
    return unforeseen(connector, f"{request.method} /{resource}", field)
