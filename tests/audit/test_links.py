"""Ids that stand together in one interaction are one business; a posting is found by its reference, else by its cause."""

from __future__ import annotations

from dataclasses import replace

from audit_scheme import AMINA, BLUE, GREEN, Act, Script, interaction, kinds, leg, transfer
from hypothesis import given
from hypothesis import strategies as st

from loopyard.audit import audit
from loopyard.audit import findings as kind
from loopyard.audit.links import Links, references_of

RESERVED = interaction(
    7,
    path="/funds/reserve",
    body={"transferId": "T1", "homeTransactionId": "H1"},
    refs_at=("transferId", "homeTransactionId"),
    answer={"reserveId": "R1", "status": "RESERVED"},
)


def test_references_come_from_the_request_and_from_the_top_of_the_answer() -> None:
    assert references_of(RESERVED) == ("T1", "H1", "R1")
    listed = interaction(8, path="/x", body={"transferId": "T1"}, answer=[{"transferId": "T2"}])
    assert references_of(listed) == ("T1",)
    assert references_of(replace(RESERVED, refs_at=())) == ()


def test_a_posting_under_the_banks_own_id_belongs_to_the_transfer() -> None:
    script = transfer().altered(GREEN, reference="R1")
    assert audit((script + Script(traffic=(RESERVED,))).books()).findings == ()
    assert (kind.UNLINKED_POSTING, GREEN) in kinds(audit(script.books()).findings)


def test_a_posting_under_an_unknown_id_belongs_to_what_caused_it() -> None:
    script = transfer().altered(GREEN, reference="statement-17", cause=7)
    assert audit((script + Script(traffic=(RESERVED,))).books()).findings == ()


def test_the_own_reference_goes_before_the_cause() -> None:
    script = transfer("T1") + transfer("T2", at=10).altered(BLUE, cause=7)
    assert audit((script + Script(traffic=(RESERVED,))).books()).findings == ()


def test_a_posting_that_comes_before_its_explanation_is_linked_too() -> None:
    first = Act(GREEN, "S1", (leg("customer", -5, AMINA), leg("holding", 5)))
    second = Act(GREEN, "S1", (leg("holding", -5), leg("customer", 5, AMINA)), 1, cause=7)
    assert audit((transfer() + Script((first, second), traffic=(RESERVED,))).books()).findings == ()


def test_a_cause_that_has_left_the_log_is_noted_and_fails_nothing() -> None:
    script = Script((Act(GREEN, "X1", (leg("customer", -5, AMINA), leg("fee-income", 5)), cause=3),), traffic=(RESERVED,))
    (finding,) = audit(script.books()).findings
    assert (finding.kind, finding.level) == (kind.UNLINKED_POSTING, "note")
    assert "has left the log" in finding.text


@given(st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=4), max_size=15))
def test_links_are_the_transitive_closure_of_standing_together(groups: list[list[int]]) -> None:
    links = Links()
    classes: list[set[int]] = []
    for group in groups:
        links.join([str(each) for each in group])
        merged = set(group).union(*(each for each in classes if each & set(group)))
        classes = [each for each in classes if not each & merged] + [merged]
    roots = [{links.root(str(each)) for each in members} for members in classes]
    assert all(len(each) == 1 for each in roots)
    assert len(set().union(*roots)) == len(classes)
    assert links.root("unheard of") is None
