"""What the scenarios of one session play on: a world, here or elsewhere, with a system under test in it, here or elsewhere."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Final

from loopyard.kernel.errors import UsageError
from loopyard.testing.config import Sut
from loopyard.testing.drivers.base import Driver, Heard, SutUnreachable, Talk
from loopyard.testing.drivers.send_money import SendMoney
from loopyard.testing.lab import Lab
from loopyard.testing.needs import FSPIOP, LOOPBACK, MANAGEMENT, NEEDS, ONBOARDING, SIGNATURES, of_host
from loopyard.world import file as world_file
from loopyard.world import remote
from loopyard.world.client import Caller, World
from loopyard.world.listening import LOOPBACK as LOCALHOST
from loopyard.world.listening import Listening

DRIVERS: Final[Mapping[str, type[Any]]] = {"send_money": SendMoney}
HUB: Final = "hub.fspiop"
PATIENCE: Final = 15.0
"""Real seconds that a system under test has to come up."""


class Noting:
    """A caller that notes the operations that are called through it, each with the `name` that it was given."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.seen: set[tuple[str, str]] = set()

    def __call__(self, name: str, arguments: Mapping[str, Any]) -> Any:
        self.seen.add((name, str(arguments.get("name", ""))))
        return self._caller(name, arguments)


@dataclass(slots=True)
class Stage:
    """A world with a system under test. `foreign` are the connectors that run elsewhere, `faces` all addresses. `lacks`
    says of a need why it is not met, `strays` collects messages that belonged to no scenario, each once."""

    world: World
    notes: Noting
    driver: Driver
    virtual: bool
    foreign: tuple[str, ...]
    faces: Mapping[str, str]
    lacks: Mapping[str, str]
    strays: dict[str, None] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything that a scenario may need is there but another form of bodies, and time costs nothing."""
        return self.virtual and not self.foreign and not self.lacks.keys() - {FSPIOP}

    def note_strays(self) -> None:
        for row in self.world.control("traffic.strays") if self.foreign else ():
            self.strays[f"{row['sender'] or 'somebody'} to {row['receiver']}: {row['operation']} {', '.join(row['refs'])}"] = (
                None
            )


@contextmanager
def opened(
    world: str, sut: Sut, parts: Mapping[str, Mapping[str, Any]] | None = None, waits: bool = True,
    settings: Mapping[str, Mapping[str, Any]] | None = None, api: str | None = None, signed: bool = False,
) -> Iterator[Stage]:  # fmt: skip
    """A stage for a session: `world` is a file, or the address of a running world's control. It `waits` for a system under
    test that is still coming up. `settings` are those of connectors beside the file's, `api` is the form in which
    everybody speaks, where the file's own is not wanted. `signed`: every institution signs and verifies, whatever the file
    says.

    Raises UsageError for what contradicts itself, InfrastructureError when world or system under test cannot be reached.
    """
    if remote.is_url(world):
        if settings:
            raise UsageError("setting", next(iter(settings)), "that world runs already", "name a world file, or change its own")
        with remote.connect(world) as far:
            if api is not None and (spoken := _forms(far.describe())) != {api}:
                raise UsageError(world, f"api {api}", f"there {' and '.join(spoken)} is spoken", f"start it with --api {api}")
            if signed and not far.describe()["signs"]:
                raise UsageError(world, "jws", "nobody signs there", "start it with --jws")
            yield _staged(far, sut, waits)
        return
    file = world_file.load(Path(world), api=api, signed=signed).with_connectors(settings or {})
    without: tuple[str, ...] = ()
    if sut.runs == "url":
        unknown = [name for name in sut.places if name not in file.connectors]
        if unknown:
            known = ", ".join(file.connectors)
            raise UsageError(file.path, f"sut place {unknown[0]}", "is no connector of this world", f"choose among {known}")
        file, without = replace(file, clock="real", places={**file.places, **sut.faces}), sut.places
    listening = Listening(ports=file.ports) if without else None
    with Lab(file, without=without, parts=parts, listening=listening) as lab:
        yield _staged(lab.world, sut, waits)


def _staged(world: World, sut: Sut, waits: bool) -> Stage:
    told, notes = world.describe(), Noting(lambda name, arguments: world.control(name, **arguments))
    foreign = tuple(name for name, each in told["connectors"].items() if each["runs"] == "elsewhere")
    lacks = {need: f"{name} runs elsewhere, and this takes {NEEDS[need]}" for name in foreign for need in of_host(name)}
    if told["signs"]:  # whoever runs a foreign connector in a world that signs has given it the keys
        lacks.pop(SIGNATURES, None)
    if MANAGEMENT not in told["faces"]:
        lacks[ONBOARDING] = f'[sut.faces] does not say where "{MANAGEMENT}" is, and this takes {NEEDS[ONBOARDING]}'
    if told["faces"].get(HUB, "").partition("://")[2].partition(":")[0] != LOCALHOST:
        lacks[LOOPBACK] = f"{HUB} is at {told['faces'].get(HUB)}, and this takes {NEEDS[LOOPBACK]}"
    if _forms(told) != {FSPIOP}:
        lacks[FSPIOP] = f"ISO 20022 is spoken here, and this takes {NEEDS[FSPIOP]}"
    lacks |= {need: f"[sut.capabilities] says {need} = false" for need, has in sut.capabilities.items() if not has}
    stage = Stage(World(notes), notes, driver(sut.driver), told["clock"] == "virtual", foreign, told["faces"], lacks)
    for face in told["faces"] if waits else ():
        if face.partition(".")[0] in foreign:
            _wait_for(stage, face)
    return stage


def _forms(told: Mapping[str, Any]) -> set[str]:
    return {each["api"] for each in told["participants"]}


def driver(name: str) -> Driver:
    """A driver of the house by name, or a team's own as MODULE:CLASS. Raises UsageError."""
    if name in DRIVERS:
        made: Driver = DRIVERS[name]()
        return made
    module, colon, attribute = name.partition(":")
    try:
        if not colon:
            raise AttributeError(f"no driver of the house is called {name!r}")
        own: Driver = getattr(importlib.import_module(module), attribute)()
    except (ImportError, AttributeError) as error:
        known = ", ".join(DRIVERS)
        raise UsageError("sut", f"driver {name}", str(error), f"choose one of {known}, or MODULE:CLASS of your own") from error
    return own


def _wait_for(stage: Stage, face: str) -> None:
    """Wait until the system under test takes connections; what it answers does not matter here. Raises SutUnreachable."""
    talk: Talk[Heard] = Talk("GET", "/health", lambda heard: heard)
    until = monotonic() + PATIENCE
    while True:
        try:
            talk.heard(stage.world.control("channel.call", face=face, **talk.call))
            return
        except SutUnreachable:
            if monotonic() > until:
                raise
            Event().wait(0.25)
