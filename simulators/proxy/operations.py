"""What a proxy is asked for: by each of its hubs, to take a message to the other one. And what a world can do to its link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.operations import Message, Operation, operation
from loopyard.engine.simulator import Control
from loopyard.transport.messages import Reply
from simulators.proxy import webhooks, wire
from simulators.proxy.state import Proxies, Proxy


def _passing(message: Message, name: str) -> Operation:
    """The operation that takes what `message` passes on: the same path, behind the proxy's id and the side it comes from."""

    async def take(proxies: Proxies, call: Call) -> Reply:
        proxy = proxies.proxy(call.params["proxy"])
        return wire.answered(await webhooks.pass_on(proxies, proxy, message, call))

    return operation(f"proxy.{name}", message.method, f"/{{proxy}}/{{side}}{message.path}", refs=message.refs)(take)


def links(proxies: Proxies, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All proxies: id, between, link, and how many messages went to each side."""
    return [_shown(each) for each in proxies.all.values()]


def cut(proxies: Proxies, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Cut the link of the proxy `id`: both hubs are answered 503. Raises NoSuchProxy, IllegalTransition."""
    return _turned(proxies, arguments, "cut")


def mend(proxies: Proxies, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Mend the link of the proxy `id`. Raises NoSuchProxy, IllegalTransition."""
    return _turned(proxies, arguments, "mend")


def _turned(proxies: Proxies, arguments: Mapping[str, Any], event: str) -> dict[str, Any]:
    proxy = proxies.proxy(str(arguments["id"]))
    proxy.turn(event)
    return _shown(proxy)


def _shown(proxy: Proxy) -> dict[str, Any]:
    return {"id": proxy.id, "between": list(proxy.between), "link": proxy.link, "passed": dict(proxy.passed)}


OPERATIONS: Final = tuple(
    _passing(message, name) for message, (name, *_) in zip(webhooks.MESSAGES, webhooks.PASSED, strict=True)
)
CONTROLS: Final = (Control("links", links), Control("cut", cut), Control("mend", mend))
