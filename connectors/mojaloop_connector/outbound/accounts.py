"""POST and DELETE /accounts of the outbound API: whom the scheme finds here, told to the hub and confirmed by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from connectors.mojaloop_connector.errors import HubFailure, HubRefused, OutboundFailure, code_of
from connectors.mojaloop_connector.hub import Outgoing
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import present
from connectors.mojaloop_connector.waiting import Callback, Expectation
from loopyard.protocols import canonical

Data = dict[str, Any]

STATE_FIELD: Final = "executionState"


class Accounts:
    """Registers and removes accounts. Every method returns the state that is answered, or raises OutboundFailure."""

    most_parties = 10_000
    """What one POST /participants may hold."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def create(self, accounts: list[Data]) -> Data:
        """Register accounts, one after the other in as many requests as they need. What the hub refuses of them stands beside
        what it takes; an error that it answers a request with ends the work."""
        state: Data = {"accounts": accounts, "modelId": self._kit.new_id(), "currentState": "ERROR_OCCURRED", "response": []}
        for body in self._requests(accounts):
            message = self._kit.hub.request("POST", "participants", body=body)
            key = f"participants/{body['requestId']}"
            late = f"Timeout waiting for response to account creation request {body['requestId']}"
            answer = await self._ask(state, "postAccountsResponse", key, message, late, "creating accounts")
            state["response"] += [_told(entry) for entry in answer.body["partyList"]]
        return state | {"currentState": "COMPLETED"}

    async def delete(self, id_type: str, id_value: str, sub_id: str | None) -> Data:
        """Remove one account."""
        state: Data = present(idType=id_type, idValue=id_value, subIdOrType=sub_id) | {
            "currentState": "ERROR_OCCURRED", "modelId": self._kit.new_id(), "response": [],
        }  # fmt: skip
        ids = (id_type, id_value, *filter(None, (sub_id,)))
        message = self._kit.hub.request("DELETE", "participants", *ids)
        late = f"Timeout waiting for response to account deletion request {state['modelId']}"
        key = "/".join(("participants", *ids))
        answer = await self._ask(state, "deleteAccountResponse", key, message, late, "deleting account")
        state["response"].append(answer.body)
        return state | {"currentState": "COMPLETED"}

    def _requests(self, accounts: Iterable[Data]) -> list[Data]:
        """The requests that register these accounts: one a currency, and another where one is full."""
        made: list[Data] = []
        filling: dict[str | None, Data] = {}
        for account in accounts:
            currency = account.get("currency")
            body = filling.get(currency)
            if body is None or len(body["partyList"]) == self.most_parties:
                body = filling[currency] = {"requestId": self._kit.new_id(), "partyList": []} | present(currency=currency)
                made.append(body)
            body["partyList"].append(
                present(
                    partyIdType=account["idType"],
                    partyIdentifier=account["idValue"],
                    partySubIdOrType=account.get("idSubValue"),
                    fspId=self._kit.settings.dfsp_id,
                )
            )
        return made

    async def _ask(self, state: Data, kept: str, key: str, message: Outgoing, late: str, doing: str) -> Callback:
        try:
            with self._kit.waiting.expect(key) as expectation:
                self._kit.crew.spawn(self._send(message, expectation), f"outbound {doing}")
                answer = await expectation.next(self._kit.patience)
            if answer is None:
                raise OutboundFailure(late, 504)
            state[kept] = {"body": answer.body, "headers": answer.headers}
            if answer.is_error:
                text = canonical.insertion_json(answer.body).decode()
                raise OutboundFailure(f"Got an error response {doing}: {text}", 500, answer.body)
        except OutboundFailure as failure:
            raise failure.of(state | {"lastError": failure.last_error}, STATE_FIELD) from failure
        return answer

    async def _send(self, message: Outgoing, expectation: Expectation) -> None:
        try:
            await self._kit.hub.send(message)
        except HubFailure as failure:
            body = failure.body if isinstance(failure, HubRefused) else None
            known = code_of(body) is not None
            expectation.fail(OutboundFailure(str(failure), 500, body if known else None, plain=not known))


def _told(entry: Data) -> Data:
    """What is answered about one account."""
    party, error = entry["partyId"], entry.get("errorInformation")
    told = present(idType=party["partyIdType"], idValue=party["partyIdentifier"], idSubValue=party.get("partySubIdOrType"))
    if error is None:
        return told
    return told | {"error": {"statusCode": error["errorCode"], "message": error["errorDescription"]}}
