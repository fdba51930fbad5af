"""What a proxy changes in a message, which is its headers alone, and what it answers when it cannot pass one on.
Source: docs/sources/proxy.md."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final

from loopyard.engine.call import Call
from loopyard.protocols.fspiop.errors import FspiopError, method_not_allowed, unknown_uri
from loopyard.transport.client import Answer
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.proxy.state import LinkCut, NoSuchProxy, Proxies

PROXY: Final = "fspiop-proxy"
DROPPED: Final[Set[str]] = frozenset({
    "authorization", "cookie", "set-cookie", "host", "content-length", "accept-encoding", "user-agent", "connection",
    "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
    "keep-alive", "x-forwarded-proto", "x-request-id", "x-envoy-attempt-count", "x-forwarded-for",
    "x-forwarded-client-cert", "x-envoy-external-address", "x-envoy-decorator-operation", "x-envoy-peer-metadata",
    "x-envoy-peer-metadata-id", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "traceparent",
    "tracestate",
})  # fmt: skip
"""Headers of credentials and of the connection; the trace goes on with a span of the proxy's own."""
JSON: Final = (("Content-Type", "application/json; charset=utf-8"),)


def headers(received: Mapping[str, str], proxy: str, removes: tuple[str, ...]) -> dict[str, str]:
    """The headers as they go on: source, destination and signature stay those of the participants."""
    gone = DROPPED | {each.lower() for each in removes}
    return {name: value for name, value in received.items() if name not in gone} | {PROXY: proxy}


def answered(answer: Answer | None) -> Reply:
    """The other hub's answer as it came, or that there is none."""
    if answer is None:
        return refusal(FspiopError("1001", "the other scheme does not answer"))
    return Reply(answer.status, answer.body, JSON if answer.body else ())


def reject(proxies: Proxies, call: Call, error: Exception) -> Reply:
    """The answer to an error; what is none of a proxy's is raised again."""
    match error:
        case NoRoute():
            return refusal((method_not_allowed if error.allowed else unknown_uri)(error.method, error.path))
        case NoSuchProxy():
            return refusal(FspiopError("3201", str(error)))
        case LinkCut():
            return refusal(FspiopError("1001", str(error)))
    raise error


def refusal(error: FspiopError) -> Reply:
    return Reply(error.http_status, error.body_bytes, JSON)


def sender(call: Call) -> str:
    """Who speaks: the hub of the side that the path names."""
    return call.params.get("side", "unknown")
