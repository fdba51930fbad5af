"""The backend (core connector) as the Mojaloop connector calls it. What is asked, and what its answer becomes, is decided
by inbound."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import quote

from connectors.mojaloop_connector.calls import Calls
from connectors.mojaloop_connector.errors import BackendEmpty, BackendRefused, BackendUnanswered
from connectors.mojaloop_connector.settings import Settings, address
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import dates
from loopyard.transport.client import NoAnswer
from loopyard.transport.service import Surroundings

_SAFE = "+:@!$&'()*,;=~"
_JSON = "application/json"


class Backend(Protocol):
    """What the connector needs of a backend."""

    async def ask(self, method: str, *path: str, body: Any = None) -> dict[str, Any]:
        """The answer's body. Raises BackendRefused, BackendEmpty, BackendUnanswered."""

    async def notify(self, *path: str, body: Any) -> None:
        """PUT a final state, once; any 2xx will do. Raises BackendRefused, BackendUnanswered."""


class HttpBackend:
    """The backend over HTTP."""

    def __init__(self, settings: Settings, surroundings: Surroundings, calls: Calls) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._calls = calls

    async def ask(self, method: str, *path: str, body: Any = None) -> dict[str, Any]:
        status, answer = await self._exchange(method, path, body, repeat=True)
        call = f"{method} /{'/'.join(path)}"
        if answer is None:
            raise BackendEmpty(f"{call} was answered {status} with an empty body; answer with the JSON that the API asks for")
        if not isinstance(answer, dict):
            raise BackendUnanswered(f"{call} was answered {status} with no JSON object; answer with the API's JSON")
        return answer

    async def notify(self, *path: str, body: Any) -> None:
        await self._exchange("PUT", path, body, repeat=False)

    async def _exchange(self, method: str, path: tuple[str, ...], body: Any, *, repeat: bool) -> tuple[int, Any]:
        place = "/" + "/".join(quote(each, safe=_SAFE) for each in path)
        url = address(self._surroundings, self._settings.backend_endpoint) + place
        headers = {"Content-Type": _JSON, "Accept": _JSON, "Date": dates.to_http(self._surroundings.clock.now())}
        content = None if body is None else canonical.insertion_json(body)
        try:
            answer = await self._calls.call(method, url, headers, content, repeat=repeat)
        except NoAnswer as failure:
            raise BackendUnanswered(f"{method} {place}: {failure}; make the backend answer, or repeat the call") from failure
        parsed = _parsed(answer.body)
        if answer.status >= 300:
            raise BackendRefused(f"{method} {place}", answer.status, parsed)
        return answer.status, parsed


def _parsed(body: bytes) -> Any:
    """The JSON of a body; None for an empty one, the text of what is no JSON."""
    try:
        return canonical.parse(body) if body.strip() else None
    except ValueError:
        return body.decode("utf-8", "replace")
