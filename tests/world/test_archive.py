"""A world that keeps few final transfers: what it archives changes no balance and no verdict, and what is wrong stays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from loopyard.kernel.ledger import Leg
from loopyard.testing.lab import Lab
from loopyard.world.composition import Composition
from loopyard.world.defaults import default_world
from loopyard.world.file import LogSettings, WorldFile, load

IN = {"fsp": "blue-wallet", "payer": {"id_value": "265881000201"}, "payee": {"id_value": "265991000101"}, "amount": "10"}
ABROAD = IN | {"payee": {"id_value": "260971000301"}, "amount": "100"}
CHANNEL = "core_connector.dfsp"
RETAIN = 2


def keeping(retain: int | None) -> WorldFile:
    return replace(load(default_world()), log=LogSettings(100), retain=retain)


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(keeping(RETAIN)) as lab:
        yield lab


def pay(lab: Lab, times: int, order: Mapping[str, Any] = IN) -> None:
    """So many payments, each of which has expired when the next one comes."""
    for _ in range(times):
        assert lab.world.control("dfsp.pay", **order)["state"] == "COMMITTED"
        lab.world.advance(300)


def send(lab: Lab, times: int) -> None:
    """So many payments of one of ours to a customer elsewhere."""
    for number in range(times):
        reference = f"home-{lab.world.seconds}-{number}"
        wish = {
            "homeTransactionId": reference, "payeeId": "265881000201", "payeeIdType": "MSISDN", "sendAmount": "2",
            "sendCurrency": "MWK", "receiveCurrency": "MWK", "transactionType": "TRANSFER",
            "payer": {"name": "Chikondi Phiri", "payerId": "265991000102"},
        }  # fmt: skip
        asked = lab.world.control("channel.call", face=CHANNEL, method="POST", path="/send-money", body=json.dumps(wish))
        path = f"/send-money/{json.loads(asked['body'])['transactionId']}"
        yes = json.dumps({"acceptQuote": True, "homeTransactionId": reference})
        assert lab.world.control("channel.call", face=CHANNEL, method="PUT", path=path, body=yes)["status"] == 200
        lab.world.advance(300)


def books(lab: Lab) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lab.world.control("ledger.accounts")
    return rows


def sizes(world: Composition) -> dict[str, int]:
    states = {name: each.state for name, each in world.instances.items()}
    peer, bank = states["dfsp"].all["blue-wallet"], states["green-bank"]
    return {
        "hub": len(list(states["hub"].records())),
        "incoming": len(peer.payee.transfers) + len(peer.payee._quotes) + len(peer.payee._by_transaction),
        "conversions": sum(len(house.conversions) + len(house._terms) for house in states["fxp"].all.values()),
        "quotes": len(bank.quotes._agreed),
        "payments": len(peer.payer.payments),
        "reserves": len(list(bank.reserves)),
        "postings": sum(len(ledger.postings) for ledger in world.ledgers()),
        "statements": sum(len(list(bank.book.statement(each))) for each in bank.book.register),
    }


def test_state_stays_flat_while_balances_and_verdict_are_those_of_a_world_that_keeps_all(lab: Lab) -> None:
    pay(lab, 4)
    few = lab.look(sizes)
    pay(lab, 6)
    assert lab.look(sizes) == few
    assert few["hub"] <= 2 * RETAIN
    assert lab.world.describe()["archived"] >= 10 - 2 * RETAIN
    verdict = lab.world.audit()
    assert (verdict.findings, verdict.open_items) == ((), ())
    with Lab(keeping(None)) as whole:
        pay(whole, 10)
        assert books(whole) == books(lab)
        assert whole.look(sizes)["hub"] == 10


@pytest.mark.parametrize("journey", ["out", "abroad"])
def test_journeys_the_other_ways_leave_nothing_behind_either(lab: Lab, journey: str) -> None:
    def go(times: int) -> None:
        send(lab, times) if journey == "out" else pay(lab, times, ABROAD)

    go(4)
    few = lab.look(sizes)
    go(4)
    assert lab.look(sizes) == few
    assert lab.world.audit().findings == ()


def test_an_archived_transfer_is_unknown_and_its_repeat_too_late(lab: Lab) -> None:
    pay(lab, 1)
    (first,) = lab.world.control("hub.transfers")
    (prepare,) = [row for row in lab.world.interactions() if row.operation == "dfsp.transfers.send"]
    body = prepare.request_body.decode()
    pay(lab, 6)
    before = books(lab)
    for question in (
        {"method": "GET", "path": f"/transfers/{first['id']}"},
        {"method": "POST", "path": "/transfers", "body": body},
    ):
        lab.world.control("dfsp.raw", fsp="blue-wallet", **question, headers={"fspiop-destination": "green-bank"})
        lab.world.settle()
    answers = lab.world.traffic(operation="hub.transfers.error-notice")
    told = [row["request"]["errorInformation"] for row in answers]
    assert [each["errorCode"] for each in told] == ["3208", "3100"]
    assert "already in the past" in told[1]["errorDescription"]
    assert books(lab) == before
    assert lab.world.audit().clean


def test_a_statement_begins_with_what_was_archived(lab: Lab) -> None:
    who = {"id_type": "MSISDN", "id_value": "265991000101"}
    pay(lab, 6)
    lines = lab.world.control("green-bank.statement", **who)
    assert 0 < len(lines) < 6
    assert lines[-1]["balance"] == lab.world.control("green-bank.balance", **who)["balance"]


def test_what_two_books_disagree_on_is_kept_and_named(lab: Lab) -> None:
    def sabotage(world: Composition) -> str:
        ledger = next(each for each in world.ledgers() if each.owner == "blue-wallet")
        last = ledger.postings[-1]
        ledger.post(last.reference, [Leg(leg.account, leg.units) for leg in last.legs], last.memo)
        return last.reference

    pay(lab, 1)
    wrong = lab.look(sabotage)
    pay(lab, 6)
    assert wrong in {row["id"] for row in lab.world.control("hub.transfers")}
    assert [(each.kind, each.reference) for each in lab.world.audit().findings] == [("duplicate", wrong)]


def test_a_reset_begins_with_nothing_archived(lab: Lab) -> None:
    pay(lab, 6)
    lab.world.reset()
    assert lab.world.describe()["archived"] == 0
    assert lab.world.audit().findings == ()
