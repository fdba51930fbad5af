"""What the state has to say about bulk transfers, as messages."""

from __future__ import annotations

from simulators.hub.state import Hub
from simulators.hub.state.bulk_notices import (
    BulkConfirmed,
    BulkForwarded,
    BulkNotice,
    BulkRefused,
    BulkRelayed,
    BulkTold,
)
from simulators.hub.webhooks import messages
from simulators.hub.webhooks.sending import copy_back, pass_on, pass_on_part, say
from simulators.hub.wire import bulk_transfers as wire
from simulators.hub.wire.errors import as_fspiop


def announce(hub: Hub, notice: BulkNotice) -> None:
    """Send what a notice means."""
    match notice:
        case BulkForwarded(bulk, original):
            if bulk.live == len(bulk.items):
                pass_on(hub, original, messages.BULK_TRANSFER, bulk.prepare.payee, {})
            else:
                pass_on_part(hub, original, messages.BULK_TRANSFER, bulk.prepare.payee, wire.accepted(bulk, original.body))
        case BulkRefused(id_, to, error, trigger):
            say(hub, trigger, messages.BULK_TRANSFER_ERROR, to, {"id": id_}, as_fspiop(error).body)
        case BulkTold(bulk, to, trigger, news):
            route = messages.BULK_TRANSFER_PUT if news else messages.BULK_TRANSFER_STATE
            say(hub, trigger, route, to, {"id": bulk.id}, wire.outcome(bulk))
        case BulkConfirmed(bulk, trigger):
            say(hub, trigger, messages.BULK_TRANSFER_CONFIRM, bulk.prepare.payee, {"id": bulk.id}, wire.state(bulk))
        case BulkRelayed(bulk, answer):
            pass_on(hub, answer.original, messages.BULK_TRANSFER_ERROR, bulk.prepare.payer, {"id": bulk.id})
            copy_back(hub, answer.original, messages.BULK_TRANSFER_ERROR, bulk.prepare.payee, {"id": bulk.id})
