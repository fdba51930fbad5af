"""The hub as the connector speaks to it: FSPIOP messages composed, signed and sent. What is said, and when, is decided
by outbound and inbound."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from connectors.mojaloop_connector.errors import INTERNAL, HubRefused, HubSaidMore, HubUnanswered, information
from connectors.mojaloop_connector.forms import Forms
from connectors.mojaloop_connector.security import Security
from connectors.mojaloop_connector.settings import Settings, address
from connectors.mojaloop_connector.tokens import AuthorizedCalls
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.headers import callback_headers, request_headers
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.transport import trace
from loopyard.transport.client import Answer, NoAnswer
from loopyard.transport.service import Surroundings

Answers = Mapping[str, Any] | None
LOG = logging.getLogger("connectors.mojaloop_connector")
_SAFE = "+:@!$&'()*,;=~"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it will go out. `headers` are those that the connector sets, the trace included."""

    method: str
    base: str
    path: str
    headers: dict[str, str]
    body: Any = None
    written: Any = None
    """The body in the form that goes on the wire; `body` is what it says in FSPIOP."""

    @property
    def stored(self) -> dict[str, Any]:
        """The message as a transferState shows it: in FSPIOP, whatever was sent."""
        return {"body": self.body, "headers": self.headers}

    @property
    def stored_lookup(self) -> dict[str, Any]:
        """A lookup as a transferState shows it: the real software's HTTP options and all."""
        return {
            "withCredentials": False,
            "transitional": {"clarifyTimeoutError": True},
            "method": self.method,
            "baseURL": self.base,
            "url": self.path,
            "headers": self.headers,
            "httpAgent": "[REDACTED]",
        }


class Hub(Protocol):
    """What the connector needs of a hub."""

    def request(
        self, method: str, resource: str, *ids: str, body: Any = None, destination: str | None = None, trace_id: str = "",
        query: str = "", answers: Answers = None,
    ) -> Outgoing:  # fmt: skip
        """A GET or POST of ours, in the trace `trace_id`, or in that of the request being handled. `answers` is the ISO 20022
        body that a prepare is built on. Raises NoIsoForm."""

    def callback(self, method: str, resource: str, *ids: str, body: Any, destination: str, answers: Answers = None) -> Outgoing:
        """A PUT or PATCH to another participant, in the trace of the request being handled. An answer that cannot be said in
        ISO 20022 becomes an error."""

    async def send(self, message: Outgoing) -> None:
        """Raises HubRefused, HubUnanswered, NoToken."""


class FspiopHub:
    """The hub over HTTP."""

    def __init__(
        self, settings: Settings, surroundings: Surroundings, security: Security, calls: AuthorizedCalls, forms: Forms
    ) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._security = security
        self._calls = calls
        self._forms = forms

    def request(
        self, method: str, resource: str, *ids: str, body: Any = None, destination: str | None = None, trace_id: str = "",
        query: str = "", answers: Answers = None,
    ) -> Outgoing:  # fmt: skip
        written = self._forms.body(method, resource, ids, destination, body, answers)
        headers = request_headers(
            resource,
            source=self._settings.dfsp_id,
            date=self._surroundings.clock.now(),
            destination=destination,
            version=self._settings.version_of(resource),
            iso20022=self._forms.media(resource),
        )
        client = self._surroundings.client
        here = trace.Trace(trace_id, client.ids.span()) if trace_id else client.next_trace()
        return self._outgoing(method, resource, ids, headers, here, body, written, query)

    def callback(self, method: str, resource: str, *ids: str, body: Any, destination: str, answers: Answers = None) -> Outgoing:
        try:
            written = self._forms.body(method, resource, ids, destination, body, answers)
        except NoIsoForm as cause:
            LOG.warning("%s: %s /%s becomes an error: %s", self._surroundings.name, method, resource, cause)
            error = information(INTERNAL, f"it cannot be said in ISO 20022: {cause}")
            ids = ids if ids[-1] == "error" else (*ids, "error")
            return self.callback(method, resource, *ids, body=error, destination=destination)
        headers = callback_headers(
            resource,
            source=self._settings.dfsp_id,
            destination=destination,
            date=self._surroundings.clock.now(),
            version=self._settings.version_of(resource),
            iso20022=self._forms.media(resource),
        )
        return self._outgoing(method, resource, ids, headers, self._surroundings.client.next_trace(), body, written)

    def _outgoing(
        self, method: str, resource: str, ids: tuple[str, ...], headers: dict[str, str], here: trace.Trace, body: Any,
        written: Any, query: str = "",
    ) -> Outgoing:  # fmt: skip
        path = "/".join(["", resource, *(quote(each, safe=_SAFE) for each in ids)]) + (f"?{query}" if query else "")
        base = address(self._surroundings, self._settings.peer_endpoint)
        headers |= {trace.HEADER: str(here)}
        headers |= self._security.signature(method, base + path, headers, written, resource)
        return Outgoing(method, base, path, headers, body, written)

    async def send(self, message: Outgoing) -> None:
        body = None if message.written is None else self._security.body_bytes(message.written)
        span = trace.Trace.parse(message.headers[trace.HEADER])
        call = f"{message.method} {message.path}"
        try:
            answer = await self._calls.call(message.method, message.base + message.path, message.headers, body, span=span)
        except NoAnswer as failure:
            raise HubUnanswered(f"{call}: {failure}; ask for the state before you repeat it") from failure
        if answer.status >= 300:
            raise HubRefused(call, answer.status, _parsed(answer))
        if answer.body and self._settings.like_sdk.refuses_bodies_of_the_hub:
            raise HubSaidMore(call, answer.status, _parsed(answer))


def _parsed(answer: Answer) -> Any:
    try:
        return canonical.parse(answer.body) if answer.body else None
    except ValueError:
        return answer.body.decode("utf-8", "replace")
