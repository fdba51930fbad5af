"""Each fault over real sockets, on both loops: what the caller gets to see, and whether it was carried out."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any

import orjson
import pytest
from engine_yard import URGENT, Yard

from loopyard.engine.faults.catalogue import FAULTS
from loopyard.kernel.clock import RealClock

WHOLE = b'{"state": "RESERVED", "filler": "' + b"." * 200 + b'"}'
FAILED = b'{"status":"FAILED"}'

REQUESTS = [
    ("applied-no-reply", {}, ("closed",), True, "closed"),
    ("not-applied-no-reply", {}, ("closed",), False, "closed"),
    ("close", {}, ("closed",), False, "closed"),
    ("close", {"applied": True}, ("closed",), True, "closed"),
    ("reset", {}, ("closed",), False, "reset"),
    ("reset", {"applied": True}, ("closed",), True, "reset"),
    ("hang", {}, ("timeout",), False, "timeout"),
    ("hang", {"applied": True}, ("timeout",), True, "timeout"),
    ("truncated", {}, ("garbled",), True, "garbled"),
    ("truncated", {"keep": 0}, ("garbled",), True, "garbled"),
    ("truncated", {"keep": 10_000}, ("garbled",), True, "garbled"),
    ("garbage", {}, ("garbled",), True, "garbled"),
    ("garbage", {"applied": False, "size": 1}, ("garbled",), False, "garbled"),
    ("slow-drip", {"size": 100, "seconds": 0.1}, (200, WHOLE), True, "answered"),
    ("slow-drip", {"size": 100, "seconds": 4}, ("timeout",), True, "answered"),
    ("latency", {"seconds": 4}, (200, WHOLE), True, "answered"),
    ("latency", {"seconds": 6}, ("timeout",), True, "answered"),
    ("status", {}, (500, b""), False, "answered"),
    ("status", {"status": 503, "body": "busy", "applied": True}, (503, b"busy"), True, "answered"),
    ("status", {"status": 404, "body": {"errorCode": "3200"}}, (404, b'{"errorCode":"3200"}'), False, "answered"),
    ("throttle", {}, (429, b""), False, "answered"),
    ("soft-error", {}, (200, FAILED), False, "answered"),
    ("soft-error", {"applied": True, "body": {"ok": False}}, (200, b'{"ok":false}'), True, "answered"),
    ("empty-body", {}, (200, b""), True, "answered"),
    ("empty-body", {"status": 202, "applied": False}, (202, b""), False, "answered"),
]


@pytest.mark.parametrize("kind, options, sees, applied, outcome", REQUESTS)
def test_a_faulted_request(
    runner: asyncio.Runner, kind: str, options: dict[str, Any], sees: tuple[Any, ...], applied: bool, outcome: str
) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add(kind, "bank.funds.reserve", **options)
            assert await yard.clock.drive(yard.ask()) == sees
            await yard.clock.advance(60)
            assert yard.state.reserved == (["a"] if applied else [])
            (row,) = yard.traffic
            assert (row.fault, row.outcome) == (kind, outcome)
            yard.faults.clear()
            assert await yard.clock.drive(yard.ask("b")) == (200, WHOLE)

    runner.run(story())


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    messages = {"lost", "duplicated", "reordered"}
    assert {kind for kind, *_ in REQUESTS} | messages == set(FAULTS)


def test_noise_inside_a_regular_answer_is_no_json(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add("garbage", "bank.*", inside=True, size=12)
            status, body = await yard.clock.drive(yard.ask())
            assert (status, len(body), body[:1]) == (200, 12, b"\x00")
            (row,) = yard.traffic
            assert (row.outcome, row.status, row.response_body, row.response()) == ("answered", 200, body, None)

    runner.run(story())


def test_a_throttled_caller_is_told_how_long_to_wait(runner: asyncio.Runner) -> None:
    async def story() -> str | None:
        async with Yard() as yard:
            yard.faults.add("throttle", "bank.*", retry_after=30)
            answer = await yard.clock.drive(yard.caller.call("POST", f"{yard.url('bank')}/funds/a"))
            return answer.header("retry-after")

    assert runner.run(story()) == "30"


def test_a_slow_drip_takes_the_time_of_all_its_pieces_and_shows_the_whole_answer(runner: asyncio.Runner) -> None:
    async def story() -> tuple[float, int | None, bytes]:
        async with Yard() as yard:
            yard.faults.add("slow-drip", "bank.*", size=100, seconds=7)
            await yard.clock.drive(yard.ask(timeout=None))
            (row,) = yard.traffic
            return yard.clock.monotonic(), row.status, row.response_body

    seconds, status, body = runner.run(story())
    assert seconds == 21.0  # head and body are between 301 and 400 bytes: four pieces
    assert (status, body) == (200, WHOLE)


async def _spoken(yard: Yard) -> bytes:
    """All bytes that a caller from outside gets; ConnectionResetError when the connection ends hard."""
    host, port = yard.url("bank").removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /funds/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    try:
        return await reader.read()
    finally:
        writer.close()


def test_a_close_is_an_orderly_end_and_a_reset_is_not(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add("close", "bank.*", times=1)
            yard.faults.add("reset", "bank.*")
            assert await _spoken(yard) == b""
            with pytest.raises(ConnectionResetError):
                await _spoken(yard)

    runner.run(story())


def test_a_truncated_answer_promises_the_whole_and_sends_the_half(runner: asyncio.Runner) -> None:
    async def story() -> bytes:
        async with Yard() as yard:
            yard.faults.add("truncated", "bank.*")
            return await _spoken(yard)

    head, _, body = runner.run(story()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"Content-Length: {len(WHOLE)}".encode() in head
    assert body == WHOLE[: len(WHOLE) // 2]


def test_a_hang_ends_when_its_caller_goes_also_on_the_wall_clock(runner: asyncio.Runner) -> None:
    async def story() -> tuple[tuple[Any, ...], int, int]:
        async with Yard(clock=RealClock()) as yard:
            before = len(asyncio.all_tasks())
            yard.faults.add("hang", "bank.*")
            sees = await yard.ask(timeout=0.05)
            for _ in range(200):
                await asyncio.sleep(0.005)
                if len(asyncio.all_tasks()) == before:
                    break
            return sees, before, len(asyncio.all_tasks())

    sees, before, after = runner.run(story())
    assert sees == ("timeout",)
    assert after == before


def test_a_lost_message_is_in_the_log_and_reaches_nobody(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add("lost", "bank.notices.notice")
            yard.notify("a")
            await yard.clock.advance(60)
            assert yard.state.heard == []
            (row,) = yard.traffic
            assert (row.outcome, row.fault, row.status) == ("lost", "lost", None)

    runner.run(story())


def test_a_sender_that_repeats_repeats_what_was_lost_once(runner: asyncio.Runner) -> None:
    async def story() -> list[tuple[int, str]]:
        async with Yard() as yard:
            yard.faults.add("lost", "bank.*", times=1)
            yard.notify("a", message=URGENT)
            await yard.clock.advance(60)
            assert yard.state.heard == ["a"]
            return [(row.attempt, row.outcome) for row in yard.traffic]

    assert runner.run(story()) == [(1, "lost"), (2, "answered")]


def test_a_duplicated_message_arrives_byte_for_byte_as_often_as_asked(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add("duplicated", "bank.*", copies=2, seconds=3)
            yard.notify("a", body=b'{"n":1}')
            await yard.clock.advance(60)
            assert yard.state.heard == ["a", "a", "a"]
            assert [(row.at - next(iter(yard.traffic)).at).total_seconds() for row in yard.traffic] == [0, 3, 6]
            assert {(row.request_body, row.fault) for row in yard.traffic} == {(b'{"n":1}', "duplicated")}

    runner.run(story())


def test_a_late_message_leaves_late(runner: asyncio.Runner) -> None:
    async def story() -> float:
        async with Yard() as yard:
            yard.faults.add("latency", "bank.*", seconds=40)
            yard.notify("a")
            await yard.clock.advance(60)
            (row,) = yard.traffic
            return (row.at - yard.clock.now()).total_seconds()

    assert runner.run(story()) == -20.0


def test_a_reordered_message_lets_the_next_one_pass(runner: asyncio.Runner) -> None:
    async def story() -> list[str]:
        async with Yard() as yard:
            yard.faults.add("reordered", "bank.*", times=1)
            for name in ("first", "second", "third"):
                yard.notify(name)
                await yard.clock.advance(1)
            return yard.state.heard

    assert runner.run(story()) == ["second", "first", "third"]


def test_when_all_messages_are_reordered_they_go_in_swapped_pairs(runner: asyncio.Runner) -> None:
    async def story() -> list[str]:
        async with Yard() as yard:
            yard.faults.add("reordered", "bank.*", seconds=5)
            for pair in (("first", "second"), ("third", "fourth")):
                yard.notify(*pair)
                await yard.clock.settle()
            return yard.state.heard

    assert runner.run(story()) == ["second", "first", "fourth", "third"]


def test_a_reordered_message_that_nothing_follows_goes_out_in_the_end(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add("reordered", "bank.*", seconds=5)
            yard.notify("alone")
            await yard.clock.advance(4.9)
            assert yard.state.heard == []
            await yard.clock.advance(0.1)
            assert yard.state.heard == ["alone"]
            yard.notify("next")
            await yard.clock.settle()
            assert yard.state.heard == ["alone"], "nobody stands aside any more, so the next one does"

    runner.run(story())


def test_a_call_between_two_simulators_is_struck_under_either_name_and_under_each_once(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add("latency", "bank.notices.notice", seconds=3)
            yard.faults.add("status", "desk.notices.hear", status=503)
            yard.notify("a")
            await yard.clock.advance(60)
            (row,) = yard.traffic
            assert (row.fault, row.status) == ("latency, status", 503)
            assert (yard.clock.now() - row.at).total_seconds() == 57.0

    runner.run(story())


DOCUMENT = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_every_fault_has_its_line_in_the_document(kind: str) -> None:
    lines = [line for line in DOCUMENT.splitlines() if line.startswith(f"| `{kind}` |")]
    assert lines
    for name in FAULTS[kind].__dataclass_fields__:
        assert all(f"`{name}`" in line for line in lines), f"{kind}.{name} is not told"


def test_the_examples_of_the_document_can_be_armed() -> None:
    toml, json = (DOCUMENT.split(f"```{kind}\n")[1].split("```")[0] for kind in ("toml", "json"))
    rules = [*tomllib.loads(toml)["faults"], orjson.loads(json)]
    yard = Yard()
    for rule in rules:
        yard.faults.add(**rule)
    assert [rule.kind for rule in yard.faults.rules] == ["applied-no-reply", "latency", "status", "reordered"]


async def _weather(seed: str) -> str:
    async with Yard(seed=seed) as yard:
        yard.faults.add("garbage", "bank.*", probability=0.4, size=16)
        yard.faults.add("slow-drip", "bank.*", probability=0.3, size=50)
        yard.faults.add("latency", "bank.funds.*", sigma=0.7)
        yard.faults.add("lost", "bank.notices.*", probability=0.3)
        yard.faults.add("reordered", "bank.notices.*", probability=0.5)
        yard.faults.add("latency", "bank.notices.*", seconds=0.1, up_to=3.0)

        async def customer(number: int) -> None:
            await yard.ask(f"order-{number}", timeout=2.5)
            yard.notify(f"order-{number}", message=URGENT)

        async def all_of_them() -> None:
            crowd = [yard.clock.spawn(customer(number)) for number in range(8)]
            while not all(each.done for each in crowd):
                await yard.clock.sleep(1)

        await yard.clock.drive(all_of_them())
        await yard.clock.advance(300)
        return yard.hash()


def test_one_seed_gives_one_history_whatever_the_loop(runner: asyncio.Runner) -> None:
    first = asyncio.run(_weather("seven"))
    assert {runner.run(_weather("seven")) for _ in range(15)} == {first}
    assert runner.run(_weather("eight")) != first
