"""The administration of oracles as JSON. Its API document is what requests are validated against."""

from __future__ import annotations

from typing import Any

from loopyard.engine.call import Call
from loopyard.protocols.fspiop.errors import FspiopError, method_not_allowed, unknown_uri
from loopyard.protocols.fspiop.validation import validate_request
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.hub.state import Hub
from simulators.hub.state.directory import Oracle
from simulators.hub.state.errors import HubError
from simulators.hub.wire.errors import as_fspiop
from simulators.hub.wire.fspiop import body_of, refusal

_QUERY = ("type", "currency")


def admit(hub: Hub, call: Call) -> None:
    """Schema and required headers. Raises FspiopError."""
    key = f"{call.method} {call.template}"
    declared = hub.settings.oracle_contract.operation(key)
    if any(name not in _QUERY for name in call.query):
        raise FspiopError("3103", "/query must NOT have additional properties")
    validate_request(
        hub.settings.oracle_contract,
        key,
        body=body_of(call) if declared.request is not None else None,
        headers=call.headers,
        query=call.query if declared.query is not None else None,
        strict_3101=hub.settings.strict_3101,
    )


def reject(hub: Hub, call: Call, error: Exception) -> Reply:
    """The service's answer to an error; what is no error of the scheme is raised again."""
    if isinstance(error, NoRoute):
        return refusal((method_not_allowed if error.allowed else unknown_uri)(error.method, error.path))
    if isinstance(error, HubError):
        return refusal(as_fspiop(error))
    if isinstance(error, FspiopError):
        return refusal(error)
    raise error


def oracle(found: Oracle) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "oracleId": found.id, "oracleIdType": found.type, "endpoint": {"value": found.endpoint, "endpointType": "URL"},
    }  # fmt: skip
    if found.currency is not None:
        shown["currency"] = found.currency
    return shown | {"isDefault": int(found.is_default)}
