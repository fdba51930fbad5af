"""Whatever callers do, and however often: the books balance, and a reference moves money at most once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopyard.transport.client import NoAnswer

AMINA, GRACE = "265991000101", "265991000103"
TRANSFERS = ("T1", "T2", "T3")

reserve = st.tuples(st.just("reserve"), st.sampled_from(TRANSFERS), st.sampled_from(("payer", "payee")))
settle = st.tuples(st.sampled_from(("commit", "unreserve")), st.sampled_from(TRANSFERS), st.sampled_from(("payer", "payee")))
switch = st.tuples(st.sampled_from(("block", "unblock")), st.sampled_from((AMINA, GRACE)), st.just(""))
steps = st.lists(st.one_of(reserve, settle, switch), max_size=25)
relaxed = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Story:
    """Plays steps against one bank and remembers the first answer to each."""

    def __init__(self, bank: Any) -> None:
        self.bank = bank
        self.reserves: dict[tuple[str, str], list[str]] = {}
        self.answers: dict[tuple[str, str, str], Any] = {}

    def play(self, verb: str, what: str, side: str) -> None:
        if verb in ("block", "unblock"):
            self.bank.control(verb, id_type="MSISDN", id_value=what)
        elif verb == "reserve":
            answer = self.bank.reserve(what, 150, AMINA if side == "payer" else GRACE, side)[1]
            self.reserves.setdefault((what, side), []).append(answer["reserveId"])
            self.answers.setdefault((verb, what, side), answer)
            assert self.replays is False or answer == self.answers[verb, what, side]
        else:
            for each in self.reserves.get((what, side), ()):
                getattr(self.bank, verb)(each)

    replays = True

    def check(self) -> None:
        book = self.bank.state.book
        assert set(self.bank.imbalance().values()) == {0}
        held: Counter[str] = Counter()
        for hold in book.ledger.holds:
            held[hold.account.name] += hold.amount.units
        for account in book.ledger.accounts:
            assert account.held.units == held[account.name]
            assert account.available == account.balance - account.held
        assert not book.register.one("MSISDN", AMINA).entry.available.is_negative


def postings(bank: Any) -> Counter[tuple[str, str]]:
    return Counter((each.reference, each.memo) for each in bank.state.book.ledger.postings if each.memo != "provisioning")


@relaxed
@given(steps=steps)
def test_each_reference_posts_at_most_once(open_bank: Any, steps: list[tuple[str, str, str]]) -> None:
    story = Story(open_bank(fees={"MWK": {"sending": {"percent": "1.5"}, "receiving": {"flat": "1"}}}))
    for step in steps:
        story.play(*step)
        story.check()
    assert all(count == 1 for count in postings(story.bank).values())


@relaxed
@given(steps=steps)
def test_a_bank_that_holds_twice_still_balances(open_bank: Any, steps: list[tuple[str, str, str]]) -> None:
    story = Story(open_bank(duplicate_reserve="second-hold"))
    story.replays = False
    for step in steps:
        story.play(*step)
        story.check()
    for reference, count in postings(story.bank).items():
        assert count <= len(set(story.reserves[reference[0], reference[1].split()[0]]))


def test_a_bank_that_holds_twice_does_post_twice(open_bank: Any) -> None:
    story = Story(open_bank(duplicate_reserve="second-hold"))
    story.replays = False
    for step in (("reserve", "T1", "payer"), ("reserve", "T1", "payer"), ("commit", "T1", "payer")):
        story.play(*step)
    assert postings(story.bank) == {("T1", "payer commit"): 2}


@pytest.mark.parametrize("kind", ["applied-no-reply", "not-applied-no-reply"])
def test_the_same_silence_may_mean_either_truth_and_the_query_tells(open_bank: Any, kind: str) -> None:
    bank = open_bank()
    reserve_id = bank.reserve("T1", 100)[1]["reserveId"]
    bank.faults.add(kind, "green-bank.funds.commit", nth=1)
    with pytest.raises(NoAnswer):
        bank.commit(reserve_id)
    applied = kind == "applied-no-reply"
    assert bank.get("/funds/T1")[1]["reserves"][0]["status"] == ("COMMITTED" if applied else "RESERVED")
    assert bank.commit(reserve_id)[1]["status"] == "COMMITTED"
    assert bank.account()[0] == "400"
