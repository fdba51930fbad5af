"""A table of a world file that knows its place in it, so that every complaint names file, key and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopyard.kernel.errors import LoopyardError, UsageError
from loopyard.kernel.money import Money


class Table:
    """The values at `where` of a file. What reads one raises UsageError for a value that it cannot be."""

    def __init__(self, file: str, where: str, values: Mapping[str, Any]) -> None:
        self.file = file
        self.where = where
        self.values = values

    def wrong(self, key: str, problem: str, remedy: str) -> UsageError:
        """The complaint about one key, to be raised."""
        return UsageError(self.file, f"{self.where}.{key}".strip("."), problem, remedy)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing", f'add {key} = "..."')
        if not isinstance(value, str):
            raise self.wrong(key, f"must be a text, not {value!r}", f'write {key} = "{value}"')
        return value

    def one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in known:
            raise self.wrong(key, f"{value!r} is not known", f"choose one of {', '.join(known)}")
        return value

    def money(self, key: str, currency: str, default: str | None = None) -> Money:
        text = self.text(key, default)
        try:
            return Money(text, currency)
        except LoopyardError as error:
            raise self.wrong(key, str(error), 'write an amount such as "1000" and an ISO 4217 currency') from error

    def seconds(self, key: str, default: float) -> float:
        value = self.values.get(key, default)
        if type(value) not in (int, float) or not value > 0:
            raise self.wrong(key, f"must be a number of seconds, not {value!r}", f"write {key} = {default:g}")
        return float(value)

    def table(self, key: str) -> Table:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"must be a table, not {value!r}", f"write [{key}]")
        return Table(self.file, f"{self.where}.{key}".strip("."), value)

    def tables(self, key: str) -> list[Table]:
        rows = self.values.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.wrong(key, "must be a list of tables", f"write [[{key}]]")
        return [Table(self.file, f"{key}[{number}]", row) for number, row in enumerate(rows)]

    def only(self, known: set[str]) -> None:
        for key in self.values:
            if key not in known:
                raise self.wrong(key, "is not known here", f"known are {', '.join(sorted(known))}")
