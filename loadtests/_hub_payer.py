"""A payer's institution made of nothing but the generator: it speaks to the hub's FSPIOP face, and hears its callbacks."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import uuid4

import _fspiop
from _callbacks import Callback, Callbacks
from _onboarding import onboard
from _people import Person
from _session import ADMIN, HUB, Session
from _users import Failed, Traveller
from gevent import Timeout
from gevent.event import AsyncResult

ACCEPTED: Final = (202, 200)


class HubPayer(Traveller):
    """The steps of a payer: lookup, quote, transfer. Each is over when its callback is there."""

    abstract = True
    calls: ClassVar[tuple[str, ...]] = (HUB, ADMIN)

    @classmethod
    def prepare(cls, session: Session) -> None:
        """One participant and one listener for all users of this process. Raises Unreachable."""
        if session.callbacks is not None:
            return
        currency = session.crowd.currency()
        session.callbacks = Callbacks(session.options.callback_host)
        session.callbacks.open()
        onboard(session.address(ADMIN), cls.institution(session), currency, session.callbacks.url)

    @staticmethod
    def institution(session: Session) -> str:
        """The participant that this process plays."""
        return f"load-{session.number}"

    def look_up(self, payee: Person) -> Any:
        """The payee as the scheme knows her. Raises Failed."""
        path = f"/parties/{payee.id_type}/{payee.id_value}"
        return self._step("GET", path, "GET /parties/{type}/{id}", path)["party"]

    def ask_terms(self, payer: Person, party: Any, amount: str, transfer_id: str) -> Any:
        """The payee's terms. Raises Failed."""
        id_ = str(uuid4())
        body = _fspiop.quote(id_, transfer_id, payer, party, amount)
        return self._step("POST", "/quotes", "POST /quotes", f"/quotes/{id_}", party["partyIdInfo"]["fspId"], body)

    def transfer(self, party: Any, terms: Any, transfer_id: str) -> str:
        """The state in which the transfer ended. Raises Failed."""
        payee_fsp = party["partyIdInfo"]["fspId"]
        body = _fspiop.prepare(transfer_id, self.institution(self.session), payee_fsp, terms)
        told = self._step("POST", "/transfers", "POST /transfers", f"/transfers/{transfer_id}", payee_fsp, body)
        if told["transferState"] == "COMMITTED" and not _fspiop.fulfils(told.get("fulfilment"), terms["condition"]):
            raise Failed("committed with a fulfilment that does not answer the condition")
        return str(told["transferState"])

    def _step(self, method: str, path: str, name: str, answer: str, to: str | None = None, body: Any = None) -> Any:
        """A request, and the body of the callback that answers it. Raises Failed."""
        callbacks = self.session.callbacks
        assert callbacks is not None
        headers = _fspiop.headers(method, path.split("/")[1], self.institution(self.session), to)
        waiting = callbacks.expect(answer)
        try:
            self.ask(method, self.session.address(HUB) + path, name, ACCEPTED, headers=headers, json=body)
            heard = self._hear(waiting, name)
        finally:
            callbacks.forget(answer, waiting)
        if heard.failed:
            raise Failed(f"{name}: error callback {heard.body['errorInformation']['errorCode']}")
        return heard.body

    def _hear(self, waiting: AsyncResult, name: str) -> Callback:
        assert self.under_way is not None
        try:
            heard: Callback = waiting.get(timeout=max(self.under_way.seconds_left, 0.001))
        except Timeout:
            raise Failed(f"{name}: no callback within {self.session.options.patience:g} s") from None
        return heard
