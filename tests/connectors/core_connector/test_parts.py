"""The seams: each named defect can be had by replacing one part, and does the damage that a suite must notice."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from core_connector_yard import AMINA, BOB, Yard, quote_request

from connectors.core_connector.cbs import CoreBanking
from connectors.core_connector.drivers.mojaloop_reference import MojaloopReference
from connectors.core_connector.errors import Refusal
from connectors.core_connector.face import Replies
from connectors.core_connector.mojaloop.verdicts import Answers, Committed, Pending, Verdict
from connectors.core_connector.outcomes import Done, Outcome
from connectors.core_connector.payments.model import Offer
from connectors.core_connector.payments.policy import Decision, RefundPolicy
from connectors.core_connector.payments.service import Payments
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.receipts.model import Receipt
from connectors.core_connector.receipts.transfers import Receipts
from connectors.core_connector.retry import Retry
from loopyard.kernel.errors import UsageError
from loopyard.kernel.money import Money
from loopyard.transport.client import Answer
from loopyard.transport.messages import Reply

pytestmark = pytest.mark.asyncio


class CreditsOnTransfer(Receipts):
    async def on_prepare(self, receipt: Receipt) -> None:
        await super().on_prepare(receipt)
        await self.teller.commit(self.order(receipt), receipt.reserve_id)


async def test_credits_on_transfer(store: Path) -> None:
    async with Yard(store, parts={"receipts": CreditsOnTransfer}) as yard:
        await yard.prepared(await yard.quoted())
        assert str(yard.bob.balance) == "60", "before the hub has committed"
        await yard.notice("T1", "ABORTED")
        assert str(yard.bob.balance) == "60"


class ForgetsReceipts(Receipts):
    def earlier(self, transfer_id: str) -> Receipt | None:
        return None


class ForgetsPayments(Payments):
    def earlier(self, home_id: str) -> None:
        return None


async def test_ignores_a_duplicate(store: Path) -> None:
    parts = {"receipts": ForgetsReceipts, "payments": ForgetsPayments}
    async with Yard(store, parts=parts, duplicates="second-hold") as yard:
        quote = await yard.quoted()
        await yard.prepared(quote)
        await yard.prepared(quote)
        assert yard.bank.states() == ["payee RESERVED", "payee RESERVED"]
        assert await yard.offered() != await yard.offered()


class RefundsOnTimeout(RefundPolicy):
    def decide(self, verdict: Verdict, since_acceptance: timedelta) -> Decision:
        return "release" if isinstance(verdict, Pending) else super().decide(verdict, since_acceptance)


async def test_refunds_on_a_timeout(store: Path) -> None:
    async with Yard(store, parts={"payments.refund_policy": RefundsOnTimeout}) as yard:
        yard.mojaloop.ends = ["reset"]
        await yard.accept(await yard.offered())
        assert yard.bank.states() == ["payer RELEASED"]
        assert list(yard.mojaloop.hub.values()) == ["COMMITTED"]


class ForgetsToRelease(MojaloopReference):
    async def release(self, reserve_id: str, reason: str) -> Outcome[None]:
        return Done(None)


async def test_forgets_to_release(store: Path) -> None:
    async with Yard(store, parts={"cbs": ForgetsToRelease}) as yard:
        yard.mojaloop.ends = ["5104"]
        await yard.accept(await yard.offered())
        assert (yard.bank.states(), str(yard.amina.held)) == (["payer RESERVED"], "100")


class ComparesFloats(Terms):
    def same(self, one: Money, other: Money) -> bool:
        return float(one.decimal) == float(other.decimal)


async def test_compares_floats(store: Path) -> None:
    def a_little_more(state: dict[str, Any]) -> None:
        state["quoteResponse"]["body"]["transferAmount"]["amount"] = "90071992547409.9301"
        state["quoteResponse"]["body"]["payeeReceiveAmount"]["amount"] = "90071992547409.9301"

    for parts, expected in (({"terms": ComparesFloats}, 200), ({}, 400)):
        async with Yard(store, parts=parts) as yard:
            yard.bank.open(AMINA, "999999999999999")
            yard.mojaloop.alter = a_little_more
            assert (await yard.send("90071992547409.93"))[0] == expected


class NewIdEachTime(Retry):
    def reference(self, reference: str, attempt: int) -> str:
        return f"{reference}-{attempt}"


class Blindly(Retry):
    def asks_first(self, bank: CoreBanking) -> bool:
        return False

    def may_repeat(self, bank: CoreBanking) -> bool:
        return True


async def test_retries_with_a_new_id(store: Path) -> None:
    class Blind(NewIdEachTime, Blindly):
        pass

    async with Yard(store, parts={"retry": Blind}) as yard:
        yard.bank.fail("POST /funds/reserve", "applied-no-reply")
        await yard.accept(await yard.offered())
        assert sorted(yard.bank.states()) == ["payer COMMITTED", "payer RESERVED"]
        assert str(yard.amina.held) == "100"


async def test_retries_blindly_against_a_bank_that_holds_twice(store: Path) -> None:
    async with Yard(store, parts={"retry": Blindly}, duplicates="second-hold") as yard:
        yard.bank.fail("POST /funds/reserve", "applied-no-reply")
        await yard.accept(await yard.offered())
        assert sorted(yard.bank.states()) == ["payer COMMITTED", "payer RESERVED"]


class TrustsHttp(Answers):
    def verdict(self, answer: Answer) -> Verdict:
        verdict = super().verdict(answer)
        halted = b"WAITING_FOR" in answer.body
        return Committed({}, {}) if answer.status == 200 and not halted else verdict


async def test_trusts_http_200(store: Path) -> None:
    async with Yard(store, parts={"answers": TrustsHttp}) as yard:
        yard.mojaloop.ends = ["ABORTED"]
        assert (await yard.accept(await yard.offered()))[0] == 200
        assert yard.bank.states() == ["payer COMMITTED"]


class NeverExpires(Terms):
    def expired(self, offer: Offer, now: datetime) -> bool:
        return False


async def test_skips_the_expiry(store: Path) -> None:
    async with Yard(store, parts={"terms": NeverExpires}) as yard:
        transfer = await yard.offered()
        await yard.clock.advance(3600)
        assert (await yard.accept(transfer))[0] == 200


class FeeTwice(Terms):
    def to_reserve(self, offer: Offer) -> Money:
        return offer.send + offer.fee


async def test_posts_the_fee_twice(store: Path) -> None:
    async with Yard(store, parts={"terms": FeeTwice}) as yard:
        yard.bank.sending_fee = Decimal(2)
        await yard.accept(await yard.offered())
        assert str(yard.amina.balance) == "396"


class Silent(Replies):
    def refused(self, no: Refusal) -> Reply:
        return Reply(200) if no.unknown else super().refused(no)


async def test_answers_nothing_when_the_bank_answers_nothing(store: Path) -> None:
    async with Yard(store, parts={"replies": Silent}) as yard:
        yard.bank.fail("GET /accounts", "empty")
        assert await yard.call("sdk", "GET", f"/parties/MSISDN/{BOB}") == (200, None)
        assert (await yard.call("sdk", "POST", "/quoterequests", quote_request("T1", "5", "SEND", payee="9")))[0] == 404


async def test_an_unknown_part_is_refused(store: Path) -> None:
    yard = Yard(store, parts={"cbss": MojaloopReference})
    with pytest.raises(UsageError, match=r"parts are answers, bulks"):
        await yard.__aenter__()
    await yard.__aexit__(None, None, None)
