"""What simulators send on their own: every attempt logged, checked and open to faults. Signing is the sender's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from loopyard.engine.checker import BoundChecker
from loopyard.engine.delivery import Delivery
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.notation import Notations, own_notation
from loopyard.engine.operations import Message, name_at
from loopyard.engine.traffic import Interaction, Traffic, cause, parsed, unforeseen
from loopyard.kernel.clock import Clock, Crew
from loopyard.transport import trace
from loopyard.transport.client import Answer, Client, NoAnswer

Remark = Callable[[Interaction, Answer], str | None]
"""What a sender has to say about an answer that is no success; None for nothing."""
PATIENCE = 20.0  # seconds; what the scheme's own sender waits for an answer


class Outbox:
    """Sends the messages of one simulator instance."""

    def __init__(
        self,
        instance: str,
        clock: Clock,
        crew: Crew,
        client: Client,
        traffic: Traffic,
        faults: FaultSchedule,
        checker: BoundChecker,
        remark: Remark = lambda row, answer: None,
        notations: Notations = own_notation,
    ) -> None:
        self._instance = instance
        self._clock = clock
        self._crew = crew
        self._client = client
        self._traffic = traffic
        self._faults = faults
        self._checker = checker
        self._remark = remark
        self._notations = notations

    def send(
        self, message: Message, base_url: str, *, receiver: str, headers: Mapping[str, str], body: bytes = b"",
        params: Mapping[str, str] | None = None, sender: str | None = None, query: str = "", deliberate: bool = False,
    ) -> None:  # fmt: skip
        """Send beside the caller: what is answered first is the caller's own request."""
        self._crew.spawn(
            self.deliver(
                message,
                base_url,
                receiver=receiver,
                headers=headers,
                body=body,
                params=params,
                sender=sender,
                query=query,
                deliberate=deliberate,
            ),
            f"{message.name} to {receiver}",
        )

    async def deliver(
        self, message: Message, base_url: str, *, receiver: str, headers: Mapping[str, str], body: bytes = b"",
        params: Mapping[str, str] | None = None, sender: str | None = None, query: str = "", deliberate: bool = False,
    ) -> Answer | None:  # fmt: skip
        """Send and wait for the answer; None when none came. Attempts follow the message's own schedule.

        `deliberate`: a scenario formed the message on purpose, so that its form counts against nobody."""
        values = dict(params or {})
        path = message.path.format(**{key: _quoted(value) for key, value in values.items()}) + (f"?{query}" if query else "")
        made = tuple(headers.items())
        first = Delivery(
            message, name_at(self._instance, message.name), sender or self._instance, receiver,
            base_url.rstrip("/") + path, path, values, made, body, deliberate=deliberate,
            notation=self._notations(message.contract_key, made),
        )  # fmt: skip
        for attempt, pause in enumerate((0.0, *message.retries), start=1):
            if attempt > 1:
                await self._clock.sleep(pause)
            delivery = first if attempt == first.attempt else replace(first, attempt=attempt)
            answer = await self._faults.deliver(delivery, self._attempt)
            if answer is not None and 200 <= answer.status < 300:
                return answer
        return answer

    async def _attempt(self, delivery: Delivery) -> Answer | None:
        span = self._client.next_trace()
        headers = {**dict(delivery.headers), trace.HEADER: str(span)}
        row = self._traffic.open(
            delivery.sender, delivery.receiver, delivery.operation, delivery.message.method, delivery.path,
            tuple(headers.items()), delivery.body, span.span_id, delivery.message.refs, dict(delivery.params),
            delivery.notation,
        )  # fmt: skip
        row.attempt, row.fault, row.deliberate = delivery.attempt, delivery.fault, delivery.deliberate
        row.parent = span.parent
        self._checker.sent(delivery.message, row)
        if delivery.lost:
            self._traffic.close(row, "lost")
            return None
        token = cause.set(row)
        try:
            answer = await self._client.call(
                delivery.message.method, delivery.url, headers=headers, body=delivery.body or None,
                timeout=PATIENCE, span=span,
            )  # fmt: skip
        except NoAnswer as problem:
            self._traffic.close(row, problem.kind)
            return None
        except Exception as error:
            row.note = unforeseen(error)
            self._traffic.close(row, "closed")
            raise
        finally:
            cause.reset(token)
        if answer.status >= 400 and row.note is None:  # the receiver, if it is of this world, may have said why
            row.note = self._remark(row, answer)
        self._traffic.close(row, "answered", answer.status, answer.headers, answer.body)
        self._checker.answered(delivery.message, row)
        return answer


def _quoted(value: str) -> str:
    return quote(value, safe="")


def json_of(answer: Answer | None) -> Any:
    """The JSON of an answer, None where there is none."""
    return parsed(answer.body) if answer is not None else None
