"""Contracts applied to interactions: who is to blame, for what, and what is exempt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from engine_yard import NOTICE, Known, reserve

from loopyard.engine.checker import FEW, BoundChecker, Checker, repeated_keys
from loopyard.engine.contract import ContractFinding
from loopyard.engine.operations import Message
from loopyard.engine.traffic import Interaction, parsed

CONTRACT = Known(
    {"POST /funds/{id}": {"amount": "1"}, "PUT /notices/{id}": {"n": 1}},
    {("POST /funds/{id}", 200): {"ok": True}, ("PUT /notices/{id}", 200): None},
)


def row(request: bytes = b"", response: bytes = b"", *, status: int | None = 200, fault: str | None = None) -> Interaction:
    return Interaction(
        4, datetime(2026, 3, 2, tzinfo=UTC), "caller", "bank", "bank.funds.reserve", "POST", "/funds/a", (), request, None,
        status=status, response_body=response, fault=fault,
    )  # fmt: skip


@pytest.fixture
def checker() -> Checker:
    return Checker()


@pytest.fixture
def bound(checker: Checker) -> BoundChecker:
    return checker.bind(CONTRACT)


def test_a_message_as_the_contract_has_it_is_no_finding(checker: Checker, bound: BoundChecker) -> None:
    good = row(b'{"amount":"1"}', b'{"ok":true}')
    bound.received(reserve, good)
    bound.replied(reserve, good)
    assert checker.findings == []


def test_a_wrong_request_is_the_senders_breach(checker: Checker, bound: BoundChecker) -> None:
    bound.received(reserve, row(b'{"amount":1}'))
    text = "POST /funds/{id}: not {'amount': '1'}"
    assert checker.findings == [ContractFinding("breach", "caller", "bank.funds.reserve", text, 4, False)]


def test_a_wrong_reply_is_the_receivers_breach(checker: Checker, bound: BoundChecker) -> None:
    bound.replied(reserve, row(response=b"{}"))
    assert [(each.level, each.party) for each in checker.findings] == [("breach", "bank")]


def test_a_reply_that_never_came_is_no_breach_of_form(checker: Checker, bound: BoundChecker) -> None:
    bound.replied(reserve, row(status=None))
    bound.answered(NOTICE, row(status=None))
    assert checker.findings == []


def test_a_wrong_message_is_its_senders_breach_and_a_relayed_one_nobodys(checker: Checker, bound: BoundChecker) -> None:
    relayed = Message("bank.notices.relay", "PUT", "/notices/{id}", relayed=True)
    bound.sent(relayed, row(b"{}"))
    assert checker.findings == []
    bound.sent(NOTICE, row(b"{}"))
    assert [each.party for each in checker.findings] == ["caller"]


def test_what_a_fault_touched_is_injected(checker: Checker, bound: BoundChecker) -> None:
    bound.replied(reserve, row(response=b"{}", fault="soft-error"))
    assert [each.injected for each in checker.findings] == [True]


def test_without_a_contract_only_repeated_keys_are_noted(checker: Checker) -> None:
    free = checker.bind(None)
    twice = row(b'{"a":1,"b":{"c":1,"c":2}}', b'{"d":1,"d":1}')
    free.received(reserve, twice)
    free.answered(NOTICE, twice)
    assert [(each.level, each.party, each.text.split(";")[0]) for each in checker.findings] == [
        ("note", "caller", "the key 'c' stands twice in one object"),
        ("note", "bank", "the key 'd' stands twice in one object"),
    ]


@pytest.mark.parametrize(
    "body, keys",
    [
        (b'{"a":1,"a":2}', ["a"]),
        (b'{"a" :1,"a" :2}', ["a"]),
        (b'{"a" :1,"a":2}', ["a"]),
        (b'{"a"\n:1,"a":2,"b":3}', ["a"]),
        (b'[{"a":1},{"a":1}]', []),
        (b'{"a":{"a":1},"b":[{"a":1}]}', []),
        (b'{"text":"say \\":\\" twice","a":1,"a":2}', ["a"]),
        (b'{"text":"say \\":\\" twice","a":1}', []),
        (b"noise", []),
        (b"", []),
    ],
)
def test_repeated_keys_are_found_in_one_object_only(body: bytes, keys: list[str]) -> None:
    assert repeated_keys(body, parsed(body)) == keys


def test_only_the_first_few_repeated_keys_are_told() -> None:
    body = b"{" + b",".join(b'"k%d":1' % (n % 1000) for n in range(2000)) + b"}"
    assert len(repeated_keys(body, parsed(body))) == FEW
