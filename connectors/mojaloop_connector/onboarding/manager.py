"""The connection manager as the onboarding speaks to it: its API, call by call. What is asked when is the machines' affair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import orjson

from connectors.mojaloop_connector.errors import NoToken
from connectors.mojaloop_connector.onboarding.errors import Refused, Setback
from connectors.mojaloop_connector.settings import Settings, address
from connectors.mojaloop_connector.tokens import Tokens
from loopyard.transport.client import Answer, NoAnswer
from loopyard.transport.service import Surroundings

BASE: Final = "pm4mlapi"
"""Where a connection manager serves payment managers, unless its address says otherwise."""
PATIENCE: Final = 30.0
_UNAUTHORIZED: Final = 401
_MISSING: Final = 404
Json = Any


class Manager(Protocol):
    """What an onboarding needs of a connection manager. Every call raises Setback when it cannot be had."""

    async def get(self, path: str) -> Json:
        """The body, or None where there is no such thing."""

    async def post(self, path: str, body: Json) -> Json:
        """The body of the answer, None where it is empty."""

    def own(self, path: str) -> str:
        """The path of what is this DFSP's own."""


class HttpManager:
    """The connection manager over HTTP."""

    def __init__(self, settings: Settings, surroundings: Surroundings, tokens: Tokens) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._tokens = tokens

    def own(self, path: str) -> str:
        return f"/dfsps/{self._settings.dfsp_id}{path}"

    async def get(self, path: str) -> Json:
        answer = await self._call("GET", path, None)
        return None if answer.status == _MISSING else self._content("GET", path, answer)

    async def post(self, path: str, body: Json) -> Json:
        return self._content("POST", path, await self._call("POST", path, orjson.dumps(body)))

    async def _call(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-DFSP-ID": self._settings.dfsp_id}
        url, client = self._base + path, self._surroundings.client
        try:
            token = await self._tokens.header()
            answer = await client.call(method, url, headers={**headers, **token}, body=body, timeout=PATIENCE)
            if answer.status == _UNAUTHORIZED and token:
                await self._tokens.renew(token)
                token = await self._tokens.header()
                answer = await client.call(method, url, headers={**headers, **token}, body=body, timeout=PATIENCE)
            return answer
        except NoToken as problem:
            raise Setback(str(problem)) from problem
        except NoAnswer as problem:
            raise Setback(f"the connection manager does not answer: {problem.kind}") from problem

    def _content(self, method: str, path: str, answer: Answer) -> Json:
        try:
            content = orjson.loads(answer.body) if answer.body else None
        except orjson.JSONDecodeError as problem:
            raise Setback(f"{method} {path}: the connection manager's answer is not JSON") from problem
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {_message(content)}".rstrip())
        return content

    @property
    def _base(self) -> str:
        place = self._settings.mcm_server_endpoint
        found = address(self._surroundings, place)
        return found if "/" in place else f"{found}/{BASE}"


def _message(content: Json) -> str:
    return str(content.get("message", "")) if isinstance(content, Mapping) else ""


def verdict(told: Mapping[str, Any]) -> str | None:
    """Why the connection manager holds something for invalid, None where it does not."""
    if told.get("validationState") != "INVALID":
        return None
    rows: Sequence[Mapping[str, Any]] = told.get("validations") or ()
    failed = [f"{row.get('validationCode')}: {row.get('message')}" for row in rows if row.get("result") == "INVALID"]
    return "; ".join(failed) or "the connection manager holds it for invalid, and does not say why"
