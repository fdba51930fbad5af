"""The literal table of faults: what a world file, a scenario and the control interface may name."""

from __future__ import annotations

from loopyard.engine.faults.applied_no_reply import AppliedNoReply
from loopyard.engine.faults.base import Fault
from loopyard.engine.faults.latency import Latency
from loopyard.engine.faults.lost import Lost
from loopyard.engine.faults.not_applied_no_reply import NotAppliedNoReply

FAULTS: dict[str, type[Fault]] = {
    "applied-no-reply": AppliedNoReply,
    "latency": Latency,
    "lost": Lost,
    "not-applied-no-reply": NotAppliedNoReply,
}
