"""Accounts of the DFSP API: what the channel says of them reaches the Mojaloop connector, and its answer the channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.core_connector import accounts
from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.face import Call, Replies
from connectors.core_connector.mojaloop.client import state_of
from loopyard.transport.client import Answer, NoAnswer


def read(raw: bytes) -> list[dict[str, str]]:
    return [accounts.account(each) for each in Call({}, {}, raw).listed]


def test_an_account_is_passed_on_with_what_the_api_knows() -> None:
    raw = b'[{"idType":"ALIAS","idValue":"a","idSubValue":"s","currency":"MWK","colour":"red"},{"idType":"IBAN","idValue":"b"}]'
    assert read(raw) == [
        {"idType": "ALIAS", "idValue": "a", "idSubValue": "s", "currency": "MWK"}, {"idType": "IBAN", "idValue": "b"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "3101"), (b"{}", "3101"), (b"[]", "3101"), (b"[1]", "3101"), (b'[{"idType":"ALIAS"}]', "3102"),
        (b'[{"idType":"ALIAS","idValue":7}]', "3101"), (b'[{"idType":"ALIAS","idValue":"\\ud800"}]', "3101"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_accounts_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Malformed) as no:
        read(raw)
    assert no.value.code == code


def test_an_answer_reaches_the_channel_as_it_came() -> None:
    assert state_of(Answer(200, (), b'{"currentState":"COMPLETED"}')) == {"currentState": "COMPLETED"}


@pytest.mark.parametrize(
    ("answer", "code", "more"),
    [
        (Answer(500, (), b'{"message":"m","statusCode":"3040","executionState":{"response":[]}}'), "3040",
         {"executionState": {"response": []}}),
        (Answer(504, (), b'{"message":"m","statusCode":"504"}'), "2004", {}),
        (Answer(200, (), b"?"), "2001", {}),
        (Answer(400, (), b'{"message":"/requestBody/0/idType must be ...","statusCode":400}'), "3100", {}),
        (Answer(400, (), b'{"message":"m","statusCode":"400"}'), "2001", {}),
        (Answer(404, (), b'{"message":"m","statusCode":404}'), "2001", {}),
        (NoAnswer("timeout", "too late"), "2004", {}),
    ],
)  # fmt: skip
def test_an_error_keeps_its_code_and_state(answer: Any, code: str, more: Any) -> None:
    with pytest.raises(Refusal) as no:
        state_of(answer)
    assert (no.value.code, no.value.more) == (code, more)
    told: Callable[[Refusal], Any] = Replies().refused
    assert all(name.encode() in told(no.value).body for name in more)
