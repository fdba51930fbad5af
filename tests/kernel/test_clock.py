"""The virtual clock over real sockets: what makes every later scenario repeatable."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import sqlite3
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvloop

from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.errors import Stuck
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client, NoAnswer
from loopyard.transport.endings import Hangup, close, reset
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


def run(work: Coroutine[Any, Any, Any], loop: str = "asyncio") -> Any:
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        return runner.run(work)


@pytest.fixture(params=sorted(LOOPS))
def loop(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Yard:
    """A payment world in miniature: a customer's call that only a later callback can answer, a bank, a journal."""

    def __init__(self, bank: str = "plain", patience: float = 5.0) -> None:
        self.clock = VirtualClock(START, patience)
        self.client = Client(self.clock, Ids("yard"))
        self.trace: list[tuple[float, str]] = []
        self.bank_mode = bank
        self.store = sqlite3.connect(":memory:")
        self.store.execute("create table posted (id text primary key)")
        self.answered: dict[str, Any] = {}
        self.listeners: list[Listener] = []
        self.urls: dict[str, str] = {}

    def note(self, what: str) -> None:
        self.trace.append((self.clock.monotonic(), what))

    async def __aenter__(self) -> Yard:
        for name in ("hub", "connector", "callback", "bank"):
            listener = Listener(self.clock, getattr(self, name))
            await listener.start()
            self.listeners.append(listener)
            self.urls[name] = listener.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
        for listener in self.listeners:
            await listener.stop()
        self.store.close()

    async def hub(self, request: Request) -> Reply:
        name = request.body.decode()
        self.note(f"hub has {name}")

        async def call_back() -> None:
            await self.clock.sleep(2)
            answer = await self.client.call("PUT", self.urls["callback"], body=request.body)
            self.note(f"callback {name} {answer.status}")

        self.clock.spawn(call_back())
        return Reply(202)

    async def callback(self, request: Request) -> Reply:
        self.note(f"callback arrives {request.body.decode()}")
        self.answered[request.body.decode()].fire()
        return Reply(200)

    async def bank(self, request: Request) -> Reply:
        name = request.body.decode()
        await asyncio.get_running_loop().run_in_executor(None, sum, range(20_000))
        self.store.execute("insert into posted values (?)", (name,))
        self.note(f"bank posts {name}")
        if self.bank_mode == "close":
            raise Hangup(close)
        if self.bank_mode == "reset":
            raise Hangup(reset)
        if self.bank_mode == "hang":
            await self.clock.sleep(10_000)
            self.note(f"hang over {name}")
        return Reply(200)

    async def connector(self, request: Request) -> Reply:
        name = request.body.decode()
        try:
            await self.client.call("POST", self.urls["bank"], body=request.body, timeout=3)
            self.note(f"reserved {name}")
        except NoAnswer as problem:
            self.note(f"bank {problem.kind} {name}")
        self.answered[name] = self.clock.signal()
        await self.client.call("POST", self.urls["hub"], body=request.body)
        heard = await self.clock.wait(self.answered[name], 30)
        return Reply(200 if heard else 504)

    async def send(self, name: str) -> int:
        answer = await self.client.call("POST", self.urls["connector"], body=name.encode())
        self.note(f"customer sees {answer.status} {name}")
        return answer.status


async def one_transfer(bank: str) -> list[tuple[float, str]]:
    async with Yard(bank) as yard:
        await yard.clock.drive(yard.send("a"))
        await yard.clock.advance(20_000)
        return yard.trace


def test_a_synchronous_call_is_answered_by_a_later_callback_without_time_running_on(loop: str) -> None:
    trace = run(one_transfer("plain"), loop)
    assert trace == [
        (0.0, "bank posts a"),
        (0.0, "reserved a"),
        (0.0, "hub has a"),
        (2.0, "callback arrives a"),
        (2.0, "callback a 200"),
        (2.0, "customer sees 200 a"),
    ]


@pytest.mark.parametrize(("bank", "kind"), [("close", "closed"), ("reset", "closed")])
def test_a_broken_connection_hands_the_turn_back(loop: str, bank: str, kind: str) -> None:
    trace = run(one_transfer(bank), loop)
    assert (0.0, f"bank {kind} a") in trace
    assert trace[-1] == (2.0, "customer sees 200 a")


def test_a_hang_ends_by_the_callers_virtual_time_out_and_the_handler_lives_on(loop: str) -> None:
    trace = run(one_transfer("hang"), loop)
    assert (3.0, "bank timeout a") in trace
    assert (5.0, "customer sees 200 a") in trace
    assert trace[-1] == (10_000.0, "hang over a")


async def four_overlapping() -> str:
    async with Yard() as yard:

        async def all_four() -> None:
            handles = [yard.clock.spawn(yard.send(name)) for name in "abcd"]
            while not all(handle.done for handle in handles):
                await yard.clock.sleep(1)

        await yard.clock.drive(all_four())
        rows = yard.store.execute("select id from posted order by rowid").fetchall()
        assert len(rows) == 4
        return hashlib.sha256(repr((yard.trace, rows)).encode()).hexdigest()


def hog(stop: Any) -> None:
    while not stop.is_set():
        sum(range(50_000))


def test_four_overlapping_transfers_leave_one_trace_in_200_rounds_beside_a_cpu_hog() -> None:
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    neighbour = context.Process(target=hog, args=(stop,), daemon=True)
    neighbour.start()
    try:
        hashes = {run(four_overlapping(), name) for name in LOOPS for _ in range(100)}
    finally:
        stop.set()
        neighbour.join()
    assert len(hashes) == 1


def test_time_stands_still_until_somebody_moves_it() -> None:
    async def world() -> tuple[datetime, list[str]]:
        clock, seen = VirtualClock(START), []

        async def later(seconds: float, name: str) -> None:
            await clock.sleep(seconds)
            seen.append(name)

        clock.spawn(later(5, "five"))
        clock.spawn(later(3, "three"))
        clock.spawn(later(5, "five again"))
        await clock.advance(4)
        assert seen == ["three"]
        await clock.advance(1)
        return clock.now(), seen

    now, seen = run(world())
    assert now == START + timedelta(seconds=5)
    assert seen == ["three", "five", "five again"]


def test_settle_runs_what_is_due_and_no_more() -> None:
    async def world() -> tuple[float, list[str]]:
        clock, seen = VirtualClock(START), []

        async def now() -> None:
            seen.append("now")
            clock.spawn(after())

        async def after() -> None:
            seen.append("after")
            await clock.sleep(0.001)
            seen.append("too late")

        clock.spawn(now())
        await clock.settle()
        return clock.monotonic(), seen

    assert run(world()) == (0.0, ["now", "after"])


def in_a_world(body: Callable[[VirtualClock], Coroutine[Any, Any, Any]], patience: float = 5.0) -> Any:
    async def world() -> Any:
        clock = VirtualClock(START, patience)
        return await clock.drive(body(clock))

    return run(world())


def test_a_time_out_block_interrupts_what_takes_too_long() -> None:
    async def body(clock: VirtualClock) -> float:
        with pytest.raises(TimeoutError, match="nothing within 2 s"):
            async with clock.timeout(2):
                await clock.sleep(60)
        return clock.monotonic()

    assert in_a_world(body) == 2.0


def test_a_time_out_block_that_is_kept_changes_nothing() -> None:
    async def body(clock: VirtualClock) -> float:
        async with clock.timeout(60):
            await clock.sleep(2)
        return clock.monotonic()

    assert in_a_world(body) == 2.0


def test_a_signal_wakes_those_who_wait_and_nobody_later() -> None:
    async def body(clock: VirtualClock) -> list[bool]:
        signal, heard = clock.signal(), []

        async def listen() -> None:
            heard.append(await clock.wait(signal, 10))

        clock.spawn(listen())
        await clock.sleep(1)
        signal.fire()
        heard.append(await clock.wait(signal, 5))
        return heard

    assert in_a_world(body) == [True, False]


def test_a_crew_that_is_dismissed_does_nothing_more() -> None:
    async def body(clock: VirtualClock) -> list[str]:
        crew, seen = Crew(clock), []

        async def work(name: str) -> None:
            await clock.sleep(1)
            seen.append(name)

        crew.spawn(work("spawned"))
        crew.at(clock.now() + timedelta(seconds=2), lambda: work("timed"))
        clock.spawn(work("of somebody else"))
        await clock.sleep(0.5)
        crew.dismiss()
        await clock.sleep(10)
        return seen

    assert in_a_world(body) == ["of somebody else"]


def test_a_call_that_nothing_can_answer_is_reported_with_what_it_awaits() -> None:
    async def body(clock: VirtualClock) -> None:
        await clock.wait(clock.signal())

    with pytest.raises(Stuck, match=r"nothing is due any more.*signal"):
        in_a_world(body)


def test_a_world_without_progress_names_who_has_the_turn() -> None:
    async def body(clock: VirtualClock) -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Stuck, match=r"no progress for 0\.05 real seconds\s+the driver awaits"):
        in_a_world(body, patience=0.05)


def test_a_caller_from_outside_is_answered_without_anybody_moving_time(loop: str) -> None:
    async def world() -> list[tuple[float, str]]:
        async with Yard() as yard:
            outside = Client(yard.clock, Ids("outside"))  # its task has no seat in this world
            answer = await outside.call("POST", yard.urls["connector"], body=b"a")
            yard.note(f"outside sees {answer.status}")
            await outside.close()
            return yard.trace

    assert run(world(), loop)[-1] == (2.0, "outside sees 200")


def test_a_conversation_that_never_ends_is_reported() -> None:
    async def world() -> None:
        clock, talking = VirtualClock(START), True

        async def again() -> None:
            if talking:
                clock.spawn(again())

        clock.spawn(again())
        with pytest.raises(Stuck, match="events at one moment"):
            await clock.settle()
        talking = False
        await clock.settle()

    run(world())
