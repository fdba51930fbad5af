"""What simulators send: every attempt logged, repeated on its schedule, checked against who formed it."""

from __future__ import annotations

import asyncio

import pytest
from engine_yard import NOTICE, URGENT, Known, Yard

from loopyard.engine.callbacks import json_of
from loopyard.transport.client import Answer

KEY = "PUT /notices/{id}"


def test_a_message_is_sent_beside_its_sender(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.notify("a")
            assert yard.state.heard == []
            await yard.clock.settle()
            assert yard.state.heard == ["a"]

    runner.run(story())


def test_an_unanswered_message_is_repeated_on_its_schedule_and_no_more(runner: asyncio.Runner) -> None:
    async def story() -> list[tuple[int, float, int | None]]:
        async with Yard() as yard:
            yard.state.answers = [500, 503, 400]
            yard.notify("a", message=URGENT)
            await yard.clock.advance(1000)
            begin = next(iter(yard.traffic)).at
            return [(row.attempt, (row.at - begin).total_seconds(), row.status) for row in yard.traffic]

    assert runner.run(story()) == [(1, 0.0, 500), (2, 10.0, 503), (3, 70.0, 400)]


def test_a_message_that_is_accepted_is_not_repeated(runner: asyncio.Runner) -> None:
    async def story() -> int:
        async with Yard() as yard:
            yard.state.answers = [500, 202]
            yard.notify("a", message=URGENT)
            await yard.clock.advance(1000)
            return len(yard.traffic)

    assert runner.run(story()) == 2


def test_a_message_to_nobody_is_logged_as_refused(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            await yard.listeners["desk"].stop()
            answer = await yard.clock.drive(
                yard.outbox.deliver(NOTICE, yard.url("desk"), receiver="desk", headers={}, params={"id": "a"})
            )
            (row,) = yard.traffic
            assert (answer, row.outcome, row.status) == (None, "refused", None)

    runner.run(story())


def test_the_trace_of_a_message_that_is_passed_on_goes_on_in_a_span_of_its_own(runner: asyncio.Runner) -> None:
    received = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"

    async def story() -> None:
        async with Yard() as yard:
            headers = {"traceparent": received, "date": "today"}
            await yard.clock.drive(
                yard.outbox.deliver(NOTICE, yard.url("desk"), receiver="desk", headers=headers, params={"id": "a"})
            )
            (row,) = yard.traffic
            traces = [value for name, value in row.request_headers if name.lower() == "traceparent"]
            assert len(traces) == 1, "the log tells what was on the wire"
            assert traces[0] != received

    runner.run(story())


def test_a_message_that_cannot_be_sent_ends_and_is_an_error_in_the_log(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with Yard() as yard:
            sent = yard.outbox.deliver(
                NOTICE, yard.url("desk"), receiver="desk", headers={"x": "a\nb"}, params={"id": "265991"}
            )
            yard.crew.spawn(sent)
            await yard.clock.settle()
            (row,) = yard.traffic
            assert (row.outcome, row.status) == ("closed", None)
            assert row.note == "ValueError in the harness, which nobody foresaw: see its log"

    runner.run(story())
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "265991" not in caplog.text


def test_a_receiver_that_hangs_is_given_up_after_the_senders_patience(runner: asyncio.Runner) -> None:
    async def story() -> float:
        async with Yard() as yard:
            yard.faults.add("hang", "desk.*")
            answer = await yard.clock.drive(
                yard.outbox.deliver(NOTICE, yard.url("desk"), receiver="desk", headers={}, params={"id": "a"})
            )
            (row,) = yard.traffic
            assert (answer, row.outcome, row.fault) == (None, "timeout", "hang")
            return yard.clock.monotonic()

    assert runner.run(story()) == 20.0


def test_sender_and_receiver_of_one_world_share_one_row_and_one_cause(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.notify("a/b c", sender="blue-wallet", query="page=2")
            await yard.clock.settle()
            (row,) = yard.traffic
            assert (row.sender, row.receiver, row.operation) == ("blue-wallet", "desk", "bank.notices.notice")
            assert row.path == "/notices/a%2Fb%20c?page=2"
            assert row.refs == ("a/b c",)
            assert yard.state.heard == ["a/b c"]

    runner.run(story())


@pytest.mark.parametrize("deliberate", [False, True])
def test_a_breach_is_the_senders_unless_a_scenario_formed_it_on_purpose(runner: asyncio.Runner, deliberate: bool) -> None:
    async def story() -> set[tuple[str, str, bool]]:
        async with Yard(contract=Known({KEY: {"n": 1}})) as yard:
            yard.notify("a", body=b'{"n":2}', deliberate=deliberate)
            await yard.clock.settle()
            assert [row.deliberate for row in yard.traffic] == [deliberate]
            return {(each.level, each.party, each.injected) for each in yard.checker.findings}

    assert runner.run(story()) == {("breach", "bank", deliberate)}


def test_a_wrong_answer_to_a_message_counts_against_its_receiver(runner: asyncio.Runner) -> None:
    async def story() -> list[str]:
        async with Yard(contract=Known(responses={(KEY, 200): "right"})) as yard:
            yard.notify("a")
            await yard.clock.settle()
            return [each.party for each in yard.checker.findings]

    parties = runner.run(story())
    assert parties
    assert set(parties) == {"desk"}


def test_the_json_of_an_answer_that_is_none_is_none() -> None:
    assert json_of(Answer(200, (), b'{"a":1}')) == {"a": 1}
    assert json_of(Answer(200, (), b"noise")) is None
    assert json_of(None) is None
