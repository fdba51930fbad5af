"""Which of the Mojaloop connector's operations a payment goes by: a transfer, the payment of a request, or, for a refund, a
quote and a prepare of our own, because POST /transfers has no field for what is given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson

from connectors.core_connector.errors import Refusal
from connectors.core_connector.mojaloop.client import Acceptance, MojaloopClient
from connectors.core_connector.mojaloop.verdicts import (
    Aborted,
    Committed,
    Halted,
    Pending,
    Verdict,
    code_of,
    error_in,
    of_error,
    passed_on,
)
from connectors.core_connector.payments import refund_wire, wire
from connectors.core_connector.payments.model import Payment
from connectors.core_connector.settings import Settings
from loopyard.protocols import ilp
from loopyard.protocols.fspiop.dates import to_iso
from loopyard.transport.client import Answer
from loopyard.transport.service import Surroundings

HALTED = "WAITING_FOR_QUOTE_ACCEPTANCE"
GAVE_UP = "the payer refused"


class Lines:
    """Starts, accepts and refuses payments, each on its own line. Raises what the client raises."""

    def __init__(self, mojaloop: MojaloopClient, settings: Settings, surroundings: Surroundings) -> None:
        self._mojaloop = mojaloop
        self._settings = settings
        self._clock = surroundings.clock
        self._ids = surroundings.ids

    async def start(self, payment: Payment) -> Verdict:
        """Ask for terms. Raises Refusal."""
        request, home = payment.request, payment.row.home
        if request.refund is not None:
            return await self._quote(payment)
        if request.demand is not None:
            return await self._mojaloop.start_for(wire.payment_of(request, request.demand, home, self._settings))
        return await self._mojaloop.start(wire.outbound_transfer(request, home, self._settings))

    async def proceed(self, payment: Payment, acceptance: Acceptance) -> Verdict:
        """Accept an intermediate halt. Raises Refusal."""
        return await self._mojaloop.proceed(payment.row.transfer, acceptance)

    async def accept(self, payment: Payment, acceptance: Acceptance) -> Verdict:
        """Accept the last halt."""
        if payment.request.refund is not None:
            return await self._prepare(payment)
        if payment.request.demand is not None:
            return await self._mojaloop.accept_for(payment.request.demand.id, acceptance)
        return await self._mojaloop.accept(payment.row.transfer, acceptance)

    async def refuse(self, payment: Payment, acceptance: Acceptance) -> Verdict:
        """Refuse at a halt. Of a refund the Mojaloop connector knows nothing that could be refused."""
        if payment.request.refund is not None:
            return Aborted("4101", GAVE_UP)
        if payment.request.demand is not None:
            return await self._mojaloop.refuse_for(payment.request.demand.id, acceptance)
        return await self._mojaloop.refuse(payment.row.transfer, acceptance)

    # -- refunds ------------------------------------------------------------------------------------------------------

    async def _quote(self, payment: Payment) -> Verdict:
        """Look the payee up and ask for terms. Raises Refusal."""
        request, now = payment.request, self._clock.now()
        ids = (request.payee.id_type, request.payee.id_value, *filter(None, (request.payee_sub_id,)))
        found = await self._mojaloop.ask("GET", "/parties/" + "/".join(quote(each, safe="") for each in ids))
        party = _told(found, "party")["party"]
        transfer_id, quote_id = self._ids.ulid(now), self._ids.ulid(now)
        fsp = str(party["partyIdInfo"]["fspId"])
        wish = refund_wire.quote_request(request, party, transfer_id, quote_id, self._settings)
        answer = await self._mojaloop.ask("POST", "/quotes", {"fspId": fsp, "quotesPostRequest": wish})
        terms = _told(answer, "quotes")
        prepare = refund_wire.prepare(terms, transfer_id, fsp, self._settings)
        payment.prepare = orjson.dumps({"fspId": fsp, "transfersPostRequest": prepare}).decode()
        shown = {
            "transferId": transfer_id,
            "currentState": HALTED,
            "to": {"fspId": fsp},
            "getPartiesResponse": {"body": {"party": party}},
            "quoteResponse": {"body": terms},
        }
        return Halted(HALTED, shown)

    async def _prepare(self, payment: Payment) -> Verdict:
        """Send the prepare; only an explicit end is one. What it is not, the hub is asked for later."""
        wish = orjson.loads(payment.prepare)
        prepare = wish["transfersPostRequest"]
        until = self._clock.now() + timedelta(seconds=self._settings.prepare_expiry_seconds)
        try:
            answer = await self._mojaloop.ask(
                "POST", "/simpleTransfers", wish | {"transfersPostRequest": prepare | {"expiration": to_iso(until)}}
            )
        except Refusal as silence:
            return Pending(silence.message)
        told = passed_on(answer, "transfer")
        error = error_in(told)
        if error is not None:
            return of_error(error, "the prepare was refused")
        state = told.get("transferState")
        if state == "COMMITTED" and ilp.fulfils(told.get("fulfilment"), prepare["condition"]):
            return Committed({"body": told}, {"transferId": payment.row.transfer})
        if state == "ABORTED":
            return Aborted("5000", "the hub aborted the transfer")
        return Pending(f"the Mojaloop connector answered {answer.status} with state {state!r}")


def _told(answer: Answer, name: str) -> Mapping[str, Any]:
    """The callback's body, when it is no error. Raises Refusal with the code of who refused."""
    told = passed_on(answer, name)
    error = error_in(told)
    if error is not None:
        raise Refusal(*error)
    if answer.status != 200 or not told:
        raise Refusal(*code_of(answer), unknown=True)
    return told
