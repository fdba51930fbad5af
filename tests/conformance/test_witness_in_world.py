"""Witness peers pay one another through the simulated hub. The hub's ledger, the peers' own books and the wire audit share no
code; where all three agree, none of them has merely agreed with itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from loopyard.testing.lab import Lab
from loopyard.world.file import parse
from tests.witness.peer import Payment, Peer
from tests.witness.wire_audit import compare, recompute, seen_in

ANN, BEN, ZOE = "MSISDN:265991000901", "MSISDN:265881000902", "MSISDN:260971000903"
PREFUNDED = {"cap": "1000000", "funds": "1000000"}


@dataclass(slots=True)
class Yard:
    """A world with nothing in it but the hub, and the peers around it."""

    lab: Lab
    payer: Peer
    payee: Peer
    abroad: Peer
    provider: Peer

    @property
    def peers(self) -> tuple[Peer, ...]:
        return self.payer, self.payee, self.abroad, self.provider

    def settle(self, payment: Payment, payee: Peer) -> None:
        """Wait until those who are told last have been told; nobody may have met something strange."""
        if payment.state == "COMMITTED":
            assert payee.mailbox.until(lambda: payee.books.has(payment.transfer_id)), "the payee heard of no commit"
            if payment.conversion_id is not None:
                fx = payment.conversion_id
                assert self.provider.mailbox.until(lambda: self.provider.books.has(fx)), "the provider heard of no commit"
        assert [problem for each in self.peers for problem in each.problems] == []

    def witnessed(self) -> dict[tuple[str, str], Decimal]:
        """Positions as the peers' own books have them, without zeros."""
        rows = {(each.fsp, currency): amount for each in self.peers for currency, amount in each.books.positions.items()}
        return {key: amount for key, amount in rows.items() if amount}

    def ledger(self) -> dict[tuple[str, str], Decimal]:
        """Positions as the hub's ledger has them, without zeros."""
        rows = self.lab.world.accounts(owner="hub", role="position")
        return {(each.holder, each.balance.currency.code): each.balance.decimal for each in rows if each.balance}

    def differences(self) -> list[str]:
        """Where the wire and the hub's ledger part, and what on the wire contradicts itself."""
        traffic = self.lab.look(lambda world: [seen_in(row) for row in world.traffic])
        wire = recompute(traffic)
        assert not wire.unsure, f"messages are missing on the wire: {sorted(map(str, wire.unsure))}"
        return compare(wire, self.ledger(), {}) + wire.problems


def institution(peer: Peer, *currencies: str) -> dict[str, Any]:
    held = dict.fromkeys(currencies, PREFUNDED)
    return {"id": peer.fsp, "play": "external", "callback_url": peer.url, "currencies": held}


def person(peer: Peer, name: str, party: str) -> dict[str, str]:
    return {"name": name, "dfsp": peer.fsp, "id_value": party.removeprefix("MSISDN:")}


def world_of(payer: Peer, payee: Peer, abroad: Peer, provider: Peer) -> dict[str, Any]:
    return {
        "world": {"name": "witnesses", "clock": "real"},
        "dfsp": [institution(payer, "MWK"), institution(payee, "MWK"), institution(abroad, "ZMW")],
        "fxp": [institution(provider, "MWK", "ZMW")],
        "person": [person(payer, "Ann", ANN), person(payee, "Ben", BEN), person(abroad, "Zoe", ZOE)],
        "simulators": {"hub": {}},
    }


@pytest.fixture
def yard() -> Iterator[Yard]:
    with ExitStack() as stack:
        payer = stack.enter_context(Peer("witness-payer", people=[ANN], currencies=["MWK"]))
        payee = stack.enter_context(Peer("witness-payee", people=[BEN], currencies=["MWK"], fee="1.5"))
        abroad = stack.enter_context(Peer("witness-abroad", people=[ZOE], currencies=["ZMW"], fee="0.5", ilp_version=4))
        provider = stack.enter_context(Peer("witness-fx", rates={("MWK", "ZMW"): Decimal("0.0125")}))
        lab = stack.enter_context(Lab(parse(world_of(payer, payee, abroad, provider), "witnesses")))
        yard = Yard(lab, payer, payee, abroad, provider)
        hub = lab.world.control("world.describe")["faces"]["hub.fspiop"]
        for peer in yard.peers:
            peer.hub = hub
        yield yard


@pytest.mark.parametrize("answers", ["RESERVED", "COMMITTED"])
def test_a_transfer_leaves_the_hub_with_the_positions_that_its_parties_count(yard: Yard, answers: str) -> None:
    yard.payee.payee.answers = answers
    payment = yard.payer.send(ANN, BEN, "100.25", "MWK")
    assert (payment.state, payment.code) == ("COMMITTED", None)
    yard.settle(payment, yard.payee)
    assert yard.ledger() == yard.witnessed() == {
        ("witness-payer", "MWK"): Decimal("100.25"),
        ("witness-payee", "MWK"): Decimal("-100.25"),
    }  # fmt: skip
    assert yard.differences() == []
    assert yard.payee.books.customers == {BEN: Decimal("98.75")}


def test_a_transfer_of_a_fixed_amount_carries_the_payee_s_fee_on_top(yard: Yard) -> None:
    payment = yard.payer.send(ANN, BEN, "100", "MWK", amount_type="RECEIVE")
    yard.settle(payment, yard.payee)
    assert yard.ledger() == yard.witnessed()
    assert yard.ledger()["witness-payer", "MWK"] == Decimal("101.5")
    assert yard.differences() == []


@pytest.mark.parametrize(
    ("amount_type", "amount", "source", "target"), [("SEND", "1000", "1000", "12.5"), ("RECEIVE", "12", "1000", "12.5")]
)
def test_a_conversion_leaves_the_hub_with_the_positions_that_its_parties_count(
    yard: Yard, amount_type: str, amount: str, source: str, target: str
) -> None:
    payment = yard.payer.send(ANN, ZOE, amount, "MWK", amount_type=amount_type, via="witness-fx", into="ZMW")
    assert (payment.state, payment.code) == ("COMMITTED", None)
    yard.settle(payment, yard.abroad)
    assert yard.ledger() == yard.witnessed() == {
        ("witness-payer", "MWK"): Decimal(source),
        ("witness-fx", "MWK"): -Decimal(source),
        ("witness-fx", "ZMW"): Decimal(target),
        ("witness-abroad", "ZMW"): -Decimal(target),
    }  # fmt: skip
    assert yard.differences() == []


@pytest.mark.parametrize(("answers", "code"), [("refuse", "5100"), ("wrong fulfilment", "3100")])
def test_a_transfer_that_fails_leaves_no_position_behind(yard: Yard, answers: str, code: str) -> None:
    yard.payee.payee.answers = answers
    payment = yard.payer.send(ANN, BEN, "100", "MWK")
    assert (payment.state, payment.code) == ("ABORTED", code)
    yard.settle(payment, yard.payee)
    assert yard.ledger() == yard.witnessed() == {}
    assert yard.differences() == []


@pytest.mark.parametrize(("answers", "code"), [("refuse", "5100"), ("wrong fulfilment", "3100")])
def test_a_conversion_whose_transfer_fails_leaves_no_position_behind(yard: Yard, answers: str, code: str) -> None:
    yard.abroad.payee.answers = answers
    payment = yard.payer.send(ANN, ZOE, "1000", "MWK", via="witness-fx", into="ZMW")
    assert (payment.state, payment.code) == ("ABORTED", code)
    yard.settle(payment, yard.abroad)
    assert yard.ledger() == yard.witnessed() == {}
    assert yard.differences() == []


def test_odd_amounts_add_up_to_the_last_unit(yard: Yard) -> None:
    for amount in ("2.01", "2.1", "2.2", "35.33"):
        yard.settle(yard.payer.send(ANN, BEN, amount, "MWK"), yard.payee)
    yard.settle(yard.payer.send(ANN, ZOE, "66.6701", "MWK", via="witness-fx", into="ZMW"), yard.abroad)
    assert yard.ledger() == yard.witnessed() == {
        ("witness-payer", "MWK"): Decimal("108.3101"),
        ("witness-payee", "MWK"): Decimal("-41.64"),
        ("witness-fx", "MWK"): Decimal("-66.6701"),
        ("witness-fx", "ZMW"): Decimal("0.83"),
        ("witness-abroad", "ZMW"): Decimal("-0.83"),
    }  # fmt: skip
    assert yard.differences() == []


def test_a_payee_whom_nobody_knows_costs_nothing(yard: Yard) -> None:
    payment = yard.payer.send(ANN, "MSISDN:265000000000", "100", "MWK")
    assert (payment.state, payment.code) == ("REFUSED", "3204")
    assert yard.ledger() == yard.witnessed() == {}
