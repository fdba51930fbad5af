"""The hub's state by itself: life cycles walked edge by edge, random histories whose ledger must come out even, settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from loopyard.kernel.errors import IllegalTransition, UsageError
from loopyard.kernel.lifecycle import Lifecycle
from simulators.hub import SIMULATOR
from simulators.hub.state.expiry import Expiry
from simulators.hub.state.records import CONVERSION, OUTCOMES, PUBLIC, TRANSFER
from simulators.hub.state.settlement_records import SETTLEMENT, SETTLEMENT_ACCOUNT
from simulators.hub.state.windows import CONTENT, WINDOW
from simulators.hub.webhooks.messages import MESSAGES
from tests.simulators.hub.yard import MWK, START, ZMW, Yard, conversion_id, run, transfer_id

LIVES = [TRANSFER, CONVERSION, WINDOW, CONTENT, SETTLEMENT, SETTLEMENT_ACCOUNT]


@dataclass(frozen=True)
class Due:
    """All that a scan asks of a record."""

    name: str
    expires_at: datetime


def test_what_goes_wrong_with_one_record_holds_up_no_other() -> None:
    async def work(yard: Yard) -> None:
        expired: list[str] = []

        def expire(record: Any) -> None:
            expired.append(record.name)
            if record.name == "broken":
                raise LookupError

        scan = Expiry(yard.crew, 10, expire)
        for seconds, name in ((1, "broken"), (2, "whole"), (30, "later")):
            scan.watch(Due(name, START + timedelta(seconds=seconds)))  # type: ignore[arg-type]
        await yard.clock.advance(40)
        assert expired == ["broken", "whole", "later"]

    run(work)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_every_pair_is_an_edge_or_refused(life: Lifecycle) -> None:
    for state in life.states:
        for event in life.events:
            if (state, event) in life.transitions:
                assert life.next(state, event) in life.states
            else:
                with pytest.raises(IllegalTransition):
                    life.next(state, event)


@pytest.mark.parametrize("life", [TRANSFER, CONVERSION], ids=lambda life: life.name)
def test_every_state_has_a_public_face_and_final_ones_a_final_face(life: Lifecycle) -> None:
    assert {PUBLIC[state] in OUTCOMES for state in life.final} == {True}
    assert {PUBLIC[state] for state in life.states - life.final} - {"COMMITTED"} == {"RECEIVED", "RESERVED"}


def test_names_are_stable_unique_and_tell_messages_from_requests() -> None:
    operations = [each.name for face in SIMULATOR.faces for each in face.operations]
    messages = [each.name for each in MESSAGES]
    assert len({*operations, *messages}) == len(operations) + len(messages)
    assert all(name.startswith("hub.") and name.count(".") == 2 for name in operations + messages)
    assert all(name.endswith("-notice") for name in messages)


MOVES = st.one_of(
    st.tuples(st.sampled_from(["prepare", "prepare across", "commit", "reserve", "wrong", "fail", "ask"]), st.integers(1, 4)),
    st.tuples(st.sampled_from(["convert", "promise", "broken promise", "provider fails"]), st.integers(1, 4)),
    st.tuples(st.sampled_from(["wait"]), st.sampled_from([7, 31, 80])),
    st.tuples(st.sampled_from(["cap"]), st.sampled_from([0, 150, 1000])),
)


async def move(yard: Yard, what: str, number: int) -> None:
    id_, fx = transfer_id(number), conversion_id(number)
    amount = f"{number * 37}.5"
    match what:
        case "prepare":
            await yard.prepare(transferId=id_, amount=amount, expiration=yard.after(30 * number))
        case "prepare across":
            money = {"currency": ZMW, "amount": amount}
            await yard.prepare(transferId=id_, amount=money, expiration=yard.after(30 * number))
        case "commit" | "reserve":
            await yard.fulfil("COMMITTED" if what == "commit" else "RESERVED", id_=id_)
        case "wrong":
            await yard.fulfil("RESERVED", id_=id_, fulfilment="B" * 43)
        case "fail":
            await yard.fail(path=f"/transfers/{id_}/error")
        case "ask":
            await yard.send("green-bank", "GET", f"/transfers/{id_}")
        case "convert":
            await yard.convert(
                commitRequestId=fx, determiningTransferId=id_, source_amount=f"{number * 100}", target_amount=amount,
                expiration=yard.after(30 * number),
            )  # fmt: skip
        case "promise":
            await yard.promise(id_=fx)
        case "broken promise":
            await yard.promise(id_=fx, fulfilment="B" * 43)
        case "provider fails":
            await yard.fail(path=f"/fxTransfers/{fx}/error", source="quick-fx")
        case "wait":
            await yard.clock.advance(number)
        case "cap":
            yard.control("set-limit", participant="green-bank", currency=MWK, value=number)


def reserved(yard: Yard) -> dict[str, int]:
    """What the records say is in flight, in units."""
    sums: dict[str, int] = {}
    for record in yard.hub.records():
        if record.reserved is not None:
            assert not record.final, f"{record.id} is final and holds money"
            sums[record.reserved.currency.code] = sums.get(record.reserved.currency.code, 0) + record.reserved.units
    return sums


def check(yard: Yard) -> None:
    flights = {each.currency.code: each.balance.units for each in yard.hub.book.accounts if each.role == "in-flight"}
    assert {code: units for code, units in flights.items() if units} == reserved(yard)
    for code in (MWK, ZMW):
        rows = [each for each in yard.hub.book.accounts if each.role == "position" and each.currency.code == code]
        assert sum(each.balance.units for each in rows) == flights.get(code, 0), "what is in flight is owed by somebody"


def net_of_commits(yard: Yard) -> dict[str, int]:
    """The positions as the committed transfers and conversions alone make them."""
    nets: dict[str, int] = {}

    def book(who: str, money: Any, sign: int) -> None:
        key = f"{who} {money.currency.code}"
        nets[key] = nets.get(key, 0) + sign * money.units

    for record in yard.hub.records():
        if record.state != "COMMITTED":
            continue
        prepare, across = record.prepare, [each for each in record.conversions if each.state == "COMMITTED"]
        moved = across[-1].prepare.target if across else prepare.amount
        book(across[-1].prepare.payee if across else prepare.payer, moved, 1)
        book(prepare.payee, moved, -1)
    return {key: units for key, units in nets.items() if units}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(MOVES, max_size=25))
def test_any_history_leaves_a_ledger_that_its_commits_explain(moves: list[tuple[str, int]]) -> None:
    async def work(yard: Yard) -> None:
        for what, number in moves:
            await move(yard, what, number)
            check(yard)
        await yard.clock.advance(300)
        check(yard)
        assert yard.in_flight() == {}, "nothing is open any more"
        positions = {
            f"{each.holder} {each.currency.code}": each.balance.units
            for each in yard.hub.book.accounts
            if each.role == "position" and each.balance
        }
        assert positions == net_of_commits(yard)

    run(work, expire_fulfilled_conversions=True)


def test_one_history_gives_one_traffic_on_both_loops() -> None:
    async def once() -> list[tuple[float, str, bytes]]:
        async with Yard() as yard:
            await yard.convert()
            await yard.promise()
            await yard.prepare(amount={"currency": ZMW, "amount": "20"})
            await yard.fulfil("RESERVED")
            return [(each.at, each.line, each.body) for each in yard.got]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(once()) == asyncio.run(once())


def test_controls_show_what_the_audit_needs() -> None:
    async def work(yard: Yard) -> None:
        await yard.convert()
        await yard.promise()
        await yard.prepare(amount={"currency": ZMW, "amount": "20"})
        transfer, conversion = yard.control("transfers")
        assert (transfer["kind"], transfer["state"], transfer["transferState"]) == ("transfer", "open", "RESERVED")
        assert conversion["amounts"] == [{"amount": "100", "currency": MWK}, {"amount": "20", "currency": ZMW}]
        assert (conversion["payer"], conversion["payee"], conversion["determining"]) == (
            "green-bank", "quick-fx", transfer["id"],
        )  # fmt: skip
        yard.control("funds-out", participant="blue-wallet", currency=MWK, amount="500")
        (row,) = yard.control("positions", participant="blue-wallet", currency=MWK)
        assert (row["settlement"], row["netDebitCap"]) == ("-1500", "1000")

    run(work)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"scan_second": 1}, "scan_second: is not known here"),
        ({"scan_seconds": 0}, "scan_seconds must be positive"),
        ({"fspiop_versions": ["2.0", "1.1"]}, "ascending"),
        ({"jws_sign": True}, "jws_sign needs jws_key"),
    ],
)
def test_settings_that_cannot_be_used_are_named(wrong: dict[str, Any], text: str) -> None:
    async def scene() -> None:
        async with Yard(**wrong):
            raise AssertionError("the hub was built")

    with pytest.raises(UsageError, match=text):
        asyncio.run(scene())


def test_the_control_raw_says_anything_to_a_participant_and_counts_against_nobody() -> None:
    async def work(yard: Yard) -> None:
        sent = yard.control(
            "raw", to="green-bank", source="blue-wallet", method="POST", path="/transfers", body={"transferId": "4711"},
            headers={"Date": None, "Accept": "text/plain"},
        )  # fmt: skip
        answer = await yard.clock.drive(sent)
        (got,) = yard.got
        assert (answer["status"], got.to, got.path, got.json) == (202, "green-bank", "/transfers", {"transferId": "4711"})
        assert (got.headers["fspiop-source"], got.headers["accept"]) == ("blue-wallet", "text/plain")
        assert "date" not in got.headers
        assert yard.checker.findings
        assert all(each.injected for each in yard.checker.findings)
        yard.checker.findings.clear()
        assert [row.deliberate for row in yard.traffic] == [True]

    run(work)
