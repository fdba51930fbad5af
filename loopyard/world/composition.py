"""Puts a world together from its file, starts, resets and stops it. What can be done to it stands in control.py."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from loopyard.audit import Opening
from loopyard.engine.callbacks import Outbox
from loopyard.engine.checker import BoundChecker, Checker
from loopyard.engine.contract import Contract
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.plan import Participant
from loopyard.engine.server import FaceServer
from loopyard.engine.simulator import Face, Simulator
from loopyard.engine.site import Site
from loopyard.engine.traffic import Interaction, Traffic
from loopyard.kernel.clock import Clock, Crew, RealClock, VirtualClock
from loopyard.kernel.errors import InfrastructureError, UsageError
from loopyard.kernel.ids import Ids
from loopyard.kernel.ledger import Ledger
from loopyard.transport.client import Client
from loopyard.transport.server import Listener
from loopyard.world import registry
from loopyard.world.archive import Archive
from loopyard.world.channel import CHANNEL, Channel
from loopyard.world.file import WorldFile
from loopyard.world.fresh import renumbered
from loopyard.world.host import ConnectorHost
from loopyard.world.listening import LOOPBACK, Listening
from loopyard.world.logs import Logs
from loopyard.world.quiet import until_quiet
from loopyard.world.recorded import Running
from loopyard.world.spill import Spill
from loopyard.world.strays import strays
from loopyard.world.tally import Tally
from loopyard.world.trust import Trust

MEMORY = Path("/dev/shm")
"""Where stores lie when the machine has it: they need to outlive a crash of a connector, not of the machine."""
CALLBACK_FACES = {"dfsp": "dfsp", "fxp": "fxp", "proxy": "proxy"}
"""The simulator that plays the peers of each kind of participant."""
HOME_CALLBACKS = ("mojaloop_connector", "inbound")


class Instance:
    """One running simulator: its declaration, its listeners, and the state that a reset replaces."""

    decides = False

    def __init__(self, name: str, declaration: Simulator, world: Composition) -> None:
        self.name = name
        self.declaration = declaration
        self.crew = Crew(world.clock)
        self.client = Client(world.clock, Ids(name))
        self.state: Any = None
        contract = declaration.contract() if declaration.contract else None
        self.outbox = Outbox(
            name, world.clock, self.crew, self.client, world.traffic, world.faults, BoundChecker(world.checker, contract),
            declaration.notations,
        )  # fmt: skip
        self.listeners = {
            face.name: world.listening.listener(world.clock, self._server(face, world), f"{name}.{face.name}")
            for face in declaration.faces
        }

    def _server(self, face: Face, world: Composition) -> FaceServer:
        contract: Contract | None = face.contract() if face.contract else None
        checker = BoundChecker(world.checker, contract)
        return FaceServer(self.name, face, lambda: self.state, self.crew, world.traffic, world.faults, checker)


class Composition:
    """A world: simulators and connectors over one clock, one seed, one traffic log, one fault schedule."""

    def __init__(
        self,
        file: WorldFile,
        *,
        without: tuple[str, ...] = (),
        parts: Mapping[str, Mapping[str, Any]] | None = None,
        listening: Listening | None = None,
    ) -> None:
        self.file = file
        self.plan, self.cast = file.plan, file.cast
        self.parts = dict(parts or {})
        self.listening = listening or Listening()
        self.clock: Clock = VirtualClock(file.plan.starts) if file.clock == "virtual" else RealClock()
        self._spill = Spill(file.log.spill) if file.log.spill else None
        self.traffic = Traffic(self.clock.now, file.log.kept, self._spill)
        self.tally = Tally()
        self.traffic.watchers.append(self.tally.watch)
        self.archive = Archive(file.retain, lambda: self.running, lambda: self.opening, self.proxies)
        if file.retain is not None:
            self.traffic.watchers.append(self.archive.watch)
        self.checker = Checker()
        self.faults = FaultSchedule(self.clock, Ids(file.plan.seed).fork("faults").random)
        self.channel = Channel(self.clock, self.traffic, self.url)
        self._participants = {each.id: each for each in file.plan.participants}
        self.opening = Opening()
        self.seed = file.plan.seed
        self._earlier: set[str] = set()
        self.instances = {
            name: Instance(name, registry.simulator(kind, file.path), self) for name, (kind, _) in file.simulators.items()
        }
        self.trust = Trust(file.tls, self._owners, self.clock.now)
        self.logs = Logs(self.clock.now)
        self._stores = tempfile.TemporaryDirectory(prefix="loopyard-", dir=MEMORY if MEMORY.is_dir() else None)
        self.hosts = {name: self._host(name) for name in file.connectors if name not in without}
        self.places = {place: url for name in without for place, url in self._places(name)}

    def _host(self, name: str) -> ConnectorHost:
        kind, settings = self.file.connectors[name]
        connector, store = registry.connector(kind, self.file.path), Path(self._stores.name) / f"{name}.sqlite"
        return ConnectorHost(name, connector, settings, self.clock, self.url, store, self.listening)

    def _places(self, name: str) -> Iterator[tuple[tuple[str, str], str]]:
        """Where the faces of a connector are that runs elsewhere: as the world file says, else at its conventional ports."""
        connector = registry.connector(self.file.connectors[name][0], self.file.path)
        for face, port in connector.ports.items():
            said = self.file.places.get(f"{name}.{face}")
            if said or face not in connector.optional:
                yield (name, face), said or f"http://{LOOPBACK}:{port}"

    @property
    def foreign(self) -> bool:
        """Whether a connector runs elsewhere: then it is not reset with the world, and people are new after each reset."""
        return len(self.hosts) < len(self.file.connectors)

    async def start(self) -> None:
        """Open every listener, then make the first state. Raises InfrastructureError for a port that is taken."""
        self.logs.open()
        for owner in self._owners():
            for face, listener in owner.listeners.items():
                await self.listen(f"{owner.name}.{face}", listener)
        await self.trust.reset()
        await self._begin(self.seed)

    async def listen(self, face: str, listener: Listener) -> None:
        """Start a listener of this world, or stop the world. Raises InfrastructureError for a port that is taken."""
        try:
            await self.listening.open(face, listener)
        except InfrastructureError:
            await self.stop()
            raise

    async def reset(self, seed: str | None = None) -> None:
        """Everything as at the start, with the listeners kept. `seed` is that of the scenario to come."""
        for instance in self.instances.values():
            instance.crew.dismiss()
        for host in self.hosts.values():
            await host.stop()
        await self.clock.settle()
        if isinstance(self.clock, VirtualClock):
            self.clock.rewind()
        if self.foreign:
            self._earlier.update(reference for row in self.traffic for reference in row.refs)
        self.traffic.clear()
        self.faults.clear()
        self.checker.forget()
        self.tally.was_reset()
        self.archive.clear()
        self.logs.lines.clear()
        await self.trust.reset()
        await self._begin(seed or self.file.plan.seed)

    async def settle(self) -> None:
        """Let all that is due now happen. On the wall clock, wait until nobody has said anything for a moment."""
        await self.clock.settle()
        if not isinstance(self.clock, VirtualClock):
            await until_quiet(self.clock, self.traffic, self.file.quiet_seconds)

    def open_books(self) -> None:
        """From now on, what is gained, posted and audited counts from this moment."""
        self.opening = Opening.of(self.ledgers())

    def strays(self) -> list[Interaction]:
        """Messages about something that was begun before the last reset, by a system that was not reset with the world."""
        if not self._earlier:
            return []
        homes = {each.id for each in self.plan.participants if each.play == "home"}
        return strays(self.traffic, self._earlier, {CHANNEL, *self.instances, *self._participants} - homes)

    async def _begin(self, seed: str) -> None:
        self.seed = seed
        if self.foreign:
            self.plan, self.cast = renumbered(self.file.plan, self.file.cast, seed)
        ids = Ids(seed)
        self.channel.client.ids = ids.fork("channel")
        self.faults.reseed(ids.fork("faults").random)
        for rule in self.file.faults:
            self.faults.add(**rule)
        for name in self.instances:
            self.configure(name, {})
        for name, host in self.hosts.items():
            await host.begin(ids.fork(name), self.parts.get(name, {}))
        self.open_books()

    def configure(self, name: str, settings: Mapping[str, Any]) -> None:
        """Give simulator `name` a first state, with `settings` beside its own until the next reset. Raises UsageError."""
        instance, ids = self.instances[name], Ids(self.seed).fork(name)
        instance.client.ids = ids.fork("calls")
        merged = {**self.file.simulators[name][1], **settings}
        site = Site(name, self.plan, self.clock, instance.crew, ids, instance.outbox, self.url, merged)
        instance.state = instance.declaration.build(site)

    async def stop(self) -> None:
        self.logs.close()
        await self.channel.client.close()
        for host in self.hosts.values():
            await host.close()
        for instance in self.instances.values():
            instance.crew.dismiss()
            await instance.client.close()
            for listener in instance.listeners.values():
                await listener.stop()
        self._stores.cleanup()
        if self._spill is not None:
            self._spill.close()

    def ledgers(self) -> Iterator[Ledger]:
        """Every book that this world can see."""
        for instance in self.instances.values():
            yield from instance.declaration.ledgers(instance.state)

    @property
    def proxies(self) -> frozenset[str]:
        """The participants that stand between two schemes."""
        return frozenset(each.id for each in self.plan.participants if each.kind == "proxy")

    @property
    def running(self) -> Running:
        """The simulators with their present states."""
        return {name: (each.declaration, each.state) for name, each in self.instances.items()}

    def _owners(self) -> list[Instance | ConnectorHost]:
        return [*self.instances.values(), *self.hosts.values()]

    def faces(self) -> dict[str, str]:
        """The address of every face by "party.face", those of connectors that run elsewhere among them."""
        owners = self._owners()
        here = {f"{each.name}.{face}": listener.url for each in owners for face, listener in each.listeners.items()}
        return here | {".".join(place): url for place, url in self.places.items()}

    def url(self, party: str, face: str) -> str:
        """The address of a face, or of a participant's FSPIOP callbacks. Raises UsageError for a place that nobody fills."""
        if (party, face) in self.places:
            return self.places[party, face]
        if party in self.instances and face in self.instances[party].listeners:
            return self.instances[party].listeners[face].url
        if party in self.hosts and face in self.hosts[party].listeners:
            return self.hosts[party].listeners[face].url
        if face == "fspiop" and party in self._participants:
            return self._callbacks_of(self._participants[party])
        remedy = f'start a {party}, or name its address with [places] "{party}.{face}" = "http://..."'
        raise UsageError(self.file.path, f"{party}.{face}", "nobody listens there", remedy)

    def _callbacks_of(self, who: Participant) -> str:
        if who.play == "external":
            return str(who.callback_url)
        if who.play == "home":
            return self.url(*HOME_CALLBACKS)
        return f"{self.url(CALLBACK_FACES[who.kind], 'fspiop')}/{who.id}"
