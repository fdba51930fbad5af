"""Drives a DFSP's onboarding through the management API of its Payment Manager. Source: docs/sources/mcm.md, management."""

from __future__ import annotations

from typing import Any

from loopyard.testing.drivers.base import Heard, Talk
from loopyard.testing.needs import MANAGEMENT


class Management:
    """A driver for `GET /states`, `POST /reonboard` and `POST /recreate/{SecurityType}`."""

    calls = MANAGEMENT

    def states(self) -> Talk[dict[str, dict[str, Any]]]:
        """How the parts of the connection stand, by name."""

        def read(heard: Heard) -> dict[str, dict[str, Any]]:
            assert heard.status == 200, f"the states cannot be had: {heard.status} {heard.text}"
            return {name: dict(state) for name, state in heard.members.items()}

        return Talk("GET", "/states", read)

    def reonboard(self, reason: str) -> Talk[None]:
        """Connect from scratch."""
        return Talk("POST", "/reonboard", _done, {"reason": reason})

    def recreate(self, security_type: str, reason: str) -> Talk[None]:
        """Make one thing anew."""
        return Talk("POST", f"/recreate/{security_type}", _done, {"reason": reason})


def _done(heard: Heard) -> None:
    assert heard.status == 200, f"refused: {heard.status} {heard.text}"
