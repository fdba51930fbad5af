"""Who acts in a journey: abstract users, each with the steps of one party. The journeys stand in files of their own.

A journey has an entry of its own in the statistics, beside those of its requests: from the first of them to the final state.
What the end of the run cuts off is neither a success nor a failure and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from time import perf_counter
from typing import Any, ClassVar

import _session
import gevent
from _session import Session
from locust import FastHttpUser
from locust.env import Environment

KIND = "journey"
"""The type of a journey's entry in the statistics."""


class Failed(Exception):
    """A journey that did not reach the state it should; the text stands in the report, so it names no ids."""


class Journey:
    """One journey under way."""

    def __init__(self, patience: float) -> None:
        self.began = perf_counter()
        self._until = self.began + patience

    @property
    def seconds_left(self) -> float:
        """What is left of the patience."""
        return self._until - perf_counter()

    def ends_with(self, reached: str, state: str) -> None:
        """It must have reached this state. Raises Failed."""
        if reached != state:
            raise Failed(f"ended as {reached}, not as {state}")


class Traveller(FastHttpUser):
    """Whoever makes journeys: has the people, the chance of its seed, and the addresses of the world."""

    abstract = True
    calls: ClassVar[tuple[str, ...]] = ()
    """The faces that these journeys call."""
    abroad: ClassVar[tuple[bool, ...]] = (False,)
    """Whether they stay in one currency, lead into another, or both."""

    def __init__(self, environment: Environment) -> None:
        self.session = _session.of(environment)
        self.chance = self.session.chance()
        self.host = "http://each-request-names-its-own"
        self.under_way: Journey | None = None
        super().__init__(environment)

    @classmethod
    def check(cls, session: Session) -> None:
        """Whether there is everything and everybody that these journeys need. Raises Missing, Nobody."""
        for face in cls.calls:
            session.address(face)
        for abroad in cls.abroad:
            session.crowd.pair(Random(0), abroad=abroad)

    @classmethod
    def prepare(cls, session: Session) -> None:
        """What a process must do once before the first user of this kind comes. Raises Unreachable."""

    def wait_time(self) -> float:
        """Seconds between two journeys."""
        return float(self.session.options.think)

    @contextmanager
    def journey(self, name: str) -> Iterator[Journey]:
        """Measure what happens inside, from here to the end of the block."""
        journey, started = Journey(self.session.options.patience), datetime.now(UTC)
        failure: Exception | None = None
        self.under_way = journey
        try:
            yield journey
        except Failed as error:
            failure = error
        self.environment.events.request.fire(
            request_type=KIND, name=name, response_time=(perf_counter() - journey.began) * 1000, response_length=0,
            exception=failure, context={}, start_time=started.timestamp(),
        )  # fmt: skip

    def ask(self, method: str, url: str, name: str, expected: tuple[int, ...] = (200,), **more: Any) -> Any:
        """One request of the journey, `name` in the statistics: status and JSON. Raises Failed for an unexpected status."""
        with self.client.request(method, url, name=name, catch_response=True, **more) as response:
            if response.status_code not in expected:
                text = _reason(response)
                response.failure(text)
                raise Failed(f"{name}: {text}")
            response.success()
            return response.status_code, _json(response)

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the patience of the journey under way. Raises Failed when there is none left."""
        assert self.under_way is not None
        left = self.under_way.seconds_left
        if left <= 0:
            raise Failed(f"no final state within {self.session.options.patience:g} s")
        gevent.sleep(min(seconds, left))


def _reason(response: Any) -> str:
    """What went wrong, without ids: the statistics keep one line for each text."""
    if not response.status_code:
        return f"no answer: {type(response.error).__name__}"
    told = _json(response)
    if isinstance(told, dict):
        told = told.get("errorInformation", told)
        code = told.get("statusCode") or told.get("errorCode") or told.get("error")
        return f"{response.status_code} {code or ''}".strip()
    return str(response.status_code)


def _json(response: Any) -> Any:
    try:
        return response.json() if response.text else None
    except ValueError:
        return None
