"""People who are computed: the same for the same seed, found by their numbers, and kept by nobody before they are asked for."""

from __future__ import annotations

import pytest

from loopyard.engine.plan import Crowd, Participant
from loopyard.kernel.money import Money


def bank(id_: str, code: str) -> Participant:
    return Participant(id_, "dfsp", "peer", id_, {code: Money(1, code)}, {code: Money(1, code)})


BANKS = (bank("green-bank", "MWK"), bank("blue-wallet", "UGX"), bank("odd-bank", "XXX"))
CROWD = Crowd("seed", 1_000_000, BANKS, "1000")
SOME = (0, 1, 2, 17, 999_998, 999_999)


def test_everybody_is_found_by_her_number_and_nobody_else_is() -> None:
    for index in SOME:
        person = CROWD.person(index)
        assert CROWD.find(person.id_type, person.id_value) == index
        assert CROWD.dfsp(index).id == person.dfsp
        assert CROWD.find("ALIAS", person.id_value) is None
        assert CROWD.find("MSISDN", f"+{person.id_value}") is None
        assert CROWD.find("MSISDN", str(int(person.id_value) + 1)) is None


@pytest.mark.parametrize(
    "number", ["", "abc", "265", "265050000000000", "265\u0660\u0665\u0660\u0660\u0660\u0660\u0660\u0660\u0660", "260050000000"]
)
def test_what_is_nobodys_number_finds_nobody(number: str) -> None:
    assert CROWD.find("MSISDN", number) is None


def test_who_has_moved_has_left_her_number() -> None:
    moved = Crowd("seed", 1000, BANKS, "1000", shift=12_345_678)
    numbers = {moved.person(index).id_value for index in range(1000)}
    assert len(numbers) == 1000
    assert all(moved.find("MSISDN", number) is not None for number in numbers)
    assert moved.find("MSISDN", CROWD.person(0).id_value) is None


def test_people_are_the_same_whoever_else_there_is() -> None:
    few = Crowd("seed", 10, BANKS, "1000")
    assert list(few) == [CROWD.person(index) for index in range(10)]
    assert list(few) != list(Crowd("other", 10, BANKS, "1000"))


def test_institutions_take_turns() -> None:
    crowd = Crowd("seed", 8, BANKS, "1000")
    assert [list(crowd.customers_of(each.id)) for each in BANKS] == [[0, 3, 6], [1, 4, 7], [2, 5]]
    assert not crowd.customers_of("nobody")
    assert all(crowd.person(index).dfsp == "blue-wallet" for index in crowd.customers_of("blue-wallet"))


def test_a_world_without_a_crowd_has_nobody_in_it() -> None:
    assert (len(Crowd()), list(Crowd()), Crowd().find("MSISDN", "265050000000")) == (0, [], None)
