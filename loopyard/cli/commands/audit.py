"""`loopyard audit`: whether the books of a running world agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loopyard.cli.options import USUAL_WORLD, AsJson, WorldUrl, running
from loopyard.cli.output import print_json, printable, say
from loopyard.kernel.errors import UsageError

if TYPE_CHECKING:
    from loopyard.audit import Verdict
    from loopyard.world.client import World

FINDINGS: Final = 1


def audit(
    pending: Annotated[
        list[str] | None, typer.Option(metavar="REF", help="A reference that counts as unfinished, too. Repeatable.")
    ] = None,
    ask: Annotated[bool, typer.Option(help="Ask the system under test what it has not finished.")] = True,
    open_books: Annotated[bool, typer.Option("--open", help="Open the books anew instead: audit from here on.")] = False,
    world: WorldUrl = USUAL_WORLD,
    as_json: AsJson = False,
) -> None:
    """Reconcile every ledger of a running world, to the minor unit, as they stand when it is quiet.

    Exit code 0 when the books agree, 1 when a finding fails. What something
    unfinished explains in full is an open item and fails nothing. Messages that
    broke their contract count since the last reset. See docs/audit.md.

    \b
    loopyard audit --open      open the books; drive your connector; then
    loopyard audit             does everything agree since?
    loopyard audit --no-ask    when the system under test cannot be asked
    """
    if open_books and pending:
        raise UsageError("--pending", pending[0], "means nothing when books are opened", "audit without --open")
    with running(world) as there:
        if open_books:
            _open(there, as_json)
            return
        there.settle()
        unfinished = {*(pending or ()), *(_unresolved(there) if ask else ())}
        verdict = there.audit(frozenset(unfinished))
    if as_json:
        from loopyard.world.wire import verdict_json

        print_json(verdict_json(verdict) | {"pending": sorted(unfinished)})
    else:
        _show(verdict, sorted(unfinished))
    raise typer.Exit(0 if verdict.clean else FINDINGS)


def _open(world: World, as_json: bool) -> None:
    world.open_books()
    if as_json:
        print_json({"opened": world.control("clock.now")})
    else:
        print("the books are open: what is gained, posted and audited counts from now on")


def _unresolved(world: World) -> frozenset[str]:
    """What the system under test reports as unfinished, asked as `loopyard.toml` of this folder says it is spoken to."""
    from loopyard.testing import config
    from loopyard.testing.drivers.base import SutUnreachable
    from loopyard.testing.stage import driver

    speaks = driver(config.load(Path.cwd()).sut.driver)
    if speaks.calls not in world.describe()["faces"]:
        say(f"this world has no {speaks.calls}: nobody was asked what is unfinished")
        return frozenset()
    talk = speaks.unresolved()
    try:
        return talk.heard(world.control("channel.call", face=speaks.calls, **talk.call))
    except SutUnreachable as error:
        raise SutUnreachable(f"{error}; or audit without asking it: --no-ask") from error


def _show(verdict: Verdict, pending: list[str]) -> None:
    from loopyard.testing.evidence.audit import audit_text
    from loopyard.testing.evidence.model import Finding, OpenItem

    findings = [Finding(each.kind, each.level, each.text, each.party) for each in verdict.findings]
    items = [OpenItem(each.text, each.reference) for each in verdict.open_items]
    lines = [printable(audit_text(findings, items)).rstrip()]
    lines += [f"{'pending':<10} {reference}, says the system under test or you" for reference in pending]
    lines += [f"{'not observed':<10} {party}: its books cannot be read here" for party in verdict.not_observed]
    print("\n".join(lines))
