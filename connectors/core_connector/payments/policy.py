"""What an answer about an accepted transfer means for the payer's money. Replaceable as part "payments.refund_policy"."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from connectors.core_connector.mojaloop.verdicts import Aborted, Absent, Committed, Verdict
from connectors.core_connector.settings import Settings

Decision = Literal["capture", "release", "wait"]


class RefundPolicy:
    """Money goes back only when the transfer is final and not made. Silence is not an end."""

    def __init__(self, settings: Settings) -> None:
        self._absent_after = timedelta(seconds=settings.absent_after_seconds)

    def decide(self, verdict: Verdict, since_acceptance: timedelta) -> Decision:
        if isinstance(verdict, Committed):
            return "capture"
        if isinstance(verdict, Aborted):
            return "release"
        if isinstance(verdict, Absent) and since_acceptance >= self._absent_after:
            return "release"
        return "wait"
