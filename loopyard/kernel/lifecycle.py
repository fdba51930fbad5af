"""State machines as literal transition tables. What a change of state causes (postings, messages) is not here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from types import MappingProxyType

from loopyard.kernel.errors import IllegalTransition, MalformedLifecycle


class Lifecycle:
    """The states of one kind of thing and the events that lead from one to the next.

    Raises MalformedLifecycle for a table in which a state cannot be reached, a final state is left, or a state that is
    not final has no way out.
    """

    __slots__ = ("events", "final", "initial", "name", "states", "transitions")

    def __init__(self, name: str, initial: str, final: Collection[str], transitions: Mapping[tuple[str, str], str]) -> None:
        self.name = name
        self.initial = initial
        self.final: Set[str] = frozenset(final)
        self.transitions: Mapping[tuple[str, str], str] = MappingProxyType(dict(transitions))
        self.events: Set[str] = frozenset(event for _, event in transitions)
        sources = {state for state, _ in transitions}
        self.states: Set[str] = frozenset({initial, *final, *sources, *transitions.values()})
        self._refuse("cannot be reached", self.states - self._reachable())
        self._refuse("is final but is left", self.final & sources)
        self._refuse("has no way out and is not final", self.states - self.final - sources)

    def next(self, state: str, event: str) -> str:
        """The state that follows. Raises IllegalTransition, for an unknown state or event as well."""
        try:
            return self.transitions[state, event]
        except KeyError:
            raise IllegalTransition(self.name, state, event) from None

    def __repr__(self) -> str:
        return f"Lifecycle({self.name!r})"

    def _reachable(self) -> set[str]:
        seen: set[str] = set()
        fringe = {self.initial}
        while fringe:
            seen |= fringe
            fringe = {target for (source, _), target in self.transitions.items() if source in fringe} - seen
        return seen

    def _refuse(self, problem: str, states: Set[str]) -> None:
        if states:
            listed = ", ".join(sorted(states))
            raise MalformedLifecycle(f"lifecycle {self.name!r}: {listed} {problem}; correct the table")
