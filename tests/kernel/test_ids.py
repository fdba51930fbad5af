"""Ids repeat with their seed, differ without it, and have the forms that the standards give them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.kernel.errors import ClockError
from loopyard.kernel.ids import Ids

NOW = datetime(2026, 3, 1, 8, 0, 0, 123_456, tzinfo=UTC)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

DRAWS: dict[str, Callable[[Ids], str]] = {
    "ulid": lambda ids: ids.ulid(NOW),
    "uuid": Ids.uuid,
    "trace": Ids.trace,
    "span": Ids.span,
    "digits": lambda ids: ids.digits(20),
}


def number(ulid: str) -> int:
    value = 0
    for character in ulid:
        value = value * 32 + CROCKFORD.index(character)
    return value


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_the_same_seed_gives_the_same_ids_and_another_seed_others(draw: Callable[[Ids], str]) -> None:
    one, same, other = Ids("s"), Ids("s"), Ids("t")
    first = [draw(one) for _ in range(5)]
    assert first == [draw(same) for _ in range(5)]
    assert len(set(first)) == 5
    assert not set(first) & {draw(other) for _ in range(5)}


def test_a_number_and_its_text_are_one_seed() -> None:
    assert Ids(7).uuid() == Ids("7").uuid()


def test_a_seed_gives_the_same_ids_in_every_process() -> None:
    assert Ids("seed").digits(12) == "065018228478"
    assert Ids("seed").fork("bank").digits(12) == "570585054249"


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_ulid_carries_its_millisecond(now: datetime) -> None:
    ulid = Ids(1).ulid(now)
    assert re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", ulid)
    assert number(ulid) >> 80 == (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_a_ulid_of_the_specification_is_written_the_same_way() -> None:
    assert Ids(1).ulid(datetime(2016, 7, 30, 23, 54, 10, 259_000, tzinfo=UTC)).startswith("01ARZ3NDEK")


def test_ulids_of_one_millisecond_increase_by_one() -> None:
    ids = Ids(1)
    drawn = [ids.ulid(NOW + timedelta(microseconds=n)) for n in range(100)]
    assert [number(ulid) - number(drawn[0]) for ulid in drawn] == list(range(100))


@given(st.lists(st.integers(min_value=0, max_value=3), max_size=50))
def test_ulids_increase_as_time_does(steps: list[int]) -> None:
    ids, now, drawn = Ids(1), NOW, []
    for step in steps:
        now += timedelta(milliseconds=step)
        drawn.append(ids.ulid(now))
    assert drawn == sorted(set(drawn))


def test_a_ulid_is_of_the_moment_whatever_the_zone() -> None:
    assert Ids(1).ulid(NOW) == Ids(1).ulid(NOW.astimezone(timezone(timedelta(hours=5))))


@pytest.mark.parametrize("now", [datetime(2026, 1, 1), datetime(1969, 12, 31, tzinfo=UTC)])  # noqa: DTZ001
def test_a_time_that_makes_no_ulid_is_refused(now: datetime) -> None:
    with pytest.raises(ClockError, match="ULID"):
        Ids(1).ulid(now)


def test_a_uuid_is_of_version_4() -> None:
    parsed = uuid.UUID(Ids(1).uuid())
    assert (parsed.version, parsed.variant) == (4, uuid.RFC_4122)


@given(st.integers(), st.integers(min_value=1, max_value=40))
def test_lengths_and_alphabets(seed: int, n: int) -> None:
    ids = Ids(seed)
    assert re.fullmatch("[0-9a-f]{32}", ids.trace())
    assert re.fullmatch("[0-9a-f]{16}", ids.span())
    assert re.fullmatch(f"[0-9]{{{n}}}", ids.digits(n))


def test_a_fork_is_not_changed_by_what_its_parent_draws() -> None:
    used = Ids("s")
    used.uuid()
    assert used.fork("bank").uuid() == Ids("s").fork("bank").uuid()


def test_forks_differ_by_name_and_by_path() -> None:
    ids = Ids("s")
    forks = [ids.fork("a"), ids.fork("b"), ids.fork("a").fork("b"), ids.fork("a/b"), ids.fork("a'/'b"), ids]
    assert len({fork.uuid() for fork in forks}) == len(forks)
