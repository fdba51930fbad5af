"""How commands print: aligned columns, drawn as a table on a terminal; JSON; texts of others without control characters."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from typing import Any

Row = Sequence[object]


def print_json(value: Any, indent: int | None = 2) -> None:
    """One JSON document, indented, or on one line; readable where the far side reads UTF-8, escaped where it may not."""
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not readable, indent=indent), flush=True)


def print_table(headings: Sequence[str], rows: Sequence[Row], right: Sequence[str] = ()) -> None:
    """Rows under their headings; the columns named in `right` hold numbers. Whole lines when nobody watches: no cell is cut."""
    cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(headings, cells, right)
        return
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    for line in [headings, *cells]:
        parts = [
            cell.rjust(width) if heading in right else cell.ljust(width)
            for heading, cell, width in zip(headings, line, widths, strict=True)
        ]
        print("  ".join(parts).rstrip())


def _draw(headings: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)


def printable(text: str) -> str:
    """What others have said, without what would steer a terminal."""
    return "".join(each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in text)


def terminal_width() -> int | None:
    """Columns of the terminal, None when nobody watches."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def say(text: str) -> None:
    """A remark for who watches, beside what a program may read."""
    print(f"loopyard: {text}", file=sys.stderr, flush=True)
