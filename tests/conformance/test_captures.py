"""The reading of recordings: nothing of a message is lost, and what differs between two runs is seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.conformance.captures import ALL, TO_BACKEND, TO_HUB, Names, read

AT = datetime(2026, 11, 21, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize("name", ALL)
def test_bodies_are_the_recorded_bytes(name: str) -> None:
    lengths = {each.line: (len(each.raw), each.header("content-length")) for each in read(name) if each.body is not None}
    assert lengths
    assert {line for line, (length, declared) in lengths.items() if declared != str(length)} == set()


def test_every_exchange_belongs_to_a_leg_and_a_participant() -> None:
    seen = {(each.leg, each.party) for name in ALL for each in read(name)}
    assert {party for _, party in seen} == {"payer", "payee", "fxp"}
    assert {party for leg, party in seen if leg == TO_BACKEND} == {"payee", "fxp"}
    assert {party for leg, party in seen if leg == TO_HUB} == {"payer", "payee", "fxp"}


def test_the_order_of_keys_counts() -> None:
    one, other = {"amount": "1", "currency": "XXX"}, {"currency": "XXX", "amount": "1"}
    assert Names().plain(one, AT) != Names().plain(other, AT)


def test_ids_may_differ_but_not_which_of_them_are_the_same() -> None:
    first, second, third = (f"01M7XT8VXJ4391MAW2DDR0GS3{each}" for each in "BCD")
    assert Names().plain([first, second, first], AT) == Names().plain([third, first, third], AT)
    assert Names().plain([first, second, first], AT) != Names().plain([third, first, first], AT)


def test_moments_may_differ_but_not_how_far_ahead_they_lie() -> None:
    def plain(text: str, at: datetime) -> object:
        return Names().plain(text, at)

    assert plain("2026-11-21T01:08:00.146Z", AT) == plain("2026-11-22T02:08:00.000Z", AT + timedelta(hours=25)) == "<+60 s>"
    assert plain("2026-11-21T01:07:20.146Z", AT) == "<+20 s>"
    assert plain("Sat, 21 Nov 2026 01:07:01 GMT", AT) == "<now>"


def test_what_one_run_named_is_said_with_the_values_of_the_other() -> None:
    recorded, ours = Names(), Names()
    recorded.plain("01M7XT8VXJ4391MAW2DDR0GS3B", AT)
    ours.plain("01M7XT8VW6BNMTGQ9A28XDWRW5", AT)
    assert recorded.translate("PUT /quotes/01M7XT8VXJ4391MAW2DDR0GS3B", ours) == "PUT /quotes/01M7XT8VW6BNMTGQ9A28XDWRW5"
