"""Requests to pay: taken, consented to, proved and paid once; made, answered, and the password handed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from core_connector_mojaloop import JSON, Mojaloop
from core_connector_yard import AMINA, BOB, Yard, quote_request

from loopyard.protocols.fspiop.dates import to_iso
from loopyard.transport.client import NoAnswer
from loopyard.transport.messages import Reply

pytestmark = pytest.mark.asyncio

REQUEST = "01KB00000000000000000000R2"
AMOUNT = {"currency": "MWK", "amount": "100"}


class Scheme:
    """What the Mojaloop connector does with requests: `passwords` come back one by one, `ends` say how a transfer ends."""

    def __init__(self, mojaloop: Mojaloop) -> None:
        self.mojaloop = mojaloop
        self.passwords: list[str] = []
        self.ends: list[str] = []
        self.wanted = False
        self.asked: tuple[int, Any] = (200, {"body": {"transactionRequestState": "RECEIVED"}})
        self.state: dict[str, Any] = {}
        self.said: list[Any] = []
        mojaloop.more = self

    async def __call__(self, method: str, path: str, content: Any) -> Reply | None:
        if not path.startswith("/requestToPay"):
            return None
        self.said.append((method, path.split("/")[1], content))
        if path == "/requestToPayTransfer":
            return self._start(content)
        if path.startswith("/requestToPayTransfer/"):
            return self._go_on(content)
        if method == "POST":
            to = content["to"] | {"fspId": "blue-wallet", "firstName": "Bob", "lastName": "Kamanga"}
            state = {"transactionRequestId": REQUEST, "to": to, "currentState": "WAITING_FOR_PARTY_ACCEPTANCE"}
            return _reply(200, content | state)
        status, response = self.asked
        return _reply(
            status, response if status != 200 else {"currentState": "COMPLETED", "transactionRequestResponse": response}
        )

    def _start(self, content: Any) -> Reply:
        transfer_id = self.mojaloop.ids.ulid(self.mojaloop.clock.now())
        terms = {"transferAmount": AMOUNT, "payeeReceiveAmount": AMOUNT, "expiration": self.mojaloop._expiration()}
        self.mojaloop.hub[transfer_id] = None
        self.wanted = "authenticationType" in content
        self.state = content | {"transferId": transfer_id, "quoteResponse": {"body": terms}}
        return self._halt("QUOTE")

    def _halt(self, what: str) -> Reply:
        return _reply(200, self.state | {"currentState": f"WAITING_FOR_{what}_ACCEPTANCE"})

    def _go_on(self, content: Any) -> Reply:
        ((what, yes),) = content.items()
        if not yes:
            return _reply(200, {"status": f"{REQUEST} has been REJECTED"})
        if what == "acceptQuote" and self.wanted:
            if not self.passwords:
                return _reply(504, {"message": "Timeout", "statusCode": "504", "transferState": {}})
            info = {"authentication": "OTP", "authenticationValue": self.passwords.pop(0)}
            self.state["authorizationResponse"] = {"body": {"authenticationInfo": info, "responseType": "ENTERED"}}
            return self._halt("AUTH")
        end = self.ends.pop(0) if self.ends else "COMMITTED"
        self.mojaloop.hub[self.state["transferId"]] = end
        if end == "COMMITTED":
            done = {"currentState": "COMPLETED", "fulfil": {"body": {"transferState": "COMMITTED"}}}
            return _reply(200, self.state | done)
        error = {"errorInformation": {"errorCode": end, "errorDescription": "no"}}
        failed = {"currentState": "ERROR_OCCURRED", "lastError": {"mojaloopError": error}}
        return _reply(500, {"message": "no", "statusCode": end, "transferState": failed})


def _reply(status: int, content: Any) -> Reply:
    return Reply(status, orjson.dumps(content), JSON)


def wish(**more: Any) -> dict[str, Any]:
    payee = {"idType": "MSISDN", "idValue": BOB, "fspId": "blue-wallet", "displayName": "Bob Kamanga"}
    return {
        "transactionRequestId": REQUEST, "from": {"idType": "MSISDN", "idValue": AMINA}, "to": payee, "amount": "100",
        "currency": "MWK", "transactionType": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER",
    } | more  # fmt: skip


async def take(yard: Yard, **more: Any) -> tuple[int, Any]:
    return await yard.call("sdk", "POST", "/transactionrequests", wish(**more))


async def terms(yard: Yard) -> tuple[int, Any]:
    return await yard.call("dfsp", "POST", f"/payment-requests/{REQUEST}", {})


async def decide(yard: Yard, yes: bool = True) -> tuple[int, Any]:
    return await yard.call("dfsp", "PUT", f"/payment-requests/{REQUEST}", {"acceptQuote": yes})


async def stands(yard: Yard) -> Any:
    return (await yard.call("dfsp", "GET", f"/payment-requests/{REQUEST}"))[1]


async def offered(yard: Yard, **more: Any) -> None:
    await take(yard, **more)
    status, content = await terms(yard)
    assert status == 200, content


# -- requests that come -----------------------------------------------------------------------------------------------


async def test_a_request_is_taken_once_listed_and_paid_once(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        status, taken = await take(yard)
        assert (status, taken["transactionRequestState"]) == (200, "RECEIVED")
        assert await take(yard) == (200, taken)
        assert (await take(yard, amount="7"))[1]["statusCode"] == "3106"
        _, listed = await yard.call("dfsp", "GET", f"/payment-requests?payerId={AMINA}")
        assert [(row["transactionRequestId"], row["payeeDetails"]["name"]) for row in listed] == [(REQUEST, "Bob Kamanga")]
        status, shown = await terms(yard)
        assert (status, shown["totalAmount"], shown["homeTransactionId"]) == (200, "100", taken["homeR2PTransactionId"])
        for _ in range(2):
            status, done = await decide(yard)
            assert (status, done["currentState"]) == (200, "ACCEPTED")
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("400", "0")
        start = scheme.said[0][2]
        assert (start["transactionRequestId"], start["initiator"], start["amountType"]) == (REQUEST, "PAYEE", "RECEIVE")
        assert [content for method, _, content in scheme.said if method == "PUT"] == [{"acceptQuote": True}]
        assert (await take(yard))[1]["transactionRequestState"] == "ACCEPTED"


async def test_the_money_is_reserved_before_the_last_yes(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await offered(yard)
        held: list[str] = []
        inner = yard.mojaloop.more

        async def look(method: str, path: str, content: Any) -> Reply | None:
            held.append(str(yard.amina.held))
            return await inner(method, path, content)

        yard.mojaloop.more = look
        await decide(yard)
        assert held == ["100"]


@pytest.mark.parametrize(("more", "code"), [
    ({"from": {"idType": "MSISDN", "idValue": "1"}}, "3204"), ({"from": {"idType": "EMAIL", "idValue": "x"}}, "3100"),
    ({"currency": "ZMW"}, "4103"), ({"authenticationType": "QRCODE"}, "4102"), ({"amount": "01"}, "3101"),
    ({"expiration": "2026-03-02T07:59:59.000Z"}, "3301"), ({"transactionRequestId": ""}, "3101"),
])  # fmt: skip
async def test_a_request_that_nobody_can_pay_is_refused(store: Path, more: dict[str, Any], code: str) -> None:
    async with Yard(store) as yard:
        status, content = await take(yard, **more)
        assert (status >= 400, content["statusCode"]) == (True, code)
        assert (await yard.call("dfsp", "GET", f"/payment-requests?payerId={AMINA}"))[1] == []


async def test_a_blocked_payer_is_the_payer_s_code(store: Path) -> None:
    async with Yard(store) as yard:
        yard.amina.active = False
        assert (await take(yard))[1]["statusCode"] == "4400"


async def test_terms_are_seen_before_they_are_accepted(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await take(yard)
        assert (await decide(yard))[1]["statusCode"] == "3100"
        assert (await yard.call("dfsp", "PUT", "/payment-requests/none", {"acceptQuote": True}))[0] == 404
        assert (await yard.call("dfsp", "PUT", f"/payment-requests/{REQUEST}", {}))[1]["statusCode"] == "3102"
        assert (await yard.call("dfsp", "GET", "/payment-requests"))[1]["statusCode"] == "3102"


@pytest.mark.parametrize("seen", [True, False])
async def test_a_rejection_is_told_through_the_terms(store: Path, seen: bool) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await take(yard)
        if seen:
            await terms(yard)
        for _ in range(2):
            status, content = await decide(yard, yes=False)
            assert (status, content["statusCode"]) == (400, "4101")
        assert scheme.said[-1][2] == {"acceptQuote": False}
        assert (await stands(yard))["currentState"] == "REJECTED"
        assert (await terms(yard))[1]["statusCode"] == "4101"
        assert await yard.unresolved() == []


async def test_a_rejection_stands_even_when_it_cannot_be_told(store: Path) -> None:
    async with Yard(store) as yard:
        await take(yard)
        yard.mojaloop.start_error = (503, {"message": "down"})
        assert (await decide(yard, yes=False))[1]["statusCode"] == "4101"
        row = await stands(yard)
        assert (row["currentState"], "was not told" in row["message"]) == ("REJECTED", True)


async def test_who_cannot_afford_it_has_rejected_it(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await offered(yard)
        yard.amina.balance -= yard.amina.balance
        assert (await decide(yard))[1]["statusCode"] == "4000"
        assert scheme.said[-1][2] == {"acceptQuote": False}
        assert (await stands(yard))["currentState"] == "REJECTED"


async def test_a_transfer_that_the_hub_aborts_gives_the_money_back(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        scheme.ends = ["5104"]
        await offered(yard)
        assert (await decide(yard))[1]["statusCode"] == "5104"
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("500", "0")
        assert (await decide(yard))[1]["statusCode"] == "5104"


async def test_a_request_expires_for_the_payer(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await offered(yard, expiration="2026-03-02T08:00:30.000Z")
        await yard.clock.advance(31)
        assert (await decide(yard))[1]["statusCode"] == "3301"
        assert (await terms(yard))[1]["statusCode"] == "3301"
        assert (await stands(yard))["currentState"] == "EXPIRED"
        assert "PUT" not in [method for method, _, _ in scheme.said]


async def test_expired_terms_can_be_asked_for_again(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await offered(yard)
        await yard.clock.advance(61)
        assert (await decide(yard))[1]["statusCode"] == "3302"
        assert (await terms(yard))[0] == 200
        assert (await decide(yard))[0] == 200
        assert str(yard.amina.balance) == "400"


# -- passwords --------------------------------------------------------------------------------------------------------


async def test_the_right_password_pays(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        scheme.passwords = ["4711"]
        await offered(yard, authenticationType="OTP")
        status, content = await decide(yard)
        assert (status, content["currentState"]) == (200, "WAITING_FOR_PASSWORD")
        await yard.clock.settle()
        assert (await stands(yard))["currentState"] == "ACCEPTED"
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("400", "0")
        assert [list(content) for method, _, content in scheme.said if method == "PUT"] == [["acceptQuote"], ["acceptOTP"]]


async def test_each_try_is_a_transfer_of_its_own_and_the_third_wrong_one_ends_it(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        scheme.passwords = ["1", "2", "3", "4711"]
        await offered(yard, authenticationType="OTP")
        await decide(yard)
        await yard.clock.settle()
        row = await stands(yard)
        assert (row["currentState"], row["statusCode"], row["passwordsWrong"]) == ("REJECTED", "4100", 3)
        assert scheme.said[-1][2] == {"acceptOTP": False}
        assert (len([path for method, path, _ in scheme.said if method == "POST"]), str(yard.amina.balance)) == (3, "500")
        assert yard.bank.count("/funds/reserve") == 0


async def test_a_second_try_may_be_right(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        scheme.passwords = ["1", "4711"]
        await offered(yard, authenticationType="OTP")
        await decide(yard)
        await yard.clock.settle()
        assert ((await stands(yard))["currentState"], str(yard.amina.balance)) == ("ACCEPTED", "400")


async def test_without_a_password_she_may_consent_again(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await offered(yard, authenticationType="OTP")
        await decide(yard)
        await yard.clock.settle()
        row = await stands(yard)
        assert (row["currentState"], row["statusCode"]) == ("RECEIVED", "2004")
        assert yard.bank.count("/funds/reserve") == 0
        scheme.passwords = ["4711"]
        assert (await terms(yard))[0] == 200
        await decide(yard)
        await yard.clock.settle()
        assert ((await stands(yard))["currentState"], str(yard.amina.balance)) == ("ACCEPTED", "400")


@pytest.mark.parametrize("kind", ["empty", "html"])
async def test_a_bank_that_does_not_check_opens_nothing(store: Path, kind: str) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        scheme.passwords = ["4711"]
        await offered(yard, authenticationType="OTP")
        yard.bank.fail("POST /authentications/", kind)
        await decide(yard)
        await yard.clock.settle()
        assert ((await stands(yard))["statusCode"], str(yard.amina.balance)) == ("2003", "500")


async def test_a_crash_while_waiting_for_the_password_holds_nothing(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        waits = yard.clock.signal()

        async def hang(method: str, path: str, content: Any) -> Reply | None:
            if method == "PUT":
                await yard.clock.wait(waits)
            return await scheme(method, path, content)

        yard.mojaloop.more = hang
        await offered(yard, authenticationType="OTP")
        await decide(yard)
        await yard.clock.drive(yard.host.crash())
        await yard.clock.drive(yard.host.restart())
        waits.fire()
        await yard.clock.settle()
        assert ((await stands(yard))["currentState"], str(yard.amina.balance)) == ("RECEIVED", "500")


@pytest.mark.parametrize("password", [True, False])
@pytest.mark.parametrize("boundary", [
    "requests.received.recorded", "requests.password.sent", "payments.request.recorded", "payments.terms.received",
    "payments.offer.recorded", "payments.consent.recorded", "payments.reserve.done", "payments.reserve.recorded",
    "payments.accept.recorded", "payments.accept.done", "payments.outcome.recorded", "payments.capture.done",
    "payments.capture.recorded",
])  # fmt: skip
async def test_whatever_crashes_a_request_is_paid_once_or_not_at_all(store: Path, boundary: str, password: bool) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        scheme.passwords = ["4711", "4711"]
        yard.host.crash_at(boundary)
        more = {"authenticationType": "OTP"} if password else {}
        crashed = boundary == "requests.password.sent" and not password
        for _ in range(2):  # everybody tries again what was not answered
            for step in (take(yard, **more), terms(yard), decide(yard)):
                try:
                    await step
                    await yard.clock.settle()
                except NoAnswer:
                    pass
                if not yard.host.running:
                    crashed = True
                    await yard.clock.drive(yard.host.restart())
                await yard.clock.settle()
        assert crashed
        await yard.clock.advance(600)
        committed = [state for state in yard.mojaloop.hub.values() if state == "COMMITTED"]
        assert len(committed) <= 1
        assert str(yard.amina.balance) == ("400" if committed else "500")
        assert str(yard.amina.held) == "0"
        assert await yard.unresolved() == []


async def test_no_password_is_asked_for_by_a_bank_that_sends_none(store: Path) -> None:
    async with Yard(store, {"profile": "published"}) as yard:
        assert (await take(yard, authenticationType="OTP"))[1]["statusCode"] == "4102"


# -- requests that are made -------------------------------------------------------------------------------------------


def ask(**more: Any) -> dict[str, Any]:
    return {
        "homeTransactionId": "home-7", "payee": {"payeeId": AMINA, "name": "Amina Banda"}, "payerIdType": "MSISDN",
        "payerId": BOB, "amount": "100", "currency": "MWK",
    } | more  # fmt: skip


async def made(yard: Yard, **more: Any) -> tuple[int, Any]:
    return await yard.call("dfsp", "POST", "/request-to-pay", ask(**more))


async def confirm(yard: Yard, **content: Any) -> tuple[int, Any]:
    return await yard.call("dfsp", "PUT", f"/request-to-pay/{REQUEST}", content or {"acceptParty": True})


async def became(yard: Yard) -> Any:
    return (await yard.call("dfsp", "GET", f"/request-to-pay/{REQUEST}"))[1]


async def test_who_would_be_asked_is_shown_first(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        status, shown = await made(yard)
        assert (status, shown["currentState"]) == (200, "WAITING_FOR_PARTY_ACCEPTANCE")
        assert shown["payerDetails"] == {"idType": "MSISDN", "idValue": BOB, "fspId": "blue-wallet", "name": "Bob Kamanga"}
        assert (await made(yard))[1] == shown
        assert (await made(yard, amount="7"))[1]["statusCode"] == "3106"
        status, sent = await confirm(yard)
        assert (status, sent["currentState"], sent["transactionRequestState"]) == (200, "SENT", "RECEIVED")
        assert [(method, what) for method, what, _ in scheme.said] == [("POST", "requestToPay"), ("PUT", "requestToPay")]
        assert (await confirm(yard))[1]["currentState"] == "SENT"
        assert len(scheme.said) == 2


async def test_a_request_that_is_not_sent_is_over(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await made(yard)
        assert (await confirm(yard, acceptParty=False))[1]["currentState"] == "DECLINED"
        assert (await confirm(yard))[1]["currentState"] == "DECLINED"


@pytest.mark.parametrize(("state", "code"), [("REJECTED", "4101"), ("ACCEPTED", None)])
async def test_a_later_word_ends_a_request(store: Path, state: str, code: str | None) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await made(yard)
        await confirm(yard)
        for _ in range(2):
            told = {"transactionRequestState": state}
            assert (await yard.call("sdk", "PUT", f"/requestToPay/{REQUEST}", told))[0] == 200
        row = await became(yard)
        assert (row["currentState"], row.get("statusCode")) == (state, code)
        assert (await yard.call("sdk", "PUT", "/requestToPay/none", {"transactionRequestState": "REJECTED"}))[1] == {
            "statusCode": "3206", "message": "no request none",
        }  # fmt: skip
        assert (await yard.call("sdk", "PUT", f"/requestToPay/{REQUEST}", {"transactionRequestState": "?"}))[0] == 400


async def test_an_error_ends_a_request_and_silence_does_not(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await made(yard)
        scheme.asked = (504, {"message": "Timeout", "statusCode": "504", "transferState": {}})
        assert (await confirm(yard))[1]["statusCode"] == "2004"
        assert (await became(yard))["currentState"] == "SENT"
        await yard.call("sdk", "PUT", f"/requestToPay/{REQUEST}", {"transactionRequestState": "REJECTED"})
        assert (await became(yard))["currentState"] == "REJECTED"
    async with Yard(store.with_name("other.sqlite")) as yard:
        scheme = Scheme(yard.mojaloop)
        await made(yard)
        scheme.asked = (500, {"message": "no", "statusCode": "4100", "transferState": {}})
        assert (await confirm(yard))[1]["statusCode"] == "4100"
        assert ((await became(yard))["currentState"], (await confirm(yard))[1]["statusCode"]) == ("FAILED", "4100")


@pytest.mark.parametrize("more", [{"amount": "0"}, {"currency": "XYZ"}, {"payerId": ""}, {"authenticationType": "U2F"}])
async def test_a_wish_that_cannot_be_read_is_refused(store: Path, more: dict[str, Any]) -> None:
    async with Yard(store) as yard:
        assert (await made(yard, **more))[0] == 400
        assert yard.mojaloop.calls == []


async def quoted(yard: Yard, number: int = 1, **more: Any) -> tuple[int, Any]:
    wish = quote_request(f"T{number}", "100", "RECEIVE", AMINA)
    return await yard.call("sdk", "POST", "/quoterequests", wish | {"transactionRequestId": REQUEST} | more)


async def test_terms_are_given_for_what_was_asked_and_once_it_is_paid_no_more(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await made(yard)
        await confirm(yard)
        assert (await quoted(yard, amount="7"))[1]["statusCode"] == "5103"
        assert (await quoted(yard, transactionRequestId="none"))[1]["statusCode"] == "3206"
        status, terms_ = await quoted(yard)
        assert status == 200
        await yard.prepared(terms_)
        assert (await became(yard))["paid"] is False
        await yard.notice("T1", "COMPLETED")
        row = await became(yard)
        assert (row["paid"], row["transferId"], str(yard.amina.balance)) == (True, "T1", "600")
        assert (await quoted(yard, 2))[1]["statusCode"] == "5103"


async def test_a_rejected_request_gets_no_terms(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await made(yard)
        await confirm(yard)
        await yard.call("sdk", "PUT", f"/requestToPay/{REQUEST}", {"transactionRequestState": "REJECTED"})
        assert (await quoted(yard))[1]["statusCode"] == "3301"


async def test_a_password_is_handed_over_once_whoever_comes_first(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await made(yard, authenticationType="OTP")
        await confirm(yard)
        assert (await confirm(yard, otpValue="12x"))[1]["statusCode"] == "3101"
        await confirm(yard, otpValue="4711")
        path = f"/otp/{REQUEST}"
        assert await yard.call("sdk", "GET", path) == (200, {"otpValue": "4711"})
        first, second = await yard.ask(
            ("sdk", "GET", path, None), ("dfsp", "PUT", f"/request-to-pay/{REQUEST}", {"otpValue": "4712"})
        )
        answers = [orjson.loads(each.body) for each in (first, second)]  # type: ignore[union-attr]
        assert {"otpValue": "4712"} in answers
        status, content = await yard.call("sdk", "GET", path)
        assert (status, content["statusCode"]) == (400, "5100")
        assert (await yard.call("sdk", "GET", "/otp/none"))[0] == 404
        assert to_iso(yard.clock.now()).startswith("2026-03-02T08:00:4")
