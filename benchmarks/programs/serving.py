"""How a measured program lives: it prints its addresses as one line of JSON, hears those of its neighbours as lines on its
standard input, and ends when that ends."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from loopyard.transport import runtime


async def serve(addresses: dict[str, str]) -> AsyncIterator[dict[str, str]]:
    """Addresses of neighbours as they are told."""
    print(json.dumps(addresses), flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield json.loads(line)


def run(program: Coroutine[Any, Any, None]) -> None:
    """Run a program on the loop that is measured."""
    runtime.run(program)
