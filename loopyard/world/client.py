"""The one client of a world: what features, the command line and a team's own tests use. It knows names and JSON only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loopyard.audit import Verdict
from loopyard.engine.plan import Person
from loopyard.engine.traffic import Interaction
from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.money import Money
from loopyard.world import wire
from loopyard.world.file import Cast

Caller = Callable[[str, Mapping[str, Any]], Any]
"""How a control operation is called: name and JSON in, JSON out. Local and remote worlds differ in this alone."""


class NoSuchAccount(LoopyardError):
    """No account, or more than one, answers a description."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account at one moment. `gained` counts from the moment at which the books were opened."""

    owner: str
    name: str
    role: str
    holder: str
    balance: Money
    held: Money
    available: Money
    gained: Money

    @property
    def before(self) -> Money:
        """What stood on it when the books were opened."""
        return self.balance - self.gained


class World:
    """A running world. Every method is one control operation, or a few."""

    def __init__(self, caller: Caller, close: Callable[[], None] = lambda: None) -> None:
        self._caller = caller
        self.close = close
        """Let go of whatever leads to the world; the world itself goes on."""

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def control(self, name: str, /, **arguments: Any) -> Any:
        """Any control operation by name, those of the simulators included: `world.control("hub.positions")`.

        Raises UsageError for wrong arguments, NotPossible for what cannot be done."""
        return self._caller(name, arguments)

    # -- the world itself ---------------------------------------------------------------------------------------------

    def reset(self, seed: str | None = None) -> None:
        self.control("world.reset", **({"seed": seed} if seed else {}))

    def describe(self) -> dict[str, Any]:
        """Name, seed, clock, participants, cast, faces and connectors: see the operation."""
        told: dict[str, Any] = self.control("world.describe")
        return told

    @property
    def cast(self) -> Cast:
        """Who plays the names of the features, as of now: a reset may renumber people."""
        return wire.cast_of(self.describe()["cast"])

    @property
    def homes(self) -> frozenset[str]:
        """The participants that are under test."""
        return frozenset(each["id"] for each in self.describe()["participants"] if each["play"] == "home")

    def people(self, **choice: Any) -> list[Person]:
        """People chosen by name or dfsp, the first hundred, or `first`."""
        return [wire.person_of(row) for row in self.control("world.people", **choice)]

    # -- time ---------------------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        self.control("clock.advance", seconds=seconds)

    def settle(self) -> None:
        self.control("clock.settle")

    @property
    def seconds(self) -> float:
        """Seconds since the world's start."""
        return float(self.control("clock.now")["seconds"])

    @property
    def now(self) -> datetime:
        """The world's date."""
        return datetime.fromisoformat(self.control("clock.now")["now"])

    # -- faults, connectors, simulators -------------------------------------------------------------------------------

    def fault(self, kind: str, on: str, **options: Any) -> None:
        """Arm a fault; see FaultSchedule.add."""
        self.control("faults.add", kind=kind, on=on, **options)

    def crash(self, connector: str, at: str | None = None, passages: int = 1) -> None:
        """Crash a connector now, or when it passes a boundary."""
        self.control("connectors.crash", name=connector, **({"at": at, "passages": passages} if at else {}))

    def restart(self, connector: str) -> None:
        self.control("connectors.restart", name=connector)

    def configure(self, connector: str, **settings: Any) -> None:
        """Start a connector anew with these settings beside its own, until the next reset."""
        self.control("connectors.configure", name=connector, settings=settings)

    def skew(self, connector: str, seconds: float) -> None:
        """Start a connector anew with a clock that is ahead by so much (behind when negative), until the next reset."""
        self.control("connectors.skew", name=connector, seconds=seconds)

    def configure_simulator(self, simulator: str, **settings: Any) -> None:
        """Give a simulator a first state anew with these settings beside its own, until the next reset."""
        self.control("simulators.configure", name=simulator, settings=settings)

    # -- books --------------------------------------------------------------------------------------------------------

    def accounts(self, **choice: str) -> list[AccountState]:
        """Accounts chosen by owner, name, role, holder, currency."""
        return [_account(row) for row in self.control("ledger.accounts", **choice)]

    def account(self, **choice: str) -> AccountState:
        """The one account that the choice describes. Raises NoSuchAccount."""
        found = self.accounts(**choice)
        if len(found) != 1:
            names = ", ".join(f"{each.owner}/{each.name}" for each in found) or "none"
            raise NoSuchAccount(f"{choice} should be one account; it is {names}")
        return found[0]

    def open_books(self) -> None:
        """What is gained, posted and audited counts from now on."""
        self.control("audit.open")

    def audit(self, pending: frozenset[str] = frozenset()) -> Verdict:
        """Reconcile all books as they stand; `pending` is what the system under test reports as unfinished."""
        return wire.verdict_of(self.control("audit.run", pending=sorted(pending)))

    # -- log ----------------------------------------------------------------------------------------------------------

    def traffic(self, since: int = 0, operation: str | None = None) -> list[dict[str, Any]]:
        """Interactions as JSON, oldest first."""
        rows: list[dict[str, Any]] = self.control("traffic.list", since=since, operation=operation)
        return rows

    def interactions(self, since: int = 0) -> list[Interaction]:
        """The same to the byte, oldest first."""
        return [wire.interaction_of(row) for row in self.control("traffic.list", since=since, raw=True)]


def _account(row: Mapping[str, str]) -> AccountState:
    balance, held, available, gained = (Money(row[key], row["currency"]) for key in ("balance", "held", "available", "gained"))
    return AccountState(row["owner"], row["name"], row["role"], row["holder"], balance, held, available, gained)
