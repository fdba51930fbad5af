"""Other schemes, behind the proxies that take part in this one: which proxy leads to which foreign participant, and which
discoveries are under way. What is sent to whom is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from loopyard.kernel.clock import Crew
from loopyard.kernel.clock.base import Timer
from simulators.hub.state.errors import HubError
from simulators.hub.state.participants import Participant, Participants
from simulators.hub.state.parties import PartyKey


class NoProxyAnswers(HubError):
    """No proxy could be asked, or a discovery for the same party is under way already."""


class DiscoveryExpired(HubError):
    """Some proxy has not answered in time, and none has found the party."""


class StaleMapping(HubError):
    """The participant that the directory names does not have the party any more."""


Asked = tuple[str, PartyKey]
"""A discovery: who wants to know, and whom."""


@dataclass(slots=True)
class _Discovery:
    awaited: set[str]
    timer: Timer


class Schemes:
    """The other schemes as one hub sees them. A discovery lasts `seconds` at most."""

    def __init__(self, participants: Participants, crew: Crew, seconds: float) -> None:
        self._participants = participants
        self._crew = crew
        self._seconds = seconds
        self._proxy_of: dict[str, str] = {}
        self._discoveries: dict[Asked, _Discovery] = {}

    def reach(self, name: str | None) -> Participant | None:
        """Who takes messages for a participant: itself, or the proxy that leads to it; None for a stranger."""
        found = self._participants.find(name)
        return found or self._participants.find(self._proxy_of.get(name or ""))

    def account_holder(self, name: str) -> str:
        """Whose positions move for a participant; a stranger's own, which are none."""
        found = self.reach(name)
        return found.name if found is not None else name

    def is_foreign(self, name: str) -> bool:
        """Whether a participant is none here and reached by a proxy."""
        return self._participants.find(name) is None and name in self._proxy_of

    def proxy(self, name: str | None) -> str | None:
        """The name again if it is an active proxy's."""
        found = self._participants.find(name)
        return found.name if found is not None and found.is_proxy and found.is_active else None

    def learn(self, name: str, proxy: str) -> None:
        """From now on messages for `name`, unless it takes part here, go by this proxy."""
        if self._participants.find(name) is None:
            self._proxy_of[name] = proxy

    def proxies(self, but: str | None = None) -> Sequence[str]:
        """All active proxies, but for the one that a question came by."""
        return [each.name for each in self._participants if each.is_proxy and each.is_active and each.name != but]

    # -- discoveries --------------------------------------------------------------------------------------------------

    def begin(self, asked: Asked, proxies: Sequence[str], expired: Callable[[], None]) -> None:
        """Wait for the answers of these proxies. Raises NoProxyAnswers while the same question is open."""
        if asked in self._discoveries:
            raise NoProxyAnswers("Failed to cache sendToProxiesList")

        async def expire() -> None:
            if self._discoveries.pop(asked, None) is not None:
                expired()

        at = self._crew.clock.now() + timedelta(seconds=self._seconds)
        timer = self._crew.at(at, expire, f"discovery of {asked[1].type}")
        self._discoveries[asked] = _Discovery(set(proxies), timer)

    def is_open(self, asked: Asked) -> bool:
        return asked in self._discoveries

    def found(self, asked: Asked) -> bool:
        """End a discovery; whether it was open, so that this answer is the first."""
        ended = self._discoveries.pop(asked, None)
        if ended is not None:
            ended.timer.cancel()
        return ended is not None

    def denied(self, asked: Asked, proxy: str) -> bool:
        """A proxy has not found the party; whether it was the last that could have."""
        discovery = self._discoveries.get(asked)
        if discovery is None:
            return False
        discovery.awaited.discard(proxy)
        return not discovery.awaited and self.found(asked)
