"""The messages that the hub sends, each with the kind of endpoint that it goes to. Names end in `-notice`, so that no message
is mistaken for the request that caused it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from loopyard.engine.operations import Message


@dataclass(frozen=True, slots=True)
class Route:
    """A message and where a participant takes it: an endpoint type of the ledger, without its common beginning.

    `appended` endpoints hold an address to which the path is appended; the others hold a template of the whole.
    """

    message: Message
    endpoint: str
    appended: bool = False

    @property
    def resource(self) -> str:
        """The first segment of the path: the resource of the media type."""
        return self.message.path.split("/")[1]

    def relayed(self) -> Route:
        """The same, for a body that somebody else has formed."""
        return _relayed(self)


@cache
def _relayed(route: Route) -> Route:
    return replace(route, message=replace(route.message, relayed=True))


def _answers(name: str, resource: str, endpoint: str) -> tuple[Route, Route, Route]:
    """What is said of a resource by its id, to an address: the question, the answer and the error."""
    path, refs = f"/{resource}/{{id}}", ("{id}",)
    said = (("get", "GET", path), ("respond", "PUT", path), ("error", "PUT", f"{path}/error"))
    get, respond, error = (
        Route(Message(f"hub.{name}.{verb}-notice", method, at, refs=refs), endpoint, appended=True) for verb, method, at in said
    )
    return get, respond, error


_PARTY: Final = "/{type}/{id}"
_SUB: Final = "/{type}/{id}/{subId}"
_FX_QUOTE_REFS: Final = (
    "conversionRequestId", "conversionTerms.conversionId", "conversionTerms.determiningTransferId",
)  # fmt: skip

PARTICIPANT: Final = Route(
    Message("hub.participants.result-notice", "PUT", f"/participants{_PARTY}"), "PARTICIPANT_PUT"
)  # fmt: skip
PARTICIPANT_SUB: Final = Route(
    Message("hub.participants.result-sub-notice", "PUT", f"/participants{_SUB}"), "PARTICIPANT_SUB_ID_PUT"
)
PARTICIPANT_DELETED: Final = replace(PARTICIPANT, endpoint="PARTICIPANT_DELETE")
PARTICIPANT_SUB_DELETED: Final = replace(PARTICIPANT_SUB, endpoint="PARTICIPANT_SUB_ID_DELETE")
PARTICIPANT_ERROR: Final = Route(
    Message("hub.participants.error-notice", "PUT", f"/participants{_PARTY}/error"), "PARTICIPANT_PUT_ERROR"
)
PARTICIPANT_SUB_ERROR: Final = Route(
    Message("hub.participants.error-sub-notice", "PUT", f"/participants{_SUB}/error"), "PARTICIPANT_SUB_ID_PUT_ERROR"
)
BATCH: Final = Route(Message("hub.participants.batch-notice", "PUT", "/participants/{id}"), "PARTICIPANT_BATCH_PUT")
BATCH_ERROR: Final = Route(
    Message("hub.participants.batch-error-notice", "PUT", "/participants/{id}/error"), "PARTICIPANT_BATCH_PUT_ERROR"
)

PARTY_GET: Final = Route(Message("hub.parties.get-notice", "GET", f"/parties{_PARTY}"), "PARTIES_GET")
PARTY_SUB_GET: Final = Route(Message("hub.parties.get-sub-notice", "GET", f"/parties{_SUB}"), "PARTIES_SUB_ID_GET")
PARTY_PUT: Final = Route(Message("hub.parties.respond-notice", "PUT", f"/parties{_PARTY}"), "PARTIES_PUT")
PARTY_SUB_PUT: Final = Route(Message("hub.parties.respond-sub-notice", "PUT", f"/parties{_SUB}"), "PARTIES_SUB_ID_PUT")
PARTY_ERROR: Final = Route(Message("hub.parties.error-notice", "PUT", f"/parties{_PARTY}/error"), "PARTIES_PUT_ERROR")
PARTY_SUB_ERROR: Final = Route(
    Message("hub.parties.error-sub-notice", "PUT", f"/parties{_SUB}/error"), "PARTIES_SUB_ID_PUT_ERROR"
)

QUOTE: Final = Route(
    Message("hub.quotes.request-notice", "POST", "/quotes", refs=("quoteId", "transactionId", "transactionRequestId")),
    "QUOTES", appended=True,
)  # fmt: skip
QUOTE_GET, QUOTE_PUT, QUOTE_ERROR = _answers("quotes", "quotes", "QUOTES")

FX_QUOTE: Final = Route(
    Message("hub.fx-quotes.request-notice", "POST", "/fxQuotes", refs=_FX_QUOTE_REFS), "FX_QUOTES", appended=True
)
FX_QUOTE_GET, FX_QUOTE_PUT, FX_QUOTE_ERROR = _answers("fx-quotes", "fxQuotes", "FX_QUOTES")

TRANSFER: Final = Route(Message("hub.transfers.prepare-notice", "POST", "/transfers", refs=("transferId",)), "TRANSFER_POST")
TRANSFER_PUT: Final = Route(
    Message("hub.transfers.fulfil-notice", "PUT", "/transfers/{id}", refs=("{id}",)), "TRANSFER_PUT"
)  # fmt: skip
TRANSFER_CONFIRM: Final = Route(
    Message("hub.transfers.confirm-notice", "PUT", "/transfers/{id}", refs=("{id}",)), "TRANSFER_PUT"
)
TRANSFER_STATE: Final = Route(
    Message("hub.transfers.state-notice", "PUT", "/transfers/{id}", refs=("{id}",), deviates=("/transferState",)),
    "TRANSFER_PUT",
)
"""After gross settlement the state is SETTLED, which the FSPIOP document does not list."""
TRANSFER_PATCH: Final = Route(Message("hub.transfers.patch-notice", "PATCH", "/transfers/{id}", refs=("{id}",)), "TRANSFER_PUT")
TRANSFER_ASK: Final = Route(Message("hub.transfers.ask-notice", "GET", "/transfers/{id}", refs=("{id}",)), "TRANSFER_PUT")
TRANSFER_ERROR: Final = Route(
    Message("hub.transfers.error-notice", "PUT", "/transfers/{id}/error", refs=("{id}",)), "TRANSFER_ERROR"
)

FX_TRANSFER: Final = Route(
    Message("hub.fx-transfers.prepare-notice", "POST", "/fxTransfers", refs=("commitRequestId", "determiningTransferId")),
    "FX_TRANSFER_POST",
)
FX_TRANSFER_PUT: Final = Route(
    Message("hub.fx-transfers.fulfil-notice", "PUT", "/fxTransfers/{id}", refs=("{id}",)), "FX_TRANSFER_PUT"
)
FX_TRANSFER_STATE: Final = Route(
    Message("hub.fx-transfers.state-notice", "PUT", "/fxTransfers/{id}", refs=("{id}",)), "FX_TRANSFER_PUT"
)
FX_TRANSFER_PATCH: Final = Route(
    Message("hub.fx-transfers.patch-notice", "PATCH", "/fxTransfers/{id}", refs=("{id}",)), "FX_TRANSFER_PUT"
)
FX_TRANSFER_ERROR: Final = Route(
    Message("hub.fx-transfers.error-notice", "PUT", "/fxTransfers/{id}/error", refs=("{id}",)), "FX_TRANSFER_ERROR"
)

BULK_QUOTE: Final = Route(
    Message("hub.bulk-quotes.request-notice", "POST", "/bulkQuotes", refs=("bulkQuoteId",)), "BULK_QUOTES", appended=True
)
BULK_QUOTE_GET, BULK_QUOTE_PUT, BULK_QUOTE_ERROR = _answers("bulk-quotes", "bulkQuotes", "BULK_QUOTES")

BULK_TRANSFER: Final = Route(
    Message("hub.bulk-transfers.prepare-notice", "POST", "/bulkTransfers", refs=("bulkTransferId",)), "BULK_TRANSFER_POST"
)
BULK_TRANSFER_PUT: Final = Route(
    Message("hub.bulk-transfers.fulfil-notice", "PUT", "/bulkTransfers/{id}", refs=("{id}",)), "BULK_TRANSFER_PUT"
)
BULK_TRANSFER_CONFIRM: Final = Route(
    Message("hub.bulk-transfers.confirm-notice", "PUT", "/bulkTransfers/{id}", refs=("{id}",)), "BULK_TRANSFER_PUT"
)
BULK_TRANSFER_STATE: Final = Route(
    Message("hub.bulk-transfers.state-notice", "PUT", "/bulkTransfers/{id}", refs=("{id}",)), "BULK_TRANSFER_PUT"
)
BULK_TRANSFER_ERROR: Final = Route(
    Message("hub.bulk-transfers.error-notice", "PUT", "/bulkTransfers/{id}/error", refs=("{id}",)), "BULK_TRANSFER_ERROR"
)

# Where providers' lists go is not published: they follow the quotes.
SERVICES: Final = Route(Message("hub.services.result-notice", "PUT", "/services/FXP"), "FX_QUOTES", appended=True)
SERVICES_PAIR: Final = Route(
    Message("hub.services.result-pair-notice", "PUT", "/services/FXP/{source}/{target}"), "FX_QUOTES", appended=True
)

# Requests to pay. The ledger has no endpoint type for /transactions: they follow the requests (inferred).
REQUEST: Final = Route(
    Message("hub.transaction-requests.request-notice", "POST", "/transactionRequests", refs=("transactionRequestId",)),
    "TRX_REQ_SERVICE", appended=True,
)  # fmt: skip
REQUEST_GET, REQUEST_PUT, REQUEST_ERROR = _answers("transaction-requests", "transactionRequests", "TRX_REQ_SERVICE")
AUTHORIZATION_GET, AUTHORIZATION_PUT, AUTHORIZATION_ERROR = _answers("authorizations", "authorizations", "AUTHORIZATIONS")
TRANSACTION_GET, TRANSACTION_PUT, TRANSACTION_ERROR = _answers("transactions", "transactions", "TRX_REQ_SERVICE")

ROUTES: Final = (
    REQUEST, REQUEST_GET, REQUEST_PUT, REQUEST_ERROR, AUTHORIZATION_GET, AUTHORIZATION_PUT, AUTHORIZATION_ERROR,
    TRANSACTION_GET, TRANSACTION_PUT, TRANSACTION_ERROR,
    PARTICIPANT, PARTICIPANT_SUB, PARTICIPANT_ERROR, PARTICIPANT_SUB_ERROR, BATCH, BATCH_ERROR,
    PARTY_GET, PARTY_SUB_GET, PARTY_PUT, PARTY_SUB_PUT, PARTY_ERROR, PARTY_SUB_ERROR,
    QUOTE, QUOTE_GET, QUOTE_PUT, QUOTE_ERROR, FX_QUOTE, FX_QUOTE_GET, FX_QUOTE_PUT, FX_QUOTE_ERROR,
    TRANSFER, TRANSFER_PUT, TRANSFER_CONFIRM, TRANSFER_STATE, TRANSFER_PATCH, TRANSFER_ASK, TRANSFER_ERROR,
    FX_TRANSFER, FX_TRANSFER_PUT, FX_TRANSFER_STATE, FX_TRANSFER_PATCH, FX_TRANSFER_ERROR, SERVICES, SERVICES_PAIR,
    BULK_QUOTE, BULK_QUOTE_GET, BULK_QUOTE_PUT, BULK_QUOTE_ERROR, BULK_TRANSFER, BULK_TRANSFER_PUT, BULK_TRANSFER_CONFIRM,
    BULK_TRANSFER_STATE, BULK_TRANSFER_ERROR,
)  # fmt: skip

ORACLE_LOOKUP: Final = Message("hub.oracles.lookup-notice", "GET", "/participants/{type}/{id}", schema="oracle lookup")
ORACLE_REGISTER: Final = Message("hub.oracles.register-notice", "POST", "/participants/{type}/{id}", schema="oracle register")
ORACLE_UPDATE: Final = Message("hub.oracles.update-notice", "PUT", "/participants/{type}/{id}", schema="oracle update")
ORACLE_REMOVE: Final = Message("hub.oracles.remove-notice", "DELETE", "/participants/{type}/{id}", schema="oracle remove")
ORACLE_BATCH: Final = Message("hub.oracles.batch-notice", "POST", "/participants", schema="oracle batch")
PROVIDER_KEYS: Final = Message("hub.keys.read-notice", "GET", "/protocol/openid-connect/certs", schema="provider keys")
MESSAGES: Final = (
    *(route.message for route in ROUTES), ORACLE_LOOKUP, ORACLE_REGISTER, ORACLE_UPDATE, ORACLE_REMOVE, ORACLE_BATCH,
    PROVIDER_KEYS,
)  # fmt: skip
