"""TLS over real sockets on both event loops: who gets through a handshake, who does not, and that both sides learn why."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Answer, Client, NoAnswer
from loopyard.transport.messages import Reply, Request
from loopyard.transport.pki import Credential, Kind, throwaway_pki
from loopyard.transport.server import Listener
from loopyard.transport.tls import client_context, server_context

PKI = throwaway_pki()
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


class Meeting:
    """A listener that wants certificates, and a client that shows one, or none."""

    def __init__(self, shown: Kind | None = "own", served: Kind = "own", version: ssl.TLSVersion | None = None) -> None:
        self.clock = VirtualClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
        self.complaints: list[str] = []
        self.asked: list[str] = []
        newest = version or ssl.TLSVersion.TLSv1_2
        context = server_context(PKI.credential("hub", served), PKI.root, PKI.crl, self.complaints.append, newest)
        self.listener = Listener(self.clock, self._answer, tls=context)
        self.client = Client(self.clock, Ids("test"))
        self.client.trust(client_context(PKI.credential("bank", shown) if shown else None, PKI.root))

    async def _answer(self, request: Request) -> Reply:
        self.asked.append(request.address)
        return Reply(200, request.body)

    async def call(self, url: str | None = None, **options: Any) -> Answer:
        call = self.client.call("POST", url or self.listener.url, body=b"x" * 100_000, **options)
        return await self.clock.drive(call)

    def run(self, runner: asyncio.Runner, story: Callable[[], Any]) -> Any:
        async def whole() -> Any:
            await self.listener.start()
            try:
                return await story()
            finally:
                await self.client.close()
                await self.listener.stop()
                await asyncio.sleep(0)

        return runner.run(whole())


@pytest.mark.parametrize("version", VERSIONS)
def test_two_good_certificates_meet_and_the_connection_is_kept(runner: asyncio.Runner, version: ssl.TLSVersion) -> None:
    meeting = Meeting(version=version)

    async def story() -> None:
        for _ in range(3):
            answer = await meeting.call()
            assert (answer.status, len(answer.body)) == (200, 100_000)
        assert len(meeting.listener._connections) == 1

    meeting.run(runner, story)
    assert meeting.listener.url.startswith("https://127.0.0.1:")
    assert meeting.complaints == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "shown, why",
    [
        (None, "there was no certificate"),
        ("of-another-authority", "the certificate is of an authority that is not trusted"),
        ("expired", "the certificate has expired"),
        ("revoked", "the certificate is revoked"),
    ],
)
def test_a_caller_without_a_good_certificate_is_refused_and_the_listener_says_why(
    runner: asyncio.Runner, shown: Kind | None, why: str, version: ssl.TLSVersion
) -> None:
    meeting = Meeting(shown, version=version)

    async def story() -> str:
        with pytest.raises(NoAnswer) as refused:
            await meeting.call()
        assert not meeting.listener._connections, "a refused caller must leave nothing behind"
        return refused.value.kind

    sent_before_it_heard = version is ssl.TLSVersion.TLSv1_3
    assert meeting.run(runner, story) == ("closed" if sent_before_it_heard else "refused")
    assert meeting.complaints == [why]
    assert meeting.asked == []


@pytest.mark.parametrize(
    "served, why",
    [
        ("of-another-authority", "the certificate is of an authority that is not trusted"),
        ("expired", "the certificate has expired"),
        ("for-another-host", "IP address mismatch"),
    ],
)
def test_a_client_sends_nothing_to_a_server_that_it_cannot_trust(runner: asyncio.Runner, served: Kind, why: str) -> None:
    meeting = Meeting(served=served)

    async def story() -> str:
        with pytest.raises(NoAnswer) as refused:
            await meeting.call()
        assert refused.value.kind == "refused"
        return str(refused.value)

    assert why in meeting.run(runner, story)
    assert meeting.asked == []


def test_a_client_without_a_context_trusts_no_throwaway_certificate(runner: asyncio.Runner) -> None:
    meeting = Meeting()
    meeting.client.trust(None)

    async def story() -> None:
        with pytest.raises(NoAnswer, match="not trusted"):
            await meeting.call()

    meeting.run(runner, story)


def test_plain_http_to_a_listener_of_tls_is_refused(runner: asyncio.Runner) -> None:
    meeting = Meeting()

    async def story() -> None:
        with pytest.raises(NoAnswer):
            await meeting.call(meeting.listener.url.replace("https", "http"))

    meeting.run(runner, story)
    assert meeting.asked == []
    assert meeting.complaints == ["HTTP_REQUEST"]


def test_a_listener_changes_to_tls_and_back_at_its_port(runner: asyncio.Runner) -> None:
    meeting = Meeting()

    async def story() -> None:
        secure = meeting.listener.url
        await meeting.call()
        context = meeting.listener._tls
        await meeting.listener.secure(None)
        assert meeting.listener.url == secure.replace("https", "http")
        assert (await meeting.call()).status == 200
        await meeting.listener.secure(context)
        assert (await meeting.call()).status == 200
        assert meeting.listener.url == secure

    meeting.run(runner, story)


def test_a_client_calls_from_the_address_that_it_is_given(runner: asyncio.Runner) -> None:
    meeting = Meeting()

    async def story() -> None:
        await meeting.call()
        meeting.client.leave_from("127.0.0.21")
        await meeting.call()
        await meeting.call()
        meeting.client.leave_from(None)
        await meeting.call()

    meeting.run(runner, story)
    assert meeting.asked == ["127.0.0.1", "127.0.0.21", "127.0.0.21", "127.0.0.1"]


def test_private_keys_are_for_their_owner_alone() -> None:
    credential: Credential = PKI.credential("bank")
    assert credential.key.stat().st_mode & 0o077 == 0
    assert PKI.credential("bank") is credential
    assert isinstance(credential.certificate, Path)
