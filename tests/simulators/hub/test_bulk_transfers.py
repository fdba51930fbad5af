"""Bulk transfers at the hub: each transfer is reserved, committed, refused and expired by itself, all told in one message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loopyard.protocols.fspiop import dates
from loopyard.transport.client import Answer
from tests.simulators.hub.yard import (
    CONDITION,
    FULFILMENT,
    MWK,
    PACKET,
    PARTICIPANTS,
    Yard,
    participant,
    run,
    transfer_id,
)

BULK = "b51ec534-ee48-4575-b6a9-ead2955b8aaa"
QUOTE = "b51ec534-ee48-4575-b6a9-ead2955b8bbb"
PATH = f"/bulkTransfers/{BULK}"


def bulk(yard: Yard, *amounts: str, **changes: Any) -> dict[str, Any]:
    return {
        "bulkTransferId": BULK, "bulkQuoteId": QUOTE, "payerFsp": "green-bank", "payeeFsp": "blue-wallet",
        "individualTransfers": [
            {
                "transferId": transfer_id(number), "transferAmount": {"currency": MWK, "amount": amount},
                "ilpPacket": PACKET, "condition": CONDITION,
            }
            for number, amount in enumerate(amounts, start=1)
        ],
        "expiration": yard.after(60),
    } | changes  # fmt: skip


async def prepare(yard: Yard, *amounts: str, source: str = "green-bank", **changes: Any) -> None:
    answer = await yard.send(source, "POST", "/bulkTransfers", bulk(yard, *amounts, **changes))
    assert (answer.status, answer.body) == (202, b"")


async def answer(yard: Yard, *results: Any, state: str = "COMPLETED", source: str = "blue-wallet") -> None:
    """PUT by the payee: a result is a fulfilment, or a code."""
    listed = [
        {"transferId": transfer_id(number), "fulfilment": each}
        if len(each) == 43
        else {"transferId": transfer_id(number), "errorInformation": {"errorCode": each, "errorDescription": "not her"}}
        for number, each in enumerate(results, start=1)
        if each
    ]
    body = {"bulkTransferState": state, "completedTimestamp": dates.to_iso(yard.clock.now())}
    body |= {"individualTransferResults": listed} if listed else {}
    assert (await yard.send(source, "PUT", PATH, body, to="green-bank")).status == 200


def results(body: Any) -> list[str]:
    """Of each transfer its fulfilment or its code."""
    told = body.get("individualTransferResults", [])
    return [each.get("fulfilment") or each["errorInformation"]["errorCode"] for each in told]


def test_what_all_can_be_reserved_goes_on_untouched_and_is_committed_with_one_answer() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", "20")
        (forwarded,) = yard.taken()
        assert (forwarded.line, forwarded.source) == ("POST /bulkTransfers to blue-wallet", "green-bank")
        assert forwarded.json == bulk(yard, "100", "20")
        assert (yard.positions(), yard.in_flight()) == ({"green-bank MWK": "120"}, {"MWK": "120"})
        await answer(yard, FULFILMENT, FULFILMENT)
        to_payer, to_payee = yard.taken()
        assert (to_payer.line, to_payer.source) == (f"PUT {PATH} to green-bank", "Hub")
        assert (to_payer.json["bulkTransferState"], results(to_payer.json)) == ("COMPLETED", [FULFILMENT, FULFILMENT])
        assert to_payee.line == f"PUT {PATH} to blue-wallet"
        assert set(to_payee.json) == {"bulkTransferState", "completedTimestamp"}
        assert (yard.positions(), yard.in_flight()) == ({"green-bank MWK": "120", "blue-wallet MWK": "-120"}, {})
        assert [yard.state(transfer_id(each)) for each in (1, 2)] == ["COMMITTED", "COMMITTED"]

    run(work)


def test_what_the_payee_refuses_is_released_and_the_rest_committed() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", "20", "3")
        yard.taken()
        await answer(yard, FULFILMENT, "5400", FULFILMENT)
        assert results(yard.taken()[0].json) == [FULFILMENT, "5400", FULFILMENT]
        assert (yard.positions(), yard.in_flight()) == ({"green-bank MWK": "103", "blue-wallet MWK": "-103"}, {})

    run(work)


def test_a_transfer_that_the_cap_does_not_allow_fails_alone_and_never_reaches_the_payee() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "600", "600", "300")
        (forwarded,) = yard.taken()
        assert [each["transferAmount"]["amount"] for each in forwarded.json["individualTransfers"]] == ["600", "300"]
        assert "fspiop-signature" not in forwarded.headers
        await answer(yard, FULFILMENT, None, FULFILMENT)
        assert results(yard.taken()[0].json) == [FULFILMENT, "4200", FULFILMENT]
        assert yard.positions() == {"green-bank MWK": "900", "blue-wallet MWK": "-900"}

    run(work)


def test_a_bulk_of_which_nothing_can_be_reserved_is_rejected_to_the_payer_alone() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "1001", "5000")
        (told,) = yard.taken()
        assert told.line == f"PUT {PATH} to green-bank"
        assert (told.json["bulkTransferState"], results(told.json)) == ("REJECTED", ["4200", "4001"])
        assert yard.positions() == {}

    run(work)


def test_a_wrong_fulfilment_aborts_its_own_transfer_only() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", "20")
        yard.taken()
        await answer(yard, "B" * 43, FULFILMENT)
        assert results(yard.taken()[0].json) == ["3100", FULFILMENT]
        assert yard.positions() == {"green-bank MWK": "20", "blue-wallet MWK": "-20"}

    run(work)


def test_what_the_payee_leaves_out_expires_with_the_scan_and_ends_the_bulk() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", "20")
        yard.taken()
        await answer(yard, FULFILMENT)
        assert yard.taken() == []
        assert yard.control("bulk-transfers")[0]["internalState"] == "PROCESSING"
        await yard.clock.advance(75)
        to_payer, to_payee = yard.taken()
        assert (to_payer.json["bulkTransferState"], results(to_payer.json)) == ("COMPLETED", [FULFILMENT, "3303"])
        assert to_payee.json["bulkTransferState"] == "COMPLETED"
        assert yard.control("bulk-transfers")[0]["internalState"] == "EXPIRED"
        assert (yard.positions(), yard.in_flight()) == ({"green-bank MWK": "100", "blue-wallet MWK": "-100"}, {})

    run(work)


def test_the_payees_error_for_the_whole_releases_everything_and_is_relayed_in_its_words() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", "20")
        yard.taken()
        assert (await yard.fail("5100", path=f"{PATH}/error")).status == 200
        to_payer, to_payee, confirmed = yard.taken()
        assert (to_payer.line, to_payer.source) == (f"PUT {PATH}/error to green-bank", "blue-wallet")
        assert to_payer.error == ("5100", "not today")
        assert (to_payee.line, confirmed.json["bulkTransferState"]) == (f"PUT {PATH}/error to blue-wallet", "REJECTED")
        assert (yard.positions(), yard.in_flight()) == ({}, {})

    run(work)


@pytest.mark.parametrize(
    ("changes", "source", "error"),
    [
        ({"payerFsp": "nobody"}, "green-bank",
         ("3100", "Generic validation error - FSPIOP-Source header should match Payer FSP")),
        ({"payeeFsp": "nobody"}, "green-bank", ("3203", "Payee FSP ID not found - Participant nobody not found")),
        ({"expiration": "2026-03-02T07:00:00.000Z"}, "green-bank",
         ("3100", "Generic validation error - Expiration date 2026-03-02T07:00:00.000Z is already in the past")),
    ],
)  # fmt: skip
def test_a_rule_for_the_whole_refuses_the_whole(changes: dict[str, str], source: str, error: tuple[str, str]) -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", source=source, **changes)
        (refused,) = yard.taken()
        assert (refused.line, refused.error) == (f"PUT {PATH}/error to green-bank", error)
        assert yard.control("transfers") == []

    run(work)


def test_an_inactive_payer_is_3202() -> None:
    async def work(yard: Yard) -> None:
        yard.control("set-active", participant="green-bank", isActive=False)
        await prepare(yard, "100")
        assert [each.error for each in yard.taken()] == [
            ("3202", "Payer FSP ID not found - Participant green-bank is inactive")
        ]

    run(work)


def test_a_missing_account_fails_each_transfer_with_3100() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100")
        (told,) = yard.taken()
        (result,) = told.json["individualTransferResults"]
        text = "Generic validation error - Participant green-bank MWK account not found"
        assert result["errorInformation"] == {"errorCode": "3100", "errorDescription": text}

    run(work, participants=(participant("green-bank", codes="ZMW"), *PARTICIPANTS[1:]))


def test_a_repetition_is_answered_when_final_and_a_changed_one_refused() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100")
        yard.taken()
        await prepare(yard, "100")
        assert yard.taken() == []
        await answer(yard, FULFILMENT)
        yard.taken()
        await prepare(yard, "100")
        (again,) = yard.taken()
        assert (again.line, results(again.json)) == (f"PUT {PATH} to green-bank", [FULFILMENT])
        await prepare(yard, "101")
        assert [each.error[0] for each in yard.taken()] == ["3106"]
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_a_transfer_whose_id_was_used_before_fails_alone_with_3106() -> None:
    async def work(yard: Yard) -> None:
        await yard.pay(1, "10")
        yard.taken()
        await prepare(yard, "100", "20")
        yard.taken()
        await answer(yard, None, FULFILMENT)
        (first, second) = yard.taken()[0].json["individualTransferResults"]
        text = "Modified request - Individual transfer prepare duplicate"
        assert (first["errorInformation"]["errorDescription"], second["fulfilment"]) == (text, FULFILMENT)
        assert yard.positions() == {"green-bank MWK": "30", "blue-wallet MWK": "-30"}

    run(work)


def test_an_answer_of_a_stranger_or_a_second_other_answer_changes_nothing() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100")
        yard.taken()
        await answer(yard, FULFILMENT, source="quick-fx")
        assert [(each.line, each.error[0]) for each in yard.taken()] == [(f"PUT {PATH}/error to quick-fx", "3100")]
        await answer(yard, state="PROCESSING")
        await answer(yard, FULFILMENT)
        yard.taken()
        await answer(yard, "5100")
        assert [(each.line, each.error[0]) for each in yard.taken()] == [(f"PUT {PATH}/error to blue-wallet", "3106")]
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_a_question_is_answered_with_the_results_and_an_unknown_bulk_is_3210() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100")
        yard.taken()
        await yard.send("green-bank", "GET", PATH)
        assert [each.json for each in yard.taken()] == [{"bulkTransferState": "ACCEPTED"}]
        await answer(yard, FULFILMENT)
        yard.taken()
        await yard.send("blue-wallet", "GET", PATH)
        assert [results(each.json) for each in yard.taken()] == [[FULFILMENT]]
        await yard.send("quick-fx", "GET", PATH)
        assert [each.error for each in yard.taken()] == [("3000", "Generic client error")]
        await yard.send("green-bank", "GET", f"/bulkTransfers/{QUOTE}")
        text = "Bulk transfer ID not found - Provided Bulk Transfer ID was not found on the server."
        assert [each.error for each in yard.taken()] == [("3210", text)]

    run(work)


def test_one_of_its_transfers_can_be_asked_for_and_fulfilled_by_itself() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100")
        yard.taken()
        await yard.send("blue-wallet", "GET", f"/transfers/{transfer_id(1)}")
        assert [each.json for each in yard.taken()] == [{"transferState": "RESERVED"}]
        await yard.fulfil(id_=transfer_id(1))
        lines = [each.line for each in yard.taken()]
        assert sorted(lines) == [
            f"PUT {PATH} to blue-wallet", f"PUT {PATH} to green-bank", f"PUT /transfers/{transfer_id(1)} to blue-wallet",
        ]  # fmt: skip
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_a_slow_position_handler_holds_the_bulk_back_until_every_transfer_is_decided() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", "20")
        assert yard.taken() == []
        assert yard.control("bulk-transfers")[0]["bulkTransferState"] == "PENDING"
        await yard.clock.advance(2)
        assert yard.lines() == ["POST /bulkTransfers to blue-wallet"]

    run(work, position_seconds=1)


def test_the_operators_endpoints_say_where_bulk_messages_go() -> None:
    async def work(yard: Yard) -> None:
        for kind, path in (("BULK_TRANSFER_POST", "in"), ("BULK_TRANSFER_PUT", "in/{{bulkTransferId}}")):
            value = f"{yard.stub}/elsewhere/{path}"
            body = {"type": f"FSPIOP_CALLBACK_URL_{kind}", "value": value}
            assert (await yard.admin("POST", "/participants/blue-wallet/endpoints", body)).status == 201
        await prepare(yard, "100")
        await answer(yard, FULFILMENT)
        assert [line for line in yard.lines() if "green-bank" not in line] == [
            "POST /in to elsewhere", f"PUT /in/{BULK} to elsewhere",
        ]  # fmt: skip

    run(work)


@pytest.mark.parametrize("count", [0, 1001])
def test_a_bulk_of_none_or_of_more_than_a_thousand_is_no_bulk(count: int) -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "POST", "/bulkTransfers", bulk(yard, *["1"] * count))
        assert answer.status == 400
        assert (yard.taken(), yard.control("transfers")) == ([], [])

    run(work)


def quotes(yard: Yard, **changes: Any) -> dict[str, Any]:
    party = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "265991000002", "fspId": "blue-wallet"}}
    return {
        "bulkQuoteId": QUOTE, "payer": party,
        "individualQuotes": [
            {
                "quoteId": transfer_id(9), "transactionId": transfer_id(1), "payee": party, "amountType": "SEND",
                "amount": {"currency": MWK, "amount": "10"},
                "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
            }
        ],
    } | changes  # fmt: skip


def test_bulk_quotes_are_passed_on_between_participants() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "POST", "/bulkQuotes", quotes(yard), to="blue-wallet")
        asked = {"individualQuoteResults": [{"quoteId": transfer_id(9)}], "expiration": yard.after(60)}
        await yard.send("blue-wallet", "PUT", f"/bulkQuotes/{QUOTE}", asked, to="green-bank")
        await yard.send("green-bank", "GET", f"/bulkQuotes/{QUOTE}", to="blue-wallet")
        await yard.fail("3209", path=f"/bulkQuotes/{QUOTE}/error")
        assert [(each.line, each.source) for each in yard.taken()] == [
            ("POST /bulkQuotes to blue-wallet", "green-bank"),
            (f"PUT /bulkQuotes/{QUOTE} to green-bank", "blue-wallet"),
            (f"GET /bulkQuotes/{QUOTE} to blue-wallet", "green-bank"),
            (f"PUT /bulkQuotes/{QUOTE}/error to green-bank", "blue-wallet"),
        ]

    run(work)


def test_a_bulk_quote_to_nobody_is_3201_and_a_callback_with_accept_refused() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "POST", "/bulkQuotes", quotes(yard), to="no-such-bank")
        assert [each.error[0] for each in yard.taken()] == ["3201"]
        await yard.send("blue-wallet", "PUT", f"/bulkQuotes/{QUOTE}", {"expiration": yard.after(60)}, to="green-bank",
                        accept="application/vnd.interoperability.bulkQuotes+json;version=2.0")  # fmt: skip
        (refused,) = yard.taken()
        text = f'Update for bulk quote {QUOTE} failed: "accept" header should not be sent in callbacks.'
        assert refused.error == ("3100", f"Generic validation error - {text}"[:128])

    run(work)


def test_an_archive_forgets_a_bulk_with_the_last_of_its_transfers() -> None:
    async def work(yard: Yard) -> None:
        await prepare(yard, "100", "20")
        await answer(yard, FULFILMENT, FULFILMENT)
        yard.hub.bulks.forget([transfer_id(1)])
        assert len(yard.control("bulk-transfers")) == 1
        yard.hub.bulks.forget([transfer_id(2)])
        assert yard.control("bulk-transfers") == []

    run(work)


def answer_error(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer.body)["errorInformation"]
    return found


REFUSED: list[Any] = [
    ({"payeeFsp": None}, "3102", 'Missing mandatory element - "payeeFsp" is required'),
    ({"payeeFsp": ""}, "3100", 'Generic validation error - "payeeFsp" is not allowed to be empty'),
    ({"payeeFsp": "x" * 33}, "3100",
     'Generic validation error - "payeeFsp" length must be less than or equal to 32 characters long'),
    ({"payeeFsp": 7}, "3101", 'Malformed syntax - "payeeFsp" must be a string'),
    ({"bulkQuoteId": "x"}, "3101", 'Malformed syntax - "bulkQuoteId" with value "x" fails to match the required pattern: /^'),
    ({"zz": 1}, "3100", 'Generic validation error - "zz" is not allowed'),
    ({"individualTransfers": {}}, "3100", 'Generic validation error - "individualTransfers" must be an array'),
    ({"individualTransfers": []}, "3100", 'Generic validation error - "individualTransfers" must contain at least 1 items'),
    ({"individualTransfers": [7]}, "3100", 'Generic validation error - "individualTransfers[0]" must be of type object'),
    ({"individualTransfers": [{"transferId": transfer_id(1), "transferAmount": {"currency": "KWACHA"}}]}, "3101",
     'Malformed syntax - "individualTransfers[0].transferAmount.currency" must be one of [AED, AFN, '),
    ({"bulkTransferId": None, "expiration": None, "zz": 1}, "3102",
     'Missing mandatory element - "bulkTransferId" is required'),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "text"), REFUSED)
def test_a_bulk_is_refused_in_its_services_words(changes: dict[str, Any], code: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        body = {name: value for name, value in bulk(yard, "10", **changes).items() if value is not None}
        answer = await yard.send("green-bank", "POST", "/bulkTransfers", body)
        told = answer_error(answer)
        assert (answer.status, told["errorCode"]) == (400, code)
        assert told["errorDescription"].startswith(text[:128])
        assert (yard.lines(), yard.positions()) == ([], {})

    run(work)


def test_a_bulk_without_a_source_is_refused_in_its_services_words() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "POST", "/bulkTransfers", bulk(yard, "10"), fspiop_source="")
        told = answer_error(answer)
        assert (told["errorCode"], told["errorDescription"]) == (
            "3102", "Missing mandatory element - 'fspiop-source' HTTP header",
        )  # fmt: skip

    run(work)
