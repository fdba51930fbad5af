"""Settings, store, waiting, life cycle and composition, each by itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mojaloop_connector_yard import Yard

from connectors.mojaloop_connector import CONNECTOR
from connectors.mojaloop_connector.outbound.lifecycle import OUTBOUND, public_state
from connectors.mojaloop_connector.outbound.resolution import needs_conversion
from connectors.mojaloop_connector.outbound.run import next_event
from connectors.mojaloop_connector.settings import Settings, environment, read, signing_settings
from connectors.mojaloop_connector.store import Row, SqliteStore
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.errors import IllegalTransition, UsageError
from loopyard.kernel.ids import Ids
from loopyard.kernel.keyring import KeyRing
from loopyard.transport.client import Client
from loopyard.transport.service import Surroundings
from loopyard.transport.signing import Signing

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("raw, key", [
    ({}, "dfsp_id"),
    ({"dfsp_id": "a", "colour": "blue"}, "colour"),
    ({"dfsp_id": "a", "expiry_seconds": "20"}, "expiry_seconds"),
    ({"dfsp_id": "a", "auto_accept_party": 1}, "auto_accept_party"),
    ({"dfsp_id": "a", "supported_currencies": 7}, "supported_currencies"),
    ({"dfsp_id": "a", "resource_versions": {"transfers": 1}}, "resource_versions.transfers"),
    ({"dfsp_id": "a", "ilp_version": "2"}, "ilp_version"),
    ({"dfsp_id": "a", "like_sdk": {"sings": True}}, "like_sdk.sings"),
    ({"dfsp_id": "a", "like_sdk": True}, "like_sdk"),
    ({"dfsp_id": "a", "api_type": "iso"}, "api_type"),
        ({"dfsp_id": "a", "api_type": "iso20022", "ilp_version": "1"}, "ilp_version"),
])  # fmt: skip
def test_a_wrong_setting_is_named(raw: dict[str, Any], key: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(raw, "mojaloop_connector")
    assert caught.value.key == f"connectors.mojaloop_connector.{key}"


def test_settings_take_what_a_world_file_says() -> None:
    raw = {"dfsp_id": "a", "supported_currencies": ["MWK", "ZMW"], "ilp_version": "4", "like_sdk": {"quotes_get_2001": True}}
    settings = read(raw | {"resource_versions": {"transfers": "1.1"}}, "x")
    assert settings.supported_currencies == ("MWK", "ZMW")
    assert settings.ilp_version == "4"
    assert settings.like_sdk.quotes_get_2001
    assert (settings.version_of("transfers"), settings.version_of("quotes")) == ("1.1", "2.0")


def test_all_defects_are_off_by_default() -> None:
    like_sdk = Settings("a").like_sdk
    assert not [name for name in like_sdk.__slots__ if getattr(like_sdk, name)]


def surroundings(tmp_path: Path, **more: Any) -> Surroundings:
    clock = VirtualClock(NOW)
    settings = {"dfsp_id": "green-bank", "auto_accept_party": False, "get_services_fxp_response": ["a", "b"]}
    return Surroundings(
        "mojaloop_connector", clock, Crew(clock), Ids("x"), Client(clock, Ids("x")),
        lambda party, face: f"http://10.0.0.1:{len(party)}", tmp_path / "store.sqlite", settings, **more,
    )  # fmt: skip


def test_the_environment_is_that_of_the_real_software(tmp_path: Path) -> None:
    env = environment(surroundings(tmp_path))
    assert env["DFSP_ID"] == "green-bank"
    assert env["PEER_ENDPOINT"] == "10.0.0.1:3"
    assert env["BACKEND_ENDPOINT"] == "10.0.0.1:14"
    assert env["AUTO_ACCEPT_PARTY"] == "false"
    assert env["GET_SERVICES_FXP_RESPONSE"] == "a,b"
    assert env["ENABLE_BACKEND_EVENT_HANDLER"] == "false"
    assert not [name for name in env if name.startswith("LIKE")]


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such part"):
        CONNECTOR.build(surroundings(tmp_path, parts={"hubb": object}))


def test_a_replaced_port_is_built_in_place_of_the_default(open_yard: Callable[..., Yard]) -> None:
    built: list[str] = []

    class CountingStore(SqliteStore):
        def put(self, row: Row) -> None:
            built.append(row.state)
            super().put(row)

    yard = open_yard(payer={"parts": {"store": CountingStore}}, payee={})
    yard.transfer()
    assert built[0] == "start"
    assert built[-1] == "succeeded"


@pytest.mark.parametrize("state, event", list(itertools.product(sorted(OUTBOUND.states), sorted(OUTBOUND.events))))
def test_only_the_edges_of_the_table_can_be_walked(state: str, event: str) -> None:
    if (state, event) in OUTBOUND.transitions:
        assert OUTBOUND.next(state, event) in OUTBOUND.states
    else:
        with pytest.raises(IllegalTransition):
            OUTBOUND.next(state, event)


@pytest.mark.parametrize("state", sorted(OUTBOUND.states - OUTBOUND.final - {"errored"}))
@pytest.mark.parametrize("converts", [True, False])
@pytest.mark.parametrize("amount_type", ["SEND", "RECEIVE"])
def test_every_working_state_has_a_way_on_that_the_table_allows(state: str, converts: bool, amount_type: str) -> None:
    only_with_conversion = state in ("servicesFxpReceived", "fxQuoteReceived", "fxTransferSucceeded")
    if only_with_conversion and not converts:
        return
    event = next_event({"currentState": state, "needFx": converts, "amountType": amount_type})
    assert (state, event) in OUTBOUND.transitions


def test_states_without_a_public_name_are_errors() -> None:
    assert {state: public_state(state) for state in ("start", "errored", "succeeded")} == {
        "start": "ERROR_OCCURRED", "errored": "ERROR_OCCURRED", "succeeded": "COMPLETED",
    }  # fmt: skip


@pytest.mark.parametrize("own, payee, currency, amount_type, expected", [
    (["XXX"], ["XXX"], "XXX", "SEND", False),
    (["XXX"], ["XTS"], "XXX", "SEND", True),
    (["XXX"], ["XTS"], "XTS", "RECEIVE", True),
    (["XXX", "XTS"], ["XTS"], "XTS", "RECEIVE", False),
    ([], ["XTS"], "XTS", "RECEIVE", False),
    ([], ["XTS"], "XXX", "SEND", True),
    (["XTS"], ["XXX", "XTS"], "XXX", "SEND", False),
    (["XTS"], ["XXX", "XTS"], "XXX", "RECEIVE", True),
    (["XXX"], ["XTS"], "XXX", "RECEIVE", True),
    (["MWK"], ["XXX"], "XXX", "SEND", False),
])  # fmt: skip
def test_when_a_conversion_is_needed(own: list[str], payee: list[str], currency: str, amount_type: str, expected: bool) -> None:
    assert needs_conversion(own, payee, currency, amount_type) is expected


def signing(**more: Any) -> Signing:
    return Signing(KeyRing(lambda: NOW), "-----BEGIN the key", **more)


def test_what_the_world_says_of_signatures_is_in_the_settings(tmp_path: Path) -> None:
    around = surroundings(tmp_path, signing=lambda fsp: signing(form="insertion", accepts="sorted", validate_put_parties=True))
    settings = signing_settings(around)
    assert (settings.jws_sign, settings.validate_inbound_jws, settings.jws_signing_key) == (True, True, "-----BEGIN the key")
    assert (settings.jws_form, settings.jws_accept) == ("insertion", "sorted")
    assert (settings.jws_sign_put_parties, settings.validate_inbound_put_parties_jws) == (False, True)
    env = environment(around)
    assert (env["JWS_SIGN"], env["VALIDATE_INBOUND_JWS"], env["VALIDATE_INBOUND_PUT_PARTIES_JWS"]) == ("true", "true", "true")
    assert "the key" not in str(env)


def test_the_connectors_own_settings_go_before_the_worlds(tmp_path: Path) -> None:
    around = surroundings(tmp_path, signing=lambda fsp: signing(form="sorted"))
    own = {**around.settings, "jws_form": "insertion", "validate_inbound_jws": False}
    settings = signing_settings(replace(around, settings=own))
    assert (settings.jws_form, settings.validate_inbound_jws, settings.jws_sign) == ("insertion", False, True)


def test_without_a_word_of_the_world_nothing_is_signed(tmp_path: Path) -> None:
    assert not signing_settings(surroundings(tmp_path)).jws_sign
