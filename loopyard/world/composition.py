"""Puts a world together from its file, starts, resets and stops it. What can be done to it stands in control.py."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from loopyard.engine.callbacks import Outbox
from loopyard.engine.checker import BoundChecker, Checker
from loopyard.engine.contract import Contract
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.server import FaceServer
from loopyard.engine.simulator import Face, Simulator
from loopyard.engine.site import Site
from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Clock, Crew, RealClock, VirtualClock
from loopyard.kernel.errors import UsageError
from loopyard.kernel.ids import Ids
from loopyard.kernel.ledger import Ledger
from loopyard.transport.client import Client
from loopyard.transport.server import Listener
from loopyard.world import registry
from loopyard.world.file import WorldFile
from loopyard.world.host import ConnectorHost

MEMORY = Path("/dev/shm")
"""Where stores lie when the machine has it: they need to outlive a crash of a connector, not of the machine."""
CALLBACK_FACES = {"dfsp": "dfsp", "fxp": "fxp"}
"""The simulator that plays the peers of each kind of participant."""
HOME_CALLBACKS = ("mojaloop_connector", "inbound")


class Instance:
    """One running simulator: its declaration, its listeners, and the state that a reset replaces."""

    def __init__(self, name: str, declaration: Simulator, world: Composition) -> None:
        self.name = name
        self.declaration = declaration
        self.crew = Crew(world.clock)
        self.client = Client(world.clock, Ids(name))
        self.state: Any = None
        contract = declaration.contract() if declaration.contract else None
        self.outbox = Outbox(
            name, world.clock, self.crew, self.client, world.traffic, world.faults, BoundChecker(world.checker, contract)
        )
        self.listeners = {face.name: Listener(world.clock, self._server(face, world)) for face in declaration.faces}

    def _server(self, face: Face, world: Composition) -> FaceServer:
        contract: Contract | None = face.contract() if face.contract else None
        checker = BoundChecker(world.checker, contract)
        return FaceServer(self.name, face, lambda: self.state, self.crew, world.traffic, world.faults, checker)


class Composition:
    """A world: simulators and connectors over one clock, one seed, one traffic log, one fault schedule."""

    def __init__(
        self, file: WorldFile, *, without: tuple[str, ...] = (), parts: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.file = file
        self.parts = dict(parts or {})
        self.clock: Clock = VirtualClock(file.plan.starts) if file.clock == "virtual" else RealClock()
        self.traffic = Traffic(self.clock.now)
        self.checker = Checker()
        self.faults = FaultSchedule(self.clock, Ids(file.plan.seed).fork("faults").random)
        self.instances = {
            name: Instance(name, registry.simulator(kind, file.path), self) for name, (kind, _) in file.simulators.items()
        }
        self._stores = tempfile.TemporaryDirectory(prefix="loopyard-", dir=MEMORY if MEMORY.is_dir() else None)
        self.hosts = {
            name: ConnectorHost(
                name,
                registry.connector(kind, file.path),
                settings,
                self.clock,
                self.url,
                Path(self._stores.name) / f"{name}.sqlite",
            )
            for name, (kind, settings) in file.connectors.items()
            if name not in without
        }
        self.places = {
            (name, face): f"http://127.0.0.1:{port}"
            for name in without
            for face, port in registry.connector(file.connectors[name][0], file.path).ports.items()
        }
        self.seed = file.plan.seed

    async def start(self) -> None:
        """Open every listener, then make the first state. OSError for a port that is taken."""
        for instance in self.instances.values():
            for listener in instance.listeners.values():
                await listener.start()
        for host in self.hosts.values():
            await host.listen()
        await self._begin(self.seed)

    async def reset(self, seed: str | None = None) -> None:
        """Everything as at the start, with the listeners kept. `seed` is that of the scenario to come."""
        for instance in self.instances.values():
            instance.crew.dismiss()
        for host in self.hosts.values():
            await host.stop()
        await self.clock.settle()
        if isinstance(self.clock, VirtualClock):
            self.clock.rewind()
        self.traffic.clear()
        self.faults.clear()
        self.checker.findings.clear()
        await self._begin(seed or self.file.plan.seed)

    async def _begin(self, seed: str) -> None:
        self.seed = seed
        ids = Ids(seed)
        self.faults.reseed(ids.fork("faults").random)
        for rule in self.file.faults:
            self.faults.add(**rule)
        for name in self.instances:
            self.configure(name, {})
        for name, host in self.hosts.items():
            await host.begin(ids.fork(name), self.parts.get(name, {}))

    def configure(self, name: str, settings: Mapping[str, Any]) -> None:
        """Give simulator `name` a first state, with `settings` beside its own until the next reset. Raises UsageError."""
        instance, ids = self.instances[name], Ids(self.seed).fork(name)
        instance.client.ids = ids.fork("calls")
        merged = {**self.file.simulators[name][1], **settings}
        site = Site(name, self.file.plan, self.clock, instance.crew, ids, instance.outbox, self.url, merged)
        instance.state = instance.declaration.build(site)

    async def stop(self) -> None:
        for host in self.hosts.values():
            await host.close()
        for instance in self.instances.values():
            instance.crew.dismiss()
            await instance.client.close()
            for listener in instance.listeners.values():
                await listener.stop()
        self._stores.cleanup()

    def ledgers(self) -> Iterator[Ledger]:
        """Every book that this world can see."""
        for instance in self.instances.values():
            yield from instance.declaration.ledgers(instance.state)

    def url(self, party: str, face: str) -> str:
        """The address of a face, or of a participant's FSPIOP callbacks. Raises UsageError for a place that nobody fills."""
        if (party, face) in self.places:
            return self.places[party, face]
        if party in self.instances and face in self.instances[party].listeners:
            return self.instances[party].listeners[face].url
        if party in self.hosts and face in self.hosts[party].listeners:
            return self.hosts[party].listeners[face].url
        if any(each.id == party for each in self.file.plan.participants) and face == "fspiop":
            return self._callbacks_of(party)
        remedy = f'start a {party}, or name its address with [places] "{party}.{face}" = "http://..."'
        raise UsageError(self.file.path, f"{party}.{face}", "nobody listens there", remedy)

    def _callbacks_of(self, participant: str) -> str:
        who = self.file.plan.participant(participant)
        if who.play == "external":
            return str(who.callback_url)
        if who.play == "home":
            return self.url(*HOME_CALLBACKS)
        return f"{self.url(CALLBACK_FACES[who.kind], 'fspiop')}/{participant}"
