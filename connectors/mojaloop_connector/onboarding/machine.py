"""How one machine of an onboarding runs: it works from state to state, remembers each, rests, and shows its health. What is
done in a state stands in the modules of the single machines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from connectors.mojaloop_connector.onboarding.errors import Setback
from connectors.mojaloop_connector.onboarding.lifecycle import HEALTH, MACHINES
from connectors.mojaloop_connector.onboarding.office import Office
from loopyard.kernel.clock import Handle, Timer
from loopyard.protocols.fspiop import dates

Step = Callable[[], Awaitable[str]]


class Machine:
    """One of the eleven. A subclass gives `steps`, what is done in a state and which event that brings, and what it hears."""

    name: str
    news: ClassVar[Mapping[str, str]] = {}
    """Events by the news that other machines tell."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.table = MACHINES[self.name]
        self.row = office.row(self.name, self.table.initial)
        self.health: dict[str, Any] = self.row.data.setdefault("health", self._shown(HEALTH.initial, "Service not initialized"))
        self.known: dict[str, Any] = self.row.data.setdefault("known", {})
        self._handle: Handle | None = None
        self._timer: Timer | None = None
        office.hears.append(self.hear)

    def steps(self) -> Mapping[str, Step]:
        """What is done in each state that is worked on."""
        raise NotImplementedError

    def rests(self) -> datetime | None:
        """Until when the machine rests in the state that it is in; None: until it is woken."""
        return self.office.now + self.office.refresh if (self.row.state, "due") in self.table.transitions else None

    def woken(self) -> str:
        """The event that leads on when the time has come."""
        return "due"

    # -- running ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Work on from the remembered state; what was to be done at a time that has passed is done now."""
        if self.row.due_at is not None:
            self._timer = self.office.kit.crew.at(self.row.due_at, self._wake, self._label)
        else:
            self._handle = self.office.kit.crew.spawn(self._work(), self._label)

    def stop(self) -> None:
        """Do nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._handle is not None and not self._handle.done:
            self._handle.cancel()
        self._timer = self._handle = None

    def fire(self, event: str) -> None:
        """Leave the present state by an event from outside, and work on from there."""
        self.stop()
        self.move(event)
        self.begin()
        self.start()

    def hear(self, news: str) -> None:
        if news in self.news:
            self.fire(self.news[news])

    def move(self, event: str) -> None:
        """To the next state, which is remembered before anything else happens."""
        self.row.state, self.row.due_at = self.table.next(self.row.state, event), None
        self.office.remember(self.row)
        self.office.kit.boundary(f"onboarding.{self.name}.{self.row.state}")

    @property
    def _label(self) -> str:
        return f"onboarding {self.name}"

    async def _work(self) -> None:
        steps = self.steps()
        while (step := steps.get(self.row.state)) is not None:
            if self.health["status"] in ("pending", "inError"):
                self.begin()
            try:
                event = await step()
            except Setback as setback:
                self.fail(str(setback))
                self._rest_until(self.office.now + self.office.refresh)
                return
            self.move(event)
        until = self.rests()
        if until is not None:
            self._rest_until(until)

    def _rest_until(self, moment: datetime) -> None:
        self.row.due_at = moment
        self.office.remember(self.row)
        self._timer = self.office.kit.crew.at(moment, self._wake, self._label)

    async def _wake(self) -> None:
        self._timer, self.row.due_at = None, None
        if self.row.state not in self.steps():
            self.move(self.woken())
        self._handle = self.office.kit.crew.spawn(self._work(), self._label)

    # -- health -------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Something is being done."""
        if self.health["status"] != "inProgress":
            self._show("begin", self.row.state)

    def complete(self, description: str, changed: bool = False) -> None:
        """It is as it should be. What was so before stays as it is shown, unless something has `changed`."""
        if self.health["status"] == "completed" and changed:
            self._show("begin", self.row.state)
        if self.health["status"] != "completed":
            self._show("complete", description)

    def fail(self, error: str) -> None:
        """It is not, and why."""
        if self.health["status"] in ("pending", "inError"):
            self._show("begin", self.row.state)
        self._show("fail", self.row.state, error)

    def _show(self, event: str, description: str, error: str = "") -> None:
        status = HEALTH.next(self.health["status"], event)
        self.health.update(self._shown(status, description, error))
        self.office.remember(self.row)
        if event != "begin":
            self.office.tell(f"{self.name} {status}")

    def _shown(self, status: str, description: str, error: str = "") -> dict[str, Any]:
        moment = dates.to_iso(self.office.now)
        return {"status": status, "stateDescription": description, "lastUpdated": moment, "errorDescription": error}
