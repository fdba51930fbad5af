"""How long to wait before something is tried again: telling the backend of an end that it has not heard, or a store that was
away."""

from __future__ import annotations

from typing import Final

from connectors.mojaloop_connector.settings import Settings

LONGEST_PAUSE: Final = 3600.0
STORE_PAUSE: Final = 2.0
"""Seconds until a store that was away is tried again."""
_ROUND_PAUSE: Final = 60.0


def pause(settings: Settings, tries: int) -> float | None:
    """Seconds until the next try: the real software's five, then slower ones, as money hangs on it; None to give up."""
    if tries <= settings.backend_request_retry_max_retries:
        growth = float(settings.backend_request_retry_backoff_factor) ** (tries - 1)
        return min(settings.backend_request_retry_delay_ms * growth, settings.backend_request_retry_max_delay_ms) / 1000
    if settings.like_sdk.forgets_notifications:
        return None
    slower: float = _ROUND_PAUSE * 2.0 ** (tries - settings.backend_request_retry_max_retries - 1)
    return min(slower, LONGEST_PAUSE)
