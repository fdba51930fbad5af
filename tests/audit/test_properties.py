"""Any correct traffic of payments is clean, and no single wrong posting in it goes unnoticed."""

from __future__ import annotations

from dataclasses import replace

from audit_scheme import AMINA, BLUE, BOB, CARL, GREEN, Act, Script, aborted, conversion, mwk, opened, quoted, total, transfer
from hypothesis import given, settings
from hypothesis import strategies as st

from loopyard.audit import audit
from loopyard.audit.business import sort
from loopyard.audit.equations import judge
from loopyard.audit.equations.usual import in_order
from loopyard.audit.equations.view import View
from loopyard.audit.open_items import open_items


@st.composite
def payments(draw: st.DrawFn) -> Script:
    """Transfers in both directions, aborted and open ones, and conversions, in any order."""
    scripts: list[Script] = []
    for number in range(draw(st.integers(1, 5))):
        id_, kind = f"T{number}", draw(st.sampled_from(("there", "back", "aborted", "open", "converted")))
        amount, at = mwk(draw(st.integers(5, 400))), number * 100
        fees = {"home_fee": draw(st.integers(0, 2)), "fee": draw(st.integers(0, 2))}
        if kind == "there":
            scripts.append(transfer(id_, amount, at=at, creditor=draw(st.sampled_from((BOB, CARL))), **fees))
        elif kind == "back":
            scripts.append(transfer(id_, amount, payer=BLUE, payee=GREEN, debtor=BOB, creditor=AMINA, at=at, **fees))
        elif kind == "converted":
            scripts.append(conversion(f"C{number}", id_))
        else:
            scripts.append(aborted(id_) if kind == "aborted" else opened(id_))
    return total(scripts)


def scaled(act: Act, by: int) -> Act:
    """The posting with a larger amount on its largest legs, still balanced."""
    legs = list(act.legs)
    for sign in (-1, 1):
        index = max(range(len(legs)), key=lambda each: sign * legs[each][3])
        role, holder, code, units = legs[index]
        legs[index] = role, holder, code, units + sign * by
    return replace(act, legs=tuple(legs))


def turned(act: Act) -> Act:
    """The posting with debit and credit exchanged."""
    return replace(act, legs=tuple((role, holder, code, -units) for role, holder, code, units in act.legs))


@settings(max_examples=60, deadline=None)
@given(payments())
def test_correct_payments_are_clean(script: Script) -> None:
    found = audit(script.books())
    assert found.findings == ()
    assert len(found.open_items) == sum(record.state == "open" for record in script.records)


@settings(max_examples=60, deadline=None)
@given(payments(), st.data())
def test_a_deleted_posting_is_found(script: Script, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(script.acts) - 1))
    changed = replace(script, acts=script.acts[:index] + script.acts[index + 1 :])
    if script.acts[index].reference in still_open(script):  # a reservation that was never made is as good as one
        return
    assert not audit(changed.books()).clean


@settings(max_examples=60, deadline=None)
@given(payments(), st.data())
def test_a_doubled_posting_is_found(script: Script, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(script.acts) - 1))
    assert not audit(replace(script, acts=(*script.acts, script.acts[index])).books()).clean


@settings(max_examples=120, deadline=None)
@given(payments(), st.data(), st.sampled_from(("amount", "sides", "reference", "another's reference")))
def test_an_altered_posting_is_found(script: Script, data: st.DataObject, what: str) -> None:
    index = data.draw(st.integers(0, len(script.acts) - 1))
    act = script.acts[index]
    if what == "amount":
        act = scaled(act, data.draw(st.integers(1, 40_000)))
    elif what == "sides":
        act = turned(act)
    elif what == "reference":
        act = replace(act, reference="nobody's")
    else:
        others = {record.id for record in script.records} - family(script, act.reference)
        if not others:
            return
        act = replace(act, reference=data.draw(st.sampled_from(sorted(others))))
    assert not audit(replace(script, acts=(*script.acts[:index], act, *script.acts[index + 1 :])).books()).clean


def still_open(script: Script) -> set[str]:
    return {record.id for record in script.records if record.state == "open"}


def family(script: Script, reference: str) -> set[str]:
    """A transfer and the conversion that it determines are one business."""
    pairs = [{record.id, record.determining} for record in script.records if record.determining]
    return {reference}.union(*({str(each) for each in pair} for pair in pairs if reference in pair))


@settings(max_examples=80, deadline=None)
@given(payments(), st.data(), st.sampled_from(("none", "deleted", "doubled", "amount", "sides", "time", "customer")))
def test_the_short_cut_never_hides_what_the_equations_find(script: Script, data: st.DataObject, what: str) -> None:
    index = data.draw(st.integers(0, len(script.acts) - 1))
    act = script.acts[index]
    replaced = {
        "none": (act,),
        "deleted": (),
        "doubled": (act, act),
        "amount": (scaled(act, 7),),
        "sides": (turned(act),),
        "time": (replace(act, seconds=act.seconds - 3),),
        "customer": (elsewhere(act),),
    }[what]
    changed = replace(script, acts=(*script.acts[:index], *replaced, *script.acts[index + 1 :])) + quoted(transfer_id="T0")
    found = sort(changed.books())
    view = View({owner: {account.holder for account in ledger.accounts} for owner, ledger in found.ledgers.items()})
    for business in found.business.values():
        if in_order(business):
            assert judge(business, view) == []
            assert list(open_items(business, view)) == []


def elsewhere(act: Act) -> Act:
    """The posting on another customer's account."""
    return replace(act, legs=tuple((role, CARL if role == "customer" else holder, *rest) for role, holder, *rest in act.legs))


def test_the_short_cut_knows_the_usual_transfer_and_nothing_else() -> None:
    def known(script: Script) -> bool:
        return all(in_order(business) for business in sort(script.books()).business.values())

    assert known(transfer())
    assert known(transfer() + quoted())
    others = (transfer().doubled(BLUE), transfer(creditor=CARL) + quoted(), transfer() + quoted(receives="98"), conversion())
    assert not any(known(script) for script in (*others, opened(), aborted(), transfer().altered(BLUE, seconds=1)))
