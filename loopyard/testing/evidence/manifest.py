"""The hash over a bundle: SHA-256 of each file in the form of `sha256sum`, and the hash of that list as the bundle's own."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from loopyard.kernel.errors import UsageError

MANIFEST: Final = "MANIFEST.sha256"
_LINE: Final = re.compile(r"(?P<sum>[0-9a-f]{64})  (?P<name>[^\n]+)")

Files = Mapping[str, bytes]
"""A bundle: contents by path with slashes."""


def manifest(files: Files) -> bytes:
    """The list of all files but itself, sorted; `sha256sum --check MANIFEST.sha256` reads it too."""
    lines = (f"{_sum(content)}  {name}\n" for name, content in sorted(files.items()) if name != MANIFEST)
    return "".join(lines).encode()


def own_hash(files: Files) -> str:
    """What stands for the whole bundle: whoever signs off, signs this."""
    return _sum(files[MANIFEST])


def differences(files: Files) -> list[str]:
    """A line for each file that is missing, was changed or was added since the manifest was written."""
    if MANIFEST not in files:
        return [f"{MANIFEST} is missing"]
    lines = [_LINE.fullmatch(line) for line in files[MANIFEST].decode("utf-8", "replace").splitlines()]
    if not lines or not all(lines):
        return [f"{MANIFEST} is not a list of hashes"]
    listed = {found["name"]: found["sum"] for found in lines if found}
    told = [f"{name} is missing" for name in listed if name not in files]
    told += [f"{name} was changed" for name, sum_ in listed.items() if name in files and _sum(files[name]) != sum_]
    return told + [f"{name} was added" for name in sorted(files) if name not in listed and name != MANIFEST]


def load(bundle: Path) -> dict[str, bytes]:
    """A bundle from its folder or its zip. Raises UsageError for what is neither."""
    if bundle.is_dir():
        return {file.relative_to(bundle).as_posix(): file.read_bytes() for file in sorted(bundle.rglob("*")) if file.is_file()}
    if not bundle.is_file():
        raise UsageError("--verify", str(bundle), "does not exist", "name the folder or the zip of a bundle")
    try:
        with zipfile.ZipFile(bundle) as packed:
            names = [each.filename for each in packed.infolist() if not each.is_dir()]
            if len(names) != len(set(names)):
                raise UsageError("--verify", str(bundle), "holds a file twice", "it is no bundle as it was written")
            return {name: packed.read(name) for name in names}
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise UsageError(
            "--verify", str(bundle), f"cannot be read: {error}", "name the folder or the zip of a bundle"
        ) from error


def store(files: Files, target: Path) -> None:
    """Write a bundle: a zip where the name ends so, else a folder. The same files make the same zip, byte for byte."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in sorted(files.items()):
                about = zipfile.ZipInfo(name)  # of 1980: a bundle's age stands in its summary
                about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                packed.writestr(about, content)
        return
    if target.is_dir() and any(target.iterdir()):
        raise UsageError("--output", str(target), "is not empty", "name a new folder, or a file that ends in .zip")
    for name, content in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
