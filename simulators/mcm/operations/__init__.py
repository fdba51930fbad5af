"""What the connection manager serves."""

from __future__ import annotations

from typing import Final

from simulators.mcm.operations import certificates, dfsps, endpoints, enrollments, jws

OPERATIONS: Final = (
    *dfsps.OPERATIONS,
    *certificates.OPERATIONS,
    *enrollments.OPERATIONS,
    *jws.OPERATIONS,
    *endpoints.OPERATIONS,
)

__all__ = ["OPERATIONS"]
