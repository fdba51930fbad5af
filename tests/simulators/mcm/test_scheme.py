"""Institutions, addresses, JWS keys, states and tokens at the connection manager."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from loopyard.kernel.errors import UsageError
from loopyard.protocols import oauth
from loopyard.protocols.x509 import reading
from loopyard.protocols.x509.keys import NoSuchKey, pooled

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OWN = "/dfsps/green-bank"


# -- institutions -----------------------------------------------------------------------------------------------------


def test_the_participants_of_the_world_are_registered(mcm: Any) -> None:
    assert [each["id"] for each in mcm("GET", "/dfsps").body] == ["green-bank", "blue-wallet", "lake-fx"]
    assert [each["monetaryZoneId"] for each in mcm("GET", "/monetaryzones").body] == ["MWK", "ZMW"]
    assert [each["dfspId"] for each in mcm("GET", "/monetaryzones/MWK/dfsps").body] == ["green-bank", "blue-wallet", "lake-fx"]


def test_another_one_is_registered_once(mcm: Any) -> None:
    body = {"dfspId": "new bank", "name": "New Bank"}
    assert mcm("POST", "/dfsps", body).body == {"id": "new bank"}
    assert mcm("GET", "/dfsps").body[-1]["securityGroup"] == "Application/DFSP:new-bank"
    assert mcm("POST", "/dfsps", body).status == 400


def test_who_is_not_registered_has_nothing(mcm: Any) -> None:
    told = mcm("GET", "/dfsps/nobody/ca")
    assert (told.status, told.body["message"]) == (404, "DFSP with id nobody not found")


@pytest.mark.parametrize("base", ["api", "pm4mlapi"])
def test_both_bases_serve_the_same(mcm: Any, base: str) -> None:
    assert mcm("GET", "/health", base=base).body["status"] == "OK"


def test_other_paths_and_methods_are_not_served(mcm: Any) -> None:
    assert mcm("GET", "/health", base="elsewhere").status == 404
    assert mcm("GET", "/nothing").body == {"message": "not found", "errors": []}
    assert mcm("PATCH", "/dfsps").status == 405


def test_a_body_that_is_no_json(mcm: Any) -> None:
    assert mcm("POST", f"{OWN}/jwscerts", "{").status == 400


# -- states -----------------------------------------------------------------------------------------------------------


def test_reported_states_are_shown_to_the_operator(mcm: Any) -> None:
    states = {"HUB_CA": {"status": "inError", "errorDescription": "no answer", "lastUpdated": "2026-03-02T08:00:00.000Z"}}
    assert mcm("POST", f"{OWN}/states", states).status == 200
    shown = {each["dfspId"]: each for each in mcm("GET", "/dfsps/states-status").body["dfsps"]}
    assert shown["green-bank"]["statesStatus"] == [{"state": "HUB_CA", **states["HUB_CA"]}]
    assert shown["blue-wallet"]["statesStatus"] == []
    assert mcm.control("states", dfsp="green-bank") == {"green-bank": states}


@pytest.mark.parametrize(
    "states",
    [
        {"WEATHER": {"status": "completed", "lastUpdated": "2026-03-02T08:00:00.000Z"}},
        {"HUB_CA": {"status": "fine", "lastUpdated": "2026-03-02T08:00:00.000Z"}},
        {"HUB_CA": {"status": "completed"}},
    ],
    ids=["unknown", "status", "date"],
)
def test_states_that_nobody_knows_are_refused_and_not_kept(mcm: Any, states: Any) -> None:
    assert mcm("POST", f"{OWN}/states", states).status == 400
    assert mcm.control("states", dfsp="green-bank") == {"green-bank": {}}


# -- addresses --------------------------------------------------------------------------------------------------------


def test_an_address_awaits_the_operator_until_he_confirms_it_and_again_when_it_changes(mcm: Any) -> None:
    body = {"value": {"address": "198.51.100.7/24", "ports": ["443"]}}
    id_ = mcm("POST", f"{OWN}/endpoints/egress/ips", body).body["id"]
    assert [each["id"] for each in mcm("GET", "/dfsps/endpoints/unprocessed").body] == [id_]
    assert mcm("POST", f"{OWN}/endpoints/{id_}/confirmation").body["state"] == "CONFIRMED"
    assert mcm("GET", f"{OWN}/endpoints/unprocessed").body == []
    changed = mcm("PUT", f"{OWN}/endpoints/egress/ips/{id_}", {"value": {"address": "198.51.100.8", "ports": ["80"]}}).body
    assert (changed["state"], changed["value"]["address"]) == ("NEW", "198.51.100.8")
    assert mcm("DELETE", f"{OWN}/endpoints/{id_}").status == 204
    assert mcm("GET", f"{OWN}/endpoints").body == []


@pytest.mark.parametrize(
    "value, message",
    [
        ({"address": "198.51.100.7", "ports": ["x"]}, "port range validation error: x is not an Integer"),
        ({"address": "198.51.100.7", "ports": ["1-70000"]}, "port range validation error: 70000 is not in the [0,65535] range"),
        ({"address": "198.51.100.7"}, "No ports received"),
        ({"ports": ["443"]}, "No address received"),
    ],
)
def test_what_is_no_address(mcm: Any, value: Any, message: str) -> None:
    told = mcm("POST", f"{OWN}/endpoints/ingress/ips", {"value": value})
    assert (told.status, told.body["message"]) == (400, message)


@pytest.mark.parametrize("url", ["ftp://x", "not a url", "http://["])
def test_what_is_no_url(mcm: Any, url: str) -> None:
    told = mcm("POST", f"{OWN}/endpoints/ingress/urls", {"value": {"url": url}})
    assert (told.status, told.body["message"]) == (400, "Invalid URL")


def test_an_address_is_asked_for_by_its_own_direction_type_and_owner(mcm: Any) -> None:
    body = {"value": {"address": "198.51.100.7", "ports": ["443"]}}
    id_ = mcm("POST", f"{OWN}/endpoints/ingress/ips", body).body["id"]
    wrong = mcm("GET", f"{OWN}/endpoints/egress/ips/{id_}")
    assert (wrong.status, wrong.body["message"]) == (400, "Wrong direction EGRESS, endpoint has already INGRESS")
    assert mcm("GET", f"{OWN}/endpoints/ingress/urls/{id_}").body["message"] == "Wrong type URL, endpoint has already IP"
    assert mcm("GET", f"/dfsps/blue-wallet/endpoints/{id_}").status == 404
    assert mcm("GET", f"/hub/endpoints/{id_}").status == 404


def test_the_hub_says_from_where_it_calls_and_an_address_that_it_gives_up_stays_away(mcm: Any) -> None:
    (address,) = mcm("GET", "/hub/endpoints/egress/ips").body
    assert (address["state"], address["value"]["address"]) == ("CONFIRMED", "203.0.113.10")
    for each in mcm("GET", "/hub/endpoints").body:
        mcm("DELETE", f"/hub/endpoints/{each['id']}")
    assert mcm("GET", "/hub/endpoints").body == []


def test_a_direction_is_configured_as_a_whole_and_the_last_word_counts(mcm: Any) -> None:
    assert mcm("GET", f"{OWN}/endpoints/ingress").body["message"] == "Endpoint configuration not found!"
    for host in ("a", "b"):
        mcm("POST", f"{OWN}/endpoints/ingress", {"url": f"https://{host}.example.com"})
    assert mcm("GET", f"{OWN}/endpoints/ingress").body["url"] == "https://b.example.com"


# -- JWS keys ---------------------------------------------------------------------------------------------------------


def test_hub_and_peers_have_published_different_keys(mcm: Any) -> None:
    listed = mcm("GET", "/dfsps/jwscerts").body
    assert [each["dfspId"] for each in listed] == ["Hub", "green-bank", "blue-wallet", "lake-fx"]
    assert len({each["publicKey"] for each in listed}) == len(listed)
    assert {each["createdAt"] for each in listed} == {int(START.timestamp())}


def test_a_key_that_is_none_is_kept_with_its_verdict(mcm: Any) -> None:
    told = mcm("POST", f"{OWN}/jwscerts", {"publicKey": "brass", "createdAt": 1}).body
    assert told["validationState"] == "INVALID"
    assert mcm("GET", f"{OWN}/jwscerts").body["publicKey"] == "brass"


def test_an_elliptic_key_is_invalid_in_the_eyes_of_the_service(mcm: Any) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = key.public_bytes(reading.Encoding.PEM, reading.PublicFormat.SubjectPublicKeyInfo).decode()
    assert mcm("POST", f"{OWN}/jwscerts", {"publicKey": pem}).body["validationState"] == "INVALID"


def test_a_key_is_withdrawn(mcm: Any) -> None:
    assert mcm("DELETE", f"{OWN}/jwscerts").status == 204
    assert mcm("GET", f"{OWN}/jwscerts").status == 404


def test_the_hubs_key_is_rotated(mcm: Any) -> None:
    before = mcm("GET", "/hub/jwscerts").body["publicKey"]
    mcm.world.advance(60)
    assert mcm("PUT", "/hub/jwscerts/rotate").status == 200
    after = mcm("GET", "/hub/jwscerts").body
    assert after["publicKey"] != before
    assert after["createdAt"] == int(START.timestamp()) + 60


def test_a_proxy_brings_keys_of_others_and_none_of_ours(mcm: Any, pems: dict[str, str]) -> None:
    rows = [{"dfspId": name, "publicKey": pems["JWS"]} for name in ("far-bank", "blue-wallet")]
    assert [each["dfspId"] for each in mcm("POST", "/external-dfsps/jwscerts", rows).body] == ["far-bank"]
    assert mcm("GET", "/dfsps/jwscerts").body[-1]["dfspId"] == "far-bank"


def test_in_a_world_that_signs_its_keys_are_those_of_the_connection_manager(mcm: Any, pems: dict[str, str]) -> None:
    mcm.world.control("jws.switch", on=True)
    mcm.world.control("jws.publish", participant="blue-wallet")

    def good(party: str) -> list[str]:
        return [each["pem"] for each in mcm.world.control("jws.keys")[party] if each["until"] is None]

    listed = {each["dfspId"]: each["publicKey"] for each in mcm("GET", "/dfsps/jwscerts").body}
    assert listed.keys() == {"Hub", "green-bank", "blue-wallet", "lake-fx"}
    assert [[listed[party]] for party in ("blue-wallet", "lake-fx")] == [good("blue-wallet"), good("lake-fx")]
    mcm("POST", f"{OWN}/jwscerts", {"publicKey": pems["JWS"], "createdAt": 1})
    assert good("green-bank") == [pems["JWS"]], "peers verify with what has been published"
    told = mcm.control("change-jws", dfsp="lake-fx")
    assert good("lake-fx") == [told["publicKey"]]
    mcm("POST", "/dfsps/lake-fx/jwscerts", {"publicKey": "brass"})
    assert mcm("GET", "/dfsps/lake-fx/jwscerts").body["publicKey"] == "brass"
    assert good("lake-fx") == [told["publicKey"]], "a key that nobody can use replaces none"
    assert mcm("DELETE", f"{OWN}/jwscerts").status == 204
    assert good("green-bank") == []


def test_a_peer_changes_its_key_and_the_world_has_the_private_half(mcm: Any) -> None:
    told = mcm.control("change-jws", dfsp="blue-wallet")
    public = reading.pem_of(reading.private_key(told["privateKey"]).public_key())
    assert told["publicKey"] == public == mcm("GET", "/dfsps/blue-wallet/jwscerts").body["publicKey"]


# -- tokens -----------------------------------------------------------------------------------------------------------


def issuer(world: Any) -> str:
    return str(world.describe()["faces"]["iam.oidc"]) + "/realms/dfsps"


def token(world: Any, key: int = 1, **claims: Any) -> dict[str, str]:
    """The header of a token as the identity provider makes it."""
    now = int(START.timestamp())
    body = {"iss": issuer(world), "aud": "account", "sub": "s", "exp": now + 300, "azp": "green-bank", **claims}
    return {"Authorization": f"Bearer {oauth.issue(oauth.throwaway_key(key), body)}"}


@pytest.fixture
def guarded(mcm: Any) -> Any:
    """A connection manager that asks for tokens."""
    mcm.world.configure_simulator("mcm", tokens={"required": True})
    return mcm


def test_the_identity_providers_own_token_opens_what_is_its_clients(guarded: Any) -> None:
    told = guarded.world.control(
        "channel.call", face="iam.oidc", method="POST", path="/realms/dfsps/protocol/openid-connect/token",
        body="grant_type=client_credentials",
        headers={"Content-Type": oauth.FORM, "Authorization": oauth.basic("green-bank", "green-bank-secret")},
    )  # fmt: skip
    bearer = {"Authorization": f"Bearer {orjson.loads(told['body'])['access_token']}"}
    assert guarded("GET", f"{OWN}/ca", **bearer).status == 200
    assert guarded("GET", "/hub/ca", **bearer).status == 200
    refused = guarded("GET", "/dfsps/blue-wallet/ca", **bearer)
    said = "user does not have the required role Application/DFSP:blue-wallet"
    assert (refused.status, refused.headers["x-auth-error"]) == (403, said)


def test_groups_open_too(guarded: Any) -> None:
    member = token(guarded.world, azp="portal", groups=["/Application/DFSP:green-bank"])
    assert guarded("GET", f"{OWN}/ca", **member).status == 200
    assert guarded("GET", "/dfsps/blue-wallet/ca", **member).status == 403
    operator = token(guarded.world, azp="portal", groups=["/Application/PTA"])
    assert guarded("GET", "/dfsps/blue-wallet/ca", **operator).status == 200
    assert guarded("GET", "/auth/profile", **operator).body["roles"] == ["Application/PTA"]


@pytest.mark.parametrize(
    "key, claims",
    [
        (2, {}), (1, {"iss": "https://other"}), (1, {"exp": int(START.timestamp()) - 61}),
        (1, {"nbf": int(START.timestamp()) + 61}),
    ],
    ids=["another key", "issuer", "expired", "not yet"],
)  # fmt: skip
def test_a_token_that_does_not_hold_opens_nothing(guarded: Any, key: int, claims: dict[str, Any]) -> None:
    told = guarded("GET", "/hub/ca", **token(guarded.world, key, **claims))
    assert (told.status, told.body["message"]) == (401, "Authentication required")


@pytest.mark.parametrize("bearer", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer a.b"}])
def test_without_a_token_only_health_is_told(guarded: Any, bearer: dict[str, str]) -> None:
    told = guarded("GET", "/hub/ca", **bearer)
    assert (told.status, told.body["message"]) == (401, "Authentication required")
    assert guarded("GET", "/health").status == 200


def test_the_audience_counts_where_the_deployment_says_so(mcm: Any) -> None:
    mcm.world.configure_simulator("mcm", tokens={"required": True, "audience": "connection-manager-api"})
    assert mcm("GET", "/hub/ca", **token(mcm.world)).status == 401
    assert mcm("GET", "/hub/ca", **token(mcm.world, aud=["connection-manager-api"])).status == 200


def test_a_token_ends_on_the_worlds_clock_and_new_keys_are_noticed(guarded: Any) -> None:
    bearer = token(guarded.world)
    assert guarded("GET", "/hub/ca", **bearer).status == 200
    guarded.world.advance(361)
    assert guarded("GET", "/hub/ca", **bearer).status == 401
    guarded.world.control("iam.rotate-keys", keep=False)
    assert guarded("GET", "/hub/ca", **token(guarded.world, 2, exp=int(START.timestamp()) + 600)).status == 200


# -- what the world does with it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "control, arguments",
    [
        ("sign", {"dfsp": "green-bank"}), ("sign", {"dfsp": "nobody"}), ("sign", {}), ("set-operator", {"operator": "asleep"}),
        ("certificates", {"dfsp": "nobody"}), ("publish-jws", {"dfsp": "green-bank"}),
    ],
)  # fmt: skip
def test_a_control_that_makes_no_sense_says_so(mcm: Any, control: str, arguments: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        mcm.control(control, **arguments)


@pytest.mark.parametrize("settings", [{"key_length": 1024}, {"tokens": {"required": "yes"}}, {"operator": "robot"}])
def test_settings_that_cannot_be_used(mcm: Any, settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        mcm.world.configure_simulator("mcm", **settings)


def test_the_pool_has_no_keys_of_other_lengths() -> None:
    with pytest.raises(NoSuchKey):
        pooled("hub", 1000, 0)


def test_a_certificate_for_a_while_only(mcm: Any, pems: dict[str, str]) -> None:
    mcm("POST", f"{OWN}/enrollments/inbound", {"clientCSR": pems["CSR"]})
    ends = mcm.control("sign", dfsp="green-bank", seconds=300)["certInfo"]["notAfter"]
    assert datetime.fromisoformat(ends) == START + timedelta(minutes=5)
