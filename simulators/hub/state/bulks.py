"""Bulk transfers: many transfers in one message, answered in one. Each is prepared, fulfilled, rejected and expired as any
transfer is, by `Transfers` and by nobody else; here their notices are gathered until one message can be made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from loopyard.protocols.fspiop import dates
from simulators.hub.state.bulk_notices import (
    AnnounceBulk,
    BulkConfirmed,
    BulkForwarded,
    BulkRefused,
    BulkRelayed,
    BulkTold,
)
from simulators.hub.state.bulk_records import Bulk, BulkFulfil, BulkPrepare, Item, Part, opened
from simulators.hub.state.errors import (
    BulkTransferNotFound,
    Expired,
    FulfilRefused,
    HubError,
    ModifiedRequest,
    NotAParty,
    NotReserved,
    PayeeRejected,
)
from simulators.hub.state.notices import Copied, Forwarded, Notice, Notified, Refused, Relayed, Told
from simulators.hub.state.records import Fulfil, Rejection
from simulators.hub.state.rules import Rules
from simulators.hub.state.transfers import Transfers

ANSWERS = ("COMPLETED", "REJECTED")
"""States by which a payee answers; with any other it only says that it is at work."""
NOT_FOUND = "Provided Bulk Transfer ID was not found on the server."


class BulkTransfers:
    """The bulk transfers of one hub."""

    def __init__(self, transfers: Transfers, rules: Rules, announce: AnnounceBulk) -> None:
        self._transfers = transfers
        self._rules = rules
        self._announce = announce
        self._bulks: dict[str, Bulk] = {}
        self._of: dict[str, tuple[Bulk, Item]] = {}

    def __iter__(self) -> Iterator[Bulk]:
        return iter(self._bulks.values())

    def find(self, id_: str) -> Bulk | None:
        return self._bulks.get(id_)

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of these transfers any more, nor of a bulk that has none left."""
        for id_ in ids:
            found = self._of.pop(id_, None)
            if found is not None and not any(item.prepare.id in self._of for item in found[0].items):
                self._bulks.pop(found[0].id, None)

    # -- what the payer asks for --------------------------------------------------------------------------------------

    def prepare(self, request: BulkPrepare) -> None:
        """Reserve each transfer by itself, or refuse the whole."""
        earlier = self._bulks.get(request.id)
        if earlier is not None:
            self._repeated(earlier, request)
            return
        bulk = self._bulks[request.id] = opened(request)
        try:
            self._rules.check_bulk(request)
        except HubError as error:
            bulk.invalid, bulk.original = error, None
            bulk.step("invalidate")
            self._announce(BulkRefused(request.id, request.source, error, request.original))
            return
        bulk.step("begin")
        for item in self._new(bulk):
            self._transfers.prepare(item.prepare)
        self._go_on(bulk)

    def _repeated(self, earlier: Bulk, request: BulkPrepare) -> None:
        if earlier.prepare.digest != request.digest:
            self._announce(BulkRefused(request.id, request.source, ModifiedRequest(), request.original))
        elif earlier.invalid is not None:
            self._announce(BulkRefused(request.id, request.source, earlier.invalid, request.original))
        elif earlier.final:
            self._announce(BulkTold(earlier, request.source, request.original))

    def _new(self, bulk: Bulk) -> list[Item]:
        """The transfers whose ids nobody has used; the others fail here."""
        found = []
        for item in bulk.items:
            id_ = item.prepare.id
            if self._transfers.desk.find(id_) is not None or id_ in self._of:
                self._fail(bulk, item, ModifiedRequest("Individual transfer prepare duplicate"))
            else:
                self._of[id_] = bulk, item
                found.append(item)
        return found

    def ask(self, id_: str, source: str, trigger: Any) -> None:
        """Answer a question for the state; strangers to the scheme get no answer."""
        asker = self._transfers.desk.schemes.reach(source)
        if asker is None or not asker.is_active:
            return
        bulk = self._bulks.get(id_)
        if bulk is None:
            self._announce(BulkRefused(id_, source, BulkTransferNotFound(NOT_FOUND), trigger))
        elif source not in (bulk.prepare.payer, bulk.prepare.payee):
            self._announce(BulkRefused(id_, source, NotAParty(), trigger))
        elif bulk.invalid is not None:
            self._announce(BulkRefused(id_, source, bulk.invalid, trigger))
        else:
            self._announce(BulkTold(bulk, source, trigger))

    # -- what the payee answers ---------------------------------------------------------------------------------------

    def fulfil(self, answer: BulkFulfil) -> None:
        """The payee's results, each taken as the answer to a transfer; what it leaves out stays reserved until it expires."""
        if answer.state not in ANSWERS:
            return
        bulk = self._answered(answer.id, answer.source, answer.digest, answer.original)
        if bulk is None:
            return
        bulk.step("process")
        bulk.rejected = answer.state == "REJECTED"
        if bulk.rejected:
            self._reject_all(bulk, answer.source, answer.digest, PayeeRejected())
            return
        own = {item.prepare.id for item in bulk.items if not item.final}
        for result in answer.results:
            if result.id not in own:
                continue
            if isinstance(result, Rejection):
                self._transfers.reject(result)
            else:
                self._transfers.fulfil(result)

    def reject(self, answer: Rejection) -> None:
        """The payee's error: every reservation is undone, and the payer hears the payee's words."""
        bulk = self._answered(answer.id, answer.source, answer.digest, answer.original)
        if bulk is None:
            return
        bulk.step("process")
        bulk.rejected, bulk.refusal = True, answer
        self._reject_all(bulk, answer.source, answer.digest, answer.original)

    def _reject_all(self, bulk: Bulk, source: str, digest: bytes, why: Any) -> None:
        for item in [each for each in bulk.items if not each.final]:
            self._transfers.reject(Rejection(item.prepare.id, source, None, True, (), digest, Part(why)))

    def _answered(self, id_: str, source: str, digest: bytes, original: Any) -> Bulk | None:
        """The bulk that an answer is for; None when the answer was dealt with here."""
        bulk = self._bulks.get(id_)
        error: HubError | None = None
        if bulk is None:
            error = BulkTransferNotFound(NOT_FOUND)
        elif source.lower() != bulk.prepare.payee.lower():
            error = FulfilRefused("FSPIOP-Source header should match Payee FSP")
        elif bulk.answer_digest is not None:
            if bulk.answer_digest == digest:
                return None
            error = ModifiedRequest()
        elif bulk.state != "ACCEPTED":
            error = NotReserved("non-RESERVED transfer state")
        if error is not None:
            self._announce(BulkRefused(id_, source, error, original))
            return None
        assert bulk is not None
        bulk.answer_digest = digest
        return bulk

    # -- what becomes of the transfers ----------------------------------------------------------------------------------

    def hears(self, notice: Notice) -> bool:
        """Take a notice of a transfer that came in a bulk. What was asked for by itself goes out by itself: False."""
        match notice:
            case Forwarded(record):
                return self._took(record.id, reserved=True)
            case Relayed(record, answer):
                return self._took(record.id, record.fulfilment, None if isinstance(answer, Fulfil) else _words(answer.original))
            case Told(record, _, _, True):
                return self._took(record.id, record.fulfilment)
            case Copied(record, answer) if isinstance(answer.original, Part):
                return True
            case Notified(record, _, _, _, Part()):
                return True
            case Refused("transfer", id_, to, error, trigger):
                return self._refused(id_, to, error, trigger)
        return False

    def _refused(self, id_: str, to: str, error: HubError, trigger: Any) -> bool:
        found, record = self._of.get(id_), self._transfers.desk.find(id_)
        if found is None or record is None or not record.final:
            return False
        if to == record.prepare.payer and not found[1].final:
            return self._took(id_, trouble=error)
        return trigger is None or isinstance(trigger, Part)

    def _took(self, id_: str, fulfilment: str | None = None, trouble: Any = None, *, reserved: bool = False) -> bool:
        if id_ not in self._of:
            return False
        bulk, item = self._of[id_]
        if reserved:
            item.reserved = True
            bulk.undecided -= 1
        elif trouble is not None:
            self._fail(bulk, item, trouble)
        else:
            item.fulfilment = fulfilment
            bulk.live -= 1
        self._go_on(bulk)
        return True

    def _fail(self, bulk: Bulk, item: Item, trouble: Any) -> None:
        item.trouble = trouble
        bulk.live -= 1
        if not item.reserved:
            bulk.undecided -= 1

    def _go_on(self, bulk: Bulk) -> None:
        if bulk.state == "PENDING_PREPARE" and not bulk.undecided:
            original, bulk.original = bulk.original, None
            if bulk.live:
                bulk.step("accept")
                self._announce(BulkForwarded(bulk, original))
            else:
                self._end(bulk, "reject")
                self._announce(BulkTold(bulk, bulk.prepare.payer, original, news=True))
        elif bulk.state in ("ACCEPTED", "PROCESSING") and not bulk.live:
            expired = any(isinstance(item.trouble, Expired) for item in bulk.items)
            self._end(bulk, "reject" if bulk.rejected else "expire" if expired else "complete")
            if bulk.refusal is not None:
                self._announce(BulkRelayed(bulk, bulk.refusal))
            else:
                self._announce(BulkTold(bulk, bulk.prepare.payer, None, news=True))
            self._announce(BulkConfirmed(bulk, None))

    def _end(self, bulk: Bulk, event: str) -> None:
        bulk.step(event)
        bulk.completed = dates.to_iso(self._now())
        bulk.prepare = replace(bulk.prepare, original=None)

    def _now(self) -> datetime:
        return self._transfers.desk.now()


def _words(original: Any) -> Any:
    """What the payee said: of a transfer in a bulk, or in a message of its own."""
    return original.content if isinstance(original, Part) else original
