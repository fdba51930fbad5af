"""Addresses of the hub and of DFSPs: who calls from where, and is called at which URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from simulators.mcm.state.errors import Invalid, Unknown
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.state.records import ENDPOINT, Direct, Direction, Item, ItemType

_OCTET: Final = r"([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_ADDRESS: Final = re.compile(rf"({_OCTET}\.){{3}}{_OCTET}(/([0-9]|[1-2][0-9]|3[0-2]))?")
_RANGE: Final = re.compile(r"([0-9]+)-([0-9]+)")
_PORTS: Final = 65_535


def add(mcm: Mcm, dfsp: str | None, direction: Direction, type_: ItemType, value: Any) -> Item:
    """A new address, of a DFSP or of the hub. Raises Invalid for what is no address, Unknown."""
    if dfsp is not None:
        mcm.dfsp(dfsp)
    _check_complete(type_, value)
    check(value)
    item = Item(mcm.next_id(), dfsp, direction, type_, value, mcm.now)
    mcm.items[item.id] = item
    return item


def listed(
    mcm: Mcm, dfsp: str | None, direction: Direction | None = None, type_: ItemType | None = None, state: str | None = None
) -> list[Item]:
    """The addresses of a DFSP, or of the hub. Raises Unknown."""
    if dfsp is not None:
        mcm.dfsp(dfsp)
    else:
        _provide_hub(mcm)
    return [
        each
        for each in mcm.items.values()
        if each.dfsp == dfsp
        and direction in (None, each.direction)
        and type_ in (None, each.type)
        and state in (None, each.state)
    ]


def unprocessed(mcm: Mcm) -> list[Item]:
    """The addresses of all DFSPs that await the operator."""
    return [each for each in mcm.items.values() if each.dfsp is not None and each.state == ENDPOINT.initial]


def item(mcm: Mcm, dfsp: str | None, id_: int, direction: Direction | None = None, type_: ItemType | None = None) -> Item:
    """One address. Raises Invalid for one of another direction or type, Unknown."""
    listed(mcm, dfsp)
    found = mcm.items.get(id_)
    if found is None or found.dfsp != dfsp:
        raise Unknown(f"Endpoint with id {id_} not found")
    if direction is not None and found.direction != direction:
        raise Invalid(f"Wrong direction {direction}, endpoint has already {found.direction}")
    if type_ is not None and found.type != type_:
        raise Invalid(f"Wrong type {type_}, endpoint has already {found.type}")
    return found


def change(found: Item, value: Any) -> Item:
    """Another address in its place, which awaits the operator anew. Raises Invalid."""
    check(value)
    found.value, found.state = value, ENDPOINT.next(found.state, "change")
    return found


def confirm(found: Item) -> Item:
    """The operator has opened it."""
    found.state = ENDPOINT.next(found.state, "confirm")
    return found


def set_direct(mcm: Mcm, dfsp: str, direction: Direction, value: Mapping[str, Any]) -> Direct:
    """How a DFSP is called, or from where it calls, in place of what was said before. Raises Invalid, Unknown."""
    for each in value.get("ipList", ()):
        check(each)
    if "url" in value and not value["url"]:
        raise Invalid("No URL received")
    direct = Direct(mcm.next_id(), dfsp, direction, value, mcm.now)
    mcm.dfsp(dfsp).directs[direction] = direct
    return direct


def direct_of(mcm: Mcm, dfsp: str, direction: Direction) -> Direct:
    """Raises Unknown."""
    directs = mcm.dfsp(dfsp).directs
    if direction not in directs:
        raise Unknown("Endpoint configuration not found!")
    return directs[direction]


def check(value: Any) -> None:
    """Hold what is there of address, ports and URL against the formats. Raises Invalid."""
    if "address" in value and not _ADDRESS.fullmatch(str(value["address"])):
        raise Invalid("Invalid IP address or CIDR range")
    for port in value.get("ports", ()):
        limits = _RANGE.fullmatch(str(port))
        for limit in limits.groups() if limits else (str(port),):
            _check_port(limit)
    if "url" in value and not _is_url(str(value["url"])):
        raise Invalid("Invalid URL")


def _check_complete(type_: ItemType, value: Any) -> None:
    if type_ == "URL":
        if not value.get("url"):
            raise Invalid("No URL received")
        return
    if not value.get("address"):
        raise Invalid("No address received")
    if value.get("ports") is None:
        raise Invalid("No ports received")


def _check_port(text: str) -> None:
    if not re.fullmatch(r"-?[0-9]+", text):
        raise Invalid(f"port range validation error: {text} is not an Integer")
    if not 0 <= int(text) <= _PORTS:
        raise Invalid(f"port range validation error: {text} is not in the [0,{_PORTS}] range")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _provide_hub(mcm: Mcm) -> None:
    """The hub's own addresses, which its operator has given once."""
    if any(each.dfsp is None for each in mcm.items.values()) or mcm.hub_listed:
        return
    mcm.hub_listed = True
    for address in mcm.settings.hub_ips:
        confirm(add(mcm, None, "EGRESS", "IP", {"address": address, "ports": ["443"]}))
    confirm(add(mcm, None, "INGRESS", "URL", {"url": mcm.settings.hub_url}))
