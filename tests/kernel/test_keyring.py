"""A key ring gives what is good at a moment, and remembers what was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loopyard.kernel.keyring import KeyRing

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def ring(hands: Hands) -> KeyRing:
    return KeyRing(hands)


def test_a_key_is_good_from_its_publication_on(ring: KeyRing, hands: Hands) -> None:
    ring.publish("blue", "first")
    hands.pass_seconds(10**9)
    assert dict(ring) == {"blue": ("first",)}


def test_both_keys_are_good_for_the_overlap_the_latest_first(ring: KeyRing, hands: Hands) -> None:
    ring.publish("blue", "first")
    ring.publish("blue", "second", timedelta(seconds=20))
    hands.pass_seconds(19.999)
    assert ring["blue"] == ("second", "first")
    hands.pass_seconds(0.001)
    assert ring["blue"] == ("second",)
    assert ring.past == {"blue": ("first",)}


def test_without_an_overlap_the_old_key_ends_at_once(ring: KeyRing) -> None:
    ring.publish("blue", "first")
    ring.publish("blue", "second")
    assert ring["blue"] == ("second",)


def test_a_later_key_never_lengthens_the_life_of_an_earlier_one(ring: KeyRing, hands: Hands) -> None:
    ring.publish("blue", "first")
    ring.publish("blue", "second", timedelta(seconds=5))
    ring.publish("blue", "third", timedelta(seconds=60))
    hands.pass_seconds(5)
    assert ring["blue"] == ("third", "second")


def test_a_list_from_elsewhere_replaces_what_was_good(ring: KeyRing, hands: Hands) -> None:
    ring.publish("blue", "first")
    hands.pass_seconds(1)
    ring.replace("blue", ["second", "first"])
    assert set(ring["blue"]) == {"first", "second"}
    assert ring.all_of("blue")[0].since == START
    ring.replace("blue", ["second"])
    assert ring["blue"] == ("second",)
    ring.replace("blue", [])
    assert "blue" not in ring
    assert ring.owners == ("blue",)


def test_a_key_that_was_withdrawn_can_come_back(ring: KeyRing, hands: Hands) -> None:
    ring.replace("blue", ["first"])
    ring.replace("blue", [])
    hands.pass_seconds(1)
    ring.replace("blue", ["first"])
    assert ring["blue"] == ("first",)


def test_who_has_no_good_key_is_not_in_it(ring: KeyRing) -> None:
    with pytest.raises(KeyError):
        ring["nobody"]
    assert ring.get("nobody") is None
    assert (len(ring), list(ring)) == (0, [])
