"""What ISO 20022 costs the hub: its CPU for discovery, quote and transfer between two institutions that speak FSPIOP's own
form, over its CPU for the same between two that speak ISO 20022. It reads, judges and answers messages, and passes on bytes.

Run `python -m benchmarks.iso [transfers a run]`. The last line is for programs. Exit code 4 when the bar is missed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

from benchmarks.ends import CONDITION, PACKET, Ends
from benchmarks.hub import ROUNDS, TWELVE_HOPS, milliseconds
from benchmarks.process import Program
from benchmarks.report import Bar, conclude
from loopyard.kernel.ids import Ids
from loopyard.protocols import ilp
from loopyard.protocols.fspiop import dates
from loopyard.protocols.iso20022.notation import written
from loopyard.protocols.iso20022.profile import STRICT, Envelope
from loopyard.transport import runtime

PLACES: Final = {"parties": "/{Type}/{ID}", "quotes": "/{ID}", "transfers": "/{ID}"}
WRITER: Final = replace(STRICT, testing_mode=True)
"""A prepare is made without its quote: the payer's end keeps nothing."""


class IsoEnds(Ends):
    """The same ends in ISO 20022, with a packet that says its condition and is as long."""

    packet = ilp.encode(
        ilp.Packet("v4", 10_000, "g.mojaloop", {"filled": "x" * 590}, datetime.now(UTC) + timedelta(days=1), CONDITION)
    )

    def __init__(self) -> None:
        super().__init__()
        self._ids = Ids("iso")
        self._requests: dict[str, Mapping[str, Any]] = {}

    def new_id(self) -> str:
        return self._ids.ulid(datetime.now(UTC))

    async def _answer(self, method: str, path: str, asked: Any) -> None:
        form = written(f"{method} {path}") if method == "POST" else None
        if form is not None:
            said = form.meaning(asked)
            if "quoteId" in said:
                self._requests[said["quoteId"]] = asked
            asked = said
        await super()._answer(method, path, asked)

    async def _send(self, sender: str, method: str, path: str, headers: dict[str, str], body: Any) -> None:
        for name in ("content-type", "accept"):
            if name in headers:
                headers[name] = headers[name].replace("interoperability.", "interoperability.iso20022.")
        await super()._send(sender, method, path, headers, body if body is None else self._in_iso(method, path, headers, body))

    def _in_iso(self, method: str, path: str, headers: dict[str, str], body: Any) -> Any:
        _, resource, *ids = path.split("/")
        form = written(f"{method} /{resource}{PLACES[resource] if ids else ''}")
        assert form is not None
        source, id_, now = headers["fspiop-source"], ids[0] if ids else "", datetime.now(UTC)
        return form.message.to_iso(
            body,
            Envelope(
                self.new_id(), dates.to_iso(now), source, headers.get("fspiop-destination", ""), id_, self.new_id(),
                self._requests.pop(id_, None),
            ),
            WRITER,
        )  # fmt: skip


async def measure(transfers: int) -> list[float]:
    """CPU milliseconds a transfer in either form: the median of runs in turn."""
    forms: tuple[Ends, ...] = (Ends(), IsoEnds())
    with ExitStack() as stack:
        hubs = []
        for ends in forms:
            await ends.start()
            hubs.append(stack.enter_context(Program("hub", ends.urls["green"], ends.urls["blue"], TWELVE_HOPS)))
        try:
            for ends, hub in zip(forms, hubs, strict=True):
                await milliseconds(ends, hub, max(20, transfers // 5))
            rounds = [
                [await milliseconds(ends, hub, transfers) for ends, hub in zip(forms, hubs, strict=True)] for _ in range(ROUNDS)
            ]
        finally:
            for ends in forms:
                await ends.stop()
    return [median(values) for values in zip(*rounds, strict=True)]


def main(transfers: int = 300) -> int:
    fspiop, iso = runtime.run(measure(transfers))
    print(f"benchmarks.programs.hub, FSPIOP     {fspiop:6.3f} ms of CPU a transfer, packets of {len(PACKET)} characters")
    print(f"benchmarks.programs.hub, ISO 20022  {iso:6.3f} ms of CPU a transfer, packets of {len(IsoEnds.packet)} characters")
    return conclude((Bar("ratio", fspiop / iso, at_least=0.60),), fspiop_ms=round(fspiop, 3), iso_ms=round(iso, 3))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
