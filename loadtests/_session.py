"""What every user of one process shares: where the world is, who lives there, and the chance that the seed gives."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import _people
from _callbacks import Callbacks
from _control import Control
from _people import Crowd
from locust.env import Environment

SEND_MONEY = "core_connector.dfsp"
HUB = "hub.fspiop"
ADMIN = "hub.admin"
CONTROL = "control"


class Missing(Exception):
    """A journey needs an address that nobody has given; the text says which option gives it."""


class Session:
    """One process's share of a run."""

    def __init__(self, environment: Environment, number: int) -> None:
        options: Any = environment.parsed_options
        self.options = options
        self.number = number
        self._host = environment.host
        self.control = Control(options.control) if options.control else None
        self.faces: Mapping[str, str] = self.control("world.describe")["faces"] if self.control else {}
        self.crowd = self._crowd()
        self.callbacks: Callbacks | None = None
        self._users = count()

    def _crowd(self) -> Crowd:
        if self.options.people:
            return _people.of_file(Path(self.options.people))
        return _people.of_world(self.control) if self.control else Crowd((), ())

    def address(self, face: str) -> str:
        """Where a face listens: as the options say, else as the world says. Raises Missing."""
        given = {SEND_MONEY: self._host, HUB: self.options.hub, CONTROL: self.options.control}.get(face)
        found = given or self.faces.get(face)
        if not found:
            option = {SEND_MONEY: "--host", HUB: "--hub", CONTROL: "--control"}.get(face, "--control")
            raise Missing(f"nobody has said where {face} is; give {option} URL, or leave all addresses out for an own world")
        return found.rstrip("/")

    def chance(self) -> Random:
        """The chance of one more user of this process: the same for the same seed."""
        return Random(f"{self.options.seed}/{self.number}/{next(self._users)}")


def of(environment: Environment) -> Session:
    """The session of this process. It is opened when a test starts."""
    session: Session = environment.session  # type: ignore[attr-defined]
    return session
