"""One HTTP call with the repetitions that the real software makes of it: the same call, at once, after a failure that
may pass. What an answer means is judged by the hub and backend ports."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.mojaloop_connector.settings import Settings
from loopyard.transport.client import Answer, NoAnswer
from loopyard.transport.service import Surroundings
from loopyard.transport.trace import Trace

_PASSING = frozenset({408, 429})


class Calls:
    """Makes calls for the ports; a time-out is not repeated, as it may have been carried out and took its time already."""

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._surroundings = surroundings

    async def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        span: Trace | None = None,
        repeat: bool = True,
    ) -> Answer:
        """The last answer. Raises NoAnswer when the last try brought none."""
        tries = self._settings.http_retries if repeat else 0
        while True:
            answer, failure = await self._once(method, url, headers, body, span)
            passing = failure.kind != "timeout" if failure else answer is not None and _may_pass(answer.status)
            if tries == 0 or not passing:
                if answer is None:
                    assert failure is not None
                    raise failure
                return answer
            tries -= 1
            await self._surroundings.clock.sleep(self._settings.http_retry_delay_ms / 1000)

    async def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, span: Trace | None
    ) -> tuple[Answer | None, NoAnswer | None]:
        timeout = float(self._settings.http_timeout_seconds)
        try:
            client = self._surroundings.client
            return await client.call(method, url, headers=headers, body=body, timeout=timeout, span=span), None
        except NoAnswer as failure:
            return None, failure


def _may_pass(status: int) -> bool:
    return status >= 500 or status in _PASSING
