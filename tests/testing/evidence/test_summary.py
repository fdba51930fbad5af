"""The first page of a sign-off bundle says under which circumstances it was proven."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.testing.evidence.summary import summary_html

RUN: dict[str, Any] = {
    "sut": {"name": "Payout service", "version": "2.3.1"}, "world": {"at": "w.toml", "sha256": "ab12"}, "seed": "5eed",
    "started": "2026-03-02T08:00:00+00:00", "ended": "2026-03-02T08:10:00+00:00", "tools": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("laid_down", "told"), [({}, "SHA-256 ab12<"), ({"api": "iso20022"}, "ab12, everybody speaking iso20022<")]
)
def test_the_form_that_was_spoken_is_told_where_the_run_laid_it_down(laid_down: dict[str, str], told: str) -> None:
    assert told in summary_html({**RUN, "world": RUN["world"] | laid_down}, [])
