"""The client of the Mojaloop connector's outbound API. One transfer is started, accepted, refused or asked for here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

from connectors.core_connector import body
from connectors.core_connector.errors import Refusal
from connectors.core_connector.mojaloop.verdicts import Answers, Pending, Verdict, body_of, code_of
from connectors.core_connector.outcomes import Done, Outcome, Refused, Unknown
from connectors.core_connector.settings import Settings
from loopyard.transport.client import Answer, NoAnswer
from loopyard.transport.service import Surroundings

Acceptance = Literal["acceptParty", "acceptQuote", "acceptConversion", "acceptOTP"]
ACCEPTANCE_OF: Mapping[str, Acceptance] = {
    "WAITING_FOR_PARTY_ACCEPTANCE": "acceptParty",
    "WAITING_FOR_QUOTE_ACCEPTANCE": "acceptQuote",
    "WAITING_FOR_CONVERSION_ACCEPTANCE": "acceptConversion",
    "WAITING_FOR_AUTH_ACCEPTANCE": "acceptOTP",
}


class MojaloopClient:
    """Calls with the connector's time-out. Replaceable as part "mojaloop"."""

    def __init__(self, surroundings: Surroundings, settings: Settings, answers: Answers) -> None:
        self._client = surroundings.client
        prefix = f"/{_safe(settings.fsp_id)}" if settings.multi_dfsp else ""
        self._url: Callable[[], str] = lambda: surroundings.url(settings.mojaloop_connector, "outbound") + prefix
        self._timeout = settings.http_timeout
        self._password_timeout = float(settings.password_wait_seconds)
        self._answers = answers
        self._either = settings.like_others.acceptance == "acceptQuoteOrConversion"

    async def start(self, transfer: Mapping[str, Any]) -> Verdict:
        """POST /transfers. Raises Refusal for an error, a missing answer included: nothing was accepted by it."""
        return self._or_refusal(await self._call("POST", "/transfers", transfer))

    async def proceed(self, transfer_id: str, acceptance: Acceptance) -> Verdict:
        """Accept an intermediate halt. Raises Refusal for an error: the transfer itself was not accepted by it."""
        return self._or_refusal(await self._call("PUT", f"/transfers/{_safe(transfer_id)}", {acceptance: True}))

    async def accept(self, transfer_id: str, acceptance: Acceptance) -> Verdict:
        """Accept the last halt: from here on the transfer is made."""
        element = "acceptQuoteOrConversion" if self._either else acceptance
        return self._verdict(await self._call("PUT", f"/transfers/{_safe(transfer_id)}", {element: True}))

    async def refuse(self, transfer_id: str, acceptance: Acceptance) -> Verdict:
        """Refuse at a halt, so that the transfer is given up."""
        return self._verdict(await self._call("PUT", f"/transfers/{_safe(transfer_id)}", {acceptance: False}))

    async def query(self, transfer_id: str) -> Verdict:
        """GET /transfers/{id}: the Mojaloop connector asks the hub."""
        return self._verdict(await self._call("GET", f"/transfers/{_safe(transfer_id)}"))

    async def tell(self, method: str, path: str, wish: Mapping[str, Any]) -> Outcome[None]:
        """A word that is answered without a state: taken, refused, or nobody knows."""
        answer = await self._call(method, path, wish)
        if isinstance(answer, NoAnswer):
            return Unknown(f"Mojaloop connector: {answer}")
        if 200 <= answer.status < 300:
            return Done(None)
        message = code_of(answer)[1]
        return Refused(str(answer.status), message) if 400 <= answer.status < 500 else Unknown(message)

    async def open_accounts(self, accounts: Sequence[Mapping[str, Any]]) -> Any:
        """POST /accounts: its answer. Raises Refusal."""
        return state_of(await self._call("POST", "/accounts", accounts))

    async def close_account(self, *ids: str) -> Any:
        """DELETE /accounts/{Type}/{ID}[/{SubId}]: its answer. Raises Refusal."""
        return state_of(await self._call("DELETE", "/".join(("/accounts", *map(_safe, ids)))))

    # -- payments of requests to pay ----------------------------------------------------------------------------------

    async def start_for(self, wish: Mapping[str, Any]) -> Verdict:
        """POST /requestToPayTransfer. Raises Refusal for an error: nothing was accepted by it."""
        return self._or_refusal(await self._call("POST", "/requestToPayTransfer", wish))

    async def authenticate(self, request_id: str) -> Verdict:
        """Accept the terms of a request that wants a password, and wait until it has come. Raises Refusal for an error: the
        transfer itself was not accepted by it."""
        path, wish = f"/requestToPayTransfer/{_safe(request_id)}", {"acceptQuote": True}
        return self._or_refusal(await self._call("PUT", path, wish, self._password_timeout))

    async def accept_for(self, request_id: str, acceptance: Acceptance) -> Verdict:
        """Accept the last halt: from here on the transfer is made."""
        return self._verdict(await self._call("PUT", f"/requestToPayTransfer/{_safe(request_id)}", {acceptance: True}))

    async def refuse_for(self, request_id: str, acceptance: Acceptance) -> Verdict:
        """Refuse the request: the payee's institution is told."""
        return self._verdict(await self._call("PUT", f"/requestToPayTransfer/{_safe(request_id)}", {acceptance: False}))

    # -- requests of our own, and messages that are passed on ---------------------------------------------------------

    async def ask(self, method: str, path: str, wish: Mapping[str, Any] | None = None) -> Answer:
        """Any other call of the outbound API, answered as it is. Raises Refusal 2004 when no answer came."""
        answer = await self._call(method, path, wish)
        if isinstance(answer, NoAnswer):
            raise Refusal("2004", f"Mojaloop connector: {answer}", unknown=True)
        return answer

    async def _call(self, method: str, path: str, wish: Any = None, timeout: float | None = None) -> Answer | NoAnswer:
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if wish is not None else {})
        content = None if wish is None else body.build(wish)
        try:
            return await self._client.call(
                method, self._url() + path, headers=headers, body=content, timeout=timeout or self._timeout
            )
        except NoAnswer as error:
            return error

    def _verdict(self, answer: Answer | NoAnswer) -> Verdict:
        if isinstance(answer, NoAnswer):
            return Pending(f"Mojaloop connector: {answer}")
        return self._answers.verdict(answer)

    def _or_refusal(self, answer: Answer | NoAnswer) -> Verdict:
        if isinstance(answer, NoAnswer):
            raise Refusal("2004", f"no terms, and nothing reserved: {answer}", unknown=True)
        verdict = self._answers.verdict(answer)
        if answer.status != 200:
            raise Refusal(*code_of(answer))
        if isinstance(verdict, Pending):
            raise Refusal("2001", f"no terms, and nothing reserved: {verdict.why}", unknown=True)
        return verdict


def state_of(answer: Answer | NoAnswer) -> Any:
    """What an account request came to; an error keeps the state that came with it."""
    if isinstance(answer, NoAnswer):
        raise Refusal("2004", f"Mojaloop connector: {answer}", unknown=True)
    told = body_of(answer)
    if answer.status != 200 or told is None:
        state = (told or {}).get("executionState")
        raise Refusal(*code_of(answer), more={"executionState": state} if state is not None else {})
    return told


def _safe(segment: str) -> str:
    return quote(segment, safe="")
