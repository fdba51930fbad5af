"""Interactions, T-accounts and the audit's verdict as pages and texts."""

from __future__ import annotations

import json

from evidence_samples import account, exchange

from loopyard.testing.evidence.accounts import t_accounts
from loopyard.testing.evidence.audit import audit_html, audit_text, verdict
from loopyard.testing.evidence.interactions import block, interactions_html, interactions_ndjson
from loopyard.testing.evidence.model import Finding, OpenItem

BREAK = Finding("duplicate", "break", "01M7 moved money twice", "green-bank")
NOTE = Finding("contract", "note", "a header is missing")


def test_interactions_as_text_name_who_what_and_how_it_ended() -> None:
    shown = [exchange(1, body=b'{"amount":1.50}'), exchange(2, after=1, outcome="lost", status=None)]
    text = "\n".join(line for each in shown for line in block(each, shown[0].at))
    assert "#1 +0.000 s  hub → green-bank  POST /transfers  [202]" in text
    assert '"amount": 1.50' in text
    assert "#2 +1.000 s  hub → green-bank  POST /transfers  [lost]" in text


def test_failed_interactions_stand_open_on_the_page() -> None:
    page = interactions_html([exchange(1), exchange(2, status=500)])
    assert page.count("<details") == 2
    assert page.count("<details open") == 1


def test_pages_escape_what_came_over_the_wire() -> None:
    page = interactions_html([exchange(sender="<b>x", body=b"<script>alert(1)</script>", fault="<i>")])
    assert "<script" not in page
    assert "<b>x" not in page
    assert "<i>" not in page


def test_ndjson_is_one_readable_object_a_line() -> None:
    lines = interactions_ndjson([exchange(1, body={"a": "1\n2"}), exchange(2)]).splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2]
    assert json.loads(lines[0])["request"]["body"] == '{"a":"1\\n2"}'


def test_accounts_that_did_not_move_are_counted_not_drawn() -> None:
    page = t_accounts([account("savings"), account("asleep", moved=False), account("on hold", moved=False, held="5")])
    assert "2 of 3 accounts moved; 1 did not" in page
    assert "asleep" not in page
    assert "still held" in page
    assert page.count('class="account"') == 2


def test_a_t_account_shows_before_movement_and_after() -> None:
    page = t_accounts([account("savings & <co>")])
    assert page.index("before") < page.index("<b>100.5</b>") < page.index("after")
    assert "<b>500</b>" in page
    assert "<b>399.5</b>" in page
    assert "savings &amp; &lt;co&gt;" in page


def test_an_amount_stands_on_its_side() -> None:
    page = t_accounts([account()])
    row = page.split("<tr><td>")[1].split("</tr>")[0]
    debit, credit = row.split("</td><td>")
    assert "100.5" in debit
    assert "100.5" not in credit


def test_the_verdict_counts_what_fails_and_what_is_only_reported() -> None:
    assert verdict([]) == "The books agree."
    assert verdict([BREAK, NOTE], [OpenItem("pending", "T1")]) == "1 finding; 1 reported only; 1 open item."
    assert verdict([NOTE]) == "The books agree; 1 reported only."


def test_failing_findings_come_first_in_text_and_page() -> None:
    text, page = audit_text([NOTE, BREAK], [OpenItem("pending", "T1")]), audit_html([NOTE, BREAK])
    assert text.index("moved money twice") < text.index("a header is missing") < text.index("pending (T1)")
    assert page.index("moved money twice") < page.index("a header is missing")
    assert 'class="headline bad"' in page
    assert 'class="headline good"' in audit_html([NOTE])
