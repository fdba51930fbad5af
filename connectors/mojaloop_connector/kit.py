"""The tools that every part of the connector is handed, and where a part may be replaced by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.mojaloop_connector import checks, trust
from connectors.mojaloop_connector.backend import Backend, HttpBackend
from connectors.mojaloop_connector.calls import Calls
from connectors.mojaloop_connector.errors import BackendEmpty, BackendFailure, of_backend
from connectors.mojaloop_connector.forms import Forms
from connectors.mojaloop_connector.hub import FspiopHub, Hub
from connectors.mojaloop_connector.security import Security
from connectors.mojaloop_connector.settings import Settings, read
from connectors.mojaloop_connector.store import Store, opened
from connectors.mojaloop_connector.tokens import AuthorizedCalls, OAuthTokens, Tokens
from connectors.mojaloop_connector.waiting import Waiting
from loopyard.kernel.errors import UsageError
from loopyard.protocols.fspiop import dates
from loopyard.transport.service import Surroundings

PARTS: Final = (
    *("store", "security", "tokens", "hub", "backend"),
    *("fulfilment_check", "condition_check", "amount_check", "expiry_check", "hub_trust"),
    *("outbound_transfers", "outbound_steps", "outbound_requests", "outbound_request_transfers", "inbound_requests"),
    *("outbound_accounts", "bulk_transactions", "bulk_fee_limits"),
    *("inbound_parties", "quote_store", "inbound_quotes", "inbound_transfers"),
    *("inbound_bulk_quotes", "inbound_bulk_transfers"),
    *("connection_manager", "credentials"),
    *("fx_quote_store", "inbound_fx_quotes", "inbound_fx_transfers", "notifier"),
)
"""The seams: each name is a class or function called as the default one is. The README says with what."""


class Kit:
    """Settings, time, ids, store and ports of one running connector."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.parts = _known(surroundings)
        self.settings: Settings = read(surroundings.settings, surroundings.name)
        self.surroundings = surroundings
        self.clock = surroundings.clock
        self.crew = surroundings.crew
        self.boundary = surroundings.boundary
        make_store = self.part("store", lambda place: opened(place, self.settings.cache_url))
        self.store: Store = make_store(surroundings.store)
        self.waiting = Waiting(surroundings.clock)
        self.security: Security = self.part("security", Security)(self.settings, surroundings)
        surroundings.client.trust(self.part("hub_trust", trust.of_hub)(self.settings))
        surroundings.client.leave_from(self.settings.egress_address or None)
        self.forms = Forms(self.settings, surroundings)
        calls = Calls(self.settings, surroundings)
        self.tokens: Tokens = self.part("tokens", OAuthTokens)(self.settings, surroundings)
        authorized = AuthorizedCalls(calls, self.tokens, self.settings.oidc_auth_failure_request_retries)
        self.hub: Hub = self.part("hub", FspiopHub)(self.settings, surroundings, self.security, authorized, self.forms)
        self.backend: Backend = self.part("backend", HttpBackend)(self.settings, surroundings, calls)
        self.fulfilment_holds = self.part("fulfilment_check", checks.fulfilment_holds)
        self.condition_holds = self.part("condition_check", checks.condition_holds)
        self.amounts_agree = self.part("amount_check", checks.amounts_agree)
        self.has_expired = self.part("expiry_check", checks.has_expired)

    def part(self, name: str, default: Any) -> Any:
        """The replacement of a part, or its default."""
        return self.parts.get(name, default)

    def error_of(self, failure: BackendFailure) -> dict[str, Any] | None:
        """What a backend's failure becomes towards the hub; None where the hub hears nothing of it, as of the real software."""
        like_sdk = self.settings.like_sdk
        if isinstance(failure, BackendEmpty) and like_sdk.silent_on_empty_body:
            return None
        return of_backend(failure, verbatim=like_sdk.http_code_as_error_code)

    def now(self) -> datetime:
        return self.clock.now()

    def now_text(self) -> str:
        """The present moment as bodies carry it."""
        return dates.to_iso(self.clock.now())

    def expiration(self, seconds: int | None = None) -> str:
        """A moment from now, as bodies carry it; without `seconds` the setting `expiry_seconds`."""
        after = self.settings.expiry_seconds if seconds is None else seconds
        return dates.to_iso(self.clock.now() + timedelta(seconds=after))

    def new_id(self) -> str:
        ids = self.surroundings.ids
        return ids.uuid() if self.settings.id_generator == "uuid" else ids.ulid(self.clock.now())

    @property
    def patience(self) -> float:
        """Seconds that a phase waits for its callback."""
        return float(self.settings.request_processing_timeout_seconds)


def _known(surroundings: Surroundings) -> Mapping[str, Any]:
    for name in surroundings.parts:
        if name not in PARTS:
            where = f"parts of {surroundings.name}"
            raise UsageError(where, name, "there is no such part", f"known are {', '.join(PARTS)}")
    return surroundings.parts
