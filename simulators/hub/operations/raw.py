"""A control that sends anything to a participant, so that its inbound server can be shown what no sound hub would send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.engine.simulator import Control
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import headers
from loopyard.protocols.iso20022.messages import is_iso_media
from loopyard.transport.packing import prepared
from simulators.hub.state import Hub
from simulators.hub.wire import forms

_NAME: Final = "hub.raw.send-notice"


async def raw(hub: Hub, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Send anything to participant `to`: {to, method, path, source?, headers?, body?, says?, padding?, packing?} -> {status,
    headers, body}.

    It goes in the hub's own name unless `source` says otherwise. Headers are added to the standard ones; a header of null is
    left out. A body goes as it is, with `padding` octets behind it and in the `packing` gzip or damaged, if any; what it
    `says`, in FSPIOP, is written in the form of `to`.
    """
    to, method, path = arguments["to"], arguments["method"], arguments["path"]
    source, body = arguments.get("source", hub.settings.hub_name), arguments.get("body")
    if "says" in arguments:
        body = _in_form_of(hub, to, source, method, path, arguments["says"])
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
    iso = forms.speaks_iso(hub, to) and is_iso_media(resource)
    if method in ("PUT", "PATCH"):
        return {**headers.callback_headers(resource, source=source, destination=to, date=now, version=version, iso20022=iso)}
    return {**headers.request_headers(resource, source=source, date=now, destination=to, version=version, iso20022=iso)}


def _in_form_of(hub: Hub, to: str, source: str, method: str, path: str, says: Mapping[str, Any]) -> Mapping[str, Any]:
    found = hub.settings.contract.match(method, path)
    if found is None or not forms.speaks_iso(hub, to):
        return says
    operation, params = found
    envelope = forms.envelope(hub, source, to, operation, params.get("ID", ""), says)
    return forms.in_iso(hub, operation, envelope, says)


RAW: Final = Control("raw", raw)
