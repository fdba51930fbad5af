"""One question to the hub and its callback, and several pieces of work side by side."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from connectors.mojaloop_connector.errors import (
    HubFailure,
    HubRefused,
    OutboundFailure,
    StoreUnavailable,
    code_of,
    information,
)
from connectors.mojaloop_connector.hub import Outgoing
from connectors.mojaloop_connector.inbound.message import LOG
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.retries import LONGEST_PAUSE
from connectors.mojaloop_connector.waiting import Callback, Expectation

UNKNOWN: Final = "3210"


class Exchange:
    """Speaks to the hub for bulks. An answer that is an error is a Callback all the same."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def ask(self, message: Outgoing, key: str) -> Callback | None:
        """Send, and wait for the callback; None when none came in time."""
        with self._kit.waiting.expect(key) as expectation:
            self._kit.crew.spawn(self._send(message, expectation), f"bulk {message.path}")
            return await self._next(expectation, self._kit.patience)

    async def insist(self, message: Outgoing, question: Outgoing, key: str, final: Callable[[Callback], bool]) -> Callback:
        """Send a message that moves money, and ask until a callback is `final`; a refusal on the spot is final too.

        Whether a message without an answer arrived is not known, so only the hub's word ends this. One that the hub does not
        know goes out again as it was.
        """
        with self._kit.waiting.expect(key) as expectation:
            waited = pause = self._kit.patience
            self._kit.crew.spawn(self._send(message, expectation, moves_money=True), f"bulk {key}")
            following = question
            while True:
                answer = await self._next(expectation, waited)
                if answer is None:
                    pause = min(pause * 2, LONGEST_PAUSE)
                    waited += pause
                    self._kit.crew.spawn(self._send(following, expectation, moves_money=True), f"question {key}")
                    following = question
                elif final(answer):
                    return answer
                elif code_of(answer.body) == UNKNOWN:
                    following = message

    async def _next(self, expectation: Expectation, seconds: float) -> Callback | None:
        try:
            return await expectation.next(seconds)
        except OutboundFailure as failure:
            return Callback(True, failure.error, {})

    async def _send(self, message: Outgoing, expectation: Expectation, *, moves_money: bool = False) -> None:
        try:
            await self._kit.hub.send(message)
        except HubFailure as failure:
            certain = isinstance(failure, HubRefused) and failure.is_final
            if certain or not moves_money:
                body = failure.body if isinstance(failure, HubRefused) and code_of(failure.body) else None
                expectation.fail(OutboundFailure(str(failure), 500, body or information("1001", str(failure))))


async def together(kit: Kit, works: Iterable[Coroutine[Any, Any, None]], name: str) -> None:
    """Do all of this side by side, and go on when the last has ended, or cannot: who waits sees what is left to do."""
    todo = list(works)
    left, done = len(todo), kit.clock.signal()

    async def one(work: Coroutine[Any, Any, None]) -> None:
        nonlocal left
        try:
            await work
        except StoreUnavailable as down:
            LOG.warning("%s: %s", kit.surroundings.name, down)
        finally:
            left -= 1
            if not left:
                done.fire()

    for work in todo:
        kit.crew.spawn(one(work), name)
    if todo:
        await kit.clock.wait(done)
