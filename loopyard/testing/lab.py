"""A world in this process, on a thread and event loop of its own, with synchronous access for tests."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from anyio.from_thread import BlockingPortal, start_blocking_portal

from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Clock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Answer, Client, NoAnswer
from loopyard.transport.trace import HEADER, Trace
from loopyard.world import control
from loopyard.world.client import World
from loopyard.world.composition import Composition
from loopyard.world.file import WorldFile

Result = TypeVar("Result")
SUT = "core_connector"
"""The party that the channel speaks to."""


class LoggedClient(Client):
    """The channel's client: its calls to the system under test stand in the world's traffic like everybody's."""

    def __init__(self, clock: Clock, ids: Ids, traffic: Traffic) -> None:
        super().__init__(clock, ids)
        self._traffic = traffic

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        span: Trace | None = None,
    ) -> Answer:
        here = span or self.next_trace()
        path = urlsplit(url).path
        wire = (*(headers or {}).items(), (HEADER, str(here)))
        ids = {"id": path.rpartition("/")[2]} if path.count("/") > 1 else {}
        row = self._traffic.open(
            "channel", SUT, f"channel{path.partition(ids.get('id', '?'))[0].rstrip('/').replace('/', '.')}", method, path, wire,
            body or b"", None, ("{id}", "homeTransactionId"), ids,
        )  # fmt: skip
        try:
            answer = await super().call(method, url, headers=headers, body=body, timeout=timeout, span=here)
        except NoAnswer as problem:
            self._traffic.close(row, problem.kind)
            raise
        self._traffic.close(row, "answered", answer.status, answer.headers, answer.body)
        return answer


class Lab:
    """Starts a world on entry and stops it on exit. `world` is its client, `drive` runs a call to the system under test."""

    def __init__(
        self,
        file: WorldFile,
        *,
        without: tuple[str, ...] = (),
        parts: Mapping[str, Mapping[str, Any]] | None = None,
        uvloop: bool = True,
    ) -> None:
        self.file = file
        self._without = without
        self._parts = parts
        self._uvloop = uvloop
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None
        self.composition: Composition
        self.client: Client
        self.world = World(self._control)

    def __enter__(self) -> Lab:
        self._portal = self._stack.enter_context(
            start_blocking_portal(backend="asyncio", backend_options={"use_uvloop": self._uvloop and _has_uvloop()})
        )
        self._portal.call(self._start)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        try:
            self._call(self._stop)
        finally:
            self._stack.close()
            self._portal = None

    async def _start(self) -> None:
        self.composition = Composition(self.file, without=self._without, parts=self._parts)
        await self.composition.start()
        self.client = LoggedClient(self.composition.clock, Ids("channel"), self.composition.traffic)

    async def _stop(self) -> None:
        await self.client.close()
        await self.composition.stop()

    def _call(self, work: Callable[..., Coroutine[Any, Any, Result]], *arguments: Any) -> Result:
        assert self._portal is not None, "the lab is not open: use it in a with statement"
        result: Result = self._portal.call(work, *arguments)
        return result

    def _control(self, name: str, arguments: Mapping[str, Any]) -> Any:
        return self._call(control.call, self.composition, name, arguments)

    def reset(self, seed: str) -> None:
        """The world and the channel as at the start, with the seed of the scenario to come."""
        self.world.reset(seed)
        self.client.ids = Ids(seed).fork("channel")

    def drive(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a call from outside the world to its end; time passes only as far as that needs."""

        async def run() -> Result:
            return await self.composition.clock.drive(work)

        return self._call(run)

    def drive_together(self, works: Sequence[Coroutine[Any, Any, Result]]) -> list[Result]:
        """Run several calls from outside the world side by side, until the last has ended."""

        async def all_of_them() -> list[Result]:
            clock, results = self.composition.clock, dict[int, Result]()
            done = clock.signal()

            async def one(number: int, work: Coroutine[Any, Any, Result]) -> None:
                results[number] = await work
                if len(results) == len(works):
                    done.fire()

            for number, work in enumerate(works):
                clock.spawn(one(number, work), f"call {number}")
            await clock.wait(done)
            return [results[number] for number in range(len(works))]

        return self.drive(all_of_them())

    def look(self, at: Callable[[Composition], Result]) -> Result:
        """Read the composition on its own thread: for the audit and for evidence, never for scenarios."""

        async def read() -> Result:
            return at(self.composition)

        return self._call(read)


def _has_uvloop() -> bool:
    try:
        import uvloop  # noqa: F401
    except ImportError:
        return False
    return True
