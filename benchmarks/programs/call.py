"""Answers one simple call: as the engine does it, logged or not, or as a bare aiohttp handler that parses and builds the same
bodies. `python -m benchmarks.programs.call loopyard|unlogged|aiohttp`."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from benchmarks.programs.serving import run, serve
from loopyard.engine.call import Call
from loopyard.engine.checker import Checker
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.operations import operation
from loopyard.engine.server import FaceServer
from loopyard.engine.simulator import Face
from loopyard.engine.traffic import KEPT, Traffic
from loopyard.kernel.clock import Crew, RealClock
from loopyard.protocols import schemas
from loopyard.transport.messages import Reply
from loopyard.transport.server import Listener

KEY = "POST /quotes"
JSON = (("Content-Type", "application/json"),)


def answer(body: Mapping[str, Any]) -> bytes:
    """A fee for the amount asked for: what both programs build."""
    amount = body["amount"]
    return orjson.dumps({"quoteId": "q-1", "amount": amount, "fee": {**amount, "amount": 1}, "payee": body["payee"]})


@operation("bench.quotes.create", "POST", "/quotes", refs=("quoteId",))
async def quote(state: None, call: Call) -> Reply:
    return Reply(200, answer(call.body), JSON)


def contract() -> schemas.Contract:
    """The schema of both directions."""

    def of(required: str, **properties: Any) -> dict[str, Any]:
        return {"type": "object", "required": required.split(), "properties": properties}

    text, positive = {"type": "string"}, {"type": "number", "exclusiveMinimum": 0}
    money = of("amount currency", amount=positive, currency=text | {"pattern": "^[A-Z]{3}$"})
    party = of("idType idValue", idType=text | {"maxLength": 32}, idValue=text | {"pattern": "^[0-9]{6,15}$"})
    wish = of("amount payee", amount=money, payee=party)
    reply = of("quoteId fee", quoteId=text, amount=money, fee=money, payee=party)
    return schemas.Contract("bench", {KEY: schemas.Operation(KEY, wish, (), None, None, {"200": reply})})


def reject(state: None, call: Call, error: Exception) -> Reply:
    raise error


async def loopyard(kept: int) -> None:
    clock = RealClock()
    traffic, faults, checker = Traffic(clock.now, kept), FaultSchedule(clock, random.Random(7)), Checker()
    faults.add("status", "bench.other.*", status=500)
    faults.add("status", "bench.quotes.*", where={"payee.idValue": "nobody"}, status=500)
    face = Face("api", (quote,), reject, lambda call: call.header("x-client-id") or "somebody")
    server = FaceServer("bench", face, lambda: None, Crew(clock), traffic, faults, checker.bind(contract()))
    listener = Listener(clock, server)
    await listener.start()
    async for _ in serve({"api": listener.url}):
        pass
    assert not checker.findings, checker.findings[0]


async def aiohttp() -> None:
    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=answer(orjson.loads(await request.read())), content_type="application/json")

    runner = web.ServerRunner(web.Server(handler, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async for _ in serve({"api": f"http://127.0.0.1:{runner.addresses[0][1]}"}):
        pass
    await runner.cleanup()


if __name__ == "__main__":
    run(aiohttp() if sys.argv[1] == "aiohttp" else loopyard(KEPT if sys.argv[1] == "loopyard" else 0))
