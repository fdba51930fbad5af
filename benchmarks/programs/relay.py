"""Passes FSPIOP messages on between two ends, and does nothing else: aiohttp's server and client, the hub's shape without its
logic. It hears where the ends are."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp import web

from benchmarks.programs.serving import run, serve

DROPPED = {"host", "content-length", "connection", "accept-encoding", "user-agent"}
PAYEE = "blue"


class Relay:
    """Answers 202 or 200 at once and passes the message to the end that its header names, lookups to the payee."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.ends: dict[str, str] = {}
        self._session = session
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        task = asyncio.create_task(self._pass_on(request, await request.read()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response(status=200 if request.method == "PUT" else 202)

    async def _pass_on(self, request: web.BaseRequest, body: bytes) -> None:
        end = self.ends[request.headers.get("fspiop-destination", PAYEE)]
        headers = {name: value for name, value in request.headers.items() if name.lower() not in DROPPED}
        async with self._session.request(request.method, end + request.path, headers=headers, data=body or None) as response:
            await response.read()


async def main() -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        relay = Relay(session)
        runner = web.ServerRunner(web.Server(relay.answer, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async for told in serve({"hub.fspiop": f"http://127.0.0.1:{runner.addresses[0][1]}"}):
            relay.ends |= told
        await runner.cleanup()


if __name__ == "__main__":
    run(main())
