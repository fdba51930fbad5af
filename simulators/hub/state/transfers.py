"""Transfers: prepared, reserved on the payer's position, and fulfilled, rejected or expired. A transfer behind a conversion
is reserved on the provider's position instead, and takes its conversion along wherever it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loopyard.protocols.fspiop import dates
from simulators.hub.state.conversions import Conversions
from simulators.hub.state.desk import Desk
from simulators.hub.state.errors import (
    Expired,
    FulfilRefused,
    HubError,
    InsufficientLiquidity,
    NetDebitCapExceeded,
    NothingToFulfil,
    NotReserved,
    PayeeRejected,
    PrepareRefused,
    UndefinedCode,
)
from simulators.hub.state.expiry import Expiry
from simulators.hub.state.notices import Asked, Copied, Notified, Relayed, Told
from simulators.hub.state.positions import Moved
from simulators.hub.state.records import HELD, Fulfil, Prepare, Record, Rejection
from simulators.hub.state.rules import Rules

AfterCommit = Callable[[Record, Moved], None]


class Transfers:
    """The transfers of one hub. `after` a commit, and its messages, other parts of the ledger have their turn."""

    def __init__(
        self, desk: Desk, rules: Rules, expiry: Expiry, conversions: Conversions, after: Sequence[AfterCommit]
    ) -> None:
        self.desk = desk
        self._rules = rules
        self._expiry = expiry
        self._conversions = conversions
        self._after = after

    def prepare(self, request: Prepare) -> None:
        """Reserve the amount, or refuse: duplicates first, then the scheme's rules, then the position."""
        record = self.desk.take(request)
        if record is None:
            return
        record.conversions = tuple(self._conversions.of_transfer(request.id))
        try:
            self._rules.check_transfer(request, record.conversions)
        except PrepareRefused as error:
            self._refuse(record, "invalidate", error)
            return
        for each in record.conversions:
            self._conversions.bind(each)
        self._expiry.watch(record)
        self.desk.queue(self._reserve, record)

    def _reserve(self, record: Record) -> None:
        who, amount = record.payer_at, record.prepare.amount
        if record.conversions:
            conversion = record.conversions[-1]
            assert conversion.prepare.target is not None
            who, amount = conversion.payee_at, conversion.prepare.target
        try:
            self.desk.positions.reserve(record, who, amount)
        except (InsufficientLiquidity, NetDebitCapExceeded) as error:
            self._refuse(record, "refuse", error)
            return
        self.desk.forward(record)

    def _refuse(self, record: Record, event: str, error: HubError) -> None:
        self._expiry.drop(record)
        trigger = record.original
        self.desk.turn_down(record, event, error)
        for each in record.conversions:
            # A stranger's prepare under this id must not undo what the initiator has reserved.
            if self.desk.settings.unwind_refused and record.prepare.source == each.prepare.payer:
                self._conversions.unwind(each, trigger)

    def fulfil(self, answer: Fulfil) -> None:
        """The payee's answer: checked for party, repeat, fulfilment, state and time, in this order."""
        if not self._is_news(answer):
            return
        record = self._answered(answer)
        if record is None:
            return
        if answer.state == "ABORTED":
            if self._may_change(record, answer):
                self._abort(record, "reject")
                self._tell_both(record, PayeeRejected(), answer)
                self._unwind(record, answer)
            return
        if not self.desk.holds(answer, record):
            self._invalid(record, answer, FulfilRefused("invalid fulfilment"))
        elif self._may_change(record, answer):
            self._commit(record, answer)

    def _commit(self, record: Record, answer: Fulfil) -> None:
        self._expiry.drop(record)
        record.step("fulfil", self.desk.now())
        record.fulfilment, record.extensions = answer.fulfilment, answer.extensions
        record.completed = answer.completed or dates.to_iso(self.desk.now())
        moved = self.desk.positions.commit(record, record.payee_at)
        self.desk.finish(record, "commit")
        payer, payee = record.prepare.payer, record.prepare.payee
        if answer.state == "RESERVED":
            self.desk.announce(Told(record, payer, answer.original, news=True))
            self.desk.announce(Notified(record, payee, "COMMITTED", None, answer.original))
        else:
            self.desk.announce(Relayed(record, answer, payer))
            # A payee of another scheme hears from its own hub.
            if self.desk.settings.send_transfer_confirmation_to_payee and not record.goes_abroad:
                self.desk.announce(Copied(record, answer, payee))
        for each in record.conversions:
            self._conversions.commit(each, answer.original)
        for follow in self._after:
            follow(record, moved)

    def reject(self, answer: Rejection) -> None:
        """The payee's error: the reservation is undone, and both parties hear the payee's words."""
        record = self._answered(answer)
        if record is None or not self._may_change(record, answer):
            return
        self._abort(record, "fail")
        record.extensions = answer.extensions
        if answer.relayable:
            self.desk.announce(Relayed(record, answer, record.prepare.payer))
            if not record.goes_abroad:
                self.desk.announce(Copied(record, answer, record.prepare.payee))
        else:
            self._tell_both(record, UndefinedCode(), answer)
        self._unwind(record, answer)

    def _answered(self, answer: Fulfil | Rejection) -> Record | None:
        """The record that an answer is for; None when the answer was dealt with here."""
        record = self.desk.find(answer.id)
        if record is None:
            self.desk.refuse(answer.id, answer.source, NothingToFulfil("transfer not found"), answer.original)
            return None
        if (wrong := self.desk.wrong_party(record, answer)) is not None:
            self._invalid(record, answer, wrong)
            return None
        if record.goes_abroad and answer.proxy is not None:
            return record  # the same end may be told in several forms, by the payee and by its hub
        return None if self.desk.repeated_answer(record, answer) else record

    def _invalid(self, record: Record, answer: Fulfil | Rejection, error: FulfilRefused) -> None:
        if record.state not in HELD:
            # Real hubs are said to undo even what is committed here; that is not reproduced.
            self.desk.deny(record, answer, error, lost=record.public == "ABORTED")
            return
        if record.goes_abroad:
            # The other scheme may have committed: whoever says so wrongly must not undo it here. It is asked again.
            self.desk.deny(record, answer, error, lost=False)
            return
        self._abort(record, "fail")
        record.failure = error
        told = error if self.desk.settings.classic_abort_text else FulfilRefused()
        self.desk.refuse(record.id, record.prepare.payer, told, answer.original)
        if isinstance(answer, Fulfil) and answer.state == "RESERVED" and not record.goes_abroad:
            self.desk.announce(Notified(record, record.prepare.payee, "ABORTED", error, answer.original))
        self._unwind(record, answer)

    def _may_change(self, record: Record, answer: Fulfil | Rejection) -> bool:
        if record.state not in HELD:
            self.desk.deny(record, answer, NotReserved("non-RESERVED transfer state"), lost=record.public == "ABORTED")
            return False
        # What a proxy has got does not expire here: only the other scheme knows how it ends.
        if record.state == "RESERVED" and record.expires_at <= self.desk.now():
            self.desk.deny(record, answer, Expired(), lost=True)
            return False
        return True

    def _is_news(self, answer: Fulfil) -> bool:
        """Whether an answer can end anything. Another hub may not know the end either, or say what is known here."""
        record = self.desk.find(answer.id)
        if record is None or not record.goes_abroad or answer.proxy is None:
            return True
        return not record.final and (answer.fulfilment is not None or answer.state == "ABORTED")

    def forwarded(self, record: Record) -> None:
        """A proxy has the prepare, or may have it: from now on the other scheme decides."""
        if record.state == "RESERVED":
            record.step("forward", self.desk.now())

    def _abort(self, record: Record, event: str) -> None:
        self._expiry.drop(record)
        self.desk.abort(record, event)

    def _unwind(self, record: Record, answer: Fulfil | Rejection) -> None:
        for each in record.conversions:
            self._conversions.unwind(each, answer.original)

    def _tell_both(self, record: Record, error: HubError, answer: Fulfil | Rejection) -> None:
        self.desk.refuse(record.id, record.prepare.payer, error, answer.original)
        if not record.goes_abroad:
            self.desk.refuse(record.id, record.prepare.payee, error, answer.original)

    def expire(self, record: Record) -> None:
        """The transfer's time is over: the payer hears of it, and the payee if the transfer had reached it. Of one that a proxy
        has got the other scheme is asked, at every scan until it says how it ended."""
        if record.final:
            return
        if record.state == "RESERVED_FORWARDED":
            self.desk.announce(Asked(record))
            self._expiry.again(record)
            return
        if record.state == "RECEIVED_PREPARE":
            self.desk.finish(record, "expire")
            record.original = None
        else:
            self.desk.abort(record, "expire")
        self.desk.refuse(record.id, record.prepare.payer, Expired(), None)
        if record.state == "EXPIRED_RESERVED" and not record.goes_abroad:
            self.desk.refuse(record.id, record.prepare.payee, Expired(), None)
        for each in record.conversions:
            self._conversions.expire(each)
