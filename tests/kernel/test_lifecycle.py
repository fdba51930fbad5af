"""A lifecycle allows exactly the edges of its table, and refuses a table that contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from loopyard.kernel.errors import IllegalTransition, MalformedLifecycle
from loopyard.kernel.lifecycle import Lifecycle

TRANSITIONS = {
    ("RECEIVED", "reserve"): "RESERVED",
    ("RECEIVED", "reject"): "ABORTED",
    ("RESERVED", "fulfil"): "COMMITTED",
    ("RESERVED", "abort"): "ABORTED",
    ("RESERVED", "extend"): "RESERVED",
}
TRANSFER = Lifecycle("transfer", initial="RECEIVED", final={"COMMITTED", "ABORTED"}, transitions=TRANSITIONS)


def walk_every_pair(lifecycle: Lifecycle, table: Mapping[tuple[str, str], str]) -> int:
    """Try every event in every state; return how many pairs were tried."""
    pairs = [(state, event) for state in sorted(lifecycle.states) for event in sorted(lifecycle.events)]
    for state, event in pairs:
        if (state, event) in table:
            assert lifecycle.next(state, event) == table[state, event]
        else:
            with pytest.raises(IllegalTransition):
                lifecycle.next(state, event)
    return len(pairs)


def test_every_edge_of_the_table_is_allowed_and_no_other() -> None:
    assert walk_every_pair(TRANSFER, TRANSITIONS) == 4 * 5


def test_it_knows_its_states_and_events() -> None:
    assert TRANSFER.states == {"RECEIVED", "RESERVED", "COMMITTED", "ABORTED"}
    assert TRANSFER.events == {"reserve", "reject", "fulfil", "abort", "extend"}
    assert (TRANSFER.initial, TRANSFER.final) == ("RECEIVED", {"COMMITTED", "ABORTED"})


@pytest.mark.parametrize("state, event", [("RECEIVED", "fly"), ("NOWHERE", "reserve")])
def test_an_unknown_state_or_event_is_an_illegal_transition(state: str, event: str) -> None:
    with pytest.raises(IllegalTransition) as raised:
        TRANSFER.next(state, event)
    assert (raised.value.machine, raised.value.state, raised.value.event) == ("transfer", state, event)


def test_changing_the_table_afterwards_changes_nothing() -> None:
    table = {("a", "go"): "b"}
    machine = Lifecycle("m", "a", {"b"}, table)
    table["a", "stop"] = "b"
    with pytest.raises(IllegalTransition):
        machine.next("a", "stop")


@pytest.mark.parametrize(
    "final, table, problem",
    [
        ({"b"}, {("a", "go"): "b", ("c", "go"): "b"}, "c cannot be reached"),
        ({"b", "z"}, {("a", "go"): "b"}, "z cannot be reached"),
        ({"b"}, {("a", "go"): "b", ("b", "back"): "a"}, "b is final but is left"),
        ({"b"}, {("a", "go"): "b", ("a", "err"): "d"}, "d has no way out"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(final: set[str], table: dict[tuple[str, str], str], problem: str) -> None:
    with pytest.raises(MalformedLifecycle, match=problem):
        Lifecycle("m", "a", final, table)
