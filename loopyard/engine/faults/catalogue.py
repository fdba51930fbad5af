"""The literal table of faults: what a world file, a scenario and the control interface may name."""

from __future__ import annotations

from loopyard.engine.faults.applied_no_reply import AppliedNoReply
from loopyard.engine.faults.base import Fault
from loopyard.engine.faults.close import Close
from loopyard.engine.faults.duplicated import Duplicated
from loopyard.engine.faults.empty_body import EmptyBody
from loopyard.engine.faults.garbage import Garbage
from loopyard.engine.faults.hang import Hang
from loopyard.engine.faults.latency import Latency
from loopyard.engine.faults.lost import Lost
from loopyard.engine.faults.not_applied_no_reply import NotAppliedNoReply
from loopyard.engine.faults.reordered import Reordered
from loopyard.engine.faults.reset import Reset
from loopyard.engine.faults.slow_drip import SlowDrip
from loopyard.engine.faults.soft_error import SoftError
from loopyard.engine.faults.status import Status
from loopyard.engine.faults.throttle import Throttle
from loopyard.engine.faults.truncated import Truncated

FAULTS: dict[str, type[Fault]] = {
    "applied-no-reply": AppliedNoReply,
    "close": Close,
    "duplicated": Duplicated,
    "empty-body": EmptyBody,
    "garbage": Garbage,
    "hang": Hang,
    "latency": Latency,
    "lost": Lost,
    "not-applied-no-reply": NotAppliedNoReply,
    "reordered": Reordered,
    "reset": Reset,
    "slow-drip": SlowDrip,
    "soft-error": SoftError,
    "status": Status,
    "throttle": Throttle,
    "truncated": Truncated,
}
