"""A control that sends anything to a participant, so that its inbound server can be shown what no sound hub would send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.engine.simulator import Control
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import headers
from loopyard.transport.packing import prepared
from simulators.hub.state import Hub

_NAME: Final = "hub.raw.send-notice"


async def raw(hub: Hub, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Send anything to participant `to`: {to, method, path, source?, headers?, body?, padding?, packing?} -> {status, headers,
    body}.

    It goes in the hub's own name unless `source` says otherwise. Headers are added to the standard ones; a header of null is
    left out. A text body goes as it is, with `padding` octets behind it and in the `packing` gzip or damaged, if any.
    """
    to, method, path = arguments["to"], arguments["method"], arguments["path"]
    source, body = arguments.get("source", hub.settings.hub_name), arguments.get("body")
    content = b"" if body is None else body.encode() if isinstance(body, str) else canonical.sorted_json(body)
    content, packed = prepared(content, arguments.get("padding", 0), arguments.get("packing", ""))
    made = packed | _standard(hub, method, path, source, to)
    made |= {name.lower(): value for name, value in arguments.get("headers", {}).items()}
    answer = await hub.site.outbox.deliver(
        Message(_NAME, method, path.replace("{", "{{").replace("}", "}}")), hub.site.url(to, "fspiop"), receiver=to,
        headers={name: value for name, value in made.items() if value is not None}, body=content, deliberate=True,
    )  # fmt: skip
    if answer is None:
        return {"status": None, "headers": [], "body": None}
    return {"status": answer.status, "headers": [list(pair) for pair in answer.headers], "body": json_of(answer)}


def _standard(hub: Hub, method: str, path: str, source: str, to: str) -> dict[str, str | None]:
    resource, now, version = path.strip("/").split("/")[0], hub.site.clock.now(), hub.settings.own_version
    if method in ("PUT", "PATCH"):
        return {**headers.callback_headers(resource, source=source, destination=to, date=now, version=version)}
    return {**headers.request_headers(resource, source=source, date=now, destination=to, version=version)}


RAW: Final = Control("raw", raw)
