"""The error tree: it is the one its docstring draws, and its messages say what is wrong and what to do."""

from __future__ import annotations

import inspect

from loopyard.kernel import errors
from loopyard.kernel.errors import IllegalTransition, LoopyardError, Stuck, UsageError


def drawn() -> list[tuple[str, str | None]]:
    """(name, parent) of each line of the drawing, by its indentation."""
    edges: list[tuple[str, str | None]] = []
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines()[2:]:
        if not line.strip():
            continue
        depth = (len(line) - len(line.lstrip())) // 4
        name = line.split()[0]
        above[depth] = name
        edges.append((name, above.get(depth - 1)))
    return edges


def defined() -> list[tuple[str, str | None]]:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, LoopyardError)]
    return [(c.__name__, None if c is LoopyardError else c.__bases__[0].__name__) for c in classes]


def test_the_docstring_draws_exactly_the_tree_that_is_defined() -> None:
    assert sorted(drawn(), key=str) == sorted(defined(), key=str)


def test_every_error_says_what_it_means() -> None:
    assert [name for name, _ in defined() if not getattr(errors, name).__doc__] == []


def test_a_usage_error_names_file_key_problem_and_remedy() -> None:
    error = UsageError("world.toml", "cast.amina", "no such bank", "name one of [[dfsp]]")
    assert str(error) == "world.toml: cast.amina: no such bank; name one of [[dfsp]]"
    assert (error.file, error.key, error.problem, error.remedy) == (
        "world.toml",
        "cast.amina",
        "no such bank",
        "name one of [[dfsp]]",
    )


def test_an_illegal_transition_names_machine_state_and_event() -> None:
    error = IllegalTransition("transfer", "COMMITTED", "abort")
    assert (error.machine, error.state, error.event) == ("transfer", "COMMITTED", "abort")
    assert str(error).startswith("transfer: 'abort' is not allowed in state 'COMMITTED'; ")


def test_a_stuck_world_says_why_and_lists_who_holds_it() -> None:
    error = Stuck("no progress", ["hub.prepare awaits a lock", "bank.reserve awaits a socket"])
    assert (error.problem, len(error.holders)) == ("no progress", 2)
    assert str(error) == "no progress\n  hub.prepare awaits a lock\n  bank.reserve awaits a socket"
    assert str(Stuck("no progress")) == "no progress"
