"""Currency conversions: the provider's promise is reserved, fulfilled, and then follows the transfer that determines it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from loopyard.protocols.fspiop import dates
from simulators.hub.state.desk import Desk
from simulators.hub.state.errors import (
    Expired,
    FulfilRefused,
    HubError,
    InsufficientLiquidity,
    NetDebitCapExceeded,
    NotImplementedByHub,
    NotReserved,
    PayeeRejected,
    PrepareRefused,
    TransferNotFound,
    UndefinedCode,
)
from simulators.hub.state.expiry import Expiry
from simulators.hub.state.notices import Notified, Relayed
from simulators.hub.state.records import Fulfil, Prepare, Record, Rejection
from simulators.hub.state.rules import Rules


class Conversions:
    """The conversions of one hub. `is_transfer` tells whether a transfer of an id exists."""

    def __init__(self, desk: Desk, rules: Rules, expiry: Expiry, is_transfer: Callable[[str], bool]) -> None:
        self.desk = desk
        self._rules = rules
        self._expiry = expiry
        self._is_transfer = is_transfer
        self._by_transfer: dict[str, list[Record]] = {}

    def of_transfer(self, transfer_id: str) -> list[Record]:
        """The conversions that a transfer determines."""
        return self._by_transfer.get(transfer_id, [])

    def forget(self, transfer_ids: Iterable[str]) -> None:
        """Know nothing of what these transfers determined."""
        for id_ in transfer_ids:
            self._by_transfer.pop(id_, None)

    def prepare(self, request: Prepare) -> None:
        """Reserve the source amount on the initiator's position, or refuse."""
        record = self.desk.take(request)
        if record is None:
            return
        if request.determining is not None:
            if self._is_transfer(request.determining):
                self._refuse(record, "invalidate", NotImplementedByHub())
                return
            self._by_transfer.setdefault(request.determining, []).append(record)
        try:
            self._rules.check_conversion(request)
        except PrepareRefused as error:
            self._refuse(record, "invalidate", error)
            return
        self._expiry.watch(record)
        self.desk.queue(self._reserve, record)

    def _reserve(self, record: Record) -> None:
        try:
            self.desk.positions.reserve(record, record.payer_at, record.prepare.amount)
        except (InsufficientLiquidity, NetDebitCapExceeded) as error:
            self._refuse(record, "refuse", error)
            return
        self.desk.forward(record)

    def _refuse(self, record: Record, event: str, error: HubError) -> None:
        self._expiry.drop(record)
        self.desk.turn_down(record, event, error)

    def fulfil(self, answer: Fulfil) -> None:
        """The provider's promise, which must be RESERVED: the positions wait for the determining transfer."""
        record = self._answered(answer)
        if record is None:
            return
        if answer.state == "ABORTED":
            if self._may_change(record, answer):
                self._fail(record, "reject")
                self.desk.refuse(record.id, record.prepare.payer, PayeeRejected(), answer.original)
            return
        if answer.state != "RESERVED":
            self._invalid(record, answer, FulfilRefused("conversionState must be RESERVED"))
        elif not self.desk.holds(answer, record):
            self._invalid(record, answer, FulfilRefused("Invalid FX fulfilment"))
        elif self._may_change(record, answer):
            self._promise(record, answer)

    def _promise(self, record: Record, answer: Fulfil) -> None:
        record.step("fulfil", self.desk.now())
        record.fulfilment, record.extensions = answer.fulfilment, answer.extensions
        record.completed = answer.completed or dates.to_iso(self.desk.now())
        if not self.desk.settings.expire_fulfilled_conversions:
            self._expiry.drop(record)
        self.desk.announce(Relayed(record, answer, record.prepare.payer))

    def reject(self, answer: Rejection) -> None:
        """The provider's error: the initiator's position is released."""
        record = self._answered(answer)
        if record is None or not self._may_change(record, answer):
            return
        self._fail(record, "fail")
        record.extensions = answer.extensions
        if answer.relayable:
            self.desk.announce(Relayed(record, answer, record.prepare.payer))
        else:
            self.desk.refuse(record.id, record.prepare.payer, UndefinedCode(), answer.original)

    def _answered(self, answer: Fulfil | Rejection) -> Record | None:
        """The record that an answer is for; None when the answer was dealt with here."""
        record = self.desk.find(answer.id)
        if record is None:
            self.desk.refuse(answer.id, answer.source, TransferNotFound("fxTransfer not found"), answer.original)
            return None
        if (wrong := self.desk.wrong_party(record, answer)) is not None:
            self._invalid(record, answer, wrong)
            return None
        return None if self.desk.repeated_answer(record, answer) else record

    def _invalid(self, record: Record, answer: Fulfil | Rejection, error: FulfilRefused) -> None:
        if record.state != "RESERVED":
            self.desk.deny(record, answer, error, lost=record.public == "ABORTED")
            return
        self._fail(record, "fail")
        record.failure = error
        told = error if self.desk.settings.classic_abort_text else FulfilRefused()
        self.desk.refuse(record.id, record.prepare.payer, told, answer.original)
        if isinstance(answer, Fulfil):
            self.desk.announce(Notified(record, record.prepare.payee, "ABORTED", error, answer.original))

    def _may_change(self, record: Record, answer: Fulfil | Rejection) -> bool:
        if record.state != "RESERVED":
            error = NotReserved("Non-RESERVED fxTransfer state")
            self.desk.deny(record, answer, error, lost=record.public == "ABORTED")
            return False
        if record.expires_at <= self.desk.now():
            self.desk.deny(record, answer, Expired("fxTransfer expired"), lost=True)
            return False
        return True

    def _fail(self, record: Record, event: str) -> None:
        self._expiry.drop(record)
        self.desk.abort(record, event)

    # -- what the determining transfer decides ------------------------------------------------------------------------

    def bind(self, record: Record) -> None:
        """From now on the transfer's expiry counts."""
        self._expiry.drop(record)

    def commit(self, record: Record, trigger: Any) -> None:
        """The transfer is committed: the provider gets what the initiator owes, and hears of it."""
        self.desk.positions.commit(record, record.payee_at)
        self.desk.finish(record, "commit")
        self.desk.announce(Notified(record, record.prepare.payee, "COMMITTED", None, trigger))

    def unwind(self, record: Record, trigger: Any) -> None:
        """The transfer came to nothing: the initiator is released, and the provider hears of it."""
        if record.state == "RECEIVED_FULFIL_DEPENDENT":
            self._fail(record, "fail")
            self.desk.announce(Notified(record, record.prepare.payee, "ABORTED", None, trigger))

    def expire(self, record: Record) -> None:
        """The time of the conversion, or of its transfer, is over: both parties hear of it."""
        if record.final:
            return
        if record.state == "RECEIVED_PREPARE":
            self._refuse(record, "expire", Expired())
            return
        self._fail(record, "expire")
        self.desk.refuse(record.id, record.prepare.payer, Expired(), None)
        self.desk.refuse(record.id, record.prepare.payee, Expired(), None)
