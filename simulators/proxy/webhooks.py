"""What a proxy sends: each message that it takes, to the hub on the other side, byte for byte."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import Message
from loopyard.transport.client import Answer
from simulators.proxy import wire
from simulators.proxy.state import Proxies, Proxy

_QUOTE: Final = ("quoteId", "transactionId")
_FX_QUOTE: Final = ("conversionRequestId", "conversionTerms.conversionId", "conversionTerms.determiningTransferId")
PASSED: Final = (
    ("parties.get", "GET", "/parties/{type}/{id}", ()),
    ("parties.get-sub", "GET", "/parties/{type}/{id}/{subId}", ()),
    ("parties.respond", "PUT", "/parties/{type}/{id}", ()),
    ("parties.respond-sub", "PUT", "/parties/{type}/{id}/{subId}", ()),
    ("parties.error", "PUT", "/parties/{type}/{id}/error", ()),
    ("parties.error-sub", "PUT", "/parties/{type}/{id}/{subId}/error", ()),
    ("quotes.request", "POST", "/quotes", _QUOTE),
    ("quotes.get", "GET", "/quotes/{id}", ("{id}",)),
    ("quotes.respond", "PUT", "/quotes/{id}", ("{id}",)),
    ("quotes.error", "PUT", "/quotes/{id}/error", ("{id}",)),
    ("fx-quotes.request", "POST", "/fxQuotes", _FX_QUOTE),
    ("fx-quotes.get", "GET", "/fxQuotes/{id}", ("{id}",)),
    ("fx-quotes.respond", "PUT", "/fxQuotes/{id}", ("{id}",)),
    ("fx-quotes.error", "PUT", "/fxQuotes/{id}/error", ("{id}",)),
    ("transfers.prepare", "POST", "/transfers", ("transferId",)),
    ("transfers.get", "GET", "/transfers/{id}", ("{id}",)),
    ("transfers.fulfil", "PUT", "/transfers/{id}", ("{id}",)),
    ("transfers.error", "PUT", "/transfers/{id}/error", ("{id}",)),
    ("transfers.patch", "PATCH", "/transfers/{id}", ("{id}",)),
)
"""What is passed on: a name, method, path, and where business references stand."""
MESSAGES: Final = tuple(
    Message(f"proxy.{name}-relay", method, path, refs=refs, relayed=True) for name, method, path, refs in PASSED
)


async def pass_on(proxies: Proxies, proxy: Proxy, message: Message, call: Call) -> Answer | None:
    """Pass a message on and wait for the other hub's answer. Raises NoSuchProxy, LinkCut."""
    other = proxy.towards(call.params["side"])
    params = {name: value for name, value in call.params.items() if name not in ("proxy", "side")}
    return await proxies.site.outbox.deliver(
        message, proxies.site.url(other, "fspiop"), receiver=other, sender=proxy.id,
        headers=wire.headers(call.headers, proxy.id, proxies.settings.removes), body=call.raw, params=params,
        query=call.request.query,
    )  # fmt: skip
