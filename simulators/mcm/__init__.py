"""The connection manager (MCM): where institutions and hub exchange certificates, JWS keys and addresses before they may
speak to each other."""

from __future__ import annotations

from typing import Final

from loopyard.engine.simulator import Face, Simulator
from simulators.mcm.operations import OPERATIONS
from simulators.mcm.operations.controls import CONTROLS
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.webhooks import MESSAGES, gate
from simulators.mcm.wire.parse import admit, contract
from simulators.mcm.wire.refusal import reject, sender

SIMULATOR: Final = Simulator(
    kind="mcm",
    build=Mcm,
    faces=(Face("api", OPERATIONS, reject, sender, admit, contract, gate),),
    ledgers=lambda mcm: (),
    messages=MESSAGES,
    controls=CONTROLS,
)
