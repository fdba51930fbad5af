"""Reading FSPIOP requests: needed members, what behaviours look at, digests. Orders are made by each simulator."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.traffic import dig
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError
from simulators.participant.behaviour import Facts


def need(body: Any, path: str) -> Any:
    """The member at a dotted path. Raises FspiopError 3102."""
    value = dig(body, path)
    if value is None:
        raise FspiopError("3102", f"/requestBody must have required property '{path}'")
    return value


def facts(call: Call) -> Facts:
    """What a behaviour's `where` may look at."""

    def fact(path: str) -> Any:
        if path == "from":
            return call.header("fspiop-source")
        return call.params[path] if path in call.params else dig(call.body, path)

    return fact


def fingerprint(body: Mapping[str, Any]) -> str:
    """A digest of a body that does not depend on the order of its keys."""
    return hashlib.sha256(canonical.sorted_json(body)).hexdigest()
