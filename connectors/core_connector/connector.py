"""The composition root: every part is made here, each replaceable under its name by `surroundings.parts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector import like_template
from connectors.core_connector import settings as settings_module
from connectors.core_connector.bulks.client import BulkClient
from connectors.core_connector.bulks.lifecycle import BULK, PARTS_WAIT
from connectors.core_connector.bulks.lifecycle import WAITING as BULKS_WAIT
from connectors.core_connector.bulks.model import Bulk
from connectors.core_connector.bulks.offers import Offers
from connectors.core_connector.bulks.service import Bulks
from connectors.core_connector.conversions.lifecycle import CONVERSION
from connectors.core_connector.conversions.lifecycle import WAITING as CONVERSIONS_WAIT
from connectors.core_connector.conversions.model import Conversion, FxQuote
from connectors.core_connector.conversions.rates import Rates
from connectors.core_connector.conversions.service import Conversions
from connectors.core_connector.drivers.mojaloop_reference import MojaloopReference
from connectors.core_connector.face import Face, Replies
from connectors.core_connector.guard import Guard
from connectors.core_connector.mojaloop.client import MojaloopClient
from connectors.core_connector.mojaloop.verdicts import Answers
from connectors.core_connector.operations import Operations
from connectors.core_connector.payments.lifecycle import PAYMENT
from connectors.core_connector.payments.lifecycle import WAITING as PAYMENTS_WAIT
from connectors.core_connector.payments.model import Payment
from connectors.core_connector.payments.negotiation import Negotiation
from connectors.core_connector.payments.policy import RefundPolicy
from connectors.core_connector.payments.service import Payments
from connectors.core_connector.payments.settlement import Settlement
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.receipts.lifecycle import RECEIPT
from connectors.core_connector.receipts.lifecycle import WAITING as RECEIPTS_WAIT
from connectors.core_connector.receipts.model import Quote, Receipt
from connectors.core_connector.receipts.parties import Parties
from connectors.core_connector.receipts.quotes import Quotes
from connectors.core_connector.receipts.transfers import Receipts
from connectors.core_connector.requests.lifecycle import RECEIVED, RECEIVED_WAIT, SENT, SENT_WAIT
from connectors.core_connector.requests.model import Received, Sent
from connectors.core_connector.requests.operations import RequestOperations
from connectors.core_connector.requests.received import ReceivedRequests
from connectors.core_connector.requests.refunds import Refunds
from connectors.core_connector.requests.sent import SentRequests
from connectors.core_connector.retry import Retry
from connectors.core_connector.settings import ErrorBody
from connectors.core_connector.store import Shelf, SqliteStore
from connectors.core_connector.teller import Teller
from connectors.core_connector.worklist import Worklist
from loopyard.kernel.errors import UsageError
from loopyard.transport.messages import Handler
from loopyard.transport.service import Surroundings

PARTS: Mapping[str, Any] = {
    "answers": Answers,
    "bulks": Bulks,
    "bulks.offers": Offers,
    "cbs": MojaloopReference,
    "conversions": Conversions,
    "guard": Guard,
    "mojaloop": MojaloopClient,
    "payments": Payments,
    "payments.negotiation": Negotiation,
    "payments.refund_policy": RefundPolicy,
    "payments.settlement": Settlement,
    "quotes": Quotes,
    "refunds": Refunds,
    "requests.received": ReceivedRequests,
    "requests.sent": SentRequests,
    "rates": Rates,
    "receipts": Receipts,
    "replies": Replies,
    "retry": Retry,
    "store": SqliteStore,
    "teller": Teller,
    "terms": Terms,
}
"""The seams: a replacement is called with what the part named here is called with."""


class CoreConnector:
    """The core connector, running: what `transport.service.Service` asks for."""

    def __init__(self, surroundings: Surroundings) -> None:
        where = f"connectors.{surroundings.name}"
        for name in surroundings.parts:
            if name not in PARTS:
                raise UsageError(where, name, "is no part", f"parts are {', '.join(sorted(PARTS))}")
        settings = settings_module.read(surroundings.settings, where)
        parts = {**PARTS, **like_template.replacements(settings), **surroundings.parts}
        retry = parts["retry"](settings)
        bank = parts["cbs"](surroundings, settings)
        teller = parts["teller"](bank, retry, surroundings.clock)
        mojaloop = parts["mojaloop"](surroundings, settings, parts["answers"]())
        terms = parts["terms"](settings)
        self._store = store = parts["store"](surroundings.store)
        lists = surroundings.clock, surroundings.crew, retry

        payments = Worklist(Shelf(store, "payment", Payment), PAYMENT, PAYMENTS_WAIT, *lists)
        negotiation = parts["payments.negotiation"](mojaloop, teller, terms, settings, surroundings)
        policy = parts["payments.refund_policy"](settings)
        self._settlement = parts["payments.settlement"](payments, mojaloop, teller, terms, policy, settings, surroundings)
        self._payments = parts["payments"](payments, negotiation, self._settlement, terms, mojaloop, settings, surroundings)

        bulks = Worklist(Shelf(store, "bulk", Bulk), BULK, BULKS_WAIT, *lists)
        bulk_payments = Worklist(Shelf(store, "bulk payment", Payment), PAYMENT, PARTS_WAIT, *lists)
        client = BulkClient(mojaloop, bulks.shelf, bulk_payments.shelf, surroundings.clock.now)
        bulk_settlement = parts["payments.settlement"](
            bulk_payments, client, teller, terms, policy, settings, surroundings
        )  # fmt: skip
        offers = parts["bulks.offers"](bulk_payments, terms, teller)
        self._bulks = parts["bulks"](bulks, bulk_payments, bulk_settlement, offers, client, settings, surroundings)

        receipts = Worklist(Shelf(store, "receipt", Receipt), RECEIPT, RECEIPTS_WAIT, *lists)
        parties = Parties(bank, settings)
        quotes = parts["quotes"](bank, parties, Shelf(store, "quote", Quote), settings, surroundings.clock)
        self._receipts = parts["receipts"](receipts, quotes, teller, mojaloop, settings, surroundings)

        conversions = Worklist(Shelf(store, "conversion", Conversion), CONVERSION, CONVERSIONS_WAIT, *lists)
        rates = parts["rates"](settings)
        fx_quotes = Shelf(store, "fx quote", FxQuote)
        self._conversions = parts["conversions"](conversions, fx_quotes, rates, teller, settings, surroundings)

        received = Worklist(Shelf(store, "received request", Received), RECEIVED, RECEIVED_WAIT, *lists)
        self._received = parts["requests.received"](
            received, self._payments, parties, bank, mojaloop, settings, surroundings
        )  # fmt: skip
        sent = Worklist(Shelf(store, "sent request", Sent), SENT, SENT_WAIT, *lists)
        requests = RequestOperations(
            settings,
            self._received,
            parts["requests.sent"](sent, self._receipts, mojaloop, settings, surroundings),
            parts["refunds"](self._payments, self._receipts, quotes),
        )
        operations = Operations(
            settings, bank, mojaloop, self._payments, parties, quotes, self._receipts, self._conversions, self._bulks, requests
        )  # fmt: skip
        make_replies, unread = parts["replies"], settings.like_template.unread_errors
        form: ErrorBody = "status" if unread else settings.like_others.error_body
        self._faces = {
            "dfsp": Face(operations.dfsp_routes(), make_replies(), parts["guard"](settings).check),
            "sdk": Face(operations.sdk_routes(), make_replies(form)),
        }

    @property
    def faces(self) -> Mapping[str, Handler]:
        return self._faces

    async def start(self) -> None:
        self._payments.worklist.begin(self._settlement.resolve)
        self._bulks.worklist.begin(self._bulks.work)
        self._bulks.payments.begin(self._bulks.settlement.resolve)
        self._receipts.worklist.begin(self._receipts.work)
        self._conversions.worklist.begin(self._conversions.work)
        self._received.worklist.begin(self._received.resume)

    async def stop(self) -> None:
        self._store.close()


def environment(surroundings: Surroundings) -> Mapping[str, str]:
    """The settings of the real core connector that would stand in this one's place."""
    settings = settings_module.read(surroundings.settings, f"connectors.{surroundings.name}")
    prefix = f"/{settings.fsp_id}" if settings.multi_dfsp else ""
    return {
        "FSP_ID": settings.fsp_id,
        "LEI": settings.lei,
        "SDK_BASE_URL": surroundings.url(settings.mojaloop_connector, "outbound") + prefix,
        "CBS_BASE_URL": surroundings.url(settings.bank or settings.fsp_id, "core"),
        "DFSP_SERVER_PORT": "3004",
        "SDK_SERVER_PORT": "3003",
        "MODE": settings.mode,
        "CURRENCY_MODE": settings.currency_mode,
        "SUPPORTED_ID_TYPE": settings.supported_id_type[0],
        "HTTP_TIMEOUT": str(settings.http_timeout_ms),
    }
