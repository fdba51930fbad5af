"""A transfer that passes through two schemes: two hubs, two records, one proxy whose positions cancel out."""

from __future__ import annotations

from dataclasses import replace

from audit_scheme import BLUE, GREEN, Act, Script, leg, mwk, transfer

from loopyard.audit import Books, TransferRecord, Verdict, audit
from loopyard.audit import findings as kind
from loopyard.kernel.ledger import Ledger, Leg
from loopyard.kernel.money import Money

ALL = 1_000_000  # units of 100 MWK
COAST, PROXY = "coast-hub", "coast-proxy"


def crossed(here: str = "committed", there: str = "committed") -> tuple[TransferRecord, TransferRecord]:
    """The records of both hubs."""
    return (
        TransferRecord("T1", "transfer", GREEN, PROXY, (mwk(100),), here),  # type: ignore[arg-type]
        TransferRecord("T1", "transfer", PROXY, BLUE, (mwk(100),), there, hub=COAST),  # type: ignore[arg-type]
    )


RESERVE = (leg("position", -ALL, GREEN), leg("in-flight", ALL))
COMMIT = (leg("position", ALL, PROXY), leg("in-flight", -ALL))
BACK = (leg("position", ALL, GREEN), leg("in-flight", -ALL))
COAST_RESERVE = (leg("position", -ALL, PROXY), leg("in-flight", ALL))
COAST_COMMIT = (leg("position", ALL, BLUE), leg("in-flight", -ALL))
COAST_BACK = (leg("position", ALL, PROXY), leg("in-flight", -ALL))


def played(
    acts: tuple[tuple[str, tuple[tuple[str, str, str, int], ...]], ...], records: tuple[TransferRecord, ...],
    *, payer: bool = True, payee: bool = True,
) -> Verdict:  # fmt: skip
    """What hubs post, and what the two banks post as in any transfer; then the audit."""
    banks = transfer().acts[2:]
    script = Script((*(banks[:1] if payer else ()), *(banks[1:] if payee else ())))
    books = script.books()
    home = next(each for each in books.ledgers if each.owner == "hub")
    now = home.postings[-1].at if home.postings else max(each.at for each in books.ledgers[1].postings)
    coast = Ledger(COAST, lambda: now)
    for ledger in (home, coast):
        for name in ("in-flight:", f"position:{PROXY}", f"position:{BLUE}"):
            role, _, holder = name.partition(":")
            if f"{role}:{holder}:MWK" not in {each.name for each in ledger.accounts}:
                ledger.open(f"{role}:{holder}:MWK", "MWK", "credit" if role == "in-flight" else "debit", role, holder)
    opening = books.opening
    for owner, legs in acts:
        ledger = home if owner == "hub" else coast
        ledger.post("T1", [Leg(ledger.account(f"{role}:{holder}:{code}"), units) for role, holder, code, units in legs])
    both = replace(
        books, ledgers=[*books.ledgers, coast], opening=opening, transfers=records,
        hubs=frozenset({"hub", COAST}), proxies=frozenset({PROXY}),
    )  # fmt: skip
    assert isinstance(both, Books)
    return audit(both)


WHOLE = (("hub", RESERVE), (COAST, COAST_RESERVE), (COAST, COAST_COMMIT), ("hub", COMMIT))


def found(verdict: Verdict) -> list[tuple[str, str]]:
    return [(each.kind, each.party) for each in verdict.findings if each.fails]


def test_what_crossed_in_full_is_clean_and_the_proxy_needs_no_book() -> None:
    verdict = played(WHOLE, crossed())
    assert (found(verdict), verdict.open_items, verdict.not_observed) == ([], (), ())


def test_what_both_schemes_undid_is_clean() -> None:
    acts = (("hub", RESERVE), (COAST, COAST_RESERVE), (COAST, COAST_BACK), ("hub", BACK))
    assert found(played(acts, crossed("aborted", "aborted"), payer=False, payee=False)) == []


def test_money_that_left_one_scheme_and_never_arrived_is_the_proxys_break() -> None:
    acts = (("hub", RESERVE), ("hub", COMMIT), (COAST, COAST_RESERVE), (COAST, COAST_BACK))
    verdict = played(acts, crossed("committed", "aborted"), payee=False)
    assert found(verdict) == [(kind.BREAK, PROXY)]
    assert "-100 MWK at hub" in verdict.findings[0].text
    assert "hub has it committed, coast-hub has it aborted" in verdict.findings[0].text


def test_money_that_arrived_and_was_undone_where_it_came_from_is_the_proxys_break() -> None:
    acts = (("hub", RESERVE), ("hub", BACK), (COAST, COAST_RESERVE), (COAST, COAST_COMMIT))
    assert (kind.BREAK, PROXY) in found(played(acts, crossed("aborted", "committed"), payer=False))


def test_while_one_hub_waits_for_the_other_it_is_an_open_item() -> None:
    verdict = played(WHOLE[:3], crossed("open", "committed"))
    assert found(verdict) == []
    assert "open at the hub" in verdict.open_items[0].text


def test_each_hubs_book_answers_to_its_own_record() -> None:
    twice = (*WHOLE, (COAST, COAST_COMMIT))
    assert (kind.DUPLICATE, COAST) in found(played(twice, crossed()))


def test_money_that_stays_in_flight_is_named_with_its_hub() -> None:
    verdict = played(WHOLE[:3], crossed())
    assert (kind.BREAK, "hub") in found(verdict)


def test_two_transfers_of_one_business_at_one_hub_are_a_duplicate_and_one_at_each_is_none() -> None:
    first, second = crossed()
    other = replace(first, id="T2", determining="T1")
    verdict = played(WHOLE, (first, second, other))
    assert any(each == kind.DUPLICATE for each, _ in found(verdict))


def test_the_act_of_a_plain_transfer_is_still_one_hubs() -> None:
    assert audit(transfer().books()).clean
    assert Money(100, "MWK").units == ALL
    assert isinstance(transfer().acts[0], Act)
