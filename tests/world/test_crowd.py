"""The crowd of a world: its accounts appear when somebody is asked for, and the books are in order before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from loopyard.engine.plan import Person
from loopyard.testing.lab import Lab
from loopyard.world.client import AccountState, World
from loopyard.world.defaults import default_world
from loopyard.world.file import load


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    file = load(default_world())
    plan = replace(file.plan, crowd=replace(file.plan.crowd, count=100_000))
    with Lab(replace(file, plan=plan)) as lab:
        yield lab


@pytest.fixture
def world(lab: Lab) -> World:
    lab.world.reset()
    return lab.world


def customer(lab: Lab, dfsp: str, number: int) -> Person:
    crowd = lab.file.plan.crowd
    return crowd.person(crowd.customers_of(dfsp)[number])


def account(world: World, who: Person) -> list[AccountState]:
    return world.accounts(owner=who.dfsp, holder=f"{who.id_type}:{who.id_value}")


def pay(world: World, payer: Person, payee: Person) -> dict[str, Any]:
    told: dict[str, Any] = world.control(
        "dfsp.pay", fsp=payer.dfsp, payer={"id_type": payer.id_type, "id_value": payer.id_value},
        payee={"id_type": payee.id_type, "id_value": payee.id_value}, amount="40", currency="MWK", timeout=60,
    )  # fmt: skip
    return told


def test_nobody_of_the_crowd_has_an_account_before_she_is_asked_for(lab: Lab, world: World) -> None:
    assert account(world, customer(lab, "green-bank", 20_000)) == []
    assert len(world.accounts()) < 150


def test_two_of_the_crowd_pay_each_other_and_the_books_are_in_order(lab: Lab, world: World) -> None:
    payer, payee = customer(lab, "blue-wallet", 24_999), customer(lab, "green-bank", 20_000)
    assert pay(world, payer, payee)["state"] == "COMMITTED"
    world.settle()
    (paid,), (got,) = account(world, payer), account(world, payee)
    assert (str(paid.gained), str(paid.balance)) == ("-40", "960")
    assert (str(got.gained), str(got.before), str(got.balance)) == ("40", "1000", "1040")
    assert world.audit().clean


def test_who_is_first_asked_for_after_the_books_were_opened_has_gained_nothing_by_it(lab: Lab, world: World) -> None:
    world.open_books()
    payer, payee = customer(lab, "blue-wallet", 1), customer(lab, "green-bank", 1)
    pay(world, payer, payee)
    world.open_books()
    pay(world, payer, payee)
    world.settle()
    assert [str(each.gained) for who in (payer, payee) for each in account(world, who)] == ["-40", "40"]
    assert world.audit().clean


def test_a_balance_that_no_posting_explains_is_still_found(lab: Lab, world: World) -> None:
    payer, payee = customer(lab, "blue-wallet", 2), customer(lab, "green-bank", 2)
    pay(world, payer, payee)
    world.settle()

    def steal(composition: Any) -> None:
        (book,) = [each for each in composition.ledgers() if each.owner == "green-bank"]
        (mine,) = [each for each in book.accounts if each.holder == f"MSISDN:{payee.id_value}"]
        mine._sum += 10_000

    lab.look(steal)
    assert not world.audit().clean


def test_everybody_can_be_listed_and_has_the_number_that_finds_her(lab: Lab, world: World) -> None:
    people = world.people(dfsp="green-bank", first=500)
    assert len({who.id_value for who in people}) == 500
    assert people[400] == customer(lab, "green-bank", 400 - len(lab.file.plan.customers_of("green-bank")))
    assert world.describe()["people"] == 100_015
