"""FSPIOP headers: the hub's ordered check of a request's headers, and the headers that parties send. Names are lower case;
signing headers are made in `jws`. Source: docs/sources/fspiop.md, Headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loopyard.protocols.fspiop import dates, media
from loopyard.protocols.fspiop.errors import FspiopError

LARGEST_BODY: Final = 5_242_880
"""The scheme's limit of a message body in octets."""

_UNSUPPORTED_ACCEPT: Final = "The Client requested an unsupported version, see extension list for supported version(s)."
_UNSUPPORTED_CONTENT_TYPE: Final = "Client supplied a protocol version which is not supported by the server"


@dataclass(frozen=True, slots=True)
class Served:
    """What a server serves: versions in ascending order, the body form, and the resources whose headers it checks."""

    versions: tuple[str, ...] = media.VERSIONS
    iso20022: bool = False
    resources: frozenset[str] = frozenset(media.RESOURCES)


def check_headers(method: str, path: str, headers: Mapping[str, str], served: Served) -> None:
    """Check headers as the hub's services do, before any look at the schema; the first fault is reported.

    Paths of other resources are not checked. FSPIOP-Source is not checked here: the schema's step reports it.
    Raises FspiopError 3100, 3101, 3102, 3104, or 3001 (HTTP 406) with the served versions as extensions.
    """
    resource = path.split("?")[0].strip("/").split("/")[0]
    if resource not in served.resources:
        return
    _check_client(headers)
    _check_accept(method.upper(), resource, headers.get("accept"), served)
    _check_date(headers.get("date"))
    _check_length(headers.get("content-length"))
    _check_content_type(resource, headers.get("content-type"), served)


def request_headers(
    resource: str,
    *,
    source: str,
    date: datetime,
    destination: str | None = None,
    version: str = "2.0",
    iso20022: bool = False,
) -> dict[str, str]:
    """Headers of GET, POST and DELETE. Without a destination when it is not known yet (GET /parties)."""
    accepted = {"accept": media.accept(resource, version, iso20022=iso20022)}
    return _common(resource, source, destination, date, version, iso20022) | accepted


def callback_headers(
    resource: str,
    *,
    source: str,
    destination: str | None,
    date: datetime,
    version: str = "2.0",
    iso20022: bool = False,
    method: str | None = None,
    uri: str | None = None,
) -> dict[str, str]:
    """Headers of PUT and PATCH, which carry no Accept. The hub adds `method` and `uri` to the callbacks it makes itself."""
    headers = _common(resource, source, destination, date, version, iso20022)
    if method:
        headers["fspiop-http-method"] = method.upper()
    if uri:
        headers["fspiop-uri"] = uri
    return headers


def version_extensions(versions: tuple[str, ...]) -> list[tuple[str, str]]:
    """Served versions as the 3001 error lists them: key is the major, value the minor."""
    return [(major, minor) for major, _, minor in (version.partition(".") for version in versions)]


def _common(
    resource: str, source: str, destination: str | None, date: datetime, version: str, iso20022: bool
) -> dict[str, str]:
    headers = {
        "content-type": media.content_type(resource, version, iso20022=iso20022),
        "date": dates.to_http(date),
        "fspiop-source": source,
    }
    return headers | {"fspiop-destination": destination} if destination else headers


def _check_client(headers: Mapping[str, str]) -> None:
    """The gateway's authenticated client must be the one that the headers name, directly or as a proxy."""
    client, source, proxy = (headers.get(name) for name in ("x-client-id", "fspiop-source", "fspiop-proxy"))
    if not client:
        return
    if proxy and (client != proxy or proxy == source):
        raise FspiopError("3100", "Invalid fspiop-proxy header")
    if not proxy and client != source:
        raise FspiopError("3100", "Invalid fspiop-source header")


def _check_accept(method: str, resource: str, value: str | None, served: Served) -> None:
    if value is None:
        if method in ("GET", "POST", "DELETE"):
            raise FspiopError("3102", "Accept is required")
        return
    try:
        wanted = media.parse_accept(value)
    except media.InvalidMediaType as cause:
        raise FspiopError("3101", "Invalid accept header") from cause
    if any(each.resource != resource or each.iso20022 != served.iso20022 for each in wanted):
        raise FspiopError("3101", "Invalid accept header")
    if not any(each.is_among(served.versions) for each in wanted):
        raise FspiopError("3001", _UNSUPPORTED_ACCEPT, version_extensions(served.versions))


def _check_date(value: str | None) -> None:
    if not value:
        raise FspiopError("3102", "Missing required date header")
    try:
        dates.from_http(value)
    except dates.InvalidDateTime as cause:
        raise FspiopError("3101", "Invalid date header") from cause


def _check_length(value: str | None) -> None:
    if value and value.isdecimal() and int(value) > LARGEST_BODY:
        raise FspiopError("3104", "Payload size is too large")


def _check_content_type(resource: str, value: str | None, served: Served) -> None:
    if not value:
        raise FspiopError("3102", "Content-type is required")
    try:
        sent = media.parse_content_type(value)
    except media.InvalidMediaType as cause:
        raise FspiopError("3101", "Invalid content-type header") from cause
    if sent.resource != resource or sent.iso20022 != served.iso20022:
        raise FspiopError("3101", "Invalid content-type header")
    if sent.version not in served.versions:
        raise FspiopError("3001", _UNSUPPORTED_CONTENT_TYPE, version_extensions(served.versions))
