"""`loopyard sequence`: the sequence diagram of what was said in a running world."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopyard.cli.options import USUAL_WORLD, WorldUrl, running
from loopyard.cli.output import printable, terminal_width
from loopyard.kernel.errors import UsageError

if TYPE_CHECKING:
    from loopyard.engine.traffic import Interaction


def sequence(
    since: Annotated[int, typer.Option(min=0, metavar="N", help="Only what came after interaction #N.")] = 0,
    reference: Annotated[
        str | None, typer.Option(metavar="ID", help="Only one business reference: a transfer, a quote, a home transaction.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write it as SVG here.")] = None,
    world: WorldUrl = USUAL_WORLD,
) -> None:
    """Draw who called whom, when, and how it was answered: on the terminal, or as an SVG file.

    All ids that stand together in one interaction are one business: any of them
    names it. A lookup of a party belongs to none. Secrets and personal data are
    masked.

    \b
    loopyard sequence                                   everything
    loopyard sequence --since 120 -o last.svg           what came after #120
    loopyard sequence --reference 01JY… -o one.svg      one payment
    """
    from loopyard.testing.evidence import gather
    from loopyard.testing.evidence.lanes import sequence_text
    from loopyard.testing.evidence.redaction import Redactor
    from loopyard.testing.evidence.sequence import sequence_diagram

    with running(world) as there:
        rows, homes = there.interactions(), sorted(there.homes)
    redactor = Redactor.of(map(gather.exchange, rows))
    chosen = [row for row in (rows if reference is None else _of_business(rows, reference)) if row.seq > since]
    exchanges = [redactor.exchange(gather.exchange(row)) for row in chosen]
    order = gather.lanes(exchanges, next(iter(homes), ""))
    if output is None:
        print(printable(sequence_text(exchanges, order, terminal_width())))
        return
    title = f"Sequence of {redactor.text(reference)}" if reference else ""
    _write(output, sequence_diagram(exchanges, order, title))
    print(f"{output}: {len(exchanges)} interactions")


def _of_business(rows: Iterable[Interaction], reference: str) -> list[Interaction]:
    """The interactions whose references belong with this one, as the audit joins them. Raises UsageError."""
    from loopyard.audit.links import Links, references_of

    rows, links = list(rows), Links()
    found = [(row, references_of(row)) for row in rows]
    for row, references in found:
        links.caused(row, references)
    root = links.root(reference)
    if root is None:
        raise UsageError(
            "--reference", reference, "stands in no interaction of this world's log",
            "`loopyard traffic --json` shows each interaction's refs",
        )  # fmt: skip
    return [row for row, references in found if any(links.root(each) == root for each in references)]


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError("-o", str(file), f"cannot be written: {error.strerror}", "name a file that can") from error
