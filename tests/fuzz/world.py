"""The default world as fuzz tests use it: one institution speaks to the hub or to the connector under test, and whatever goes
wrong inside is noticed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from loopyard.protocols.fspiop.headers import callback_headers, request_headers
from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import LogSettings, load

SENDER, RECEIVER = "blue-wallet", "green-bank"
HUB, CONNECTOR = "hub.fspiop", "mojaloop_connector.inbound"
ISO_RESOURCES: Final = ("parties", "quotes", "transfers", "fxQuotes", "fxTransfers")
"""Those whose bodies have a form in ISO 20022."""
KEPT: Final = 1000
"""Interactions that the log keeps: nobody reads them here."""


class Errors(logging.Handler):
    """What was logged as an error: something that nobody foresaw, after the sender had its answer."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))


class Target:
    """A face of a running world. Raises AssertionError when something inside goes wrong."""

    def __init__(self, lab: Lab, face: str, api: str = "fspiop") -> None:
        self.world, self.face, self.api = lab.world, face, api
        self._errors = Errors()
        logging.getLogger().addHandler(self._errors)

    def close(self) -> None:
        logging.getLogger().removeHandler(self._errors)

    def send(self, method: str, path: str, body: Any, to: str = RECEIVER) -> int:
        """Send a message, let everything happen that follows, and tell the status."""
        told = self.world.control(
            "channel.call",
            face=self.face,
            method=method,
            path=path,
            body=json.dumps(body),
            headers=self._headers(method, path, to),
        )
        self.world.settle()
        assert not self._errors.seen, "\n".join(self._errors.seen)
        assert "status" in told, f"{method} {path} was not answered: {told}"
        return int(told["status"])

    def _headers(self, method: str, path: str, to: str) -> Mapping[str, str]:
        make = callback_headers if method in ("PUT", "PATCH") else request_headers
        source, resource = SENDER if self.face == HUB else "Hub", path.split("/")[1]
        iso = self.api == "iso20022" and resource in ISO_RESOURCES
        return make(resource, source=source, destination=to, date=self.world.now, iso20022=iso)

    def outcome(self, path: str, body: Any, to: str) -> tuple[int, dict[str, str]]:
        """How a prepare in a fresh world is answered, and what stands on the accounts then. The payee's and the provider's
        answers are lost, so that what is reserved stays to be seen."""
        self.world.reset("one")
        self.world.fault("lost", "hub.transfers.prepare-notice")
        self.world.fault("lost", "hub.fx-transfers.prepare-notice")
        status = self.send("POST", path, body, to)
        return status, self.balances()

    def balances(self) -> dict[str, str]:
        """What stands on every account that is not empty."""
        return {f"{each.owner}/{each.name}": str(each.balance) for each in self.world.accounts() if each.balance}


@contextmanager
def running(face: str, api: str = "fspiop") -> Iterator[Target]:
    """A world as long as the block lasts, in which all speak `api`."""
    file = replace(load(default_world(), api=api), log=LogSettings(KEPT))
    with Lab(file) as lab:
        target = Target(lab, face, api)
        try:
            yield target
        finally:
            target.close()
