"""What a world may set about its proxies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The table `[simulators.proxy]`."""

    removes: tuple[str, ...] = ()
    """Headers that are not passed on, beside those of the connection and of credentials."""
    cut: tuple[str, ...] = ()
    """Proxies whose link is cut from the start."""
