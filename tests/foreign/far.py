"""`make features-far`: the whole suite in a world that runs in another process, on the virtual clock, over its control."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.foreign.yard import LOOPYARD, ROOT, addresses_in, process


def main(arguments: list[str]) -> int:
    """Start a world, run the scenarios in it, end it; the exit code is that of the run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "urls.json"
        with process([*LOOPYARD, "up", "--clock", "virtual", "--ports", "random", "--urls", str(file)]):
            control = addresses_in(file)["control"]
            command = [sys.executable, "-m", "pytest", "features", "--world", control, *arguments]
            return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
