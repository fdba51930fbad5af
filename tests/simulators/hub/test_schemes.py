"""Other schemes behind proxies: who is asked for a party, what is learnt, whose position moves, and what never expires."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loopyard.engine.plan import Participant
from loopyard.kernel.money import Money
from loopyard.transport.messages import Reply
from tests.simulators.hub.yard import FULFILMENT, MWK, PARTICIPANTS, TRANSFER, Yard, run

PARTY = "/parties/MSISDN/255741000501"
FAR = "coast-bank"


def proxy(name: str) -> Participant:
    return Participant(name, "proxy", "peer", name, {MWK: Money("0", MWK)}, {}, schemes=("hub", "elsewhere"))


BOTH = (*PARTICIPANTS, proxy("coast-proxy"), proxy("hill-proxy"))
ONE = BOTH[:-1]


async def comes_by(yard: Yard, name: str, source: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
    """A message of another scheme."""
    return await yard.send(source, method, path, body, fspiop_proxy=name, **more)


async def answered(yard: Yard, source: str = FAR, by: str = "coast-proxy", path: str = PARTY) -> None:
    """A participant of another scheme has the party."""
    _, _, kind, id_ = path.split("/")
    info = {"partyIdType": kind, "partyIdentifier": id_, "fspId": source}
    assert (await comes_by(yard, by, source, "PUT", path, {"party": {"partyIdInfo": info}}, to="green-bank")).status == 200


async def denied(yard: Yard, by: str, code: str = "3204") -> None:
    body = {"errorInformation": {"errorCode": code, "errorDescription": "as they say"}}
    await comes_by(yard, by, "TheirHub", "PUT", f"{PARTY}/error", body, to="green-bank")


async def known(yard: Yard) -> None:
    """Green Bank has found the party abroad; nothing of it is left to look at."""
    await yard.send("green-bank", "GET", PARTY)
    await answered(yard)
    yard.taken()


# -- discovery --------------------------------------------------------------------------------------------------------


def test_whom_the_directory_does_not_know_all_proxies_are_asked_for() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", PARTY)
        asked = yard.taken()
        assert [each.line for each in asked] == [f"GET /hub{PARTY} to coast-proxy", f"GET /hub{PARTY} to hill-proxy"]
        assert all(each.source == "green-bank" and "fspiop-destination" not in each.headers for each in asked)
        await answered(yard)
        (told,) = yard.taken()
        assert (told.line, told.source) == (f"PUT {PARTY} to green-bank", FAR)
        assert yard.control("parties", type="MSISDN", id="255741000501") == [{"fspId": FAR, "currency": None, "subId": None}]

    run(work, participants=BOTH)


def test_a_found_party_is_asked_for_through_its_proxy_alone_from_then_on() -> None:
    async def work(yard: Yard) -> None:
        await known(yard)
        await yard.send("blue-wallet", "GET", PARTY)
        (asked,) = yard.taken()
        assert (asked.line, asked.headers["fspiop-destination"]) == (f"GET /hub{PARTY} to coast-proxy", FAR)

    run(work, participants=BOTH)


def test_a_second_answer_is_passed_on_too_and_teaches_the_directory_nothing() -> None:
    async def work(yard: Yard) -> None:
        await known(yard)
        await answered(yard, "hill-bank", "hill-proxy")
        assert yard.lines() == [f"PUT {PARTY} to green-bank"]
        assert [each["fspId"] for each in yard.control("parties", type="MSISDN", id="255741000501")] == [FAR]

    run(work, participants=BOTH)


def test_only_the_last_denial_reaches_who_asked() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", PARTY)
        yard.taken()
        await denied(yard, "coast-proxy")
        assert yard.lines() == []
        await denied(yard, "hill-proxy")
        (told,) = yard.taken()
        assert (told.line, told.error[0], told.source) == (f"PUT {PARTY}/error to green-bank", "3204", "TheirHub")

    run(work, participants=BOTH)


def test_proxies_that_refuse_are_no_hope_either() -> None:
    async def work(yard: Yard) -> None:
        yard.answers["coast-proxy", "GET"] = Reply(503)
        await yard.send("green-bank", "GET", PARTY)
        assert len(yard.taken()) == 2
        await denied(yard, "hill-proxy")
        assert yard.taken()[0].error[0] == "3204"
        yard.answers["hill-proxy", "GET"] = Reply(503)
        await yard.send("green-bank", "GET", PARTY)
        assert yard.taken()[-1].error == ("3200", "Generic ID not found - Proxy connection error")

    run(work, participants=BOTH)


def test_a_scheme_that_stays_silent_is_given_up() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", PARTY)
        await denied(yard, "coast-proxy")
        yard.taken()
        await yard.clock.advance(7)
        (told,) = yard.taken()
        assert (told.error[0], told.source) == ("3300", "Hub")
        await denied(yard, "hill-proxy")
        assert yard.taken()[0].error[0] == "2006", "too late, it is an error outside of any discovery"

    run(work, participants=BOTH, discovery_seconds=7)


def test_the_same_question_twice_at_once_is_refused() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", PARTY)
        yard.taken()
        await yard.send("green-bank", "GET", PARTY)
        assert yard.taken()[0].error == ("3200", "Generic ID not found - Failed to cache sendToProxiesList")

    run(work, participants=BOTH)


def test_a_question_from_another_scheme_does_not_go_back_to_it() -> None:
    async def work(yard: Yard) -> None:
        await comes_by(yard, "coast-proxy", FAR, "GET", PARTY)
        assert yard.lines() == [f"GET /hub{PARTY} to hill-proxy"]
        await comes_by(yard, "hill-proxy", "hill-bank", "GET", "/parties/MSISDN/265991000001")
        assert yard.lines() == ["GET /parties/MSISDN/265991000001 to green-bank"]

    run(work, participants=BOTH)


def test_without_a_proxy_a_stranger_is_refused_at_once() -> None:
    async def work(yard: Yard) -> None:
        for named in ("", "green-bank", "nobody"):
            answer = await comes_by(yard, named, FAR, "GET", PARTY)
            assert (answer.status, b"invalid fspiop-source" in answer.body) == (400, True), named

    run(work, participants=BOTH)


# -- what has changed since ---------------------------------------------------------------------------------------------


def test_a_party_that_has_gone_elsewhere_is_2006_and_then_looked_for_again() -> None:
    async def work(yard: Yard) -> None:
        await known(yard)
        await yard.send("green-bank", "GET", PARTY)
        yard.taken()
        await denied(yard, "coast-proxy", "2006")
        (told,) = yard.taken()
        assert (told.line, told.error[0], told.source) == (f"PUT {PARTY}/error to green-bank", "2006", "Hub")
        assert yard.control("parties", type="MSISDN", id="255741000501") == []
        await yard.send("green-bank", "GET", PARTY)
        assert len(yard.taken()) == 2, "both proxies are asked"

    run(work, participants=BOTH)


def test_another_scheme_that_names_the_wrong_participant_is_told_2006() -> None:
    async def work(yard: Yard) -> None:
        path = "/parties/MSISDN/265991000001"  # Green Bank's
        await comes_by(yard, "coast-proxy", FAR, "GET", path, to="blue-wallet")
        (told,) = yard.taken()
        assert (told.line, told.error[0]) == (f"PUT /hub{path}/error to coast-proxy", "2006")
        assert told.headers["fspiop-destination"] == FAR
        await comes_by(yard, "coast-proxy", FAR, "GET", path, to="green-bank")
        assert yard.lines() == [f"GET {path} to green-bank"]

    run(work, participants=BOTH)


def test_an_entry_that_no_proxy_leads_to_is_dropped() -> None:
    async def work(yard: Yard) -> None:
        await yard.call("POST", "/participants/MSISDN/255741000501", face="oracle", body={"fspId": "gone-bank"},
                        headers={"content-type": "application/json"})  # fmt: skip
        await yard.send("green-bank", "GET", PARTY)
        assert yard.lines() == [f"GET /hub{PARTY} to coast-proxy"]
        assert yard.control("parties", type="MSISDN", id="255741000501") == []

    run(work, participants=ONE)


# -- quotes ------------------------------------------------------------------------------------------------------------


def test_whom_no_proxy_leads_to_cannot_be_asked_for_terms() -> None:
    async def work(yard: Yard) -> None:
        id_ = "b51ec534-ee48-4575-b6a9-ead2955b8069"
        await yard.send("green-bank", "GET", f"/quotes/{id_}", to=FAR)
        assert yard.taken()[0].error[0] == "3100"
        await known(yard)
        await yard.send("green-bank", "GET", f"/quotes/{id_}", to=FAR)
        assert yard.lines() == [f"GET /hub/quotes/{id_} to coast-proxy"]

    run(work, participants=ONE)


# -- transfers ---------------------------------------------------------------------------------------------------------


async def sent(yard: Yard, **changes: Any) -> None:
    """A prepare of Green Bank to the other scheme, taken by the proxy."""
    await known(yard)
    await yard.prepare(payeeFsp=FAR, **changes)
    assert yard.lines() == ["POST /hub/transfers to coast-proxy"]


async def word(yard: Yard, state: str, fulfilment: str | None = FULFILMENT, source: str = FAR, by: str = "coast-proxy") -> Any:
    body: dict[str, Any] = {"transferState": state} | ({"fulfilment": fulfilment} if fulfilment else {})
    return await comes_by(yard, by, source, "PUT", f"/transfers/{TRANSFER}", body, to="green-bank")


def test_the_proxys_position_stands_for_the_payees() -> None:
    async def work(yard: Yard) -> None:
        await sent(yard)
        assert yard.state() == "RESERVED_FORWARDED"
        await word(yard, "COMMITTED")
        assert yard.lines() == [f"PUT /transfers/{TRANSFER} to green-bank"], "and no copy goes abroad"
        assert yard.positions() == {"green-bank MWK": "100", "coast-proxy MWK": "-100"}
        (record,) = yard.control("transfers")
        assert (record["payer"], record["payee"], record["state"]) == ("green-bank", "coast-proxy", "committed")

    run(work, participants=ONE)


def test_of_a_proxy_no_limit_is_checked() -> None:
    async def work(yard: Yard) -> None:
        await comes_by(yard, "coast-proxy", FAR, "GET", "/parties/MSISDN/265991000001")
        yard.taken()
        body = yard.transfer(payerFsp=FAR, payeeFsp="green-bank", amount="999999")
        await comes_by(yard, "coast-proxy", FAR, "POST", "/transfers", body)
        assert yard.lines() == ["POST /transfers to green-bank"]
        assert yard.position("coast-proxy") == "999999"

    run(work, participants=ONE)


def test_what_a_proxy_has_got_does_not_expire_and_is_asked_for_at_every_scan() -> None:
    async def work(yard: Yard) -> None:
        await sent(yard)
        await yard.clock.advance(59)
        assert yard.lines() == []
        await yard.clock.advance(31)
        asked = yard.taken()
        assert [each.line for each in asked] == [f"GET /hub/transfers/{TRANSFER} to coast-proxy"] * 3
        assert all((each.source, each.headers["fspiop-destination"]) == ("green-bank", FAR) for each in asked)
        assert (yard.state(), yard.position("green-bank")) == ("RESERVED_FORWARDED", "100")
        await word(yard, "COMMITTED", source="TheirHub")
        assert yard.state() == "COMMITTED"
        yard.taken()
        await yard.clock.advance(60)
        assert yard.lines() == [], "nothing is asked any more"

    run(work, participants=ONE)


def test_a_hub_that_does_not_know_the_end_either_changes_nothing() -> None:
    async def work(yard: Yard) -> None:
        await sent(yard)
        await yard.clock.advance(75)
        for state in ("RESERVED", "RECEIVED"):
            await word(yard, state, None, source="TheirHub")
        assert yard.state() == "RESERVED_FORWARDED"
        await yard.clock.advance(1000)
        assert (await word(yard, "COMMITTED", source="TheirHub")).status == 200, "however long it took"
        assert yard.state() == "COMMITTED"

    run(work, participants=ONE)


@pytest.mark.parametrize("code", ["3208", "3303", "5100"])
def test_a_transfer_that_the_other_scheme_has_not_ends_here(code: str) -> None:
    async def work(yard: Yard) -> None:
        await sent(yard)
        await yard.clock.advance(75)
        yard.taken()
        body = {"errorInformation": {"errorCode": code, "errorDescription": "as they say"}}
        await comes_by(yard, "coast-proxy", "TheirHub", "PUT", f"/transfers/{TRANSFER}/error", body, to="green-bank")
        (told,) = yard.taken()
        assert (told.line, told.error[0]) == (f"PUT /transfers/{TRANSFER}/error to green-bank", code)
        assert (yard.state(), yard.positions(), yard.in_flight()) == ("ABORTED_ERROR", {}, {})

    run(work, participants=ONE)


def test_a_payment_that_the_proxy_refuses_expires_as_any_other() -> None:
    async def work(yard: Yard) -> None:
        await known(yard)
        yard.answers["coast-proxy", "POST"] = Reply(400)
        await yard.prepare(payeeFsp=FAR)
        assert yard.state() == "RESERVED"
        await yard.clock.advance(75)
        assert yard.lines()[1:] == [f"PUT /transfers/{TRANSFER}/error to green-bank"]
        assert yard.state() == "EXPIRED_RESERVED"

    run(work, participants=ONE)


@pytest.mark.parametrize("trouble", [Reply(503), Reply(500)])
def test_a_payment_that_may_have_crossed_does_not_expire(trouble: Reply) -> None:
    async def work(yard: Yard) -> None:
        await known(yard)
        yard.answers["coast-proxy", "POST"] = trouble
        await yard.prepare(payeeFsp=FAR)
        await yard.clock.advance(75)
        assert yard.state() == "RESERVED_FORWARDED"

    run(work, participants=ONE)


@pytest.mark.parametrize(
    ("source", "by", "fulfilment"),
    [("blue-wallet", "", FULFILMENT), ("hill-bank", "hill-proxy", FULFILMENT), (FAR, "coast-proxy", "B" * 43)],
)
def test_a_wrong_answer_neither_commits_nor_undoes_what_has_crossed(source: str, by: str, fulfilment: str) -> None:
    async def work(yard: Yard) -> None:
        await known(yard)
        await yard.prepare(payeeFsp=FAR)
        await word(yard, "COMMITTED", fulfilment, source=source, by=by)
        assert (yard.state(), yard.position("coast-proxy"), yard.position("green-bank")) == ("RESERVED_FORWARDED", "0", "100")
        await yard.clock.advance(75)
        await word(yard, "COMMITTED", source="TheirHub")
        assert yard.state() == "COMMITTED"

    run(work, participants=BOTH)


def test_another_hub_is_told_how_a_transfer_ended_here() -> None:
    async def work(yard: Yard) -> None:
        await comes_by(yard, "coast-proxy", FAR, "GET", "/parties/MSISDN/265991000001")
        yard.taken()
        body = yard.transfer(payerFsp=FAR, payeeFsp="green-bank")
        await comes_by(yard, "coast-proxy", FAR, "POST", "/transfers", body)
        question = ("coast-proxy", FAR, "GET", f"/transfers/{TRANSFER}")
        yard.taken()
        await comes_by(yard, *question)
        assert yard.taken()[0].json["transferState"] == "RESERVED"
        await yard.clock.advance(75)
        lines = yard.lines()
        assert lines == [
            f"PUT /hub/transfers/{TRANSFER}/error to coast-proxy", f"PUT /transfers/{TRANSFER}/error to green-bank",
        ]  # fmt: skip
        await comes_by(yard, *question)
        (told,) = yard.taken()
        assert (told.line, told.error[0]) == (f"PUT /hub/transfers/{TRANSFER}/error to coast-proxy", "3303")

    run(work, participants=ONE)


def test_a_conversion_stays_within_its_scheme() -> None:
    async def work(yard: Yard) -> None:
        await known(yard)
        await yard.convert(counterPartyFsp=FAR)
        assert yard.taken()[0].error == ("3100", f"Generic validation error - Participant {FAR} not found")

    run(work, participants=ONE)


def test_a_participant_of_another_scheme_is_none_here() -> None:
    async def work(yard: Yard) -> None:
        assert [each["id"] for each in yard.control("participants")] == ["Hub", "green-bank", "quick-fx"]

    there = tuple(replace(each, schemes=("coast-hub",)) if each.id == "blue-wallet" else each for each in PARTICIPANTS)
    run(work, participants=there)
