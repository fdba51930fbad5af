"""Access tokens of the connector: when they are fetched, what a refusal leads to, and that nothing leaves without one.
The provider and the hub are stubs that know nothing of the connector's modules."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.mojaloop_connector.calls import Calls
from connectors.mojaloop_connector.errors import NoToken
from connectors.mojaloop_connector.settings import read
from connectors.mojaloop_connector.tokens import AuthorizedCalls, OAuthTokens
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener
from loopyard.transport.service import Surroundings

SECRET = "not to be seen"


class Scheme:
    """A provider that numbers its tokens, and a hub that takes those that it is told to."""

    def __init__(self, clock: VirtualClock) -> None:
        self.asked: list[tuple[float, str | None, bytes]] = []
        self.heard: list[str | None] = []
        self.answer: tuple[int, Any] | None = None
        self.lifetime: Any = 300
        self.good: set[str] | None = None
        self.clock = clock
        self.provider = Listener(clock, self._issue)
        self.hub = Listener(clock, self._take)

    async def _issue(self, request: Request) -> Reply:
        self.asked.append((self.clock.monotonic(), request.header("authorization"), request.body))
        status, body = self.answer or (200, {"access_token": f"token-{len(self.asked)}", "expires_in": self.lifetime})
        return Reply(status, json.dumps(body).encode())

    async def _take(self, request: Request) -> Reply:
        header = request.header("authorization")
        self.heard.append(header)
        return Reply(202 if self.good is None or header in {f"Bearer {each}" for each in self.good} else 401)


Test = Callable[[Scheme, OAuthTokens, Callable[[], Awaitable[int]]], Awaitable[None]]


def run(test: Test, **settings: Any) -> None:
    async def whole() -> None:
        clock = VirtualClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
        scheme, client = Scheme(clock), Client(clock, Ids("test"))
        await scheme.provider.start()
        await scheme.hub.start()
        raw = {
            "dfsp_id": "green-bank", "oauth_token_endpoint": f"{scheme.provider.url}/realms/dfsps/token",
            "oauth_client_key": "green bank", "oauth_client_secret": SECRET,
        } | settings  # fmt: skip
        around = Surroundings(
            "connector", clock, Crew(clock), Ids("test"), client, lambda party, face: "", Path(), raw
        )  # fmt: skip
        made = read(raw, "connector")
        tokens = OAuthTokens(made, around)
        calls = AuthorizedCalls(Calls(made, around), tokens, made.oidc_auth_failure_request_retries)

        async def call() -> int:
            return (await calls.call("GET", scheme.hub.url, {}, None)).status

        try:
            await clock.drive(test(scheme, tokens, call))  # type: ignore[arg-type]
        finally:
            await client.close()
            await scheme.provider.stop()
            await scheme.hub.stop()

    asyncio.run(whole())


def test_a_token_is_asked_for_with_basic_credentials_and_kept_until_it_must_be_renewed() -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        await call()
        await scheme.clock.sleep(59)
        await call()
        await scheme.clock.sleep(1)
        await call()
        assert scheme.heard == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
        pair = base64.b64decode(str(scheme.asked[0][1]).removeprefix("Basic ")).decode()
        assert pair == "green%20bank:not%20to%20be%20seen"
        assert scheme.asked[0][2] == b"grant_type=client_credentials"

    run(test)


@pytest.mark.parametrize("lifetime, renewed", [(20, 20.0), (3600, 60.0), (None, 60.0), (0, 60.0)])
def test_it_is_renewed_when_it_expires_if_that_is_sooner(lifetime: Any, renewed: float) -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        scheme.lifetime = lifetime
        scheme.clock.spawn(tokens.keep())
        await scheme.clock.sleep(renewed + 0.5)
        assert [at for at, _, _ in scheme.asked] == [0.0, renewed]

    run(test)


def test_a_refused_token_is_replaced_as_often_as_the_settings_say() -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        scheme.good = {"token-2"}
        assert await call() == 202
        assert scheme.heard == ["Bearer token-1", "Bearer token-2"]
        scheme.good = set()
        assert await call() == 401
        assert len(scheme.heard) == 4, "one more try, and no more"

    run(test, oidc_auth_failure_request_retries=1)


def test_without_the_setting_a_refusal_stands_as_in_the_real_software() -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        scheme.good = {"token-2"}
        assert await call() == 401
        assert len(scheme.asked) == 1

    run(test)


def test_calls_that_are_refused_together_fetch_one_token() -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        await call()
        scheme.good = {"token-2"}
        done: list[int] = []

        async def one() -> None:
            done.append(await call())

        for _ in range(3):
            scheme.clock.spawn(one())
        await scheme.clock.sleep(1)
        assert done == [202, 202, 202]
        assert len(scheme.asked) == 2

    run(test, oidc_auth_failure_request_retries=1)


@pytest.mark.parametrize("answer", [(401, {"error": "unauthorized_client"}), (200, {}), (200, "text"), (503, None)])
def test_without_a_token_nothing_leaves_and_the_trouble_is_told(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        scheme.answer = answer
        for _ in range(3):
            with pytest.raises(NoToken):
                await call()
        assert scheme.heard == []
        assert len(scheme.asked) == 1, "the provider is not asked again at once"
        assert tokens.trouble is not None
        assert str(answer[0]) in tokens.trouble
        scheme.answer = None
        await scheme.clock.sleep(10)
        assert await call() == 202
        assert tokens.trouble is None

    with caplog.at_level(logging.DEBUG):
        run(test)
    assert "no access token" in caplog.text
    assert SECRET not in caplog.text


def test_a_provider_that_is_not_there_is_told_too() -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        await scheme.provider.stop()
        with pytest.raises(NoToken, match="did not answer"):
            await call()
        assert scheme.heard == []

    run(test)


def test_a_fixed_token_needs_no_provider() -> None:
    async def test(scheme: Scheme, tokens: OAuthTokens, call: Any) -> None:
        await call()
        assert scheme.heard == ["Bearer fixed"]
        assert scheme.asked == []

    run(test, oauth_token_endpoint="", oidc_bearer_token="fixed")


def test_a_secret_is_not_in_the_text_of_the_settings() -> None:
    assert SECRET not in repr(read({"dfsp_id": "green-bank", "oauth_client_secret": SECRET}, "connector"))
