"""What transfers and conversions are handled with alike: the records of one kind, repeats, questions, aborts, expiry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from loopyard.kernel.clock import Crew
from loopyard.protocols import ilp
from loopyard.protocols.fspiop import dates
from simulators.hub.settings import Settings
from simulators.hub.state.errors import (
    Expired,
    FulfilRefused,
    HubError,
    ModifiedRequest,
    NotAParty,
    PayeeRejected,
    TransferNotFound,
)
from simulators.hub.state.notices import Announce, Forwarded, Notified, Refused, Told
from simulators.hub.state.positions import Positions
from simulators.hub.state.records import Fulfil, Kind, Prepare, Record, Rejection, opened
from simulators.hub.state.schemes import Schemes


@dataclass(frozen=True, slots=True)
class _Words:
    """How a kind's refusals name things."""

    id: str
    wrong_source: str
    wrong_destination: str


_WORDS: Final[Mapping[Kind, _Words]] = MappingProxyType(
    {
        "transfer": _Words(
            "Transfer ID",
            "fspiop-source does not match payee fsp on the Fulfil callback response",
            "fspiop-destination does not match payer fsp on the Fulfil callback response",
        ),
        "conversion": _Words(
            "commitRequest ID",
            "fspiop-source header does not match counterPartyFsp on the fxFulfil callback response",
            "fspiop-destination header does not match initiatingFsp on the fxFulfil callback response",
        ),
    }
)


class Desk:
    """The records of one kind, by id."""

    def __init__(
        self, kind: Kind, schemes: Schemes, positions: Positions, settings: Settings, crew: Crew, announce: Announce
    ) -> None:
        self.kind = kind
        self.schemes = schemes
        self.positions = positions
        self.settings = settings
        self.announce = announce
        self._crew = crew
        self._records: dict[str, Record] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def now(self) -> datetime:
        return self._crew.clock.now()

    def find(self, id_: str) -> Record | None:
        return self._records.get(id_)

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of these any more."""
        for id_ in ids:
            self._records.pop(id_, None)

    def take(self, request: Prepare) -> Record | None:
        """A new record, or None for a repeat, which is answered here."""
        earlier = self._records.get(request.id)
        if earlier is None:
            payer_at, payee_at = map(self.schemes.account_holder, (request.payer, request.payee))
            record = self._records[request.id] = opened(request, payer_at, payee_at, self.now())
            return record
        if earlier.prepare.digest != request.digest:
            self.refuse(request.id, request.source, ModifiedRequest(), request.original)
        elif earlier.public != "RECEIVED":
            self.announce(Told(earlier, request.source, request.original))
        return None

    def holds(self, answer: Fulfil, record: Record) -> bool:
        """Whether the answer's fulfilment opens the condition of what was prepared."""
        return not self.settings.checks_fulfilments or ilp.fulfils(answer.fulfilment, record.prepare.condition)

    def queue(self, work: Callable[[Record], None], record: Record) -> None:
        """Have the position handler do its part, at once or when the message has gone through its queue."""
        if not self.settings.position_seconds:
            work(record)
            return

        async def handle() -> None:
            if record.state == "RECEIVED_PREPARE":
                work(record)

        self._crew.at(self.now() + timedelta(seconds=self.settings.position_seconds), handle, f"position of {record.id}")

    def forward(self, record: Record) -> None:
        """What is reserved goes on to the payee or provider."""
        record.step("reserve", self.now())
        self.announce(Forwarded(record, record.original))
        record.original = None

    def turn_down(self, record: Record, event: str, error: HubError) -> None:
        """A prepare that was not reserved ends with an error to who sent it."""
        self.finish(record, event)
        self.refuse(record.id, record.prepare.source, error, record.original)
        record.original = None

    def ask(self, id_: str, source: str, trigger: Any) -> None:
        """Answer a question for the state; strangers to the scheme get no answer."""
        asker = self.schemes.reach(source)
        if asker is None or not asker.is_active:
            return
        record = self._records.get(id_)
        if record is None:
            text = f"Provided {_WORDS[self.kind].id} was not found on the server."
            self.refuse(id_, source, TransferNotFound(text), trigger)
        elif source not in (record.prepare.payer, record.prepare.payee):
            self.refuse(id_, source, NotAParty(), trigger)
        elif asker.is_proxy and record.public == "ABORTED":
            # Another hub is told the error, so that it ends the transfer on its side with the same.
            self.refuse(id_, source, _end(record), trigger)
        else:
            self.announce(Told(record, source, trigger))

    def wrong_party(self, record: Record, answer: Fulfil | Rejection) -> FulfilRefused | None:
        """Why the headers of an answer cannot be right, if so; compared without regard to case."""
        words = _WORDS[self.kind]
        if record.goes_abroad and answer.proxy == record.payee_at:
            return None  # from another scheme its participant answers, or its hub
        if answer.source.lower() != record.prepare.payee.lower():
            return FulfilRefused(words.wrong_source)
        if answer.destination and answer.destination.lower() != record.prepare.payer.lower():
            return FulfilRefused(words.wrong_destination)
        return None

    def repeated_answer(self, record: Record, answer: Fulfil | Rejection) -> bool:
        """Whether the answer came before; a repeat is answered here, a changed one is refused."""
        rejection = isinstance(answer, Rejection)
        earlier = record.error_digest if rejection else record.answer_digest
        if earlier is None:
            if rejection:
                record.error_digest = answer.digest
            else:
                record.answer_digest = answer.digest
            return False
        if earlier != answer.digest:
            self.refuse(record.id, answer.source, ModifiedRequest(), answer.original)
        elif record.final:
            self.announce(Told(record, answer.source, answer.original))
        return True

    def deny(self, record: Record, answer: Fulfil | Rejection, error: HubError, *, lost: bool) -> None:
        """Refuse an answer to what cannot change any more; `lost` says that it can only be aborted."""
        self.refuse(record.id, answer.source, error, answer.original)
        if lost and isinstance(answer, Fulfil) and answer.state == "RESERVED":
            self.announce(Notified(record, answer.source, "ABORTED", None, answer.original))

    def refuse(self, id_: str, to: str, error: HubError, trigger: Any) -> None:
        self.announce(Refused(self.kind, id_, to, error, trigger))

    def abort(self, record: Record, event: str) -> None:
        """Let `event` (fail, reject or expire) happen to what is reserved, and undo the reservation."""
        record.step(event, self.now())
        self.positions.release(record)
        self.finish(record, "abort")

    def finish(self, record: Record, event: str) -> None:
        """The last step of a life."""
        record.step(event, self.now())
        if record.completed is None:
            record.completed = dates.to_iso(self.now())


def _end(record: Record) -> HubError:
    """Why a transfer was aborted, as far as the hub knows."""
    if record.state in ("EXPIRED_PREPARED", "EXPIRED_RESERVED"):
        return Expired()
    return record.failure or PayeeRejected()
