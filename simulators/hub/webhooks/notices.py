"""What the state has to say about transfers and conversions, as messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from loopyard.transport.client import Answer
from simulators.hub.state import Hub
from simulators.hub.state.bulk_notices import BulkNotice
from simulators.hub.state.notices import Asked, Copied, Forwarded, Notice, Notified, Refused, Relayed, Told
from simulators.hub.state.records import Fulfil, Record, Rejection
from simulators.hub.webhooks import bulk_notices, messages
from simulators.hub.webhooks.messages import Route
from simulators.hub.webhooks.sending import Then, copy_back, inquire, pass_on, say
from simulators.hub.wire import transfers
from simulators.hub.wire.errors import as_fspiop


@dataclass(frozen=True, slots=True)
class _Routes:
    prepare: Route
    fulfil: Route
    confirm: Route
    state: Route
    patch: Route
    error: Route


_BY_KIND: Final = {
    "transfer": _Routes(
        messages.TRANSFER, messages.TRANSFER_PUT, messages.TRANSFER_CONFIRM, messages.TRANSFER_STATE,
        messages.TRANSFER_PATCH, messages.TRANSFER_ERROR,
    ),
    "conversion": _Routes(
        messages.FX_TRANSFER, messages.FX_TRANSFER_PUT, messages.FX_TRANSFER_PUT, messages.FX_TRANSFER_STATE,
        messages.FX_TRANSFER_PATCH, messages.FX_TRANSFER_ERROR,
    ),
}  # fmt: skip


def announce(hub: Hub, notice: Notice | BulkNotice) -> None:
    """Send what a notice means."""
    match notice:
        case Forwarded(record, original):
            then = _then(hub, record) if record.goes_abroad else None
            pass_on(hub, original, _BY_KIND[record.kind].prepare, record.prepare.payee, {}, then)
        case Asked(record):
            inquire(hub, messages.TRANSFER_ASK, record.prepare.payer, record.prepare.payee, {"id": record.id})
        case Refused(kind, id_, to, error, trigger):
            say(hub, trigger, _BY_KIND[kind].error, to, {"id": id_}, as_fspiop(error).body)
        case Told(record, to, trigger, news):
            routes = _BY_KIND[record.kind]
            say(hub, trigger, routes.fulfil if news else routes.state, to, {"id": record.id}, transfers.outcome(record))
        case Relayed(record, answer, to):
            routes = _BY_KIND[record.kind]
            pass_on(hub, answer.original, _of(answer, routes.fulfil, routes.error), to, {"id": record.id})
        case Copied(record, answer, to):
            routes = _BY_KIND[record.kind]
            copy_back(hub, answer.original, _of(answer, routes.confirm, routes.error), to, {"id": record.id})
        case Notified(record, to, state, cause, trigger):
            body: dict[str, Any] = transfers.notification(record, state, cause, hub.site.clock.now())
            say(hub, trigger, _BY_KIND[record.kind].patch, to, {"id": record.id}, body)
        case _:
            bulk_notices.announce(hub, notice)


def _then(hub: Hub, record: Record) -> Then:
    """What a proxy's answer to a prepare means: only a refusal says for sure that the other scheme has not got it."""

    def then(answer: Answer | None) -> None:
        if answer is None or not 400 <= answer.status < 500:
            hub.transfers.forwarded(record)

    return then


def _of(answer: Fulfil | Rejection, fulfil: Route, error: Route) -> Route:
    return error if isinstance(answer, Rejection) else fulfil
