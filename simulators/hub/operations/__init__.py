"""What the hub can be asked for: the tables of its faces."""

from __future__ import annotations

from typing import Final

from simulators.hub.operations import (
    admin,
    als_admin,
    batches,
    bulk_transfers,
    fx,
    models,
    oracle,
    participants,
    parties,
    quotes,
    requests,
    settlements,
    transfers,
    windows,
)

FSPIOP_OPERATIONS: Final = (
    *participants.OPERATIONS, *batches.OPERATIONS, *parties.OPERATIONS, *quotes.OPERATIONS, *requests.OPERATIONS,
    *transfers.OPERATIONS,
    *fx.OPERATIONS, *bulk_transfers.OPERATIONS,
)  # fmt: skip
ADMIN_OPERATIONS: Final = (*admin.OPERATIONS, *models.OPERATIONS)
SETTLEMENT_OPERATIONS: Final = (*windows.OPERATIONS, *settlements.OPERATIONS)
ALS_ADMIN_OPERATIONS: Final = als_admin.OPERATIONS
ORACLE_OPERATIONS: Final = oracle.OPERATIONS
