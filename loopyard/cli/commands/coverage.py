"""`loopyard coverage-matrix`: which error code each party saw about which resource, from the traffic of a recorded run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loopyard.kernel.errors import InfrastructureError

FINDINGS = 1


def coverage_matrix(
    results: Annotated[Path, typer.Argument(help="The record of a run: the folder of pytest --evidence.")] = Path(
        "build/evidence"
    ),
    output: Annotated[Path, typer.Argument(help="Where to, without the ending: .html and .csv are written.")] = Path(
        "build/coverage-matrix"
    ),
    require: Annotated[
        Path | None,
        typer.Option(help="TOML file of the codes that need not be met, with reasons: end with 1 when another was not met."),
    ] = None,
) -> None:
    """Write which error codes the parties of a run saw, by resource, as HTML and CSV. Codes that nobody saw are listed.

    \b
    pytest features --evidence build/evidence && loopyard coverage-matrix
    """
    try:
        from loopyard.testing.evidence.matrix import exempt, in_words, lacking, matrix
        from loopyard.testing.evidence.matrix_page import matrix_csv, matrix_html
        from loopyard.testing.evidence.signoff import read
    except ModuleNotFoundError as error:
        raise InfrastructureError(f"{error.name} is missing; install it with: pip install 'loopyard[test]'") from error
    let_off = None if require is None else exempt(require)
    found = matrix(read(results))
    output.parent.mkdir(parents=True, exist_ok=True)
    for ending, text in (("html", matrix_html(found)), ("csv", matrix_csv(found))):
        file = output.with_name(f"{output.name}.{ending}")
        file.write_text(text, encoding="utf-8")
        print(f"written  {file}")
    print(f"{len(found.codes) - len(found.never)} codes seen, {len(found.never)} never: {', '.join(found.never)}")
    if let_off is None:
        return
    missing, met = lacking(found, let_off)
    for code in missing:
        print(f"MISSING  {in_words(code)}: nobody met it, and {require} does not say why it need not be met")
    for code in met:
        print(f"MET      {in_words(code)}: strike it out of {require}, which says that nobody meets it")
    if missing or met:
        raise typer.Exit(FINDINGS)
