"""Outgoing payments: what the payer is shown, what she pays, and when money goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from core_connector_yard import AMINA, Yard, request

from loopyard.transport.client import Answer

pytestmark = pytest.mark.asyncio


async def test_the_payer_sees_the_terms_and_pays_them_once(store: Path) -> None:
    async with Yard(store) as yard:
        yard.bank.sending_fee, yard.mojaloop.fee = 2, 1  # type: ignore[assignment]
        status, terms = await yard.send("100")
        assert status == 200
        assert terms["payeeDetails"]["name"] == "Bob Kamanga"
        shown = {key: terms[key] for key in ("sendAmount", "sourceFees", "totalAmount", "targetFees", "receiveAmount")}
        assert shown == {"sendAmount": "100", "sourceFees": "2", "totalAmount": "102", "targetFees": "1", "receiveAmount": "99"}
        assert str(yard.amina.available) == "500"
        assert await yard.accept(terms["transactionId"]) == (200, {"transferId": terms["transactionId"]})
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("398", "0")
        assert await yard.accept(terms["transactionId"]) == (200, {"transferId": terms["transactionId"]})
        assert str(yard.amina.balance) == "398"
        assert (await yard.state(terms["transactionId"]))["currentState"] == "COMPLETED"
        assert await yard.unresolved() == []


async def test_money_is_reserved_before_the_transfer_is_accepted(store: Path) -> None:
    async with Yard(store) as yard:
        held: list[str] = []
        yard.mojaloop.alter = lambda state: held.append(str(yard.amina.held))
        await yard.accept(await yard.offered())
        assert held == ["0", "100"]


@pytest.mark.parametrize("amount", ["0.3", "100.50", "0.0001", "123456789012345.6789"])
async def test_amounts_stay_exact(store: Path, amount: str) -> None:
    async with Yard(store) as yard:
        yard.bank.open(AMINA, "999999999999999")
        status, terms = await yard.send(amount)
        assert status == 200
        written = "100.5" if amount == "100.50" else amount
        assert (terms["sendAmount"], terms["receiveAmount"]) == (written, written)
        assert yard.mojaloop.calls[0][2]["amount"] == written


async def test_a_commission_is_the_institutions_to_pay(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.commission = 3  # type: ignore[assignment]
        await yard.accept(await yard.offered("100"))
        assert str(yard.amina.balance) == "400"
        assert yard.bank.commission_paid == 3


async def test_a_merchant_gets_what_was_asked_and_the_payer_pays_the_fee(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.fee = 4  # type: ignore[assignment]
        status, terms = await yard.pay_merchant("100")
        assert (status, terms["sendAmount"], terms["receiveAmount"]) == (200, "104", "100")
        assert (await yard.accept(terms["transactionId"]))[0] == 200
        assert str(yard.amina.balance) == "396"
        assert yard.mojaloop.puts() == [{"acceptQuote": True}]


async def test_refusing_the_terms_reserves_nothing(store: Path) -> None:
    async with Yard(store) as yard:
        transfer = await yard.offered()
        status, content = await yard.accept(transfer, yes=False)
        assert (status, content["statusCode"]) == (400, "4101")
        assert yard.mojaloop.puts() == [{"acceptQuote": False}]
        assert yard.bank.reserves == []
        assert (await yard.accept(transfer))[1]["statusCode"] == "4101"
        assert yard.bank.reserves == []


async def test_expired_terms_reserve_nothing_and_new_ones_can_be_asked_for(store: Path) -> None:
    async with Yard(store) as yard:
        transfer = await yard.offered()
        await yard.clock.advance(60)
        status, content = await yard.accept(transfer)
        assert (status, content["statusCode"]) == (400, "3302")
        assert yard.bank.reserves == []
        again = await yard.offered()
        assert again != transfer
        assert (await yard.accept(again))[0] == 200
        assert str(yard.amina.balance) == "400"


async def test_the_same_home_transaction_is_the_same_transfer(store: Path) -> None:
    async with Yard(store) as yard:
        first, second = (await yard.send())[1], (await yard.send())[1]
        assert first == second
        await yard.accept(first["transactionId"])
        assert (await yard.send())[1] == first
        assert len(yard.bank.reserves) == 1
        assert len(yard.mojaloop.transfers) == 1
        status, content = await yard.send("101")
        assert (status, content["statusCode"]) == (400, "3106")


async def test_the_same_request_twice_at_once_starts_one_transfer(store: Path) -> None:
    async with Yard(store) as yard:
        wish = ("dfsp", "POST", "/send-money", request("100", "home-1", "MWK"))
        answers = await yard.ask(wish, wish)
        assert [each.status for each in answers if isinstance(each, Answer)] == [200, 200]
        assert len(yard.mojaloop.transfers) == 1


async def test_two_acceptances_at_once_reserve_once(store: Path) -> None:
    async with Yard(store) as yard:
        transfer = await yard.offered()
        yes = ("dfsp", "PUT", f"/send-money/{transfer}", {"acceptQuote": True, "homeTransactionId": "home-1"})
        answers = await yard.ask(yes, yes)
        assert [each.status for each in answers if isinstance(each, Answer)] == [200, 200]
        assert yard.bank.states() == ["payer COMMITTED"]


async def test_of_two_payments_with_money_for_one_the_second_fails_cleanly(store: Path) -> None:
    async with Yard(store) as yard:
        first, second = await yard.offered("300", "a"), await yard.offered("300", "b")
        answers = await yard.ask(
            ("dfsp", "PUT", f"/send-money/{first}", {"acceptQuote": True, "homeTransactionId": "a"}),
            ("dfsp", "PUT", f"/send-money/{second}", {"acceptQuote": True, "homeTransactionId": "b"}),
        )
        statuses = sorted(each.status for each in answers if isinstance(each, Answer))
        assert statuses == [200, 400]
        refused = next(orjson.loads(each.body) for each in answers if isinstance(each, Answer) and each.status == 400)
        assert refused["statusCode"] == "4000"
        assert "INSUFFICIENT_FUNDS" in refused["message"]
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("200", "0")
        assert {"acceptQuote": False} in yard.mojaloop.puts()


@pytest.mark.parametrize(
    ("end", "code"), [("ABORTED", "5104"), ("4001", "4001"), ("5200", "5200"), ("5002", "5002"), ("3303", "3303")]
)
async def test_an_abort_releases_once_and_keeps_the_hubs_code(store: Path, end: str, code: str) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.ends = [end]
        transfer = await yard.offered()
        status, content = await yard.accept(transfer)
        assert (status, content["statusCode"]) == (400, code)
        assert yard.bank.states() == ["payer RELEASED"]
        assert yard.bank.count("POST /funds/unreserve") == 1
        assert (await yard.accept(transfer))[1]["statusCode"] == code
        assert yard.bank.count("POST /funds/unreserve") == 1
        assert (await yard.state(transfer))["currentState"] == "ABORTED"


@pytest.mark.parametrize("end", ["reset", "empty", "plain error", "slow"])
async def test_silence_is_pending_and_resolved_by_asking(store: Path, end: str) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.ends = [end]
        transfer = await yard.offered()
        status, content = await yard.accept(transfer)
        assert (status, content["statusCode"]) == (504, "2004")
        assert "GET /transfers" in content["message"]
        assert yard.bank.states() == ["payer RESERVED"]
        await yard.clock.advance(20)
        if end == "slow":
            assert yard.bank.states() == ["payer RESERVED"], "never released before the end"
            yard.mojaloop.hub[transfer] = "COMMITTED"
            await yard.clock.advance(60)
        assert yard.bank.states() == ["payer COMMITTED"]
        assert (await yard.state(transfer))["currentState"] == "COMPLETED"
        assert await yard.unresolved() == []


async def test_a_transfer_that_aborts_after_silence_is_released(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.ends = ["slow"]
        transfer = await yard.offered()
        assert (await yard.accept(transfer))[0] == 504
        assert await yard.unresolved() == ["PENDING"]
        yard.mojaloop.hub[transfer] = "ABORTED"
        assert (await yard.state(transfer))["currentState"] == "ABORTED", "asking resolves it at once"
        assert yard.bank.states() == ["payer RELEASED"]


async def test_unknown_at_the_hub_is_final_only_long_after(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.ends = ["lost"]
        transfer = await yard.offered()
        assert (await yard.accept(transfer))[0] == 504
        await yard.clock.advance(140)
        assert yard.bank.states() == ["payer RESERVED"]
        await yard.clock.advance(100)
        assert yard.bank.states() == ["payer RELEASED"]
        assert (await yard.state(transfer))["currentState"] == "ABORTED"


async def test_a_halt_after_the_last_acceptance_is_refused(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.ends = ["halt again"]
        status, _ = await yard.accept(await yard.offered())
        assert status == 400
        assert yard.mojaloop.puts() == [{"acceptQuote": True}, {"acceptConversion": False}]
        assert yard.bank.states() == ["payer RELEASED"]


async def test_the_hubs_refusal_of_a_payee_reaches_the_channel(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.start_error = (500, {"message": "Party not found", "statusCode": "3204", "transferState": {}})
        status, content = await yard.send()
        assert (status, content) == (400, {"statusCode": "3204", "message": "Party not found"})
        yard.mojaloop.start_error = None
        assert (await yard.send())[0] == 200


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ((504, {"message": "Timeout", "statusCode": "504"}), (504, "2004")),
        ((0, None), (504, "2004")),
        ((500, {"message": "No payee supportedCurrencies received", "statusCode": "500"}), (500, "2001")),
        ((400, {"message": "/requestBody/to/idValue must be ...", "statusCode": 400}), (400, "3100")),
        ((200, []), (500, "2001")),
    ],
)
async def test_no_terms_are_an_error_and_never_silence(store: Path, error: Any, expected: tuple[int, str]) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.start_error = error
        status, content = await yard.send()
        assert (status, content["statusCode"]) == expected
        assert yard.bank.reserves == []


def _set(path: str, value: Any) -> Any:
    def alter(state: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        for part in parents:
            state = state.get(part, {})
        if state:
            state[last] = value

    return alter


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("quoteResponse.body.transferAmount", {"currency": "MWK", "amount": "100.0001"}, "5101"),
        ("quoteResponse.body.payeeReceiveAmount", {"currency": "MWK", "amount": "99.9999"}, "5101"),
        ("quoteResponse.body.payeeFspFee", {"currency": "MWK", "amount": "1"}, "5101"),
        ("quoteResponse.body.payeeFspFee", {"currency": "ZMW", "amount": "0"}, "5101"),
        ("quoteResponse.body.transferAmount", {"currency": "MWK", "amount": "100.00"}, "5101"),
        ("quoteResponse.body.expiration", "soon", "5101"),
        ("needFx", True, "5106"),
    ],
)
async def test_terms_that_do_not_add_up_are_refused(store: Path, path: str, value: Any, code: str) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.alter = _set(path, value)
        status, content = await yard.send()
        assert (status, content["statusCode"]) == (400, code), content
        assert yard.mojaloop.puts() == [{"acceptQuote": False}]
        assert yard.bank.reserves == []


async def test_terms_without_the_optional_amounts_are_understood(store: Path) -> None:
    def bare(state: dict[str, Any]) -> None:
        for key in ("payeeReceiveAmount", "payeeFspFee", "payeeFspCommission"):
            state["quoteResponse"]["body"].pop(key, None)

    async with Yard(store) as yard:
        yard.mojaloop.alter = bare
        status, terms = await yard.send()
        assert (status, terms["receiveAmount"], terms["targetFees"]) == (200, "100", "0")


async def test_a_party_halt_is_passed(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.halt_at_party = True
        await yard.accept(await yard.offered())
        assert yard.mojaloop.puts() == [{"acceptParty": True}, {"acceptQuote": True}]


async def test_a_mojaloop_connector_that_accepts_by_itself_still_costs_the_payer(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.accepts_by_itself = True
        status, terms = await yard.send()
        assert (status, terms["sendAmount"]) == (200, "100")
        assert str(yard.amina.balance) == "400"


async def test_a_fee_that_changed_since_the_terms_is_not_charged(store: Path) -> None:
    async with Yard(store) as yard:
        transfer = await yard.offered()
        yard.bank.sending_fee = 7  # type: ignore[assignment]
        status, content = await yard.accept(transfer)
        assert (status, content["statusCode"]) == (400, "4000")
        assert yard.bank.states() == ["payer RELEASED"]
        assert yard.mojaloop.puts() == [{"acceptQuote": False}]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"sendAmount": "-1"}, "3100"), ({"sendAmount": "0"}, "3100"), ({"sendAmount": "1.00001"}, "3101"),
        ({"sendAmount": 5}, "3101"), ({"sendCurrency": "MWX"}, "3101"), ({"payeeId": None}, "3102"),
        ({"payeeIdType": "ACCOUNT_NO"}, "3100"), ({"payer": None}, "3102"), ({"homeTransactionId": 5}, "3101"),
    ],
)  # fmt: skip
async def test_a_bad_request_asks_nobody(store: Path, wish: dict[str, Any], code: str) -> None:
    async with Yard(store) as yard:
        status, content = await yard.call("dfsp", "POST", "/send-money", request("100", "h", "MWK") | wish)
        assert (status, content["statusCode"]) == (400, code)
        assert yard.mojaloop.calls == []


async def test_what_is_not_served_says_so(store: Path) -> None:
    async with Yard(store) as yard:
        assert (await yard.call("dfsp", "GET", "/nowhere"))[1]["statusCode"] == "3002"
        assert (await yard.call("dfsp", "DELETE", "/send-money"))[0] == 405
        assert (await yard.call("dfsp", "POST", "/send-money", b"{"))[1]["statusCode"] == "3101"
        assert (await yard.call("dfsp", "GET", "/transfers/unknown"))[1]["statusCode"] == "3208"
        assert (await yard.call("dfsp", "GET", "/health"))[1] == {"status": "OK", "bank": "UP"}
        assert (await yard.call("dfsp", "GET", "/"))[0] == 200


async def test_names_and_birth_travel_as_they_were_given(store: Path) -> None:
    birth = {"BirthDt": "1990-02-03", "CityOfBirth": "Zomba", "CtryOfBirth": "MW"}
    payer = {"name": "José Ñandú မောင်", "payerId": AMINA, "DateAndPlaceOfBirth": birth}
    async with Yard(store, {"api_type": "iso20022"}) as yard:
        await yard.send(payer=payer)
        sent = yard.mojaloop.calls[0][2]
        assert sent["from"] == {
            "type": "CONSUMER", "idType": "MSISDN", "idValue": AMINA, "fspId": "green-bank",
            "firstName": "José", "middleName": "Ñandú", "lastName": "မောင်", "dateOfBirth": "1990-02-03",
        }  # fmt: skip
        assert [each["value"] for each in sent["quoteRequestExtensions"]] == ["1990-02-03", "Zomba", "MW"]


async def test_single_currency_mode_refuses_a_conversion(store: Path) -> None:
    async with Yard(store, {"currency_mode": "single"}) as yard:
        assert (await yard.send(receive="ZMW"))[1]["statusCode"] == "5106"
        assert yard.mojaloop.calls == []
        assert (await yard.accept(await yard.offered()))[0] == 200


async def test_a_world_at_rest_has_no_timers(store: Path) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.ends = ["slow"]
        transfer = await yard.offered()
        await yard.accept(transfer)
        yard.mojaloop.hub[transfer] = "COMMITTED"
        await yard.clock.advance(300)
        asked = len(yard.mojaloop.calls)
        await yard.clock.advance(100_000)
        assert len(yard.mojaloop.calls) == asked
