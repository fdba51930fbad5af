"""`loopyard evidence`: the sign-off bundle of a recorded run, and whether one is still as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopyard.cli.options import AsJson
from loopyard.cli.output import print_json
from loopyard.kernel.errors import InfrastructureError

if TYPE_CHECKING:
    from loopyard.testing.evidence.signoff import Proof

FINDINGS = 1


def evidence(
    results: Annotated[Path, typer.Argument(help="The record of a run: the folder of pytest --evidence.")] = Path(
        "build/evidence"
    ),
    output: Annotated[Path, typer.Option(help="Where to: a new folder, or a file that ends in .zip.")] = Path(
        "build/sign-off.zip"
    ),
    report: Annotated[Path, typer.Option(help="The rendered report; it goes in if it is of this run.")] = Path(
        "build/report/index.html"
    ),
    verify: Annotated[Path | None, typer.Option(metavar="BUNDLE", help="Check a bundle instead of writing one.")] = None,
    expect: Annotated[str | None, typer.Option(metavar="HASH", help="With --verify: the hash that was signed off.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write what a run has proven into one bundle with a hash over all of it, or check such a bundle.

    Exit code 0: every acceptance id is accounted for without a failure (passed, waived, not applicable); 1: an id failed or was
    not run, or the bundle was changed; 2: what was asked makes no sense.

    \b
    pytest features --evidence build/evidence && loopyard evidence
    loopyard evidence build/evidence --output build/sign-off
    loopyard evidence --verify build/sign-off.zip --expect 5f0c…
    """
    raise typer.Exit(_write(results, output, report, as_json) if verify is None else _verify(verify, expect, as_json))


def _write(results: Path, output: Path, report: Path, as_json: bool) -> int:
    try:
        from loopyard.testing.evidence import bundle, manifest, signoff
    except ModuleNotFoundError as error:
        raise InfrastructureError(f"{error.name} is missing; install it with: pip install 'loopyard[test]'") from error
    record = signoff.read(results)
    proofs, rendered = record.proofs(), bundle.of_this_run(report, record.run)
    files = bundle.bundle(record, report if rendered else None)
    manifest.store(files, output)
    if as_json:
        print_json({"bundle": str(output), "sha256": manifest.own_hash(files), **bundle.summary(record.run, proofs)})
    else:
        if not rendered:
            print(_without_report(report))
        _show(proofs)
        print("  ".join(f"{count} {outcome}" for outcome, count in signoff.counts(proofs).items() if count))
        print(f"bundle  {output} ({len(files)} files)\nsha256  {manifest.own_hash(files)}")
    return 0 if signoff.accepted(proofs) else FINDINGS


def _without_report(report: Path) -> str:
    if report.is_file():
        return f"left out {report}: it is older than the run; render it again"
    return f"no report in it: loopyard report RESULTS {report} makes one, of a run with --alluredir=RESULTS"


def _show(proofs: Sequence[Proof]) -> None:
    """What did not simply pass, with its first reason."""
    for each in proofs:
        if each.outcome != "passed":
            print(f"{each.id}  {each.outcome}: {each.reasons[0].partition(chr(10))[0]}")


def _verify(bundle: Path, expect: str | None, as_json: bool) -> int:
    from loopyard.testing.evidence import manifest

    files = manifest.load(bundle)
    wrong = manifest.differences(files)
    found = manifest.own_hash(files) if manifest.MANIFEST in files else ""
    if expect is not None and found != expect.lower():
        wrong = [*wrong, f"its hash is {found or 'none'}, not {expect}"]
    if as_json:
        print_json({"bundle": str(bundle), "sha256": found, "differences": wrong})
    else:
        print("\n".join(wrong) or f"as it was written: {len(files)} files\nsha256  {found}")
    return FINDINGS if wrong else 0
