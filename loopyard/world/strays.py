"""Messages about what was begun before the last reset: a system under test that runs elsewhere is not reset with the world,
and may still repeat or ask for what it began earlier. They belong to nothing that happens now, and are shown apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from loopyard.engine.traffic import Interaction


def strays(rows: Iterable[Interaction], earlier: Collection[str], ours: Collection[str]) -> list[Interaction]:
    """The rows about references of `earlier` that somebody else than the parties of `ours` took up again first."""
    taken_up: dict[str, bool] = {}
    found = []
    for row in rows:
        for reference in row.refs:
            taken_up.setdefault(reference, row.sender in ours)
        if any(reference in earlier and not taken_up[reference] for reference in row.refs):
            found.append(row)
    return found
