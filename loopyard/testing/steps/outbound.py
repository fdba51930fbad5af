"""Steps of the Mojaloop connector's outbound API, called as a team's own core connector calls it. No customer's account takes
part: whoever calls answers for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
import pytest
from pytest_bdd import given, then, when

from loopyard.kernel.money import Money
from loopyard.testing.drivers.base import Heard
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

FACE: Final = "mojaloop_connector.outbound"
HALTS: Final = {"payee": "acceptParty", "terms": "acceptQuote", "conversion": "acceptConversion"}


class OutboundApi:
    """The outbound API, and what it has answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.answers: list[tuple[int, dict[str, Any]]] = []

    @property
    def last(self) -> tuple[int, dict[str, Any]]:
        return self.answers[-1]

    @property
    def transfer_id(self) -> str:
        """The transfer's id, from the first answer that has one."""
        states = (body.get("transferState", body) for _, body in self.answers)
        return next(str(state["transferId"]) for state in states if "transferId" in state)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        content = "" if body is None else orjson.dumps(body).decode()
        answer = self._world.control("channel.call", face=FACE, method=method, path=path, body=content, headers=headers)
        assert "status" in answer, f"the Mojaloop connector does not answer: {answer}"
        self.answers.append((answer["status"], Heard(answer["status"], answer["body"]).members))


@pytest.fixture
def outbound(world: World) -> OutboundApi:
    """The outbound API of the home bank's Mojaloop connector."""
    return OutboundApi(world)


@given(phrase("{bank:Name} has asked its Mojaloop connector to send {amount:Money} from {payer:Name} to {payee:Name}"))
@when(phrase("{bank:Name} asks its Mojaloop connector to send {amount:Money} from {payer:Name} to {payee:Name}"))
def asks(outbound: OutboundApi, cast: Cast, bank: str, amount: Money, payer: str, payee: str) -> None:
    outbound.call("POST", "/transfers", transfer(cast, amount, payer, payee))


def transfer(cast: Cast, amount: Money, payer: str, payee: str) -> dict[str, Any]:
    """POST /transfers of an amount that leaves."""
    paying, paid = cast.people[payer], cast.people[payee]
    return {
        "homeTransactionId": f"{payer} to {payee}",
        "from": {"idType": paying.id_type, "idValue": paying.id_value, "displayName": paying.name},
        "to": {"idType": paid.id_type, "idValue": paid.id_value},
        "amountType": "SEND",
        "currency": amount.currency.code,
        "amount": str(amount),
        "transactionType": "TRANSFER",
    }


@when(phrase("{bank:Name} tells it that the {what} is refused"))
@when(phrase("{bank:Name} tells it that the {what} are refused"))
def refuses(outbound: OutboundApi, bank: str, what: str) -> None:
    outbound.call("PUT", f"/transfers/{outbound.transfer_id}", {HALTS[what]: False})


@when(phrase("{bank:Name} tells it that the {what} is accepted"))
@when(phrase("{bank:Name} tells it that the {what} are accepted"))
def accepts(outbound: OutboundApi, bank: str, what: str) -> None:
    outbound.call("PUT", f"/transfers/{outbound.transfer_id}", {HALTS[what]: True})


@then(phrase("it answers that the transfer is {state}"))
def is_in_state(outbound: OutboundApi, state: str) -> None:
    status, body = outbound.last
    assert (status, body.get("currentState")) == (200, state), f"it answers {status} {body.get('currentState')}: {body}"


@then(phrase('it answers that the transfer is {state}, because "{reason}"'))
def is_in_state_because(outbound: OutboundApi, state: str, reason: str) -> None:
    status, body = outbound.last
    told = status, body.get("currentState"), body.get("abortedReason")
    assert told == (200, state, reason), f"it answers {told}"


@then(phrase('it answers 500, because "{reason}"'))
def fails_because(outbound: OutboundApi, reason: str) -> None:
    status, body = outbound.last
    assert (status, body.get("message")) == (500, reason), f"it answers {status} {body}"


@then("it answers 500 with statusCode 500 and no state, because Redis does not answer")
def store_is_down(outbound: OutboundApi) -> None:
    status, body = outbound.last
    told = status, body.get("statusCode"), body.get("transferState")
    assert told == (500, "500", {}), f"it answers {status} {body}"
    assert "Redis" in body["message"], f"it says {body['message']!r}"
