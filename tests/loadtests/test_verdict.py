"""What is printed at the end of a run, and the exit code that it means."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run
from textwrap import dedent

ROOT = Path(__file__).parents[2]


def test_the_exit_code_tells_a_broken_bank_from_a_broken_lab() -> None:
    # in a process of its own: the modules of a locustfile are modules at the top, and gevent stays out of this one
    script = dedent(
        """
        from _audit import Audited
        from _verdict import Verdict

        finding = {"level": "break", "kind": "sum", "text": "green-bank has 1 MWK too much"}
        clean, broken = Audited(True, (), 0, (), 0.5, 0.1), Audited(False, (finding,), 0, (), 0.5, 0.1)
        assert Verdict(audit=clean).exit_code == 0
        assert Verdict(audit=broken).exit_code == 1
        assert "green-bank has 1 MWK too much" in Verdict(audit=broken).text()
        assert Verdict(misses={"a": ["p50"]}, audit=clean).exit_code == 1
        assert Verdict(misses={"a": ["p50"]}, audit=broken, broken="the world is dead").exit_code == 3
        """
    )
    done = run([sys.executable, "-c", script], cwd=ROOT / "loadtests", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
