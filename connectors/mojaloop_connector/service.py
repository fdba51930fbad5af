"""The connector put together: its parts over one kit, its faces, its start over a store that may hold unfinished work."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.mojaloop_connector.bulk.api import BulkApi
from connectors.mojaloop_connector.bulk.run import BulkTransactions
from connectors.mojaloop_connector.errors import StoreUnavailable
from connectors.mojaloop_connector.inbound.api import InboundApi, Work
from connectors.mojaloop_connector.inbound.bulk_quotes import InboundBulkQuotes
from connectors.mojaloop_connector.inbound.bulk_transfers import InboundBulkTransfers
from connectors.mojaloop_connector.inbound.callbacks import Callbacks
from connectors.mojaloop_connector.inbound.fx import FxQuoteStore, FxTransferFlavour, InboundFxQuotes
from connectors.mojaloop_connector.inbound.notifier import Notifier
from connectors.mojaloop_connector.inbound.parties import InboundParties
from connectors.mojaloop_connector.inbound.quotes import InboundQuotes, QuoteStore
from connectors.mojaloop_connector.inbound.request_store import RequestStore
from connectors.mojaloop_connector.inbound.requests import InboundRequests
from connectors.mojaloop_connector.inbound.reservations import Reservations
from connectors.mojaloop_connector.inbound.transactions import Transactions
from connectors.mojaloop_connector.inbound.transfers import TransferFlavour, TransferQuery
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.onboarding.api import ManagementApi
from connectors.mojaloop_connector.onboarding.service import Onboarding
from connectors.mojaloop_connector.outbound.api import OutboundApi
from connectors.mojaloop_connector.outbound.passing import Passing
from connectors.mojaloop_connector.outbound.request_transfers import OutboundRequestTransfers
from connectors.mojaloop_connector.outbound.requests import OutboundRequests
from connectors.mojaloop_connector.outbound.requests_api import RequestsApi
from connectors.mojaloop_connector.outbound.run import OutboundTransfers
from loopyard.kernel.errors import InfrastructureError
from loopyard.transport.messages import Handler
from loopyard.transport.service import Surroundings


class MojaloopConnector:
    """A running Mojaloop connector."""

    def __init__(self, surroundings: Surroundings) -> None:
        kit = self._kit = Kit(surroundings)
        outbound: OutboundTransfers = kit.part("outbound_transfers", OutboundTransfers)(kit)
        quotes: QuoteStore = kit.part("quote_store", QuoteStore)(kit)
        fx_quotes: FxQuoteStore = kit.part("fx_quote_store", FxQuoteStore)(kit)
        transfer, conversion = TransferFlavour(kit, quotes), FxTransferFlavour(kit, fx_quotes)
        make_notifier = kit.part("notifier", Notifier)
        notifiers: tuple[Notifier, Notifier] = (make_notifier(kit, transfer), make_notifier(kit, conversion))
        self._transfers: Reservations = kit.part("inbound_transfers", Reservations)(kit, transfer, notifiers[0])
        self._fx_transfers: Reservations = kit.part("inbound_fx_transfers", Reservations)(kit, conversion, notifiers[1])
        self._bulks: BulkTransactions = kit.part("bulk_transactions", BulkTransactions)(kit)
        make_bulk_transfers = kit.part("inbound_bulk_transfers", InboundBulkTransfers)
        self._inbound_bulks: InboundBulkTransfers = make_bulk_transfers(kit, transfer, self._transfers, notifiers[0])
        bulk_quotes: InboundBulkQuotes = kit.part("inbound_bulk_quotes", InboundBulkQuotes)(kit, quotes)
        callbacks = Callbacks(kit, outbound, self._inbound_bulks, *notifiers)
        routes = _routes(
            kit.part("inbound_parties", InboundParties)(kit),
            kit.part("inbound_quotes", InboundQuotes)(kit, quotes),
            kit.part("inbound_fx_quotes", InboundFxQuotes)(kit, fx_quotes),
            TransferQuery(kit),
            self._transfers,
            self._fx_transfers,
            callbacks,
        ) | _bulk_routes(bulk_quotes, self._inbound_bulks, callbacks)
        received = RequestStore(kit)
        routes |= _request_routes(kit.part("inbound_requests", InboundRequests)(kit, received), Transactions(kit))
        requests = RequestsApi(
            kit,
            kit.part("outbound_requests", OutboundRequests)(kit),
            kit.part("outbound_request_transfers", OutboundRequestTransfers)(kit, received),
            Passing(kit),
        )
        self._onboarding = Onboarding(kit)
        self._faces: dict[str, Handler] = {
            "inbound": InboundApi(kit, routes),
            "outbound": OutboundApi(kit, outbound, BulkApi(kit, self._bulks).routes | requests.routes),
            "management": ManagementApi(self._onboarding),
        }

    @property
    def faces(self) -> Mapping[str, Handler]:
        return self._faces

    async def start(self) -> None:
        """Inbound work and bulks go on by themselves; an outbound transfer waits until it is asked for, by PUT or GET. Raises
        InfrastructureError when the store does not answer."""
        if self._kit.settings.oauth_token_endpoint:
            self._kit.crew.spawn(self._kit.tokens.keep(), "access token for the hub")
        try:
            await self._transfers.resume()
            await self._fx_transfers.resume()
            await self._inbound_bulks.resume()
            self._bulks.resume()
        except StoreUnavailable as down:
            raise InfrastructureError(f"the Mojaloop connector cannot start: {down}") from down
        self._onboarding.start()

    async def stop(self) -> None:
        self._kit.store.close()


def _routes(
    parties: InboundParties,
    quotes: InboundQuotes,
    fx_quotes: InboundFxQuotes,
    query: TransferQuery,
    transfers: Reservations,
    fx_transfers: Reservations,
    callbacks: Callbacks,
) -> dict[str, Work]:
    return {
        "GET /parties/{Type}/{ID}": parties.get_party,
        "GET /parties/{Type}/{ID}/{SubId}": parties.get_party,
        "PUT /parties/{Type}/{ID}": callbacks.party,
        "PUT /parties/{Type}/{ID}/{SubId}": callbacks.party,
        "PUT /parties/{Type}/{ID}/error": callbacks.party_error,
        "PUT /parties/{Type}/{ID}/{SubId}/error": callbacks.party_error,
        "PUT /participants/{ID}": callbacks.participants,
        "PUT /participants/{ID}/error": callbacks.participants_error,
        "PUT /participants/{Type}/{ID}": callbacks.participants,
        "PUT /participants/{Type}/{ID}/{SubId}": callbacks.participants,
        "PUT /participants/{Type}/{ID}/error": callbacks.participants_error,
        "PUT /participants/{Type}/{ID}/{SubId}/error": callbacks.participants_error,
        "GET /participants/{Type}/{ID}": parties.get_participant,
        "GET /participants/{Type}/{ID}/{SubId}": parties.get_participant,
        "POST /quotes": quotes.post,
        "GET /quotes/{ID}": quotes.get,
        "PUT /quotes/{ID}": callbacks.quote,
        "PUT /quotes/{ID}/error": callbacks.quote_error,
        "POST /fxQuotes": fx_quotes.post,
        "GET /fxQuotes/{ID}": fx_quotes.get,
        "PUT /fxQuotes/{ID}": callbacks.fx_quote,
        "PUT /fxQuotes/{ID}/error": callbacks.fx_quote_error,
        "POST /transfers": transfers.prepare,
        "GET /transfers/{ID}": query.get,
        "PUT /transfers/{ID}": callbacks.transfer,
        "PUT /transfers/{ID}/error": callbacks.transfer_error,
        "PATCH /transfers/{ID}": callbacks.transfer_notice,
        "POST /fxTransfers": fx_transfers.prepare,
        "PUT /fxTransfers/{ID}": callbacks.fx_transfer,
        "PUT /fxTransfers/{ID}/error": callbacks.fx_transfer_error,
        "PATCH /fxTransfers/{ID}": callbacks.fx_transfer_notice,
    }


def _request_routes(requests: InboundRequests, transactions: Transactions) -> dict[str, Work]:
    return {
        "POST /transactionRequests": requests.post,
        "GET /transactionRequests/{ID}": requests.get,
        "PUT /transactionRequests/{ID}": requests.responded,
        "PUT /transactionRequests/{ID}/error": requests.refused,
        "GET /authorizations/{ID}": requests.authorization,
        "PUT /authorizations/{ID}": requests.authorized,
        "PUT /authorizations/{ID}/error": requests.authorization_refused,
        "GET /transactions/{ID}": transactions.get,
    }


def _bulk_routes(quotes: InboundBulkQuotes, transfers: InboundBulkTransfers, callbacks: Callbacks) -> dict[str, Work]:
    return {
        "POST /bulkQuotes": quotes.post,
        "GET /bulkQuotes/{ID}": quotes.get,
        "PUT /bulkQuotes/{ID}": callbacks.bulk_quote,
        "PUT /bulkQuotes/{ID}/error": callbacks.bulk_quote_error,
        "POST /bulkTransfers": transfers.prepare,
        "PUT /bulkTransfers/{ID}": callbacks.bulk_transfer,
        "PUT /bulkTransfers/{ID}/error": callbacks.bulk_transfer_error,
    }
