"""The outbound API 2.1 as the core connector calls it: requests in, transferStates and errors out. What a transfer does
is in `run`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connectors.mojaloop_connector.bulk.api import Served
from connectors.mojaloop_connector.errors import OutboundFailure, StoreUnavailable, code_of
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound import bodies
from connectors.mojaloop_connector.outbound.accounts import Accounts
from connectors.mojaloop_connector.outbound.lookup import Lookup
from connectors.mojaloop_connector.outbound.run import OutboundTransfers
from connectors.mojaloop_connector.outbound.unforeseen import of_request
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError, from_body
from loopyard.transport import trace
from loopyard.transport.messages import Reply, Request
from loopyard.transport.router import Match, NoRoute, Router

Handler = Callable[[Request, Match[Any]], Awaitable[Reply]]

_JSON = (("Content-Type", "application/json; charset=utf-8"),)


class OutboundApi:
    """The handler of the face `outbound`. `more` are handlers of other resources, by their operations."""

    def __init__(self, kit: Kit, transfers: OutboundTransfers, more: Mapping[str, Served]) -> None:
        self._kit = kit
        self._transfers = transfers
        self._lookup = Lookup(kit)
        self._accounts: Accounts = kit.part("outbound_accounts", Accounts)(kit)
        self._router: Router[Handler] = Router(
            (
                ("GET", "/", self._alive),
                ("GET", "/health", self._health),
                ("POST", "/transfers", self._post_transfers),
                ("PUT", "/transfers/{transferId}", self._put_transfers),
                ("GET", "/transfers/{transferId}", self._get_transfers),
                ("POST", "/accounts", self._post_accounts),
                ("DELETE", "/accounts/{Type}/{ID}", self._delete_account),
                ("DELETE", "/accounts/{Type}/{ID}/{SubId}", self._delete_account),
                ("GET", "/parties/{Type}/{ID}", self._get_parties),
                ("GET", "/parties/{Type}/{ID}/{SubId}", self._get_parties),
                *(self._checked(operation, served) for operation, served in more.items()),
            )
        )

    async def __call__(self, request: Request) -> Reply:
        try:
            return await self._answer(request)
        except Exception as error:
            return self._failure(of_request(error, self._kit.surroundings.name, request))

    async def _answer(self, request: Request) -> Reply:
        try:
            match = self._router.find(request.method, request.path)
            return await match.target(request, match)
        except NoRoute as unknown:
            status = 405 if unknown.allowed else 404
            return _reply(status, {"message": f"{unknown} is not served here", "statusCode": status})
        except FspiopError as invalid:
            return _reply(400, {"message": invalid.detail or invalid.description, "statusCode": 400})
        except OutboundFailure as failure:
            return self._failure(failure)
        except StoreUnavailable as down:
            return self._failure(OutboundFailure(str(down), plain=True))

    async def _alive(self, request: Request, match: Match[Any]) -> Reply:
        return Reply(200)

    async def _health(self, request: Request, match: Match[Any]) -> Reply:
        """Whether payments can be made (ours, in the form of the scheme's services): DOWN says why."""
        trouble = self._kit.tokens.trouble
        service = {"name": "oauth", "status": "OK" if trouble is None else "DOWN"}
        body = {"status": service["status"], "services": [service | ({"message": trouble} if trouble else {})]}
        return _reply(200 if trouble is None else 503, body)

    async def _post_transfers(self, request: Request, match: Match[Any]) -> Reply:
        body = bodies.read(request, "POST /transfers")
        here = trace.current.get()
        trace_id = here.trace_id if here else self._kit.surroundings.client.ids.trace()
        return _reply(200, self._shown(await self._transfers.start(body, trace_id)))

    async def _put_transfers(self, request: Request, match: Match[Any]) -> Reply:
        body = bodies.read(request, "PUT /transfers/{transferId}")
        return _reply(200, self._shown(await self._transfers.resume(match.params["transferId"], body)))

    async def _get_transfers(self, request: Request, match: Match[Any]) -> Reply:
        here = trace.current.get()
        trace_id = here.trace_id if here else self._kit.surroundings.client.ids.trace()
        return _reply(200, self._shown(await self._transfers.resync(match.params["transferId"], trace_id)))

    async def _get_parties(self, request: Request, match: Match[Any]) -> Reply:
        ids = (match.params["Type"], match.params["ID"], *filter(None, (match.params.get("SubId"),)))
        found = await self._lookup.find(ids)
        return _reply(404 if "errorInformation" in found["party"]["body"] else 200, found)

    async def _post_accounts(self, request: Request, match: Match[Any]) -> Reply:
        return _reply(200, await self._accounts.create(bodies.read(request, "POST /accounts")))

    async def _delete_account(self, request: Request, match: Match[Any]) -> Reply:
        ids = match.params
        return _reply(200, await self._accounts.delete(ids["Type"], ids["ID"], ids.get("SubId")))

    def _checked(self, operation: str, served: Served) -> tuple[str, str, Handler]:
        """A route whose handler gets a body that the API allows."""
        method, _, template = operation.partition(" ")

        async def handle(request: Request, match: Match[Any]) -> Reply:
            body = None if method == "GET" else bodies.read(request, operation)
            status, told = await served(match.params, body)
            return Reply(status) if told is None else _reply(status, told)

        return method, template, handle

    def _shown(self, state: dict[str, Any]) -> dict[str, Any]:
        """A transferState with the FX provider's answer under the name that the settings choose."""
        name = self._kit.settings.fx_quote_field
        return {name if each == "fxQuoteResponse" else each: value for each, value in state.items()}

    def _failure(self, failure: OutboundFailure) -> Reply:
        state = failure.state if failure.state is not None else {}
        error = state.get("lastError", {}).get("mojaloopError", failure.error)
        body = {"message": failure.message, failure.field: self._shown(state), "statusCode": str(failure.status)}
        code = code_of(error)
        if code is not None:
            body["statusCode"] = self._extension(error) or code
        return _reply(failure.status, body)

    def _extension(self, error: Any) -> str | None:
        """The value of the extension that the settings name, in place of the code."""
        wanted = self._kit.settings.outbound_error_statuscode_extension_key
        return next((value for key, value in from_body(error).extensions if wanted and key == wanted), None)


def _reply(status: int, body: Any) -> Reply:
    return Reply(status, canonical.insertion_json(body), _JSON)
