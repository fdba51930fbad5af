"""Everything that can be done to a world, each declared once: JSON in, JSON out, the same for a local and a remote caller."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loopyard.engine.faults.schedule import Rule
from loopyard.engine.traffic import Interaction
from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.ledger import Account
from loopyard.world.composition import Composition

Json = Any
Handler = Callable[[Composition, Mapping[str, Json]], Json | Awaitable[Json]]


class NotPossible(LoopyardError):
    """A control request that makes no sense; the world is unchanged."""


@dataclass(frozen=True, slots=True)
class ControlOperation:
    """One ability: its stable name and what it does. The docstring of `handle` is its documentation."""

    name: str
    handle: Handler


async def call(world: Composition, name: str, arguments: Mapping[str, Json]) -> Json:
    """Do one thing to the world. Raises NotPossible for a name that nobody declared."""
    handle = OPERATIONS.get(name)
    if handle is not None:
        result = handle(world, arguments)
        return await result if inspect.isawaitable(result) else result
    instance_name, _, ability = name.partition(".")
    instance = world.instances.get(instance_name)
    for control in instance.declaration.controls if instance else ():
        if control.name == ability:
            result = control.handle(instance.state, arguments)  # type: ignore[union-attr]
            return await world.clock.drive(result) if inspect.iscoroutine(result) else result
    known = sorted(
        [*OPERATIONS, *(f"{each.name}.{c.name}" for each in world.instances.values() for c in each.declaration.controls)]
    )
    raise NotPossible(f"there is no control operation {name!r}; known are {', '.join(known)}")


async def reset(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Everything as at the start. `seed`: that of the scenario to come."""
    await world.reset(arguments.get("seed"))


def describe(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Name, seed, addresses of all faces."""
    faces = {
        f"{name}.{face}": each.url for name, instance in world.instances.items() for face, each in instance.listeners.items()
    }
    faces |= {f"{name}.{face}": each.url for name, host in world.hosts.items() for face, each in host.listeners.items()}
    return {"name": world.file.plan.name, "seed": world.seed, "file": world.file.path, "faces": faces}


def now(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """The world's date and the seconds since its start."""
    return {"now": world.clock.now().isoformat(), "seconds": world.clock.monotonic()}


async def advance(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Let `seconds` pass."""
    await world.clock.advance(float(arguments["seconds"]))


async def settle(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Let all that is due now happen."""
    await world.clock.settle()


def add_fault(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Arm a fault: `kind`, `on`, and optionally nth, times, probability, where and the fault's own options."""
    return fault_json(world.faults.add(**arguments))


def list_faults(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """The armed faults with their hits."""
    return [fault_json(rule) for rule in world.faults.rules]


def clear_faults(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Disarm all faults."""
    world.faults.clear()


def accounts(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Accounts of every ledger; `owner`, `role`, `holder` and `currency` choose among them."""
    rows = [account_json(ledger.owner, account) for ledger in world.ledgers() for account in ledger.accounts]
    return [row for row in rows if all(row[key] == value for key, value in arguments.items())]


def traffic(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Interactions after number `since`; `operation` chooses among them."""
    rows = world.traffic.since(int(arguments.get("since", 0)))
    wanted = arguments.get("operation")
    return [interaction_json(row) for row in rows if wanted in (None, row.operation)]


async def crash(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Crash connector `name`: now, or at boundary `at` when it is passed for the `passages`-th time."""
    host = world.hosts[arguments["name"]]
    if "at" in arguments:
        host.crash_at(arguments["at"], int(arguments.get("passages", 1)))
    else:
        await host.crash()


async def restart(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Start connector `name` again over its store."""
    await world.clock.drive(world.hosts[arguments["name"]].restart())


async def configure(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Start connector `name` anew with `settings` beside its own, until the next reset."""
    await world.clock.drive(world.hosts[arguments["name"]].configure(arguments["settings"]))


async def skew(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Start connector `name` anew with a clock that is ahead by `seconds` (behind when negative), until the next reset."""
    await world.clock.drive(world.hosts[arguments["name"]].skew(float(arguments["seconds"])))


def configure_simulator(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """Give simulator `name` a first state anew with `settings` beside its own, until the next reset."""
    world.configure(arguments["name"], arguments["settings"])


def boundaries(world: Composition, arguments: Mapping[str, Json]) -> Json:
    """The operation boundaries that connector `name` has passed since the reset."""
    return list(world.hosts[arguments["name"]].boundaries)


OPERATIONS: dict[str, Handler] = {
    "world.reset": reset,
    "world.describe": describe,
    "clock.now": now,
    "clock.advance": advance,
    "clock.settle": settle,
    "faults.add": add_fault,
    "faults.list": list_faults,
    "faults.clear": clear_faults,
    "ledger.accounts": accounts,
    "traffic.list": traffic,
    "simulators.configure": configure_simulator,
    "connectors.crash": crash,
    "connectors.restart": restart,
    "connectors.configure": configure,
    "connectors.skew": skew,
    "connectors.boundaries": boundaries,
}


def account_json(owner: str, account: Account) -> dict[str, Json]:
    """Amounts are texts of major units."""
    return {
        "owner": owner, "name": account.name, "role": account.role, "holder": account.holder,
        "normal": account.normal, "currency": account.currency.code, "balance": str(account.balance), "held": str(account.held),
        "available": str(account.available),
    }  # fmt: skip


def fault_json(rule: Rule) -> dict[str, Json]:
    return {
        "kind": rule.kind,
        "on": rule.on,
        "nth": rule.nth,
        "times": rule.times,
        "hits": rule.hits,
        "where": dict(rule.where),
    }


def interaction_json(row: Interaction) -> dict[str, Json]:
    """Bodies as JSON where they are JSON, as text otherwise."""
    return {
        "seq": row.seq, "at": row.at.isoformat(), "sender": row.sender, "receiver": row.receiver, "operation": row.operation,
        "method": row.method, "path": row.path, "headers": [list(pair) for pair in row.request_headers],
        "request": row.request() if row.request() is not None else row.request_body.decode("utf-8", "replace"),
        "status": row.status, "outcome": row.outcome, "attempt": row.attempt, "fault": row.fault, "refs": list(row.refs),
        "response": row.response() if row.response() is not None else row.response_body.decode("utf-8", "replace"),
    }  # fmt: skip
