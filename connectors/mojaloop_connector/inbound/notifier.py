"""How a reservation ended: heard from the hub or asked of it, and told to the backend until it has heard. Every wait is a
row with the moment at which it is due, so that a restart goes on where a crash stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from connectors.mojaloop_connector import retries
from connectors.mojaloop_connector.errors import BackendFailure, BackendRefused, HubFailure, StoreUnavailable, code_of
from connectors.mojaloop_connector.inbound.flavour import Flavour
from connectors.mojaloop_connector.inbound.message import LOG, reply
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.retries import LONGEST_PAUSE
from connectors.mojaloop_connector.store import Row
from connectors.mojaloop_connector.waiting import Callback
from loopyard.kernel.clock import Timer

Data = dict[str, Any]

ENDED: Final = {"COMMITTED": "COMPLETED", "ABORTED": "ABORTED", "ERROR": "ERROR_OCCURRED"}
_OPEN: Final = ("PREPARE_RECEIVED", "FX_PREPARE_RECEIVED", "RESERVED")
_EXPIRED: Final = "3303"
_ROUNDS, _TRIES, _TOLD = "_rounds", "_tries", "_told"


class Notifier:
    """The ends of the reservations of one flavour."""

    def __init__(self, kit: Kit, flavour: Flavour) -> None:
        self._kit = kit
        self._flavour = flavour
        self._asking: set[str] = set()
        self._telling: set[str] = set()
        self._timers: dict[str, Timer] = {}

    # -- from the hub -----------------------------------------------------------------------------------------------

    async def final(self, key: str, body: Data) -> None:
        """PATCH, or a PUT with a final state. A second one changes nothing."""
        row = self._row(key)
        repeats = self._kit.settings.like_sdk.repeats_notifications
        if row is None or "prepare" not in row.data:
            return
        if row.state not in _OPEN and not (repeats and "finalNotification" in row.data):
            return
        if "finalNotification" in row.data and not repeats:
            return
        state = body.get(self._flavour.state_field)
        row.data["finalNotification"] = body
        row.data["currentState"] = ENDED.get(str(state), ENDED["ERROR"])
        if state not in ENDED:
            row.data["lastError"] = "Final notification state not COMMITTED"
        await self._ended(row)

    async def refused(self, key: str, error: Any, *, asked: bool = False) -> None:
        """PUT .../error to us. An expiry is final; of anything else the hub is asked, and its answer is final then."""
        row = self._row(key)
        if row is None or "prepare" not in row.data or "finalNotification" in row.data:
            return
        if row.state not in (*_OPEN, ENDED["COMMITTED"]):
            return
        code = code_of(error)
        if code != _EXPIRED and not (asked and code is not None and code[0] not in "12"):
            if not asked:
                await self._ask(key)
            return
        row.data["finalNotification"] = self._flavour.aborted(self._kit.now_text())
        row.data |= {"currentState": ENDED["ERROR"], "lastError": {"mojaloopError": error}}
        await self._ended(row)

    async def _ended(self, row: Row) -> None:
        row.data.pop(_TRIES, None)
        row.data.pop(_TOLD, None)
        row.due_at = self._kit.now()
        self._put(row)
        self._kit.boundary(f"inbound.{self._flavour.noun}.final.stored")
        if "fulfil" in row.data:  # else the backend is still at work, and is told when it has answered
            await self.deliver(row.id)

    # -- to the backend ---------------------------------------------------------------------------------------------

    def owe(self, key: str) -> None:
        """Note that the backend must be told."""
        row = self._row(key)
        assert row is not None
        row.due_at = self._kit.now()
        self._put(row)

    def owe_nothing(self, key: str) -> None:
        """Note that the backend holds nothing, and need not be told."""
        row = self._row(key)
        assert row is not None
        row.data[_TOLD] = True
        row.due_at = None
        self._put(row)

    async def deliver(self, key: str) -> None:
        """Tell the backend now; on failure later, again and again, unless it refuses to hear."""
        row = self._row(key)
        if row is None or row.data.get(_TOLD) or key in self._telling:
            return
        self._telling.add(key)
        try:
            failure = await self._tell(row)
        finally:
            self._telling.discard(key)
        row = self._row(key)
        assert row is not None
        if failure is None or (isinstance(failure, BackendRefused) and failure.status < 500):
            row.data[_TOLD] = True
            row.due_at = None
        else:
            tries = row.data[_TRIES] = row.data.get(_TRIES, 0) + 1
            pause = retries.pause(self._kit.settings, tries)
            row.due_at = None if pause is None else self._kit.now() + timedelta(seconds=pause)
        self._put(row)
        if failure is None:
            self._kit.boundary(f"inbound.{self._flavour.noun}.final.delivered")
        else:
            LOG.warning(
                "%s: the backend did not take the final state of %s: %s", self._kit.surroundings.name, key, failure.for_log
            )
        self._arm(row)

    async def _tell(self, row: Row) -> BackendFailure | None:
        try:
            await self._kit.backend.notify(self._flavour.resource, row.id, body=self._flavour.notification(row.data))
        except BackendFailure as failure:
            return failure
        return None

    # -- when nothing is heard --------------------------------------------------------------------------------------

    def watch(self, key: str) -> None:
        """Expect the hub's notice within the grace time."""
        row = self._row(key)
        assert row is not None
        grace = self._kit.settings.patch_notification_grace_time_ms / 1000
        pause = min(grace * 2 ** row.data.get(_ROUNDS, 0), max(grace, LONGEST_PAUSE))
        row.due_at = self._kit.now() + timedelta(seconds=pause)
        self._put(row)
        self._arm(row)

    def resume(self) -> None:
        """After a restart: everything that is due, at its moment."""
        for row in self._kit.store.due(self._flavour.kind):
            self._arm(row)

    def _arm(self, row: Row) -> None:
        if (earlier := self._timers.pop(row.id, None)) is not None:
            earlier.cancel()
        if row.due_at is not None:
            self._wake(row.id, row.due_at)

    def _wake(self, key: str, at: datetime) -> None:
        self._timers[key] = self._kit.crew.at(at, lambda: self._due(key), f"{self._flavour.noun} {key} is due")

    async def _due(self, key: str) -> None:
        self._timers.pop(key, None)
        try:
            await self._do_what_is_due(key)
        except StoreUnavailable as down:
            LOG.warning("%s: %s", self._kit.surroundings.name, down)
            self._wake(key, self._kit.now() + timedelta(seconds=retries.STORE_PAUSE))

    async def _do_what_is_due(self, key: str) -> None:
        row = self._row(key)
        if row is None or row.due_at is None or row.due_at > self._kit.now():
            return
        if "finalNotification" in row.data:
            await self.deliver(key)
        elif row.state == "RESERVED":
            await self._ask(key)

    async def _ask(self, key: str) -> None:
        """A round of questions to the hub, until one brings the end."""
        if key in self._asking:
            return
        self._asking.add(key)
        try:
            await self._questions(key)
        finally:
            self._asking.discard(key)
        row = self._row(key)
        if row is None:
            return
        if "finalNotification" in row.data:
            await self.deliver(key)
        elif row.state == "RESERVED":
            row.data[_ROUNDS] = row.data.get(_ROUNDS, 0) + 1
            self._put(row)
            self.watch(key)

    async def _questions(self, key: str) -> None:
        settings = self._kit.settings
        for number in range(settings.get_transfer_request_retry_max_retries):
            if number:
                await self._kit.clock.sleep(settings.backend_request_retry_delay_ms / 1000 * 2 ** (number - 1))
            answer = await self._question(key)
            row = self._row(key)
            if row is None or "finalNotification" in row.data:
                return
            if answer is None:
                continue
            if answer.is_error:
                await self.refused(key, answer.body, asked=True)
            elif answer.body.get(self._flavour.state_field) in ("COMMITTED", "ABORTED"):
                await self.final(key, answer.body)
            else:
                await self._fulfil_again(row)
            if (row := self._row(key)) is None or "finalNotification" in row.data:
                return

    async def _question(self, key: str) -> Callback | None:
        message = self._kit.hub.request("GET", self._flavour.resource, key)
        with self._kit.waiting.expect(f"{self._flavour.resource}/{key}") as expectation:
            try:
                await self._kit.hub.send(message)
            except HubFailure as failure:
                LOG.warning("%s: the hub was not asked for %s: %s", self._kit.surroundings.name, key, failure.for_log)
                return None
            return await expectation.next(self._kit.patience)

    async def _fulfil_again(self, row: Row) -> None:
        """The hub still waits for our fulfil, so it never had it: the same again."""
        body, source = row.data["fulfil"]["body"], row.data["prepare"]["headers"]["fspiop-source"]
        await reply(self._kit, self._kit.hub.callback("PUT", self._flavour.resource, row.id, body=body, destination=source))

    def _row(self, key: str) -> Row | None:
        return self._kit.store.get(self._flavour.kind, key)

    def _put(self, row: Row) -> None:
        row.state = row.data["currentState"]
        self._kit.store.put(row)
