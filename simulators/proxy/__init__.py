"""Proxies between schemes: each takes part in two hubs, and takes to the one what the other sends beyond its own scheme."""

from __future__ import annotations

from typing import Final

from loopyard.engine.simulator import Face, Simulator
from simulators.proxy.operations import CONTROLS, OPERATIONS
from simulators.proxy.state import Proxies
from simulators.proxy.webhooks import MESSAGES
from simulators.proxy.wire import reject, sender

SIMULATOR: Final = Simulator(
    kind="proxy",
    build=Proxies,
    # The face has no contract: what comes in was formed by others, and is judged where they send it.
    faces=(Face("fspiop", OPERATIONS, reject, sender),),
    ledgers=lambda proxies: (),
    messages=MESSAGES,
    controls=CONTROLS,
)
