"""Two ends of a hub, payer and payee in this process: the payer drives discovery, quote and transfer, the payee answers each.
A transfer is twelve hops. The ends send what a hub accepts, and look at nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from aiohttp import web

from loopyard.protocols.fspiop import dates
from loopyard.protocols.fspiop.headers import callback_headers, request_headers
from loopyard.transport.connections import Connections

Sign = Callable[[str, str, str, dict[str, str], Any], dict[str, str]]
"""Headers to add to a message: from sender, method, path, headers and body."""

MONEY: Final = {"amount": "100", "currency": "MWK"}
PARTY: Final = "/parties/MSISDN/265881000201"
BOB: Final = {"party": {"name": "Bob", "partyIdInfo": {
    "partyIdType": "MSISDN", "partyIdentifier": "265881000201", "fspId": "blue"}}}  # fmt: skip
AMINA: Final = {"name": "Amina", "partyIdInfo": {
    "partyIdType": "MSISDN", "partyIdentifier": "265991000101", "fspId": "green"}}  # fmt: skip
PREIMAGE: Final = b"what a hub is asked to prove, or"
FULFILMENT, CONDITION = (
    base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (PREIMAGE, hashlib.sha256(PREIMAGE).digest())
)
PACKET: Final = base64.urlsafe_b64encode(b"\x01" + bytes(900)).decode().rstrip("=")


def unsigned(sender: str, method: str, path: str, headers: dict[str, str], body: Any) -> dict[str, str]:
    return {}


class Ends:
    """Both ends: one listener each."""

    packet = PACKET

    def __init__(self, sign: Sign = unsigned) -> None:
        self.hub = ""
        self.urls: dict[str, str] = {}
        self._sign = sign
        self._connections = Connections()
        self._runners: list[web.ServerRunner] = []
        self._awaited: dict[str, asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        for name, handler in (("green", self._payer), ("blue", self._payee)):
            runner = web.ServerRunner(web.Server(handler, access_log=None))
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._runners.append(runner)
            self.urls[name] = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._connections.close()
        for runner in self._runners:
            await runner.cleanup()

    def new_id(self) -> str:
        return str(uuid.uuid4())

    async def transfer(self) -> None:
        """One transfer, from lookup to the payer's last callback."""
        quote, transfer = self.new_id(), self.new_id()
        soon = dates.to_iso(datetime.now(UTC) + timedelta(seconds=60))
        await self._ask("GET", PARTY, PARTY, None)
        await self._ask("POST", "/quotes", f"/quotes/{quote}", {
            "quoteId": quote, "transactionId": transfer, "payer": AMINA, "payee": BOB["party"], "amountType": "SEND",
            "amount": MONEY, "expiration": soon,
            "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
        })  # fmt: skip
        await self._ask("POST", "/transfers", f"/transfers/{transfer}", {
            "transferId": transfer, "payerFsp": "green", "payeeFsp": "blue", "amount": MONEY, "ilpPacket": self.packet,
            "condition": CONDITION, "expiration": soon,
        })  # fmt: skip

    async def _ask(self, method: str, path: str, answered_at: str, body: Any) -> None:
        key = answered_at if body is not None else f"{answered_at} {id(asyncio.current_task())}"
        waiting = self._awaited[key] = asyncio.get_running_loop().create_future()
        resource = path.split("/")[1]
        to = None if resource == "parties" else "blue"
        headers = request_headers(resource, source="green", destination=to, date=datetime.now(UTC))
        await self._send("green", method, path, headers, body)
        await asyncio.wait_for(waiting, 30)

    async def _payer(self, request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        # lookups of one party cannot be told apart: any answer will do for the one that waits longest
        found = next((key for key in self._awaited if key.startswith(request.path)), None)
        if found is not None:
            self._awaited.pop(found).set_result(None)
        return web.Response()

    async def _payee(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        task = asyncio.create_task(self._answer(request.method, request.path, orjson.loads(body) if body else None))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response(status=202)

    async def _answer(self, method: str, path: str, asked: Any) -> None:
        if method not in ("GET", "POST"):
            return  # the hub's confirmation of what was fulfilled
        resource, now = path.split("/")[1], datetime.now(UTC)
        path, body = self._callback(resource, asked, now)
        headers = callback_headers(resource, source="blue", destination="green", date=now)
        await self._send("blue", "PUT", path, headers, body)

    def _callback(self, resource: str, asked: Any, now: datetime) -> tuple[str, Any]:
        if resource == "parties":
            return PARTY, BOB
        if resource == "transfers":
            done = {"transferState": "COMMITTED", "completedTimestamp": dates.to_iso(now), "fulfilment": FULFILMENT}
            return f"/transfers/{asked['transferId']}", done
        terms = {"transferAmount": MONEY, "payeeReceiveAmount": MONEY, "ilpPacket": self.packet, "condition": CONDITION}
        return f"/quotes/{asked['quoteId']}", terms | {"expiration": asked["expiration"]}

    async def _send(self, sender: str, method: str, path: str, headers: dict[str, str], body: Any) -> None:
        content = None if body is None else orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        headers |= self._sign(sender, method, path, headers, body) if body is not None else {}
        status, _, answer = await self._connections.exchange(method, self.hub + path, headers, content)
        assert status in (200, 202), (method, path, status, answer)
