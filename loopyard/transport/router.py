"""Which handler a method and path belong to. Tolerant as real systems are: double slashes count as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

Target = TypeVar("Target")
_ANY = "{}"
"""Stands for the first segment of templates that begin with a {name}."""


class NoRoute(Exception):
    """Nothing answers here. `allowed` names the methods that the path does have: empty for an unknown path."""

    def __init__(self, method: str, path: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{method} {path}")
        self.method = method
        self.path = path
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Match(Generic[Target]):
    """What a request was meant for, with the decoded values of the template's {names}."""

    target: Target
    template: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Route(Generic[Target]):
    method: str
    template: str
    target: Target
    literals: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]

    def fits(self, parts: list[str]) -> bool:
        for index, literal in self.literals:  # noqa: SIM110 - run for every request; a generator costs more than the loop
            if parts[index] != literal:
                return False
        return True


class Router(Generic[Target]):
    """A table of (method, template, target); literal segments win over {names}."""

    def __init__(self, routes: Iterable[tuple[str, str, Target]]) -> None:
        self._by_shape: dict[tuple[int, str], list[_Route[Target]]] = {}
        for method, template, target in routes:
            segments = list(enumerate(part for part in template.split("/") if part))
            names = tuple((index, part[1:-1]) for index, part in segments if part[0] == "{")
            literals = tuple((index, part) for index, part in segments if part[0] != "{")
            first = segments[0][1] if literals and literals[0][0] == 0 else _ANY
            self._by_shape.setdefault((len(segments), first), []).append(_Route(method, template, target, literals, names))
        for rows in self._by_shape.values():
            rows.sort(key=lambda row: [part[0] == "{" for part in row.template.split("/") if part])

    def find(self, method: str, path: str) -> Match[Target]:
        """Raises NoRoute, also for a path with `.` or `..` in it: resolved or not, it means another path to somebody."""
        if "." in path or "%2" in path:
            _check_dots(method, path)
        parts = [part for part in path.split("/") if part]
        allowed = []
        for first in dict.fromkeys((*parts[:1], _ANY)):
            for row in self._by_shape.get((len(parts), first), ()):
                if not row.fits(parts):
                    continue
                if row.method == method:
                    return Match(row.target, row.template, {name: unquote(parts[index]) for index, name in row.names})
                allowed.append(row.method)
        raise NoRoute(method, path, tuple(allowed))


def _check_dots(method: str, path: str) -> None:
    if any(unquote(part) in (".", "..") for part in path.split("/")):
        raise NoRoute(method, path, ())
