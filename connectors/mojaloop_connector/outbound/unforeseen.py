"""What the outbound API says of an error that nobody foresaw: the log has its places in the code, the caller hears no more
than that it happened, in the form of every other error."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.mojaloop_connector.errors import OutboundFailure
from connectors.mojaloop_connector.inbound.message import LOG
from loopyard.kernel import failures
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


def unforeseen(error: Exception, connector: str, what: str, field: str = "transferState") -> OutboundFailure:
    """The failure to be told of an error, which this logs. `what` names nobody: no path and no id."""
    failures.log(error, f"{connector}: {what}", LOG)
    return OutboundFailure(
        "The Mojaloop connector failed in a way that nobody foresaw; its log says how", plain=True, field=field
    )


def of_request(error: Exception, connector: str, request: Request) -> OutboundFailure:
    """The same of a request; its state is not known."""
    resource = request.path.strip("/").split("/")[0]
    is_word_on_request = request.method == "PUT" and resource.startswith("requestToPay")
    field = "transferState" if is_word_on_request else STATE_FIELD_OF.get(resource, "transferState")
    return unforeseen(error, connector, f"{request.method} /{resource}", field)
