"""Peers that ask for money, and peers that are asked: both sides of a request to pay, with and without a password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from peers_yard import Yard, dfsp, person

from loopyard.kernel.errors import IllegalTransition
from simulators.dfsp import SIMULATOR
from simulators.dfsp.state.errors import RequestLapsed
from simulators.dfsp.state.requests import DEMANDED, REQUESTED

SHOP, BOB, AMINA = "260971000301", "265881000201", "265991000101"
Make = Callable[..., Yard]
WISH: dict[str, Any] = {"fsp": "shops", "payee": {"id_value": SHOP}, "payer": {"id_value": BOB}, "amount": "100"}


@pytest.fixture
def yard() -> Iterator[Yard]:
    """Shops and Wallet, with a hub that relays between them."""
    participants = (dfsp("shops", {"MWK": "5000"}, fee="3"), dfsp("wallet", {"MWK": "5000"}))
    people = (person("The Shop", "shops", SHOP, "0"), person("Bob Kamanga", "wallet", BOB, "500"))
    made = Yard({"dfsp": SIMULATOR}, participants, people, relays=True)
    yield made
    made.assert_sound()
    made.close()


def asked(yard: Yard, **more: Any) -> str:
    return str(yard.control("dfsp.ask", **(WISH | more))["transactionRequestId"])


def state(yard: Yard, id_: str, fsp: str = "shops") -> str:
    return str(yard.control("dfsp.request", fsp=fsp, id=id_)["state"])


def payment(yard: Yard, id_: str) -> Any:
    transfer = yard.control("dfsp.request", fsp="wallet", id=id_)["transactionId"]
    return yard.control("dfsp.transfer", fsp="wallet", id=transfer)


def password(yard: Yard, id_: str) -> str:
    return str(yard.control("dfsp.read-password", fsp="wallet", id=id_)["value"])


def code(message: Any) -> str:
    return str(message.body["errorInformation"]["errorCode"])


def test_a_request_without_password_is_paid_when_it_is_approved(yard: Yard) -> None:
    id_ = asked(yard)
    assert (state(yard, id_), state(yard, id_, "wallet")) == ("RECEIVED", "RECEIVED")
    yard.control("dfsp.approve-request", fsp="wallet", id=id_)
    assert (state(yard, id_, "wallet"), payment(yard, id_)["state"]) == ("ACCEPTED", "COMMITTED")
    assert yard.control("dfsp.request", fsp="shops", id=id_)["paid"] is True
    assert (yard.balances("shops")[f"MSISDN:{SHOP}"], yard.balances("wallet")[f"MSISDN:{BOB}"]) == ("100", "397")
    quote = next(each.body for each in yard.got if (each.method, each.resource) == ("POST", "quotes"))
    assert (quote["transactionRequestId"], quote["transactionType"]["initiator"]) == (id_, "PAYEE")
    assert not [each for each in yard.got if each.resource == "authorizations"]


def test_a_password_is_asked_for_and_waited_for(yard: Yard) -> None:
    id_ = asked(yard, password=True)
    yard.control("dfsp.approve-request", fsp="wallet", id=id_)
    assert payment(yard, id_)["state"] == "AUTHORIZING"
    assert yard.control("dfsp.request", fsp="shops", id=id_)["asking"] == 1
    assert f"MSISDN:{BOB}" in yard.balances("wallet")
    yard.control("dfsp.type-password", fsp="shops", id=id_, value=password(yard, id_))
    assert (payment(yard, id_)["state"], state(yard, id_, "wallet")) == ("COMMITTED", "ACCEPTED")


def test_a_wrong_password_is_asked_for_again_and_the_third_ends_it(yard: Yard) -> None:
    id_ = asked(yard, password=True)
    yard.control("dfsp.approve-request", fsp="wallet", id=id_)
    for number in range(3):
        assert payment(yard, id_)["state"] == "AUTHORIZING"
        yard.control("dfsp.type-password", fsp="shops", id=id_, value=f"00000{number}x")
    assert (payment(yard, id_)["state"], payment(yard, id_)["error"]["code"]) == ("ABORTED", "4100")
    assert (state(yard, id_), state(yard, id_, "wallet")) == ("REJECTED", "REJECTED")
    assert yard.balances("wallet")[f"MSISDN:{BOB}"] == "500"


def test_a_second_try_may_succeed_and_a_payer_who_walks_away_pays_nothing(yard: Yard) -> None:
    first, second = asked(yard, password=True), asked(yard, password=True)
    for id_ in (first, second):
        yard.control("dfsp.approve-request", fsp="wallet", id=id_)
    yard.control("dfsp.type-password", fsp="shops", id=first, value="0")
    yard.control("dfsp.type-password", fsp="shops", id=first, value=password(yard, first))
    yard.control("dfsp.type-password", fsp="shops", id=second, value="")
    assert (payment(yard, first)["state"], payment(yard, second)["state"]) == ("COMMITTED", "ABORTED")
    assert state(yard, second) == "REJECTED"


def test_a_rejected_request_is_told_and_can_no_longer_be_paid(yard: Yard) -> None:
    id_ = asked(yard)
    yard.control("dfsp.reject-request", fsp="wallet", id=id_)
    assert (state(yard, id_), state(yard, id_, "wallet")) == ("REJECTED", "REJECTED")
    with pytest.raises(IllegalTransition):
        yard.control("dfsp.approve-request", fsp="wallet", id=id_)


def test_a_request_lapses_on_both_sides(yard: Yard) -> None:
    id_ = asked(yard, seconds=30)
    yard.advance(31)
    assert state(yard, id_) == "EXPIRED"
    with pytest.raises(RequestLapsed):
        yard.control("dfsp.approve-request", fsp="wallet", id=id_)


def test_who_asks_nobody_or_in_another_currency_is_refused(yard: Yard) -> None:
    unknown = asked(yard, payer={"id_value": "404"})
    foreign = asked(yard, currency="ZMW")
    found = [yard.control("dfsp.request", fsp="shops", id=id_) for id_ in (unknown, foreign)]
    assert [(each["state"], each["error"]["code"]) for each in found] == [("FAILED", "3204"), ("FAILED", "4103")]


@pytest.mark.parametrize(("do", "more", "expected"), [
    ("error", {"code": "4101"}, "FAILED"), ("ignore", {}, "SENT"), ("no-callback", {}, "SENT"),
    ("alter", {"set": {"transactionRequestState": "REJECTED"}}, "REJECTED"),
])  # fmt: skip
def test_an_institution_may_treat_requests_otherwise(yard: Yard, do: str, more: dict[str, Any], expected: str) -> None:
    yard.control("dfsp.behave", fsp="wallet", on="requests", do=do, **{"with": more})
    assert state(yard, asked(yard)) == expected


def test_terms_are_given_only_for_what_was_asked(yard: Yard) -> None:
    id_, lapsed = asked(yard), asked(yard, seconds=5)
    yard.advance(6)
    party = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": SHOP, "fspId": "shops"}}
    quote: dict[str, Any] = {
        "transactionId": "01KB00000000000000000000TX", "payer": party, "payee": party, "amountType": "RECEIVE",
        "transactionType": {"scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER"},
    }  # fmt: skip
    for number, (request, amount) in enumerate(((id_, "7"), (lapsed, "100"), ("01KB00000000000000000000NO", "100"))):
        body = quote | {"quoteId": f"01KB00000000000000000000Q{number}", "transactionRequestId": request}
        yard.got.clear()
        yard.tell("POST", "/shops/quotes", body | {"amount": {"currency": "MWK", "amount": amount}}, source="wallet")
        assert code(yard.take("PUT", "quotes")) == ["3100", "3301", "3206"][number]


def test_a_request_is_taken_once_and_can_be_asked_for(yard: Yard) -> None:
    id_ = asked(yard)
    body = next(each.body for each in yard.got if (each.method, each.resource) == ("POST", "transactionRequests"))
    answers = []
    for changes in ({}, {"note": "another"}):
        yard.got.clear()
        yard.tell("POST", "/wallet/transactionRequests", body | changes, source="shops")
        answers.append(yard.take("PUT", "transactionRequests"))
    assert (answers[0].body["transactionRequestState"], code(answers[1])) == ("RECEIVED", "3106")
    for path, wanted in ((f"/transactionRequests/{id_}", "RECEIVED"), ("/transactionRequests/none", "3206")):
        yard.got.clear()
        yard.tell("GET", f"/wallet{path}", source="shops")
        answer = yard.take("PUT", "transactionRequests")
        assert wanted in (answer.body.get("transactionRequestState"), answer.body.get("errorInformation", {}).get("errorCode"))


def test_a_transaction_stands_as_its_request(yard: Yard) -> None:
    id_ = asked(yard)
    yard.control("dfsp.approve-request", fsp="wallet", id=id_)
    transaction = yard.control("dfsp.request", fsp="wallet", id=id_)["transactionId"]
    for path, wanted in ((transaction, "COMPLETED"), ("none", "3207")):
        yard.got.clear()
        yard.tell("GET", f"/wallet/transactions/{path}", source="shops")
        answer = yard.take("PUT", "transactions")
        assert wanted in (answer.body.get("transactionState"), answer.body.get("errorInformation", {}).get("errorCode"))


def test_a_password_of_no_request_is_3206(yard: Yard) -> None:
    yard.tell("GET", "/shops/authorizations/none", source="wallet")
    assert code(yard.take("PUT", "authorizations")) == "3206"


def test_what_has_ended_is_forgotten_and_what_has_not_is_kept(yard: Yard) -> None:
    paid, waiting = asked(yard), asked(yard)
    yard.control("dfsp.approve-request", fsp="wallet", id=paid)
    forget = SIMULATOR.forget
    assert forget is not None
    forget(yard.states["dfsp"], {paid, waiting})
    for fsp in ("shops", "wallet"):
        assert yard.control("dfsp.request", fsp=fsp, id=paid) is None
        assert yard.control("dfsp.request", fsp=fsp, id=waiting) is not None


@pytest.mark.parametrize("life", [REQUESTED, DEMANDED], ids=lambda life: life.name)
def test_every_edge_leads_where_the_table_says(life: Any) -> None:
    for (start, event), end in life.transitions.items():
        assert life.next(start, event) == end
    with pytest.raises(IllegalTransition):
        life.next("REJECTED", "accept")
