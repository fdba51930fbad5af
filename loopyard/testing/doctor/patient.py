"""The system under test on its stage, as doctor knows it: who is at home, which faces are its own, where others listen."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from loopyard.testing.doctor.setup import Setup
from loopyard.testing.stage import Stage, opened
from loopyard.world.client import World
from loopyard.world.composition import CALLBACK_FACES, HOME_CALLBACKS

HUB: Final = "hub"
ORACLES: Final = ".als-admin"
"""A face that hubs have alone."""
MOJALOOP: Final = HOME_CALLBACKS[0]
CALLBACKS: Final = ".".join(HOME_CALLBACKS)
PATIENCE: Final = 35.0
"""Seconds for one probe: a little more than the half minute that a Mojaloop connector waits for a callback."""

SCHEME: Final = (HUB, "iam", "mcm")
"""What a scheme runs itself: hub, identity provider, connection manager."""


@dataclass(frozen=True, slots=True)
class Patient:
    """`told` is what the world says of itself; `patience` are seconds of the world that a probe may take."""

    setup: Setup
    stage: Stage
    told: Mapping[str, Any]
    patience: float

    @property
    def world(self) -> World:
        return self.stage.world

    @property
    def home(self) -> str:
        """The participant under test; empty in a world that has none."""
        return next((each["id"] for each in self.told["participants"] if each["play"] == "home"), "")

    @property
    def participants(self) -> frozenset[str]:
        return frozenset(each["id"] for each in self.told["participants"])

    @property
    def faces(self) -> dict[str, str]:
        """Where the faces of the connectors are that run elsewhere."""
        return {face: url for face, url in self.told["faces"].items() if face.rpartition(".")[0] in self.stage.foreign}

    def judges(self, connector: str) -> bool:
        """Whether what a connector says is looked at: the foreign ones', and the reference's where none is foreign."""
        return connector in self.stage.foreign or not self.stage.foreign

    def url(self, face: str) -> str:
        return str(self.told["faces"].get(face, f"{face}, which this world does not have"))

    @property
    def banks(self) -> dict[str, str]:
        """The home institution's own systems: every face that is neither the scheme's nor a peer's nor a connector's."""
        hubs = {face.rpartition(".")[0] for face in self.told["faces"] if face.endswith(ORACLES)}
        others = {*hubs, *SCHEME, *CALLBACK_FACES, *self.told["connectors"]}
        return {face: url for face, url in self.told["faces"].items() if face.rpartition(".")[0] not in others}


@contextmanager
def admitted(setup: Setup, patience: float = PATIENCE) -> Iterator[Patient]:
    """The system under test on a stage. Raises UsageError, InfrastructureError.

    A world of its own begins with a fresh seed, as a system that is not reset remembers the ids of earlier runs; a running
    world is left as it is.
    """
    with opened(setup.world, setup.sut, waits=False, api=setup.api, signed=setup.signed) as stage:
        if setup.starts_world:
            stage.world.reset(secrets.token_hex(4))
        yield Patient(setup, stage, stage.world.describe(), patience)
