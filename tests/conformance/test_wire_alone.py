"""The wire audit by itself, without the harness' own audit: what it must catch when kernel or protocols are broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from loopyard.engine.plan import Person
from loopyard.kernel.money import Money
from loopyard.testing.lab import Lab
from loopyard.testing.observation import Observation, watch_world
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from tests.conformance.wire import wire_differences
from tests.witness.wire_audit import recompute, seen_in


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(load(default_world())) as lab:
        yield lab


@pytest.fixture
def watch(lab: Lab) -> Observation:
    return watch_world(lab.world, "wire", repeat="pytest tests/conformance/test_wire_alone.py")


def person(watch: Observation, name: str) -> Person:
    return watch.world.cast.people[name]


def send(watch: Observation, payer: str, payee: str, amount: str) -> None:
    who = person(watch, payer)
    order = watch.channel.initiate(who, person(watch, payee), Money(amount, who.currency))
    if order.last.told == "terms":
        watch.channel.accept(order)
    watch.world.advance(200)


@pytest.mark.parametrize(("payee", "amount"), [("Bob", "100.5"), ("Mutale", "1000"), ("Okello", "200")])
def test_an_outbound_transfer_moves_what_the_wire_says(watch: Observation, payee: str, amount: str) -> None:
    send(watch, "Chikondi", payee, amount)
    seen = [seen_in(row) for row in watch.world.interactions()]
    assert any(recompute(seen).positions.values()), "nothing moved: the comparison would prove nothing"
    assert wire_differences(watch) == []


def test_an_inbound_transfer_moves_what_the_wire_says(watch: Observation) -> None:
    bob, amina = person(watch, "Bob"), person(watch, "Amina")
    payer, payee = ({"id_type": each.id_type, "id_value": each.id_value} for each in (bob, amina))
    watch.world.control("dfsp.send", fsp=bob.dfsp, payer=payer, payee=payee, amount="50.25", currency="MWK")
    watch.world.advance(200)
    assert watch.world.account(owner=amina.dfsp, holder=f"MSISDN:{amina.id_value}").gained == Money("50.25", "MWK")
    assert wire_differences(watch) == []


def test_a_fulfilment_that_does_not_open_the_condition_is_never_committed(watch: Observation) -> None:
    watch.world.control("dfsp.behave", fsp="blue-wallet", on="transfers", do="wrong-fulfilment")
    send(watch, "Chikondi", "Bob", "100")
    seen = [seen_in(row) for row in watch.world.interactions()]
    committed = [each for each in seen if each.sender == "hub" and b'"COMMITTED"' in each.body]
    assert not committed, f"the hub told of a commit: {committed[0]}"
    assert wire_differences(watch) == []
