"""Where the world lies that is used when the user names none."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parents[1]


def default_world() -> Path:
    """The default world's file: in a checkout, or in an installed package."""
    checkout = _HERE.parent / "fixtures" / "worlds" / "default.toml"
    return checkout if checkout.is_file() else _HERE / "fixtures" / "worlds" / "default.toml"
