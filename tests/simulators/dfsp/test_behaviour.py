"""Deviations on request, each over the wire; and two peers that pay each other through a hub that only relays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from peers_yard import Yard, dfsp, person

from loopyard.kernel.errors import UsageError
from loopyard.protocols import ilp, jws
from simulators.dfsp import SIMULATOR

BOB, DORA = "265881000201", "265881000202"
Make = Callable[..., Yard]
PAY = {"fsp": "red", "payer": {"id_value": DORA}, "payee": {"id_value": BOB}, "amount": "100"}


@pytest.fixture
def make() -> Iterator[Make]:
    """Builds a yard in which Dora at red can pay Bob at blue; options of blue by keyword."""
    yards: list[Yard] = []

    def build(settings: Any = None, **options: Any) -> Yard:
        banks = (dfsp("blue", {"MWK": "1000"}, **{"fee": "1", **options}), dfsp("red", {"MWK": "1000"}, sending_fee="2"))
        people = (person("Bob", "blue", BOB, "0"), person("Dora", "red", DORA, "500"))
        yards.append(Yard({"dfsp": SIMULATOR}, banks, people, relays=True, settings={"dfsp": settings or {}}))
        return yards[-1]

    yield build
    for each in yards:
        each.assert_sound()
        each.close()


def pay(yard: Yard, **more: Any) -> dict[str, Any]:
    """Dora pays Bob; both sides as they stand when all is quiet."""
    row = yard.control("dfsp.send", **PAY, **more)
    return {each["direction"]: each for each in yard.control("dfsp.transfers") if each["transferId"] == row["transferId"]}


def moved(yard: Yard) -> tuple[str, str]:
    return str(yard.account("red", f"MSISDN:{DORA}").balance), str(yard.account("blue", f"MSISDN:{BOB}").balance)


def test_peers_pay_each_other_and_every_book_agrees(make: Make) -> None:
    yard = make(commission="0.5")
    both = pay(yard)
    assert (both["outbound"]["state"], both["inbound"]["state"]) == ("COMMITTED", "COMMITTED")
    assert yard.balances("red") == {
        "scheme-clearing:MWK": "899.5", "fee-income:MWK": "2", "commission-paid:MWK": "0.5", "opening:MWK": "-500",
        f"MSISDN:{DORA}": "398",
    }  # fmt: skip
    assert yard.balances("blue") == {
        "scheme-clearing:MWK": "1100.5", "fee-income:MWK": "1", "opening:MWK": "-1000", f"MSISDN:{BOB}": "99.5",
    }  # fmt: skip
    assert yard.traffic
    assert not yard.checker.findings


def test_an_error_comes_instead_of_the_answer_as_often_as_told(make: Make) -> None:
    yard = make()
    told = {"code": "5200", "description": "Daily limit"}
    yard.control("dfsp.behave", fsp="blue", on="quotes", do="error", times=1, **{"with": told})
    assert pay(yard)["outbound"]["error"] == told
    assert pay(yard)["outbound"]["state"] == "COMMITTED"
    assert yard.control("dfsp.behaviours")[0]["hits"] == 1


@pytest.mark.parametrize("on", ["parties", "quotes", "transfers"])
def test_an_integer_code_breaks_the_contract_on_purpose_only(make: Make, on: str) -> None:
    yard = make()
    yard.control("dfsp.behave", fsp="blue", on=on, do="integer-error-code", **{"with": {"code": "5000"}})
    assert pay(yard)["outbound"]["error"]["code"] == "5000"
    assert b'"errorCode":5000' in yard.got[-1].raw
    assert yard.checker.findings
    assert all(each.injected for each in yard.checker.findings)


def test_an_ignored_transfer_is_not_held_and_a_silent_one_is(make: Make) -> None:
    for do, held in (("ignore", "0"), ("no-callback", "100")):
        yard = make()
        yard.control("dfsp.behave", fsp="blue", on="transfers", do=do)
        assert pay(yard)["outbound"]["state"] == "PREPARED"
        assert str(yard.account("blue", "scheme-clearing:MWK").held) == held
        assert moved(yard) == ("500", "0")


def test_a_late_answer_is_given_after_its_time(make: Make) -> None:
    yard = make()
    yard.control("dfsp.behave", fsp="blue", on="transfers", do="delay", **{"with": {"seconds": 40}})
    row = pay(yard)["outbound"]
    yard.got.clear()
    yard.advance(14)
    yard.nothing()
    yard.advance(26)
    assert yard.control("dfsp.transfer", fsp="red", id=row["transferId"])["state"] == "COMMITTED"
    assert moved(yard) == ("398", "99")


def test_an_answer_that_comes_twice_moves_money_once(make: Make) -> None:
    yard = make()
    yard.control("dfsp.behave", fsp="blue", on="transfers", do="twice", **{"with": {"seconds": 3}})
    both = pay(yard)
    yard.advance(3)
    assert len([each for each in yard.got if each.method == "PUT" and each.resource == "transfers"]) == 2
    assert both["inbound"]["state"] == "COMMITTED"
    assert moved(yard) == ("398", "99")


def test_an_abort_holds_nothing_and_is_no_error(make: Make) -> None:
    yard = make()
    yard.control("dfsp.behave", fsp="blue", on="transfers", do="abort")
    both = pay(yard)
    put = next(each for each in yard.got if each.method == "PUT" and each.resource == "transfers")
    assert (put.body["transferState"], "fulfilment" in put.body) == ("ABORTED", False)
    assert (both["outbound"]["state"], both["inbound"]["state"]) == ("ABORTED", "ABORTED")
    assert moved(yard) == ("500", "0")


def test_a_wrong_fulfilment_and_a_wrong_condition_do_not_fit(make: Make) -> None:
    for on, do in (("transfers", "wrong-fulfilment"), ("quotes", "wrong-condition")):
        yard = make()
        yard.control("dfsp.behave", fsp="blue", on=on, do=do)
        both = pay(yard)
        prepare = next(each for each in yard.got if each.method == "POST" and each.resource == "transfers").body
        put = next(each for each in yard.got if each.method == "PUT" and each.resource == "transfers").body
        assert put["transferState"] == "RESERVED"
        assert not ilp.fulfils(put["fulfilment"], prepare["condition"])
        assert both["outbound"]["notes"] == ["the fulfilment does not answer the condition"]


def test_an_answer_is_altered_where_told(make: Make) -> None:
    yard = make()
    change = {"set": {"payeeFspFee.amount": "1.10"}, "remove": ["payeeFspCommission"], "headers": {"fspiop-source": "x"}}
    yard.control("dfsp.behave", fsp="blue", on="quotes", do="alter", where={"amount.amount": "100"}, **{"with": change})
    pay(yard)
    put = next(each for each in yard.got if each.method == "PUT" and each.resource == "quotes")
    assert (put.body["payeeFspFee"]["amount"], "payeeFspCommission" in put.body, put.source) == ("1.10", False, "x")
    assert [each.injected for each in yard.checker.findings] == [True]


def test_where_looks_at_body_sender_and_path(make: Make) -> None:
    for where, hits in (
        ({"amount.amount": "100"}, 1), ({"amount.amount": "101"}, 0), ({"from": "red"}, 1), ({"from": "green"}, 0),
    ):  # fmt: skip
        yard = make()
        yard.control("dfsp.behave", on="quotes", do="ignore", where=where)
        pay(yard)
        assert yard.control("dfsp.behaviours")[0]["hits"] == hits, where
    yard = make()
    yard.control("dfsp.behave", on="parties", do="ignore", where={"ID": BOB})
    assert pay(yard)["outbound"]["state"] == "RESOLVING"


@pytest.mark.parametrize("on, state", [("parties", "RESOLVING"), ("quotes", "QUOTING"), ("transfers", "PREPARED")])
def test_a_request_is_refused_with_an_http_status(make: Make, on: str, state: str) -> None:
    yard = make()
    yard.control("dfsp.behave", fsp="blue", on=on, do="refuse", **{"with": {"status": 503}})
    assert pay(yard)["outbound"]["state"] == state


def test_a_refused_notice_leaves_the_reservation_and_the_question_solves_it(make: Make) -> None:
    yard = make()
    yard.control("dfsp.behave", fsp="blue", on="patch", do="refuse", times=1, **{"with": {"status": 500}})
    both = pay(yard)
    assert (both["outbound"]["state"], both["inbound"]["state"]) == ("COMMITTED", "RESERVED")
    yard.relays = False
    yard.got.clear()
    yard.advance(15)
    id_ = both["inbound"]["transferId"]
    assert yard.take("GET", "transfers").path == f"/transfers/{id_}"
    yard.tell("PUT", f"/blue/transfers/{id_}", {"transferState": "COMMITTED"})
    assert moved(yard) == ("398", "99")


def test_what_a_payer_sends_can_be_altered_lost_and_doubled(make: Make) -> None:
    yard = make()
    yard.control("dfsp.behave", fsp="red", on="prepare", do="no-callback", times=1)
    assert pay(yard)["outbound"]["state"] == "PREPARED"
    assert not [each for each in yard.got if each.resource == "transfers"]
    yard.control("dfsp.behave", fsp="red", on="ask-quote", do="alter", **{"with": {"set": {"amount.currency": "ZMW"}}})
    assert pay(yard)["outbound"]["error"]["code"] == "5106"
    yard.control("dfsp.behave-well")
    yard.control("dfsp.behave", fsp="red", on="prepare", do="twice")
    pay(yard)
    assert moved(yard) == ("398", "99")


def test_a_world_file_can_set_a_behaviour(make: Make) -> None:
    yard = make(behaviour=({"on": "parties", "do": "error", "with": {"code": "5300"}, "times": 1},))
    assert pay(yard)["outbound"]["error"]["code"] == "5300"
    assert pay(yard)["outbound"]["state"] == "COMMITTED"


@pytest.mark.parametrize(
    "raw, problem",
    [
        ({"on": "quotes", "do": "explode"}, "'explode' is not known"),
        ({"on": "quotes", "do": "abort"}, "'quotes' cannot 'abort'"),
        ({"on": "quotes", "do": "error", "code": "5000"}, "code: is not known"),
    ],
)
def test_a_behaviour_that_does_not_exist_is_refused(make: Make, raw: Any, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        make().control("dfsp.behave", fsp="blue", **raw)


@pytest.mark.parametrize("options, key", [({"fees": "1"}, "fees"), ({"answers": "MAYBE"}, "answers"), ({"fee": 1}, "fee")])
def test_an_unknown_option_names_the_bank_and_the_key(make: Make, options: Any, key: str) -> None:
    with pytest.raises(UsageError, match=f"dfsp blue.{key}"):
        make(**options)


def test_who_has_a_key_signs(make: Make, key_pair: tuple[str, str]) -> None:
    private, public = key_pair
    yard = make(settings={"keys": {"blue": private}})
    assert pay(yard)["outbound"]["state"] == "COMMITTED"
    signed = [each for each in yard.got if each.source == "blue" and each.raw]
    assert signed
    for each in signed:
        assert jws.Verifier({"blue": public}).verify(each.headers, each.raw).forms == ("raw", "insertion", "sorted")
    assert not [each for each in yard.got if each.source == "red" and "fspiop-signature" in each.headers]


@pytest.fixture(scope="module")
def key_pair() -> tuple[str, str]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
