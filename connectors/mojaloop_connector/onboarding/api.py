"""The face `management`: how the onboarding stands, and how it is begun again. Payment Manager's management API serves the same
paths on a port of its own."""

from __future__ import annotations

from typing import Any, Final

import orjson

from connectors.mojaloop_connector.errors import StoreUnavailable
from connectors.mojaloop_connector.onboarding.service import RECREATES, Onboarding
from loopyard.transport.messages import Handler, Reply, Request
from loopyard.transport.router import Match, NoRoute, Router

JSON: Final = (("Content-Type", "application/json"),)
DONE: Final = {"status": "SUCCESS"}
UNCONFIGURED: Final = "there is no connection manager to onboard at; set mcm_server_endpoint"


class ManagementApi:
    """Answers operators."""

    def __init__(self, onboarding: Onboarding) -> None:
        self._onboarding = onboarding
        self._router: Router[Handler] = Router(
            (
                ("GET", "/health", self._health),
                ("GET", "/states", self._states),
                ("POST", "/reonboard", self._reonboard),
                ("POST", "/recreate/{SecurityType}", self._recreate),
                ("POST", "/dfsp/jwscerts", self._recreate_jws),
                ("POST", "/dfsp/servercerts", self._recreate_server_certificate),
                ("POST", "/dfsp/ca", self._recreate_ca),
            )
        )

    async def __call__(self, request: Request) -> Reply:
        try:
            match = self._router.find(request.method, request.path)
        except NoRoute as unknown:
            return _reply({"message": f"{unknown} is not served here"}, 405 if unknown.allowed else 404)
        if not self._onboarding.is_possible and match.template != "/health":
            return _reply({"message": UNCONFIGURED}, 503)
        try:
            return await self._answered(request, match)
        except StoreUnavailable as down:
            return _reply({"message": str(down)}, 503)

    async def _answered(self, request: Request, match: Match[Any]) -> Reply:
        wanted = match.params.get("SecurityType")
        if wanted is not None and wanted not in RECREATES:
            said = f"there is no security type {wanted}; there are {', '.join(RECREATES)}"
            return _reply({"message": said}, 400)
        if match.template in ("/reonboard", "/recreate/{SecurityType}") and not _reason(request):
            return _reply({"message": "the body must give a reason"}, 400)
        if wanted is not None:
            return self._made_anew(wanted)
        reply: Reply = await match.target(request)
        return reply

    async def _health(self, request: Request) -> Reply:
        return _reply({"status": "OK"})

    async def _states(self, request: Request) -> Reply:
        return _reply(self._onboarding.health())

    async def _reonboard(self, request: Request) -> Reply:
        self._onboarding.reonboard()
        return _reply(DONE)

    async def _recreate(self, request: Request) -> Reply:
        raise AssertionError("answered by its security type")

    async def _recreate_jws(self, request: Request) -> Reply:
        return self._made_anew("JWS")

    async def _recreate_server_certificate(self, request: Request) -> Reply:
        return self._made_anew("inboundTLS")

    async def _recreate_ca(self, request: Request) -> Reply:
        return self._made_anew("CA")

    def _made_anew(self, security_type: str) -> Reply:
        self._onboarding.recreate(security_type)
        return _reply(DONE)


def _reason(request: Request) -> str:
    try:
        body = orjson.loads(request.body) if request.body else {}
    except orjson.JSONDecodeError:
        return ""
    return str(body.get("reason", "")) if isinstance(body, dict) else ""


def _reply(body: Any, status: int = 200) -> Reply:
    return Reply(status, orjson.dumps(body), JSON)
