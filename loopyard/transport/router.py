"""Which handler a method and path belong to. Tolerant as real systems are: double slashes count as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

Target = TypeVar("Target")


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


class Router(Generic[Target]):
    """A table of (method, template, target); literal segments win over {names}."""

    def __init__(self, routes: Iterable[tuple[str, str, Target]]) -> None:
        self._by_length: dict[int, list[tuple[tuple[str, ...], str, str, Target]]] = {}
        for method, template, target in routes:
            segments = tuple(part for part in template.split("/") if part)
            self._by_length.setdefault(len(segments), []).append((segments, method, template, target))
        for rows in self._by_length.values():
            rows.sort(key=lambda row: [segment.startswith("{") for segment in row[0]])

    def find(self, method: str, path: str) -> Match[Target]:
        """Raises NoRoute."""
        parts = [part for part in path.split("/") if part]
        allowed = []
        for segments, verb, template, target in self._by_length.get(len(parts), ()):
            if not all(want == part or want[0] == "{" for want, part in zip(segments, parts, strict=True)):
                continue
            if verb == method:
                pairs = zip(segments, parts, strict=True)
                params = {want[1:-1]: unquote(part) for want, part in pairs if want[0] == "{"}
                return Match(target, template, params)
            allowed.append(verb)
        raise NoRoute(method, path, tuple(allowed))
