"""Access tokens for the hub: fetched from the identity provider, renewed in time, and once more when the hub refuses one.
A token or secret is in no log line. Source: docs/sources/iam.md, the connector."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Protocol

from connectors.mojaloop_connector.calls import Calls
from connectors.mojaloop_connector.errors import NoToken
from connectors.mojaloop_connector.settings import Settings, address
from loopyard.kernel.clock import Signal
from loopyard.protocols import canonical, oauth
from loopyard.transport.client import Answer, NoAnswer
from loopyard.transport.service import Surroundings
from loopyard.transport.trace import Trace

LOG = logging.getLogger("connectors.mojaloop_connector")


class Tokens(Protocol):
    """What calls to the hub need of a source of tokens."""

    @property
    def trouble(self) -> str | None:
        """Why there is no token; None when all is well."""

    async def header(self) -> Mapping[str, str]:
        """What to add to a call. Raises NoToken."""

    async def renew(self, refused: Mapping[str, str]) -> None:
        """The hub has refused this header: fetch another token, unless there is one already. Raises NoToken."""

    async def keep(self) -> None:
        """Be ready before the first call, and renew in time for ever."""


class OAuthTokens:
    """Client credentials. Without a token endpoint there are no tokens, unless a fixed one is given."""

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._token = settings.oidc_bearer_token
        self._renew_at = surroundings.clock.now()
        self._fetching: Signal | None = None
        self.trouble: str | None = None

    async def header(self) -> Mapping[str, str]:
        """The Authorization header, of a token that is young enough."""
        if self._settings.oauth_token_endpoint and (not self._token or self._surroundings.clock.now() >= self._renew_at):
            await self._obtain()
        return self._header

    async def renew(self, refused: Mapping[str, str]) -> None:
        if self._settings.oauth_token_endpoint and refused == self._header:
            await self._obtain()

    @property
    def _header(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    async def _obtain(self) -> None:
        """Fetch a token; who comes while one is being fetched waits for it. After a failure nobody asks again for a while."""
        if self._fetching is not None:
            await self._surroundings.clock.wait(self._fetching)
        elif self.trouble is None or self._surroundings.clock.now() >= self._renew_at:
            await self._fetch()
        if self.trouble is not None:
            raise NoToken(f"there is no access token for the hub: {self.trouble}")

    async def keep(self) -> None:
        while True:
            with suppress(NoToken):
                await self.header()
            left = (self._renew_at - self._surroundings.clock.now()).total_seconds()
            await self._surroundings.clock.sleep(max(left, 1.0))

    async def _fetch(self) -> None:
        signal = self._fetching = self._surroundings.clock.signal()
        try:
            seconds = await self._asked()
        finally:
            self._fetching = None
            signal.fire()
        self._renew_at = self._surroundings.clock.now() + timedelta(seconds=seconds)
        if self.trouble is not None:
            self._token = ""
            LOG.error("%s: no access token: %s", self._surroundings.name, self.trouble)

    async def _asked(self) -> float:
        """Ask once; the seconds until it must be asked again."""
        settings = self._settings
        place, slash, path = settings.oauth_token_endpoint.partition("/realms/")
        url = address(self._surroundings, place) + slash + path
        headers = {
            "Content-Type": oauth.FORM,
            "Authorization": oauth.basic(settings.oauth_client_key, settings.oauth_client_secret),
        }
        try:
            answer = await self._surroundings.client.call(
                "POST", url, headers=headers, body=b"grant_type=client_credentials", timeout=settings.http_timeout_seconds
            )
        except NoAnswer as failure:
            return self._failed(f"the identity provider did not answer ({failure.kind})")
        told = _members(answer)
        token, lifetime = told.get("access_token"), told.get("expires_in")
        if answer.status != 200 or not isinstance(token, str):
            return self._failed(f"the identity provider answered {answer.status} {told.get('error', '')}".rstrip())
        self._token, self.trouble = token, None
        longest = float(settings.oauth_refresh_seconds)
        return min(longest, float(lifetime)) if isinstance(lifetime, int) and lifetime > 0 else longest

    def _failed(self, why: str) -> float:
        self.trouble = f"{why}; correct oauth_client_key and oauth_client_secret, or the provider"
        return float(self._settings.oauth_refresh_retry_seconds)


class AuthorizedCalls:
    """Calls with a token, and the repetition when the hub refuses it."""

    def __init__(self, calls: Calls, tokens: Tokens, retries: int) -> None:
        self._calls = calls
        self._tokens = tokens
        self._retries = retries

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
        """As `Calls.call`; raises NoToken besides, before anything has left."""
        for retry in range(self._retries + 1):
            token = await self._tokens.header()
            answer = await self._calls.call(method, url, {**headers, **token}, body, span=span, repeat=repeat)
            if answer.status != 401 or retry == self._retries:
                return answer
            await self._tokens.renew(token)
        raise AssertionError("unreachable")


def _members(answer: Answer) -> dict[str, Any]:
    try:
        told = canonical.parse(answer.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
