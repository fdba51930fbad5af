"""The shapes of a load: how many users there are at each moment."""

from __future__ import annotations

import pytest

from loadtests._curves import CURVES, LENGTHS, users_at


@pytest.mark.parametrize("shape", CURVES)
@pytest.mark.parametrize("peak", [1, 7, 500])
def test_every_shape_reaches_its_peak_and_never_passes_it(shape: str, peak: int) -> None:
    users = [users_at(shape, second, peak, 100) for second in range(100)]
    assert max(each or 0 for each in users) == peak
    assert min(each or 0 for each in users) >= 1


@pytest.mark.parametrize("shape", CURVES)
def test_every_shape_ends_with_its_time(shape: str) -> None:
    assert users_at(shape, 59.9, 5, 60) is not None
    assert users_at(shape, 60, 5, 60) is None


def test_a_steady_load_is_there_at_once_and_stays() -> None:
    assert {users_at("steady", second, 20, 60) for second in range(60)} == {20}
    assert users_at("steady", 1e6, 20, None) == 20


def test_a_ramp_only_rises_in_even_steps() -> None:
    assert [users_at("ramp", second, 20, 100) for second in range(0, 100, 10)] == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]


def test_a_spike_comes_at_once_and_goes_at_once() -> None:
    assert [users_at("spike", second, 50, 100) for second in (0, 39, 40, 59, 60, 99)] == [10, 10, 50, 50, 10, 10]


def test_a_soak_is_long_when_nobody_says_how_long() -> None:
    assert LENGTHS.keys() == CURVES.keys()
    assert LENGTHS["soak"] == 3600
