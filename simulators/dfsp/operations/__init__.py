"""What peer DFSPs can be asked and told, and what a world can make them do."""

from __future__ import annotations

from typing import Final

from simulators.dfsp.operations import bulk, payee, payer, requests

OPERATIONS: Final = (*payee.OPERATIONS, *payer.OPERATIONS, *bulk.OPERATIONS, *requests.OPERATIONS)
