"""How the reference connects to a hub and stays connected: what it asks for, what it makes of the answers, what it keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.mojaloop_connector.onboarding import authorities, certificates, configuration, signing
from connectors.mojaloop_connector.onboarding.lifecycle import HEALTH, MACHINES, REPORTED
from connectors.mojaloop_connector.onboarding.machine import Machine
from loopyard.protocols import jws
from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.keys import pooled

CLASSES: tuple[type[Machine], ...] = (
    authorities.HubCa, authorities.DfspCa, certificates.ClientCert, certificates.ServerCert, certificates.HubCert,
    signing.PeerJws, signing.UploadPeerJws, signing.DfspJws, configuration.EndpointConfig, configuration.ConnectorConfig,
    configuration.ProgressMonitor,
)  # fmt: skip
WALK = [
    "GET /hub/ca", "POST /ca", "POST /enrollments/inbound", "GET /enrollments/inbound/N", "GET /dfsps/jwscerts",
    "POST /jwscerts", "GET /hub/endpoints/egress/ips", "GET /hub/endpoints/ingress/urls", "GET /endpoints/egress",
    "POST /endpoints/egress", "GET /endpoints/ingress", "POST /endpoints/ingress", "POST /servercerts",
    "GET /enrollments/outbound", "POST /enrollments/outbound/N/certificate", "POST /states",
]  # fmt: skip


def without_ids(asked: list[str]) -> list[str]:
    return ["/".join("N" if part.isdecimal() else part for part in each.split("/")) for each in asked]


# -- the tables -------------------------------------------------------------------------------------------------------


def test_there_are_eleven_machines_and_the_manager_hears_of_nine() -> None:
    assert len(MACHINES) == 11
    assert {each.name for each in CLASSES} == set(MACHINES)
    assert len(REPORTED) == 9


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.name)
def test_every_state_is_worked_on_or_rested_in(kind: type[Machine]) -> None:
    table, steps = MACHINES[kind.name], set(kind.steps(kind.__new__(kind)))
    resting = table.states - steps
    assert steps <= table.states
    assert resting <= {"retry", "idle"}, f"nothing is done in {resting}"
    for state in resting:
        leads_on = {event for source, event in table.transitions if source == state}
        assert leads_on & {"due", "create", "update", "upload"}, f"nothing leads on from {state}"


def test_health_is_shown_in_four_words() -> None:
    assert HEALTH.states == {"pending", "inProgress", "completed", "inError"}


# -- connecting -------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_before_it_is_wanted(bench: Any) -> None:
    assert {each["status"] for each in bench.states().values()} == {"pending"}
    bench.world.advance(300)
    assert bench.asked() == []


def test_the_walk_to_eleven_green_asks_for_everything_once(bench: Any) -> None:
    states = bench.connect()
    assert {name: each["status"] for name, each in states.items()} == dict.fromkeys(MACHINES, "completed")
    asked = without_ids(bench.asked())
    assert sorted(set(asked)) == sorted(WALK)
    assert [each for each in asked if asked.count(each) > 1] in ([], ["POST /states"] * asked.count("POST /states"))


def test_it_begins_by_itself_where_the_settings_say_so(bench: Any) -> None:
    bench.configure(onboard_at_start=True)
    bench.world.settle()
    assert {each["status"] for each in bench.states().values()} == {"completed"}


def test_what_is_in_place_is_only_looked_at(bench: Any) -> None:
    before = bench.connect()
    since = len(bench.asked())
    bench.world.advance(150)
    assert {each for each in bench.asked(since) if not each.startswith("GET")} == {"POST /states"}
    later = bench.states()
    assert {name: each["lastUpdated"] for name, each in later.items()} == {
        name: each["lastUpdated"] for name, each in before.items()
    }


def test_the_manager_is_told_every_minute(bench: Any) -> None:
    bench.connect()
    since = len(bench.asked())
    bench.world.advance(121)
    assert bench.asked(since).count("POST /states") == 2
    assert set(bench.world.control("mcm.states", dfsp="green-bank")["green-bank"]) == set(REPORTED)


def test_tls_gets_credentials_that_belong_together(bench: Any) -> None:
    bench.connect()
    last, kept = bench.used[-1], bench.kept()
    for certificate, key in (
        (last.outbound_certificate, last.outbound_key), (last.inbound_certificate, last.inbound_key),
    ):  # fmt: skip
        assert reading.rsa_key(reading.certificate(certificate)) == reading.private_key(key).public_key()
    assert reading.issued(reading.certificate(last.outbound_ca), reading.certificate(last.outbound_certificate))
    assert reading.issued(reading.certificate(last.inbound_ca), reading.certificate(last.inbound_certificate))
    assert last.inbound_certificate == kept["server"]["serverCertificate"]
    keys = {last.outbound_key, last.inbound_key}
    assert len(keys) == 2, "client and server share a key"


def test_no_private_key_leaves_the_house(bench: Any) -> None:
    bench.connect()
    assert not [row for row in bench.world.interactions() if b"PRIVATE KEY" in row.request_body + row.response_body]


def test_one_seed_gives_one_history(bench: Any) -> None:
    histories = []
    for _ in range(2):
        bench.world.reset(seed="again")
        bench.connect()
        bench.world.advance(61)
        rows = bench.world.interactions()
        histories.append([(row.method, row.path, row.request_body, row.status, row.response_body) for row in rows])
    assert histories[0] == histories[1]


def test_the_manager_knows_who_asks(bench: Any) -> None:
    bench.connect()
    rows = [row for row in bench.world.traffic() if row["operation"].startswith("mcm.")]
    assert {row["sender"] for row in rows} == {"green-bank"}


# -- setbacks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operation, name, said",
    [
        ("mcm.hub-ca.get", "HUB_CA", "503"),
        ("mcm.ca.upload", "DFSP_CA", "503"),
        ("mcm.inbound.enroll", "DFSP_CLIENT_CERT", "503"),
        ("mcm.inbound.get", "DFSP_CLIENT_CERT", "503"),
        ("mcm.servercerts.upload", "DFSP_SERVER_CERT", "503"),
        ("mcm.outbound.list", "HUB_CERT", "503"),
        ("mcm.outbound.certify", "HUB_CERT", "503"),
        ("mcm.jws.list", "PEER_JWS", "503"),
        ("mcm.jws.publish", "DFSP_JWS", "503"),
        ("mcm.dfsp-egress.upload", "ENDPOINT_CONFIG", "503"),
        ("mcm.dfsps.report", "PROGRESS_MONITOR", "503"),
    ],
)
def test_a_step_that_fails_is_shown_and_tried_again(bench: Any, operation: str, name: str, said: str) -> None:
    bench.world.fault("status", operation, status=503, times=1)
    bench.connect()
    assert said in bench.error(name)
    bench.world.advance(61)
    assert {each["status"] for each in bench.states().values()} == {"completed"}


def test_a_manager_that_does_not_answer_is_named(bench: Any) -> None:
    bench.world.fault("close", "mcm.hub-ca.get", times=1)
    bench.connect()
    assert bench.error("HUB_CA") == "the connection manager does not answer: closed"


def test_a_dfsp_that_is_not_registered_is_told_so(bench: Any) -> None:
    bench.configure(dfsp_id="grey-bank")
    bench.connect()
    assert bench.error("DFSP_CA") == "POST /dfsps/grey-bank/ca: 404 DFSP with id grey-bank not found"


def other_ca() -> issuing.Authority:
    now = datetime.fromisoformat("2026-03-02T07:59:00+00:00")
    return issuing.authority({"CN": "Hub CA"}, pooled("peer", 2048, 6), issuing.Term(3, now, now + timedelta(days=9)))


def certified(told: Any, of: int | None = None, **changes: Any) -> Any:
    """An enrollment as somebody else would have signed it: for the key of its request, or for the `of`-th of the pool."""
    key = reading.rsa_key(reading.request(told["csr"])) if of is None else pooled("peer", 2048, of).public_key()
    now = datetime.fromisoformat("2026-03-02T07:59:00+00:00")
    made = issuing.issue(other_ca(), key, {"CN": "x"}, issuing.Term(4, now, now + timedelta(days=1)), "client")
    return {**told, "certificate": reading.pem_of(made), **changes}


@pytest.mark.parametrize(
    "twist, said",
    [
        (certified, "is not signed by the hub's CA"),
        (lambda told: certified(told, of=5), "is for another key than ours"),
        (lambda told: {**told, "certificate": "paper"}, "cannot be read"),
    ],
    ids=["another CA", "another key", "no certificate"],
)
def test_a_client_certificate_that_cannot_be_used_is_not_used(bench: Any, twist: Any, said: str) -> None:
    bench.twists["GET", ""] = lambda told: twist(told) if isinstance(told, dict) and "csrInfo" in told else told
    bench.connect()
    assert said in bench.error("DFSP_CLIENT_CERT")
    bench.twists.clear()
    bench.world.advance(61)
    assert bench.states()["DFSP_CLIENT_CERT"]["status"] == "completed"


@pytest.mark.parametrize(
    "end, name",
    [("/ca", "DFSP_CA"), ("/servercerts", "DFSP_SERVER_CERT"), ("/jwscerts", "DFSP_JWS"), ("/certificate", "HUB_CERT")],
)
def test_what_the_manager_holds_for_invalid_is_an_error_with_its_words(bench: Any, end: str, name: str) -> None:
    row = {"validationCode": "SOME_RULE", "result": "INVALID", "message": "not good"}
    bench.twists["POST", end] = lambda told: {**told, "validationState": "INVALID", "validations": [row]}
    bench.connect()
    assert bench.error(name) == "SOME_RULE: not good"


def test_a_hub_ca_that_cannot_be_read_is_not_handed_on(bench: Any) -> None:
    bench.twists["GET", "/hub/ca"] = lambda told: {**told, "rootCertificate": "paper"}
    bench.connect()
    assert "cannot be read" in bench.error("HUB_CA")
    assert not any(each.outbound_ca for each in bench.used)


def test_a_request_that_the_manager_has_lost_is_made_anew(bench: Any) -> None:
    bench.world.control("mcm.set-operator", operator="manual")
    bench.connect()
    bench.world.configure_simulator("mcm")
    bench.world.advance(61)
    assert bench.states()["DFSP_CLIENT_CERT"]["status"] == "completed"


TOKENS = {
    "oauth_token_endpoint": "iam.oidc/realms/dfsps/protocol/openid-connect/token",
    "oauth_client_key": "green-bank", "oauth_client_secret": "green-bank-secret",
}  # fmt: skip


def test_a_manager_that_asks_for_tokens_gets_them_and_another_when_one_is_refused(bench: Any) -> None:
    bench.world.configure_simulator("mcm", tokens={"required": True})
    bench.configure(**TOKENS, oauth_refresh_seconds=86_400)
    bench.world.control("iam.set-lifetime", client="green-bank", seconds=86_400)
    bench.connect()
    assert {each["status"] for each in bench.states().values()} == {"completed"}
    bench.world.control("iam.rotate-keys", keep=False)
    bench.world.advance(360)  # the manager has read the keys again
    assert {each["status"] for each in bench.states().values()} == {"completed"}


def test_a_wrong_secret_is_shown_by_every_state_that_speaks_to_the_manager(bench: Any) -> None:
    bench.world.configure_simulator("mcm", tokens={"required": True})
    bench.configure(**{**TOKENS, "oauth_client_secret": "guessed"})
    bench.connect()
    for name in ("HUB_CA", "DFSP_CA", "DFSP_CLIENT_CERT", "PEER_JWS", "DFSP_JWS", "ENDPOINT_CONFIG"):
        assert "there is no access token" in bench.error(name)
        assert "guessed" not in bench.error(name)


# -- what changes -----------------------------------------------------------------------------------------------------


def test_own_certificates_are_renewed_before_they_end(bench: Any) -> None:
    bench.configure(certificate_hours=26, renew_before_hours=24, refresh_interval_seconds=3600)
    bench.connect()
    before = bench.kept()
    bench.world.advance(2 * 3600 + 60)
    after = bench.kept()
    assert after["server"]["serverCertificate"] != before["server"]["serverCertificate"]
    assert after["ca"]["rootCertificate"] != before["ca"]["rootCertificate"]
    bench.world.advance(3600)  # and the hub's certificate is signed by the CA as it is now
    kept = bench.kept()
    certificate = reading.certificate(kept["outbound"][0]["certificate"])
    assert reading.issued(reading.certificate(kept["ca"]["rootCertificate"]), certificate)
    assert kept["outbound"][0]["validationState"] == "VALID"
    assert {each["status"] for each in bench.states().values()} == {"completed"}


def test_another_request_of_the_hub_is_signed_and_the_first_is_left_alone(bench: Any) -> None:
    bench.connect()
    first = bench.kept()["outbound"][0]["certificate"]
    bench.world.control("mcm.request-certificate", dfsp="green-bank")
    bench.world.advance(61)
    outbound = bench.kept()["outbound"]
    assert [each["state"] for each in outbound] == ["CERT_SIGNED", "CERT_SIGNED"]
    assert outbound[0]["certificate"] == first


def keys_of(bench: Any) -> dict[str, str]:
    """The keys by which the connector verifies, as its last configuration has them."""
    row = bench.lab.look(
        lambda world: world.hosts["mojaloop_connector"]._service._kit.store.get("onboarding", "CONNECTOR_CONFIG")
    )
    found: dict[str, str] = row.data["known"]["peerJWSKeys"]
    return found


def elliptic() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(reading.Encoding.PEM, reading.PublicFormat.SubjectPublicKeyInfo).decode()


def test_peers_keys_are_those_of_everybody_else_and_the_hub(bench: Any) -> None:
    bench.connect()
    others = {each.id for each in bench.lab.file.plan.participants if each.play != "home"}
    assert set(keys_of(bench)) == {"Hub", *others}


def test_a_newer_key_replaces_an_older_and_not_the_other_way_round(bench: Any) -> None:
    bench.connect()
    first = keys_of(bench)["blue-wallet"]
    bench.twists["GET", "/dfsps/jwscerts"] = lambda told: [
        {**each, "publicKey": elliptic(), "createdAt": each["createdAt"] - 1} for each in told
    ]
    bench.world.advance(61)
    assert keys_of(bench)["blue-wallet"] == first
    bench.twists.clear()
    new = bench.world.control("mcm.change-jws", dfsp="blue-wallet")["publicKey"]
    bench.world.advance(61)
    assert keys_of(bench)["blue-wallet"] == new != first


def test_an_elliptic_key_is_good_and_brass_is_not(bench: Any) -> None:
    bench.connect()
    known, good = keys_of(bench), elliptic()
    bench.world.control("mcm.publish-jws", dfsp="blue-wallet", publicKey="brass")
    bench.world.control("mcm.publish-jws", dfsp="zed-bank", publicKey=good)
    bench.world.advance(61)
    assert keys_of(bench) == {**known, "zed-bank": good}


def test_a_proxy_brings_the_keys_of_another_scheme(bench: Any) -> None:
    bench.configure(external_jws_keys={"far-bank": reading.pem_of(pooled("peer", 2048, 6).public_key())})
    bench.connect()
    assert bench.states()["UPLOAD_PEER_JWS"]["stateDescription"] == "UPLOAD_PEER_JWS_COMPLETED"
    listed = bench.call("GET", "/api/dfsps/jwscerts", face="mcm.api")[1]
    assert listed[-1]["dfspId"] == "far-bank"


def test_messages_are_signed_with_the_key_that_was_published(bench: Any) -> None:
    bench.configure(jws_sign=True)
    bench.connect()
    published = bench.kept()["jws"]["publicKey"]
    body = {
        "homeTransactionId": "h1", "from": {"idType": "MSISDN", "idValue": "265991000102", "fspId": "green-bank"},
        "to": {"idType": "MSISDN", "idValue": "265881000201"}, "amountType": "SEND", "currency": "MWK", "amount": "10",
        "transactionType": "TRANSFER",
    }  # fmt: skip
    told = bench.call("POST", "/transfers", body, face="mojaloop_connector.outbound")
    sent = [row for row in bench.world.interactions() if row.operation == "hub.quotes.request" and row.sender == "green-bank"]
    assert sent, told
    headers = dict(sent[0].request_headers)
    jws.Verifier({"green-bank": published}).verify(headers, sent[0].request_body)


# -- again ------------------------------------------------------------------------------------------------------------


def test_a_restart_asks_for_nothing_that_is_there_and_uses_what_it_had(bench: Any) -> None:
    before = bench.connect()
    credentials = bench.used[-1]
    bench.used.clear()
    since = len(bench.asked())
    bench.world.crash("mojaloop_connector")
    bench.world.restart("mojaloop_connector")
    bench.world.settle()
    assert bench.used == [credentials]
    assert bench.states() == before
    bench.world.advance(61)
    assert {each for each in bench.asked(since) if each.startswith("POST")} == {"POST /states"}


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_a_crash_in_any_state_is_made_good(bench: Any, name: str) -> None:
    """At each state that the machine passes, on the way or when it looks again a minute later."""
    table = MACHINES[name]
    for state in sorted(table.states):
        bench.world.reset()
        bench.world.crash("mojaloop_connector", at=f"onboarding.{name}.{state}")
        reonboard = {"method": "POST", "path": "/reonboard", "body": '{"reason": "x"}'}
        bench.world.control("channel.call", face="mojaloop_connector.management", **reonboard)
        for _ in range(2):
            bench.world.settle()
            bench.world.restart("mojaloop_connector")
            bench.world.advance(61)
        wrong = {part: each for part, each in bench.states().items() if each["status"] != "completed"}
        assert not wrong, f"after a crash in {state}: {wrong}"


def test_from_scratch_everything_is_new_but_the_ca(bench: Any) -> None:
    bench.connect()
    before = bench.kept()
    bench.connect()
    after = bench.kept()
    assert after["ca"]["rootCertificate"] == before["ca"]["rootCertificate"]
    assert after["jws"]["publicKey"] != before["jws"]["publicKey"]
    assert after["server"]["serverCertificate"] != before["server"]["serverCertificate"]
    assert len(after["inbound"]) == 2


@pytest.mark.parametrize(
    "path, changed",
    [
        ("/recreate/outboundTLS", {"inbound"}),
        ("/recreate/JWS", {"jws"}),
        ("/dfsp/jwscerts", {"jws"}),
        ("/recreate/inboundTLS", {"server"}),
        ("/dfsp/servercerts", {"server"}),
        ("/dfsp/ca", {"ca", "server", "outbound"}),
    ],
)
def test_one_thing_is_made_anew_with_what_hangs_on_it(bench: Any, path: str, changed: set[str]) -> None:
    bench.connect()
    before = bench.kept()
    assert bench.call("POST", path, {"reason": "test"})[0] == 200
    bench.world.settle()
    after = bench.kept()
    assert {part for part in before if after[part] != before[part]} == changed
    assert {each["status"] for each in bench.states().values()} == {"completed"}


def test_to_make_something_anew_before_anything_was_made_is_to_begin(bench: Any) -> None:
    bench.call("POST", "/recreate/JWS", {"reason": "test"})
    bench.world.settle()
    assert {each["status"] for each in bench.states().values()} == {"completed"}


# -- the management API -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("POST", "/reonboard", None, 400), ("POST", "/reonboard", "{", 400), ("POST", "/reonboard", "[]", 400),
        ("POST", "/recreate/JWS", {}, 400), ("POST", "/recreate/everything", {"reason": "x"}, 400),
        ("GET", "/nothing", None, 404),
        ("GET", "/reonboard", None, 405), ("GET", "/health", None, 200),
    ],
)  # fmt: skip
def test_what_operators_may_ask(bench: Any, method: str, path: str, body: Any, status: int) -> None:
    assert bench.call(method, path, body)[0] == status
    bench.world.settle()
    assert bench.asked() == []


def test_without_a_connection_manager_there_is_nothing_to_connect_to(bench: Any) -> None:
    bench.configure(mcm_server_endpoint="")
    status, told = bench.call("GET", "/states")
    assert (status, "mcm_server_endpoint" in told["message"]) == (503, True)
    assert bench.call("GET", "/health")[0] == 200
