"""What FX providers can be asked and told, and what a world can make them do."""

from __future__ import annotations

from simulators.fxp.operations.conversions import OPERATIONS

__all__ = ["OPERATIONS"]
