"""Who may call the send-money API: the rule alone, over requests from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.core_connector import settings
from connectors.core_connector.errors import Refusal
from connectors.core_connector.guard import Guard
from loopyard.kernel.errors import UsageError
from loopyard.transport.messages import Request

KEY = "the key"


class Raw:
    """A connection that comes from an address."""

    def __init__(self, address: str | None) -> None:
        self.transport: Any = self if address else None
        self._address = address

    def get_extra_info(self, name: str) -> tuple[str | None, int]:
        assert name == "peername"
        return self._address, 40_000


def request(path: str = "/send-money", address: str | None = "127.0.0.1", headers: Mapping[str, str] | None = None) -> Request:
    async def gone() -> None: ...

    return Request("POST", path, "", (), b"", None, headers or {}, Raw(address), gone)


def guard(**given: object) -> Guard:
    return Guard(settings.read({"fsp_id": "green-bank", **given}, "connectors.core_connector"))


def test_by_default_whoever_reaches_it_is_served_as_in_the_template() -> None:
    guard().check(request(address="203.0.113.9"))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_local_serves_this_machine(address: str) -> None:
    guard(dfsp_api_access="local").check(request(address=address))


@pytest.mark.parametrize("address", ["10.0.0.1", "203.0.113.9", "", None, "localhost"])
def test_local_serves_nobody_else(address: str | None) -> None:
    with pytest.raises(Refusal) as no:
        guard(dfsp_api_access="local").check(request(address=address))
    assert no.value.status == 403


@pytest.mark.parametrize(
    "headers", [{"authorization": f"Bearer {KEY}"}, {"authorization": f"bearer  {KEY} "}, {"x-api-key": KEY}]
)
def test_the_key_opens_in_either_header(headers: dict[str, str]) -> None:
    guard(dfsp_api_access="key", dfsp_api_key=KEY).check(request(headers=headers))


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer "}, {"authorization": f"Basic {KEY}"}, {"authorization": KEY}, {"x-api-key": "é"},
     {"x-api-key": KEY[:-1]}, {"authorization": "Bearer wrong", "x-api-key": KEY}],
)  # fmt: skip
def test_anything_else_does_not(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as no:
        guard(dfsp_api_access="key", dfsp_api_key=KEY).check(request(headers=headers))
    assert no.value.status == 401
    assert KEY not in str(no.value)


@pytest.mark.parametrize("path", ["/", "/health"])
def test_probes_need_no_key(path: str) -> None:
    guard(dfsp_api_access="key", dfsp_api_key=KEY).check(request(path))


def test_a_door_without_a_key_to_compare_with_does_not_open_at_all() -> None:
    with pytest.raises(UsageError, match="dfsp_api_key"):
        guard(dfsp_api_access="key")


def test_the_key_is_not_in_the_text_of_the_settings() -> None:
    assert KEY not in repr(settings.read({"fsp_id": "green-bank", "dfsp_api_key": KEY}, "connectors.core_connector"))
