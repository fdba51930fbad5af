"""The gateway before the hub: what it refuses, in which words, and that it reads the provider's keys when it must."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.kernel.settings import read
from loopyard.protocols import oauth
from simulators.hub.settings import Settings
from simulators.hub.state.gateway import Gateway, NotAllowed, TokenRefused

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ISSUER = "http://iam/realms/dfsps"
KEY = oauth.throwaway_key(1)


def gateway(**settings: object) -> Gateway:
    made = Gateway(read(Settings, {"require_token": True, **settings}, "simulators.hub"))
    made.learn(oauth.keys_of(oauth.key_set(oauth.public_half(KEY))), NOW)
    return made


def token(**claims: object) -> str:
    times = {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 300}
    return "Bearer " + oauth.issue(KEY, {"iss": ISSUER, "azp": "green-bank", **times, **claims})


def test_a_token_holds_until_a_minute_after_its_end() -> None:
    gate = gateway()
    gate.check_token(token(), "green-bank", ISSUER, NOW + timedelta(seconds=360))
    with pytest.raises(TokenRefused, match="Jwt is expired"):
        gate.check_token(token(), "green-bank", ISSUER, NOW + timedelta(seconds=361))


@pytest.mark.parametrize("header", [None, "", "Basic Z3JlZW4=", "Bearer "])
def test_another_header_than_a_bearer_token_is_none(header: str | None) -> None:
    with pytest.raises(TokenRefused, match="Jwt is missing"):
        gateway().check_token(header, "green-bank", ISSUER, NOW)


@pytest.mark.parametrize("garbage", ["a.b.c", "...", "é.é.é", "a.b", "e30.e30.", "W10.W10.W10"])
def test_garbage_is_refused_and_breaks_nothing(garbage: str) -> None:
    with pytest.raises(TokenRefused):
        gateway().check_token(f"Bearer {garbage}", "green-bank", ISSUER, NOW)


def test_a_token_of_another_participant_passes_unless_the_gateway_binds_it() -> None:
    gateway().check_token(token(), "blue-wallet", ISSUER, NOW)
    with pytest.raises(NotAllowed, match="green-bank"):
        gateway(token_binds_source=True).check_token(token(), "blue-wallet", ISSUER, NOW)


def test_addresses_are_single_ones_or_networks_and_none_means_all() -> None:
    gate = gateway(allowed_addresses=["127.0.0.21", "127.0.1.0/24"])
    gate.check_address("127.0.0.21")
    gate.check_address("127.0.1.200")
    with pytest.raises(NotAllowed, match=r"127\.0\.0\.1 is not allowed"):
        gate.check_address("127.0.0.1")
    gateway().check_address("127.0.0.1")


def test_a_wrong_address_in_the_settings_is_named() -> None:
    with pytest.raises(UsageError, match=r"127\.0\.0\.999"):
        gateway(allowed_addresses=["127.0.0.999"])


def test_keys_are_known_for_their_time() -> None:
    gate = gateway(token_keys_seconds=10.0)
    assert gate.knows_keys(NOW + timedelta(seconds=9))
    assert not gate.knows_keys(NOW + timedelta(seconds=10))
