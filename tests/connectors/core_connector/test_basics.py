"""Settings, rows and tables: what stands below the payments."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from connectors.core_connector import CONNECTOR, body, plain
from connectors.core_connector.cbs import Holder, Order
from connectors.core_connector.conversions.lifecycle import CONVERSION
from connectors.core_connector.drivers import mojaloop_reference_wire as wire
from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.mojaloop.verdicts import Aborted, Absent, Answers, Committed, Halted, Pending
from connectors.core_connector.outcomes import Done, Refused, Unknown
from connectors.core_connector.payments.lifecycle import PAYMENT
from connectors.core_connector.payments.model import Payment, Request
from connectors.core_connector.receipts.lifecycle import RECEIPT
from connectors.core_connector.requests.lifecycle import RECEIVED, SENT
from connectors.core_connector.settings import Settings, read
from connectors.core_connector.store import Row, Shelf, SqliteStore
from loopyard.kernel.errors import IllegalTransition, UsageError
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from loopyard.transport.client import Answer

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def payment(key: str, state: str = "QUOTING", home: str = "h", transfer: str = "t") -> Payment:
    request = Request("SEND", Money("0.3", "MWK"), "MWK", "MWK", Holder("MSISDN", "1"), Holder("MSISDN", "2"))
    return Payment(Row(key, state, NOW, home, transfer, open=state == "QUOTING"), request)


def test_rows_survive_and_the_latest_counts(store: Path) -> None:
    first = SqliteStore(store)
    shelf = Shelf(first, "payment", Payment)
    shelf.save(payment("a"))
    shelf.save(payment("b"))
    shelf.save(payment("a", "FAILED", transfer="other"))
    first.close()
    again = Shelf(SqliteStore(store), "payment", Payment)
    assert again.get("b") == payment("b")
    assert [each.row.key for each in again.open()] == ["b"]
    assert again.by_home("h") == payment("b")
    assert again.by_transfer("other") == payment("a", "FAILED", transfer="other")
    assert Shelf(SqliteStore(store), "receipt", Payment).get("a") is None


def test_a_row_holds_no_float() -> None:
    assert orjson.loads(plain.written(payment("a")))["request"]["amount"] == "0.3 MWK"


def test_settings_are_read_by_type() -> None:
    settings = read({"fsp_id": "x", "rates": {"MWK/ZMW": "0.0125"}, "mode": "fxp", "supported_id_type": ["IBAN"]}, "c")
    assert settings.rates == {"MWK/ZMW": Decimal("0.0125")}
    assert settings.supported_id_type == ("IBAN",)
    assert settings.http_timeout == 5
    assert Settings("x") == read({"fsp_id": "x"}, "c")


@pytest.mark.parametrize("name", ["payeeId", "homeTransactionId"])
def test_a_text_with_half_a_character_is_malformed(name: str) -> None:
    content = body.parse_object(b'{"%s": "\\ud800"}' % name.encode())
    with pytest.raises(Malformed) as no:
        body.text(content, name)
    assert (no.value.code, no.value.status) == ("3101", 400)
    assert body.build(no.value.message), "the refusal itself can be written"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({}, "fsp_id: is missing"),
        ({"fsp": "x"}, "fsp: is not known here; known are absent_after_attempts"),
        ({"fsp_id": 5}, "fsp_id: must be a text, not 5"),
        ({"fsp_id": "x", "mode": "bank"}, "mode: 'bank' is not known; choose one of dfsp, fxp"),
        ({"fsp_id": "x", "spread": 0.02}, "spread: must be a decimal number in quotes, not 0.02"),
        ({"fsp_id": "x", "spread": "two"}, "spread: must be a decimal number"),
        ({"fsp_id": "x", "http_timeout_ms": True}, "http_timeout_ms: must be a whole number, not True"),
        ({"fsp_id": "x", "payee_fsps": "a"}, "payee_fsps: must be a list, not 'a'"),
        ({"fsp_id": "x", "mode": "fxp", "profile": "published"}, "profile: a published bank cannot hold"),
    ],
)
def test_wrong_settings_name_the_key_and_the_remedy(raw: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(raw, "connectors.core_connector")
    assert f"connectors.core_connector.{text}" in str(caught.value)


@pytest.mark.parametrize("lifecycle", [PAYMENT, RECEIPT, CONVERSION, RECEIVED, SENT], ids=lambda each: str(each.name))
def test_only_the_tables_edges_can_be_walked(lifecycle: Lifecycle) -> None:
    for state in lifecycle.states:
        for event in lifecycle.events:
            if (state, event) in lifecycle.transitions:
                assert lifecycle.next(state, event) == lifecycle.transitions[state, event]
            else:
                with pytest.raises(IllegalTransition):
                    lifecycle.next(state, event)


def test_no_acceptance_goes_out_without_a_reserve_or_a_debit_before() -> None:
    assert {state for (state, event), target in PAYMENT.transitions.items() if target == "ACCEPTING"} == {"RESERVED"}
    assert {state for (state, _), target in RECEIPT.transitions.items() if target == "COMMITTED"} == {"COMMITTING"}


def test_numbers_are_exact_in_both_directions() -> None:
    assert body.parse(b'{"amount": 0.10, "big": 123456789012345678}') == {"amount": Decimal("0.10"), "big": 123456789012345678}
    assert body.build({"amount": body.number(Money("123456789012345.6789", "MWK"))}) == b'{"amount":123456789012345.6789}'
    with pytest.raises(ValueError, match="NaN"):
        body.parse(b'{"amount": NaN}')
    with pytest.raises(Malformed):
        body.amount({"a": 0.5}, "a", "MWK")


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, {"status": "RESERVED"}, Done),
        (404, {"errorCode": "ACCOUNT_NOT_FOUND"}, Refused),
        (403, {"errorCode": "LIMIT_EXCEEDED"}, Refused),
        (404, {"error": "page not found"}, Unknown),
        (500, {"errorCode": "DUPLICATE_TRANSFER"}, Unknown),
        (500, {"errorCode": "HOME_TRANSACTION_NOT_FOUND"}, Refused),
        (504, {"errorCode": "TIMEOUT"}, Unknown),
        (201, {"status": "RESERVED"}, Unknown),
    ],
)
def test_which_answers_of_a_bank_are_decisions(status: int, content: dict[str, Any], expected: type) -> None:
    assert isinstance(wire.classified(status, content), expected)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"status": "RESERVED", "reserveId": "r"}, Done),
        ({"status": "FAILED"}, Refused),
        ({"status": "PENDING", "reserveId": "r"}, Unknown),
        ({"reserveId": "r"}, Unknown),
        ({"status": "RESERVED"}, Unknown),
        ({"status": "RESERVED", "reserveId": "r", "transferId": "another"}, Unknown),
        ({"status": "RESERVED", "reserveId": "r", "feesDecimal": "much"}, Unknown),
    ],
)
def test_what_a_reserve_says(reply: dict[str, Any], expected: type) -> None:
    order = Order("t", "payer", Holder("MSISDN", "1"), Money("1", "MWK"), "h")
    assert isinstance(wire.decided(Done(reply), lambda it: wire.reserved(it, order, reasoned=False)), expected)


@pytest.mark.parametrize("reply", [{"status": "FAILED"}, {"status": "FAILED", "reason": "ACCOUNT_BLOCKED"}])
def test_a_bank_that_gives_reasons_refuses_with_a_reason_only(reply: dict[str, Any]) -> None:
    order = Order("t", "payer", Holder("MSISDN", "1"), Money("1", "MWK"), "h")
    expected = Refused if "reason" in reply else Unknown
    assert isinstance(wire.reserved(reply, order, reasoned=True), expected)
    assert isinstance(wire.ended(reply, "RELEASED", reasoned=True), expected)


def test_of_two_holds_the_one_that_counts_is_found() -> None:
    rows = [{"reserveId": "1", "side": "payer", "status": "RESERVED"}, {"reserveId": "2", "side": "payer", "status": "FAILED"}]
    found = wire.latest({"reserves": rows}, "t", "payer")
    assert found is not None
    assert found.reserve_id == "1"
    assert wire.latest({"reserves": rows}, "t", "payee") is None


def failed(code: object) -> dict[str, Any]:
    information = {"errorCode": code, "errorDescription": "why"}
    return {"currentState": "ERROR_OCCURRED", "lastError": {"mojaloopError": {"errorInformation": information}}}


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, {"currentState": "COMPLETED"}, Committed),
        (200, {"currentState": "COMPLETED", "fulfil": {"body": {"transferState": "ABORTED"}}}, Aborted),
        (200, {"currentState": "COMPLETED", "fulfil": {"body": {"transferState": "RESERVED"}}}, Pending),
        (200, {"currentState": "ERROR_OCCURRED", "fulfil": {"body": {"transferState": "COMMITTED"}}}, Committed),
        (200, {"currentState": "ABORTED"}, Aborted),
        (200, {"currentState": "ERROR_OCCURRED"}, Pending),
        (200, {"currentState": "WAITING_FOR_QUOTE_ACCEPTANCE"}, Halted),
        (200, failed("4001"), Aborted),
        (200, failed(4001), Aborted),
        (200, {}, Pending),
        (200, [], Pending),
        (500, {"statusCode": "4001", "transferState": failed("4001")}, Aborted),
        (500, {"statusCode": "3303", "transferState": failed("3303")}, Aborted),
        (500, {"statusCode": "4001", "transferState": {}}, Pending),
        (500, {"statusCode": "2001", "transferState": failed("2001")}, Pending),
        (500, {"statusCode": "3106", "transferState": failed("3106")}, Pending),
        (500, {"statusCode": "3208", "transferState": failed("3208")}, Absent),
        (500, {"statusCode": "3208"}, Absent),
        (504, {"statusCode": "504", "transferState": failed("4001")}, Pending),
    ],
)
def test_what_an_answer_says_of_a_transfer(status: int, content: Any, expected: type) -> None:
    assert isinstance(Answers().verdict(Answer(status, (), orjson.dumps(content))), expected)


def test_a_refusal_has_the_status_of_its_code() -> None:
    statuses = {code: Refusal(code, "").status for code in ("2001", "2002", "2003", "2004", "3208", "4101", "5104")}
    assert statuses == {"2001": 500, "2002": 501, "2003": 503, "2004": 504, "3208": 400, "4101": 400, "5104": 400}


def test_the_ports_are_the_conventional_ones() -> None:
    assert (CONNECTOR.kind, CONNECTOR.ports) == ("core_connector", {"dfsp": 3004, "sdk": 3003})
