"""The life of a prepare at the side that receives money or converts it: check, reserve at the backend, fulfil at the hub,
and hear how it ended. What is a transfer's or a conversion's alone is its `Flavour`; the end is told by `Notifier`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from connectors.mojaloop_connector.errors import (
    BackendFailure,
    BackendRefused,
    StoreUnavailable,
    information,
)
from connectors.mojaloop_connector.inbound.flavour import Flavour
from connectors.mojaloop_connector.inbound.message import LOG, Inbound, reply, reply_error
from connectors.mojaloop_connector.inbound.notifier import ENDED, Notifier
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.retries import STORE_PAUSE
from connectors.mojaloop_connector.store import Row
from loopyard.protocols.fspiop.errors import FspiopError

Data = dict[str, Any]

RECEIVED = {"transfers": "PREPARE_RECEIVED", "fxTransfers": "FX_PREPARE_RECEIVED"}
_CALLBACK = "_fulfilCallback"


class Reservations:
    """The prepares of one flavour."""

    def __init__(self, kit: Kit, flavour: Flavour, notifier: Notifier) -> None:
        self._kit = kit
        self._flavour = flavour
        self._notifier = notifier

    async def prepare(self, message: Inbound) -> None:
        """POST. The same prepare again gets the stored callback and never reaches the backend; another one with its id 3106."""
        body = message.body
        row = self._row(body[self._flavour.id_field])
        if row is not None and "prepare" in row.data and not self._kit.settings.like_sdk.duplicates_reach_backend:
            await self._repeat(row, message)
            return
        found = self._flavour.terms(body)
        data = (found or self._flavour.unknown(body)) | {"prepare": {"body": body, "headers": message.headers}}
        data["currentState"] = RECEIVED[self._flavour.resource]
        self._save(data)
        self._kit.boundary(f"inbound.{self._flavour.noun}.stored")
        try:
            self.check(body, found)
        except FspiopError as refused:
            await self._refuse(data, information(refused.code, refused.detail), str(refused))
            return
        await self._reserve(data)

    async def resume(self) -> None:
        """After a restart: prepares that had reached the store but not the hub."""
        for row in self._kit.store.in_state(self._flavour.kind, RECEIVED[self._flavour.resource]):
            self._kit.crew.spawn(self._take_up(row.data), f"resume {row.id}")
        self._notifier.resume()

    async def _take_up(self, data: Data) -> None:
        if self._expired(data["prepare"]["body"]):
            # The backend may have reserved before the crash: it must hear of the end as well.
            await self._refuse(data, information("3303"), "expired while the connector was down", tell_backend=True)
        else:
            await self._reserve(data)

    # -- checks -----------------------------------------------------------------------------------------------------

    def check(self, prepare: Data, terms: Data | None) -> None:
        """Raises FspiopError for a prepare that must not reach the backend. A `detail` replaces the standard text."""
        kit, flavour = self._kit, self._flavour
        if terms is None and flavour.must_have_terms():
            raise FspiopError("2001")
        agreed = terms or flavour.unknown(prepare)
        if kit.settings.check_ilp and not kit.condition_holds(prepare["condition"], flavour.condition(prepare, agreed)):
            raise FspiopError("2001")
        if not kit.settings.like_sdk.ignores_prepare_amount:
            for prepared, quoted in flavour.amounts(prepare, agreed):
                if not kit.amounts_agree(prepared, quoted):
                    raise FspiopError("3100", "the amount of the prepare is not that of the quote")
        if kit.settings.reject_transfers_on_expired_quotes and self._past(flavour.quote_expiration(agreed)):
            raise FspiopError("3302")
        if self._expired(prepare):
            raise FspiopError("3303")

    def _expired(self, prepare: Data) -> bool:
        return not self._kit.settings.like_sdk.accepts_expired_prepare and self._past(prepare.get("expiration"))

    def _past(self, expiration: Any) -> bool:
        return bool(self._kit.has_expired(expiration, self._kit.now()))

    # -- reserve and fulfil -----------------------------------------------------------------------------------------

    async def _reserve(self, data: Data) -> None:
        flavour, prepare = self._flavour, data["prepare"]["body"]
        try:
            answer = await self._kit.backend.ask("POST", flavour.resource, body=flavour.to_backend(prepare, data))
        except BackendFailure as failure:
            told = failure  # the name of an exception ends with its block
            await self.surely(lambda: self._backend_failed(data, told))
            return
        self._kit.boundary(f"inbound.{flavour.noun}.reserved")
        await self.surely(lambda: self._reserved(prepare, answer))

    async def surely(self, work: Callable[[], Awaitable[None]]) -> None:
        """What the backend has done must be written down and told. While the store is away it is known here alone, so there is
        no giving up: each part of the work may be done twice."""
        while True:
            try:
                return await work()
            except StoreUnavailable as down:
                LOG.warning("%s: %s", self._kit.surroundings.name, down)
                await self._kit.clock.sleep(STORE_PAUSE)

    async def _reserved(self, prepare: Data, answer: Data) -> None:
        flavour, row = self._flavour, self._row(prepare[self._flavour.id_field])
        assert row is not None
        data = row.data
        if "homeTransactionId" in answer:
            data["homeTransactionId"] = answer["homeTransactionId"]
        if "finalNotification" in data:  # the hub gave up while the backend was at work
            self._save(data)
            await self._notifier.deliver(row.id)
            return
        await self._fulfil(data, flavour.fulfil(answer, data))

    async def _fulfil(self, data: Data, body: Data) -> None:
        flavour, prepare = self._flavour, data["prepare"]
        state = body[flavour.state_field]
        key, source = prepare["body"][flavour.id_field], prepare["headers"]["fspiop-source"]
        callback = self._kit.hub.callback("PUT", flavour.resource, key, body=body, destination=source)
        data["fulfil"] = {"headers": callback.headers, "body": callback.body}
        data["currentState"] = "COMPLETED" if state == "COMMITTED" else state
        data[_CALLBACK] = {"body": body}
        self._save(data)
        if state == "RESERVED":
            self._notifier.watch(key)
        self._kit.boundary(f"inbound.{flavour.noun}.fulfil.stored")
        await reply(self._kit, callback)
        self._kit.boundary(f"inbound.{flavour.noun}.fulfil.sent")

    async def _backend_failed(self, data: Data, failure: BackendFailure) -> None:
        error = self._kit.error_of(failure)
        if error is None:
            return
        row = self._row(data["prepare"]["body"][self._flavour.id_field])
        assert row is not None
        # An explicit refusal reserved nothing; anything else may have, and must hear of the end.
        certain = isinstance(failure, BackendRefused) and failure.status < 500
        if "finalNotification" not in row.data:
            await self._refuse(row.data, error, str(failure), tell_backend=not certain)
        elif certain:
            self._notifier.owe_nothing(row.id)
        else:
            await self._notifier.deliver(row.id)

    async def _refuse(self, data: Data, error: Any, reason: str, *, tell_backend: bool = False) -> None:
        flavour, prepare = self._flavour, data["prepare"]
        key, source = prepare["body"][flavour.id_field], prepare["headers"]["fspiop-source"]
        data["lastError"] = {"originalError": reason, "mojaloopError": error}
        data["currentState"] = ENDED["ERROR"]
        data[_CALLBACK] = {"error": error}
        if tell_backend:
            data["finalNotification"] = flavour.aborted(self._kit.now_text())
        self._save(data)
        self._kit.boundary(f"inbound.{flavour.noun}.refusal.stored")
        await reply_error(self._kit, flavour.resource, (key,), error, source)
        self._kit.boundary(f"inbound.{flavour.noun}.refusal.sent")
        if tell_backend:
            self._notifier.owe(key)
            await self._notifier.deliver(key)

    async def _repeat(self, row: Row, message: Inbound) -> None:
        flavour, data = self._flavour, row.data
        key = (row.id,)
        if data["prepare"]["body"] != message.body:
            await reply_error(self._kit, flavour.resource, key, information("3106"), message.source)
        elif "error" in data.get(_CALLBACK, {}):
            await reply_error(self._kit, flavour.resource, key, data[_CALLBACK]["error"], message.source)
        elif _CALLBACK in data:
            body = data[_CALLBACK]["body"]
            await reply(
                self._kit, self._kit.hub.callback("PUT", flavour.resource, row.id, body=body, destination=message.source)
            )

    def _row(self, key: str) -> Row | None:
        return self._kit.store.get(self._flavour.kind, key)

    def _save(self, data: Data) -> None:
        """Write the row, leaving the moment at which it is due as it is."""
        key = data["prepare"]["body"][self._flavour.id_field]
        row = self._row(key)
        self._kit.store.put(Row(self._flavour.kind, key, data["currentState"], data, row.due_at if row else None))
