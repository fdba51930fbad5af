"""A face over real sockets: who is answered what, and what nobody can do to it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from engine_yard import Known, Yard

from loopyard.kernel.clock import RealClock
from loopyard.kernel.nesting import MAX_DEPTH
from loopyard.transport.server import BODY_LIMIT

MALFORMED = (400, b'{"errorCode": "3101", "message": "malformed"}')


def ask(runner: asyncio.Runner, body: bytes) -> tuple[Any, ...]:
    async def story() -> tuple[Any, ...]:
        async with Yard() as yard:
            return await yard.clock.drive(yard.ask(body=body, timeout=None))

    return runner.run(story())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="not json"),
        pytest.param(b'{"name": "\xff\xfe"}', id="not utf-8"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="utf-16"),
        pytest.param(b'{"a": NaN}', id="not a number"),
        pytest.param(b"[" * 100_000, id="deep and open"),
        pytest.param(b"[" * 500 + b"]" * 500, id="deeper than allowed, shallower than the parser's own limit"),
        pytest.param(b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), id="one level too deep"),
        pytest.param(b'"' + b"x" * BODY_LIMIT + b'"', id="too large"),
    ],
)
def test_a_body_that_nobody_should_have_to_read_is_refused_at_once(runner: asyncio.Runner, body: bytes) -> None:
    started = time.perf_counter()
    assert ask(runner, body) == MALFORMED
    assert time.perf_counter() - started < 2.0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH, id="as deep as allowed"),
        pytest.param(b'{"rows": [' + b'{"n": 1},' * 10_000 + b'{"n": 1}]}', id="wide"),
        pytest.param('{"name": "Amína 🌾"}'.encode(), id="utf-8"),
    ],
)
def test_an_unusual_but_regular_body_is_served(runner: asyncio.Runner, body: bytes) -> None:
    assert ask(runner, body)[0] == 200


def test_many_repeated_keys_do_not_hold_up_the_answer(runner: asyncio.Runner) -> None:
    started = time.perf_counter()
    assert ask(runner, b"{" + b",".join(b'"k%d":1' % (n % 50_000) for n in range(100_000)) + b"}")[0] == 200
    assert time.perf_counter() - started < 2.0


async def _raw(yard: Yard, sent: bytes, *, close: bool) -> bytes:
    host, port = yard.url("bank").removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    if close:
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(12), 5)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("virtual", [True, False], ids=["virtual clock", "wall clock"])
def test_a_body_shorter_than_its_content_length_is_not_carried_out(runner: asyncio.Runner, virtual: bool) -> None:
    async def story() -> None:
        async with Yard() if virtual else Yard(clock=RealClock()) as yard:
            sent = b'POST /funds/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a": 1}'
            assert not (await _raw(yard, sent, close=True)).startswith(b"HTTP/1.1 2")
            assert yard.state.reserved == []
            assert (await yard.clock.drive(yard.ask("b")))[0] == 200

    runner.run(story())


def test_a_stalled_body_from_outside_does_not_hold_up_the_world(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            host, port = yard.url("bank").removeprefix("http://").split(":")
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"POST /funds/stalled HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            await asyncio.sleep(0.02)
            assert (await yard.clock.drive(yard.ask("b")))[0] == 200
            assert yard.state.reserved == ["b"]
            writer.close()

    runner.run(story())


@pytest.mark.parametrize("length", [b"-1", b"abc", b"1, 2"])
def test_a_content_length_that_is_none_is_a_bad_request(runner: asyncio.Runner, length: bytes) -> None:
    async def story() -> bytes:
        async with Yard() as yard:
            sent = b"POST /funds/a HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n{}"
            answer = await _raw(yard, sent, close=False)
            assert yard.state.reserved == []
            return answer

    assert runner.run(story()) == b"HTTP/1.1 400"


def test_what_reject_does_not_know_is_a_bare_500_and_stands_in_the_log(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with Yard() as yard:
            status, _ = await yard.clock.drive(yard.ask(body=b'{"crash": true}'))
            (row,) = yard.traffic
            assert (status, row.status, row.outcome) == (500, 500, "answered")
            assert row.note == "ZeroDivisionError in the harness, which nobody foresaw: see its log"

    runner.run(story())
    assert "ZeroDivisionError" in caplog.text


def test_a_domain_error_and_a_refused_admission_get_the_vendors_body(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            for answer in (yard.ask(body=b'{"refuse": true}'), yard.ask(authorization="forged")):
                status, body = await yard.clock.drive(answer)
                assert status == 422
                assert b'"errorCode": "4000"' in body
            assert yard.state.reserved == []

    runner.run(story())


@pytest.mark.parametrize("method, path, status", [("GET", "/nowhere", 404), ("GET", "/funds/a", 405)])
def test_what_has_no_route_is_answered_and_logged(runner: asyncio.Runner, method: str, path: str, status: int) -> None:
    async def story() -> None:
        async with Yard() as yard:
            answer = await yard.clock.drive(yard.caller.call(method, yard.url("bank") + path))
            (row,) = yard.traffic
            assert (answer.status, row.status, row.operation) == (status, status, "bank.core.unknown")

    runner.run(story())


def test_the_log_tells_who_asked_whom_for_what_and_which_business_it_was(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            await yard.clock.drive(yard.ask("t%201", body=b'{"order": {"number": 7}}', **{"x-sender": "green-bank"}))
            (row,) = yard.traffic
            assert (row.sender, row.receiver, row.operation) == ("green-bank", "bank", "bank.funds.reserve")
            assert row.refs == ("t 1", "7")
            assert yard.state.causes == [str(row.seq)]

    runner.run(story())


def test_the_answers_date_is_the_worlds(runner: asyncio.Runner) -> None:
    async def story() -> list[str | None]:
        async with Yard() as yard:
            dates = []
            for _ in range(2):
                answer = await yard.clock.drive(yard.caller.call("POST", f"{yard.url('bank')}/funds/a"))
                dates.append(answer.header("date"))
                await yard.clock.advance(61)
            return dates

    assert runner.run(story()) == ["Mon, 02 Mar 2026 08:00:00 GMT", "Mon, 02 Mar 2026 08:01:01 GMT"]


def test_a_breach_counts_against_who_formed_the_message(runner: asyncio.Runner) -> None:
    key = "POST /funds/{id}"
    contract = Known({key: {"amount": "1"}}, {(key, 200): {"state": "COMMITTED"}})

    async def story() -> list[tuple[str, str, bool]]:
        async with Yard(contract=contract) as yard:
            await yard.clock.drive(yard.ask(body=b'{"amount": 1}', **{"x-sender": "green-bank"}))
            return [(each.level, each.party, each.injected) for each in yard.checker.findings]

    assert runner.run(story()) == [("breach", "green-bank", False), ("breach", "bank", False)]


def test_what_a_fault_answered_is_injected(runner: asyncio.Runner) -> None:
    async def story() -> list[tuple[str, bool]]:
        async with Yard(contract=Known(responses={("POST /funds/{id}", 200): "right"})) as yard:
            yard.faults.add("soft-error", "bank.*")
            await yard.clock.drive(yard.ask())
            return [(each.party, each.injected) for each in yard.checker.findings]

    assert runner.run(story()) == [("bank", True)]
