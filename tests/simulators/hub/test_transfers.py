"""Transfers at the hub: golden paths, refusals, answers that come late, wrong, twice or from the wrong party."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loopyard.kernel.money import Money
from tests.simulators.hub.yard import FULFILMENT, MWK, PARTICIPANTS, TRANSFER, Yard, changed, participant, run, transfer_id

OTHER = "c51ec534-ee48-4575-b6a9-ead2955b8069"
WRONG = "B" * 43


def test_a_committed_fulfil_moves_the_positions_and_is_relayed_untouched() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.prepare()
        assert (answer.status, answer.body) == (202, b"")
        (forwarded,) = yard.taken()
        assert forwarded.line == "POST /transfers to blue-wallet"
        assert forwarded.source == "green-bank"
        assert forwarded.headers["fspiop-destination"] == "blue-wallet"
        assert forwarded.json == yard.transfer()
        assert (yard.positions(), yard.in_flight()) == ({"green-bank MWK": "100"}, {"MWK": "100"})

        answer = await yard.fulfil()
        assert (answer.status, answer.body) == (200, b"")
        to_payer, to_payee = yard.taken()
        assert (to_payer.line, to_payer.source) == (f"PUT /transfers/{TRANSFER} to green-bank", "blue-wallet")
        assert (to_payee.line, to_payee.source) == (f"PUT /transfers/{TRANSFER} to blue-wallet", "Hub")
        assert to_payer.json == to_payee.json
        assert to_payer.json["transferState"] == "COMMITTED"
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}
        assert yard.in_flight() == {}
        assert [row["state"] for row in yard.control("transfer", id=TRANSFER)["history"]] == [
            "RECEIVED_PREPARE", "RESERVED", "RECEIVED_FULFIL", "COMMITTED",
        ]  # fmt: skip
        assert [row["id"] for row in yard.control("transfers", state="committed")] == [TRANSFER]
        assert yard.control("transfers", state="open") == []

    run(work)


def test_the_payee_gets_no_copy_where_the_deployment_sends_none() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        await yard.fulfil()
        assert yard.lines()[1:] == [f"PUT /transfers/{TRANSFER} to green-bank"]

    run(work, send_transfer_confirmation_to_payee=False)


def test_a_reserved_fulfil_is_committed_in_the_hubs_name_and_patched_to_the_payee() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        await yard.fulfil("RESERVED", extensionList={"extension": [{"key": "k", "value": "v"}]})
        to_payer, to_payee = yard.taken()
        stamp = "2026-03-02T08:00:00.000Z"
        extensions = {"extension": [{"key": "k", "value": "v"}]}
        assert (to_payer.line, to_payer.source) == (f"PUT /transfers/{TRANSFER} to green-bank", "Hub")
        assert to_payer.json == {
            "transferState": "COMMITTED", "fulfilment": FULFILMENT, "completedTimestamp": stamp, "extensionList": extensions,
        }  # fmt: skip
        assert (to_payee.line, to_payee.source) == (f"PATCH /transfers/{TRANSFER} to blue-wallet", "Hub")
        assert to_payee.json == {"transferState": "COMMITTED", "completedTimestamp": stamp, "extensionList": extensions}
        assert to_payee.headers["fspiop-http-method"] == "PATCH"
        assert to_payee.headers["fspiop-uri"] == f"/transfers/{TRANSFER}"
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_a_reservation_in_version_1_0_commits_as_in_any_other() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        assert (await yard.fulfil("RESERVED", version="1.0")).status == 200
        assert yard.lines() == [f"PUT /transfers/{TRANSFER} to green-bank", f"PATCH /transfers/{TRANSFER} to blue-wallet"]

    run(work)


def test_a_hub_with_the_quirk_ignores_a_reservation_in_version_1_0_until_the_transfer_expires() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        assert (await yard.fulfil("RESERVED", version="1.0")).status == 200
        assert yard.lines() == []
        await yard.clock.advance(75)
        assert [each.error for each in yard.taken()] == [("3303", "Transfer expired")] * 2
        assert yard.positions() == {}

    run(work, ignores_reserved_at_1_0=True)


async def burst(yard: Yard, amounts: tuple[str, ...]) -> list[str]:
    """Prepares of green-bank within one moment; the states that they come to."""
    for number, amount in enumerate(amounts):
        await yard.prepare(transferId=transfer_id(number), amount={"currency": MWK, "amount": amount})
    return [yard.state(transfer_id(number)) for number in range(len(amounts))]


LITTLE: list[Any] = [
    pytest.param({"control": "funds-out", "amount": "1900"}, id="cover"),
    pytest.param({"control": "set-limit", "value": "100"}, id="cap"),
]


def have_little(yard: Yard, control: str, **arguments: str) -> None:
    yard.control(control, participant="green-bank", currency=MWK, **arguments)


@pytest.mark.parametrize("little", LITTLE)
def test_each_prepare_of_a_burst_sees_the_position_that_the_ones_before_have_left(little: dict[str, str]) -> None:
    async def work(yard: Yard) -> None:
        have_little(yard, **little)
        assert await burst(yard, ("60", "60", "40")) == ["RESERVED", "ABORTED_REJECTED", "RESERVED"]
        assert yard.positions() == {"green-bank MWK": "100"}

    run(work)


@pytest.mark.parametrize("little", LITTLE)
def test_a_hub_with_the_quirk_counts_what_it_approved_in_one_bin_as_freed(little: dict[str, str]) -> None:
    async def work(yard: Yard) -> None:
        have_little(yard, **little)
        assert await burst(yard, ("60", "160", "330")) == ["RESERVED", "RESERVED", "ABORTED_REJECTED"]
        assert yard.positions() == {"green-bank MWK": "220"}
        await yard.clock.advance(0.1)
        await yard.prepare(transferId=transfer_id(9), amount={"currency": MWK, "amount": "1"})
        assert yard.state(transfer_id(9)) == "ABORTED_REJECTED", "the next bin sees the true position"

    run(work, over_approving_bin_seconds=0.1)


REFUSALS: list[Any] = [
    pytest.param({"source": "blue-wallet"}, "FSPIOP-Source header should match Payer", id="foreign source"),
    pytest.param({"payeeFsp": "nobody"}, "Participant nobody not found", id="unknown payee"),
    pytest.param(
        {"expiration": "2026-03-02T07:59:59.000Z"},
        "Expiration date 2026-03-02T07:59:59.000Z is already in the past",
        id="expired",
    ),
    pytest.param(
        {"payeeFsp": "green-bank"},
        "Payer FSP and Payee FSP should be different, unless on-us tranfers are allowed by the Scheme",
        id="on us",
    ),
    pytest.param(
        {"amount": {"currency": "ZMW", "amount": "1"}}, "Participant green-bank ZMW account not found", id="no account"
    ),
    pytest.param(
        {"amount": "123456789012345678.1234"},
        "Amount 123456789012345678.1234 exceeds allowed precision of 18",
        id="precision",
    ),
]


@pytest.mark.parametrize(("changes", "text"), REFUSALS)
def test_a_prepare_that_breaks_a_rule_is_refused_and_moves_nothing(changes: dict[str, Any], text: str) -> None:
    async def work(yard: Yard) -> None:
        postings = len(yard.hub.book.postings)
        assert (await yard.prepare(**changes)).status == 202
        (refusal,) = yard.taken()
        source = changes.get("source", "green-bank")
        assert refusal.line == f"PUT /transfers/{TRANSFER}/error to {source}"
        assert refusal.source == "Hub"
        assert refusal.error == ("3100", f"Generic validation error - {text}"[:128])
        assert "extensionList" not in refusal.json["errorInformation"]
        assert len(yard.hub.book.postings) == postings
        assert yard.state() == "INVALID"

    run(work)


def test_inactive_participants_and_accounts_refuse_prepares_but_not_what_is_reserved() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.control("set-active", participant="green-bank", isActive=False)
        await yard.prepare(transferId=OTHER)
        assert yard.taken()[-1].error == ("3100", "Generic validation error - Participant green-bank is inactive")
        yard.control("set-active", participant="green-bank", isActive=True)
        yard.control("set-active", participant="green-bank", isActive=False, currency=MWK)
        await yard.prepare(transferId=OTHER.replace("c51", "d51"))
        assert yard.taken()[-1].error == ("3100", "Generic validation error - Participant green-bank MWK account is inactive")
        await yard.fulfil()
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_the_payees_account_is_looked_at_only_where_the_deployment_does() -> None:
    participants = (participant("green-bank"), participant("blue-wallet", codes="ZMW"))

    async def refused(yard: Yard) -> None:
        await yard.prepare()
        assert yard.taken()[0].error == ("3100", "Generic validation error - Participant blue-wallet MWK account not found")

    async def passed(yard: Yard) -> None:
        await yard.prepare()
        assert yard.lines() == ["POST /transfers to blue-wallet"]

    run(refused, participants=participants, payee_currency_validation=True)
    run(passed, participants=participants)


@pytest.mark.parametrize(
    ("funds", "cap", "error"),
    [
        ("99.9999", "1000", ("4001", "Payer FSP insufficient liquidity")),
        ("1000", "99.9999", ("4200", "Payer limit error")),
        ("99", "99", ("4001", "Payer FSP insufficient liquidity")),
    ],
)
def test_cover_is_tested_before_the_cap_and_both_to_the_last_unit(funds: str, cap: str, error: tuple[str, str]) -> None:
    async def work(yard: Yard) -> None:
        postings = len(yard.hub.book.postings)
        await yard.prepare()
        (refusal,) = yard.taken()
        assert (refusal.line, refusal.error) == (f"PUT /transfers/{TRANSFER}/error to green-bank", error)
        assert (len(yard.hub.book.postings), yard.state()) == (postings, "ABORTED_REJECTED")

    run(work, participants=(participant("green-bank", cap=cap, funds=funds), participant("blue-wallet")))


def test_exactly_the_cover_may_be_used() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        assert yard.lines() == ["POST /transfers to blue-wallet"]
        await yard.prepare(transferId=OTHER, amount="0.0001")
        assert yard.taken()[0].error[0] == "4001"

    run(work, participants=(participant("green-bank", cap="100", funds="100"), participant("blue-wallet")))


def test_a_repeated_prepare_is_told_the_state_and_a_changed_one_is_refused() -> None:
    async def work(yard: Yard) -> None:
        body = yard.transfer()
        await yard.prepare(body)
        yard.taken()
        await yard.prepare(body)
        (told,) = yard.taken()
        assert (told.line, told.json) == (f"PUT /transfers/{TRANSFER} to green-bank", {"transferState": "RESERVED"})
        reordered = dict(reversed(body.items()))
        await yard.prepare(reordered)
        (refused,) = yard.taken()
        assert (refused.line, refused.error) == (f"PUT /transfers/{TRANSFER}/error to green-bank", ("3106", "Modified request"))
        await yard.fulfil()
        yard.taken()
        await yard.prepare(json.dumps(body, indent=2).encode())
        (told,) = yard.taken()
        assert told.json["transferState"] == "COMMITTED"
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_a_repeat_of_what_was_aborted_is_told_by_put_not_by_error() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare(payeeFsp="nobody")
        await yard.prepare(payeeFsp="nobody")
        assert yard.taken()[-1].json["transferState"] == "ABORTED"

    run(work)


def test_an_error_of_the_payee_releases_the_payer_and_goes_to_both() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        await yard.fail("5105")
        to_payer, to_payee = yard.taken()
        assert (to_payer.line, to_payer.source) == (f"PUT /transfers/{TRANSFER}/error to green-bank", "blue-wallet")
        assert (to_payee.line, to_payee.source) == (f"PUT /transfers/{TRANSFER}/error to blue-wallet", "Hub")
        assert to_payer.error == to_payee.error == ("5105", "not today")
        assert (yard.positions(), yard.in_flight(), yard.state()) == ({}, {}, "ABORTED_ERROR")

    run(work)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("5002", ("5002", "not today")),
        ("7200", ("3100", "Generic validation error - API specification undefined errorCode")),
    ],
)
def test_codes_of_known_families_pass_and_others_are_replaced(code: str, told: tuple[str, str]) -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        await yard.fail(code)
        assert [each.error for each in yard.taken()] == [told, told]
        assert yard.positions() == {}

    run(work)


def test_a_payee_that_answers_aborted_releases_the_payer() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        await yard.fulfil("ABORTED", fulfilment=None)
        assert [each.error for each in yard.taken()] == [("5100", "Generic Payee rejection")] * 2
        assert (yard.positions(), yard.state()) == ({}, "ABORTED_REJECTED")

    run(work)


INVALID: list[Any] = [
    pytest.param({"fulfilment": WRONG}, "invalid fulfilment", id="wrong fulfilment"),
    pytest.param({"fulfilment": None}, "invalid fulfilment", id="no fulfilment"),
    pytest.param({"source": "quick-fx"}, "fspiop-source does not match payee fsp on the Fulfil callback response", id="source"),
    pytest.param({"to": "quick-fx"}, "fspiop-destination does not match payer fsp on the Fulfil callback response", id="to"),
]


@pytest.mark.parametrize(("changes", "text"), INVALID)
@pytest.mark.parametrize("state", ["COMMITTED", "RESERVED"])
def test_an_answer_that_does_not_hold_aborts(state: str, changes: dict[str, Any], text: str) -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        await yard.fulfil(state, **changes)
        to_payer, *rest = yard.taken()
        assert to_payer.line == f"PUT /transfers/{TRANSFER}/error to green-bank"
        assert (to_payer.source, to_payer.error) == ("Hub", ("3100", "Generic validation error"))
        assert [each.line for each in rest] == ([f"PATCH /transfers/{TRANSFER} to blue-wallet"] if state == "RESERVED" else [])
        for each in rest:
            cause = {"key": "cause", "value": f"3100: Generic validation error - {text}"[:128]}
            assert each.json["transferState"] == "ABORTED"
            assert each.json["extensionList"] == {"extension": [cause]}
        assert (yard.positions(), yard.in_flight()) == ({}, {})
        await yard.fulfil()
        assert yard.positions() == {}, "what is aborted stays aborted"

    run(work)


def test_the_classic_handler_tells_the_payer_why() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        await yard.fulfil(fulfilment=WRONG)
        assert yard.taken()[0].error == ("3100", "Generic validation error - invalid fulfilment")

    run(work, classic_abort_text=True)


def test_a_stranger_cannot_undo_what_is_committed() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        await yard.fulfil()
        yard.taken()
        await yard.fulfil("RESERVED", source="quick-fx")
        (refused,) = yard.taken()
        assert (refused.to, refused.error[0]) == ("quick-fx", "3100")
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_a_repeated_fulfil_is_told_the_outcome_and_a_changed_one_is_refused() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        await yard.fulfil()
        yard.taken()
        await yard.fulfil()
        (told,) = yard.taken()
        assert (told.line, told.source) == (f"PUT /transfers/{TRANSFER} to blue-wallet", "Hub")
        assert told.json["fulfilment"] == FULFILMENT
        await yard.fulfil(note="other")
        (refused,) = yard.taken()
        assert (refused.to, refused.error) == ("blue-wallet", ("3106", "Modified request"))
        await yard.fail()
        (refused,) = yard.taken()
        assert refused.error == ("3100", "Generic validation error - non-RESERVED transfer state")
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_an_answer_to_an_unknown_transfer_is_refused() -> None:
    async def work(yard: Yard) -> None:
        await yard.fulfil()
        (refused,) = yard.taken()
        assert (refused.to, refused.error) == ("blue-wallet", ("2001", "Internal server error - transfer not found"))

    run(work)


def test_a_late_fulfil_before_the_scan_is_refused_and_the_scan_aborts() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare(expiration=yard.after(50))
        yard.taken()
        await yard.clock.advance(55)
        await yard.fulfil("RESERVED")
        refused, patched = yard.taken()
        assert (refused.to, refused.error) == ("blue-wallet", ("3303", "Transfer expired"))
        assert patched.line == f"PATCH /transfers/{TRANSFER} to blue-wallet"
        assert (patched.json["transferState"], "extensionList" in patched.json) == ("ABORTED", False)
        assert yard.positions() == {"green-bank MWK": "100"}, "only the scan changes the ledger"
        await yard.clock.advance(5)
        expired = yard.taken()
        assert [(each.to, each.at, each.error) for each in expired] == [
            ("green-bank", 60.0, ("3303", "Transfer expired")),
            ("blue-wallet", 60.0, ("3303", "Transfer expired")),
        ]
        assert (yard.positions(), yard.in_flight(), yard.state()) == ({}, {}, "EXPIRED_RESERVED")

    run(work)


def test_a_fulfil_after_the_scan_meets_no_reservation() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        await yard.clock.advance(75)
        yard.taken()
        await yard.fulfil("RESERVED")
        refused, patched = yard.taken()
        assert refused.error == ("3100", "Generic validation error - non-RESERVED transfer state")
        assert patched.json["transferState"] == "ABORTED"
        assert yard.positions() == {}

    run(work)


def test_expiry_before_the_reservation_is_told_to_the_payer_alone() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare(expiration=yard.after(10))
        assert (yard.lines(), yard.state()) == ([], "RECEIVED_PREPARE")
        await yard.prepare(expiration="2026-03-02T08:00:10.000Z")
        assert yard.lines() == [], "a repeat of what is only received is not answered"
        await yard.clock.advance(15)
        (expired,) = yard.taken()
        assert (expired.to, expired.error) == ("green-bank", ("3303", "Transfer expired"))
        await yard.clock.advance(60)
        assert (yard.lines(), yard.positions(), yard.state()) == ([], {}, "EXPIRED_PREPARED")

    run(work, position_seconds=20)


def test_a_queued_prepare_is_reserved_when_its_turn_comes() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        await yard.clock.advance(0.3)
        assert (yard.lines(), yard.positions()) == (["POST /transfers to blue-wallet"], {"green-bank MWK": "100"})

    run(work, position_seconds=0.3)


def test_the_scan_keeps_its_own_time_and_a_world_at_rest_has_none() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare(expiration=yard.after(61))
        yard.taken()
        await yard.clock.advance(69)
        assert yard.lines() == []
        await yard.clock.advance(1)
        assert [each.at for each in yard.taken()] == [70.0, 70.0]
        await yard.prepare(transferId=OTHER)
        await yard.fulfil(id_=OTHER)
        assert yard.clock._next(None) is None

    run(work, scan_seconds=10)


def test_questions_are_answered_to_parties_only() -> None:
    async def work(yard: Yard) -> None:
        path = f"/transfers/{TRANSFER}"
        assert (await yard.send("green-bank", "GET", path)).status == 202
        (unknown,) = yard.taken()
        text = "Transfer ID not found - Provided Transfer ID was not found on the server."
        assert (unknown.line, unknown.error) == (f"PUT {path}/error to green-bank", ("3208", text))
        await yard.prepare()
        yard.taken()
        await yard.send("green-bank", "GET", path)
        await yard.send("blue-wallet", "GET", path)
        assert [(each.to, each.json) for each in yard.taken()] == [
            (who, {"transferState": "RESERVED"}) for who in ("green-bank", "blue-wallet")
        ]
        await yard.send("quick-fx", "GET", path)
        assert yard.taken()[0].error == ("3000", "Generic client error")
        await yard.send("nobody", "GET", path)
        assert yard.lines() == []
        await yard.fulfil(fulfilment=WRONG)
        yard.taken()
        await yard.send("green-bank", "GET", path)
        (aborted,) = yard.taken()
        assert aborted.line == f"PUT {path} to green-bank"
        assert aborted.json["transferState"] == "ABORTED"
        assert aborted.json["extensionList"]["extension"][0]["key"] == "cause"

    run(work)


def test_an_amount_as_a_number_is_taken_exactly() -> None:
    async def work(yard: Yard) -> None:
        body = json.dumps(yard.transfer(amount={"currency": MWK, "amount": 0})).replace(": 0}", ": 10.1}").encode()
        assert (await yard.prepare(body)).status == 202
        (forwarded,) = yard.taken()
        assert forwarded.body == body
        assert yard.position("green-bank") == "10.1"

    run(work)


def test_on_us_transfers_pass_where_the_scheme_allows_them() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare(payeeFsp="green-bank")
        await yard.fulfil(source="green-bank")
        assert yard.state() == "COMMITTED"
        assert yard.positions() == {}

    run(work, on_us=True)


def test_a_lower_limit_blocks_only_what_comes_later() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.control("set-limit", participant="green-bank", currency=MWK, value="50")
        await yard.prepare(transferId=OTHER, amount="1")
        assert yard.taken()[-1].error == ("4200", "Payer limit error")
        await yard.fulfil()
        assert yard.state() == "COMMITTED"

    run(work)


def test_an_unreachable_payee_leaves_the_transfer_to_its_expiry() -> None:
    async def work(yard: Yard) -> None:
        yard.absent.add("blue-wallet")
        await yard.prepare()
        assert (yard.lines(), yard.state()) == ([], "RESERVED")
        await yard.clock.advance(75)
        assert (yard.lines(), yard.positions()) == ([f"PUT /transfers/{TRANSFER}/error to green-bank"], {})

    run(work)


def test_without_prefunding_nothing_can_be_sent_and_funds_in_change_that() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        assert yard.taken()[0].error[0] == "4001"
        yard.control("funds-in", participant="green-bank", currency=MWK, amount="100")
        await yard.prepare(transferId=OTHER)
        assert yard.lines() == ["POST /transfers to blue-wallet"]

    run(work, participants=changed(PARTICIPANTS, "green-bank", funds={MWK: Money("0", MWK)}))


def test_what_is_reserved_goes_on_when_its_parties_become_inactive() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        for name in ("green-bank", "blue-wallet"):
            yard.control("set-active", participant=name, isActive=False)
        await yard.fulfil()
        assert yard.state() == "COMMITTED"
        assert yard.positions() == {"green-bank MWK": "100", "blue-wallet MWK": "-100"}

    run(work)


def test_a_cap_below_the_position_stops_new_prepares_only() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.control("set-limit", participant="green-bank", currency=MWK, value="50")
        await yard.fulfil()
        assert yard.state() == "COMMITTED"
        yard.taken()
        await yard.prepare(transferId="c51ec534-ee48-4575-b6a9-ead2955b8069", amount="1")
        assert yard.taken()[0].error[0] == "4200"

    run(work)
