"""What the hub changes in the headers of a message that it passes on, or sends in its own name. Routing is not here.
Names are lower case, as in `headers`. Source: docs/sources/fspiop.md, Relay."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from loopyard.protocols.fspiop import dates, media

_RECOMPUTED: Final = frozenset({"host", "content-length", "connection", "transfer-encoding", "keep-alive"})
_FOR_THE_GATEWAY: Final = frozenset({"authorization"})
"""What the gateway reads and does not pass on: another participant must not get to see it."""
_DROPPED: Final = _RECOMPUTED | _FOR_THE_GATEWAY


def relay_headers(
    received: Mapping[str, str],
    *,
    method: str,
    source: str,
    destination: str,
    uri: str | None = None,
) -> dict[str, str]:
    """Headers of a message relayed for `source`: accept goes on PUT, the method is corrected, tokens go, all else stays.

    `uri` is given where the service sets fspiop-uri to the callback's path (transfers, and party error callbacks).
    A date that is none goes on as it came: of some resources nobody checks the headers.
    """
    kept = {name: value for name, value in received.items() if name not in _DROPPED}
    if method.upper() == "PUT":
        kept.pop("accept", None)
    kept |= {"fspiop-source": source, "fspiop-destination": destination}
    if "date" in kept:
        with suppress(dates.InvalidDateTime):
            kept["date"] = dates.canonical_http(kept["date"])
    if "fspiop-http-method" in kept:
        kept["fspiop-http-method"] = method
    return kept | {"fspiop-uri": uri} if uri else kept


def own_headers(
    received: Mapping[str, str],
    *,
    method: str,
    resource: str,
    hub: str,
    destination: str,
    uri: str,
    version: str,
    iso20022: bool = False,
) -> dict[str, str]:
    """Headers of a message that the hub sends in its own name in answer to `received`: media types in the hub's version,
    no signature (the hub signs anew), trace headers kept."""
    headers = relay_headers(received, method=method, source=hub, destination=destination, uri=uri)
    headers.pop("fspiop-signature", None)
    headers["content-type"] = media.content_type(resource, version, iso20022=iso20022)
    if "accept" in headers:
        headers["accept"] = media.content_type(resource, version, iso20022=iso20022)
    return headers | {"fspiop-http-method": method.upper()}
