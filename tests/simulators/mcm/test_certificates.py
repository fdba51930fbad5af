"""Certificates as an institution and the hub's operator exchange them. What is issued answers to OpenSSL's command line and to
the path validation of `cryptography`, neither of which made it."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import verification

from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.keys import pooled

OPENSSL = shutil.which("openssl")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OWN = "/dfsps/green-bank"
INBOUND = f"{OWN}/enrollments/inbound"
OUTBOUND = f"{OWN}/enrollments/outbound"


def enroll(mcm: Any, csr: str) -> Any:
    told = mcm("POST", INBOUND, {"clientCSR": csr})
    assert told.status == 200, told
    return mcm("GET", f"{INBOUND}/{told.body['id']}").body


def failures(told: Any) -> dict[str, str]:
    return {each["validationCode"]: each["message"] for each in told["validations"] if each["result"] == "INVALID"}


def csr(number: int = 3, bits: int = 4096) -> str:
    return reading.pem_of(issuing.request({"CN": "green-bank"}, pooled("dfsp", bits, number), ["green-bank"]))


# -- what the hub signs -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl on this machine")
def test_openssl_verifies_what_the_hub_has_signed(mcm: Any, pems: dict[str, str], tmp_path: Path) -> None:
    root, signed = mcm("GET", "/hub/ca").body["rootCertificate"], enroll(mcm, pems["CSR"])["certificate"]
    server = mcm("POST", "/hub/servercerts").body["serverCertificate"]
    for name, pem in (("root", root), ("client", signed), ("server", server)):
        (tmp_path / f"{name}.pem").write_text(pem, encoding="ascii")
    at = str(int((START + timedelta(hours=1)).timestamp()))
    for purpose in ("client", "server"):
        command = [str(OPENSSL), "verify", "-x509_strict", "-attime", at, "-purpose", f"ssl{purpose}", "-CAfile", "root.pem"]
        done = subprocess.run([*command, f"{purpose}.pem"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == f"{purpose}.pem: OK", done.stdout + done.stderr
    wrong = subprocess.run(
        [str(OPENSSL), "verify", "-attime", at, "-purpose", "sslserver", "-CAfile", "root.pem", "client.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert wrong.returncode != 0, "a client certificate passes for a server's"


def test_path_validation_accepts_what_the_hub_has_signed_until_it_ends(mcm: Any, pems: dict[str, str]) -> None:
    root = x509.load_pem_x509_certificate(mcm("GET", "/hub/ca").body["rootCertificate"].encode())
    signed = x509.load_pem_x509_certificate(enroll(mcm, pems["CSR"])["certificate"].encode())
    store = verification.Store([root])

    def verify(at: datetime) -> Any:
        return verification.PolicyBuilder().store(store).time(at).build_client_verifier().verify(signed, [])

    assert verify(START + timedelta(hours=1)).subjects == [x509.DNSName("green-bank")]
    with pytest.raises(verification.VerificationError):
        verify(signed.not_valid_after_utc + timedelta(seconds=1))


def test_a_certificate_is_for_the_name_and_the_key_of_its_request(mcm: Any, pems: dict[str, str]) -> None:
    told = enroll(mcm, pems["CSR"])
    assert (told["state"], told["validationState"]) == ("CERT_SIGNED", "VALID")
    assert told["certInfo"]["subject"] == told["csrInfo"]["subject"] == {"CN": "green-bank"}
    assert reading.rsa_key(reading.certificate(told["certificate"])) == pooled("dfsp", 4096, 3).public_key()


def test_a_request_without_a_name_gets_the_switchs(mcm: Any) -> None:
    told = enroll(mcm, reading.pem_of(issuing.request({}, pooled("dfsp", 4096, 3))))
    assert told["certInfo"]["subject"] == {"CN": "switch.example.com"}


def test_a_certificate_ends_with_the_ca_that_signed_it_at_the_latest(mcm: Any, pems: dict[str, str]) -> None:
    ends = mcm("GET", "/hub/ca").body["rootCertificateInfo"]["notAfter"]
    assert enroll(mcm, pems["CSR"])["certInfo"]["notAfter"] == ends == "2027-03-02T08:00:00.000Z"


def test_the_same_request_that_still_waits_is_not_taken_twice(mcm: Any, pems: dict[str, str]) -> None:
    mcm.control("set-operator", operator="manual")
    first, second = (mcm("POST", INBOUND, {"clientCSR": pems["CSR"]}).body["id"] for _ in range(2))
    assert first == second
    assert mcm("GET", f"{INBOUND}?state=CSR_LOADED").body[0]["id"] == first
    assert mcm("GET", f"{INBOUND}?state=CERT_SIGNED").body == []


def test_an_operator_who_takes_his_time_signs_then(mcm: Any, pems: dict[str, str]) -> None:
    mcm.world.configure_simulator("mcm", sign_seconds=30)
    id_ = mcm("POST", INBOUND, {"clientCSR": pems["CSR"]}).body["id"]
    assert mcm("GET", f"{INBOUND}/{id_}").body["state"] == "CSR_LOADED"
    mcm.world.advance(31)
    assert mcm("GET", f"{INBOUND}/{id_}").body["state"] == "CERT_SIGNED"


def test_serial_numbers_repeat_with_the_world(mcm: Any, pems: dict[str, str]) -> None:
    first = enroll(mcm, pems["CSR"])["certInfo"]["serialNumber"]
    mcm.world.reset()
    assert enroll(mcm, pems["CSR"])["certInfo"]["serialNumber"] == first


# -- what it does not -------------------------------------------------------------------------------------------------


def test_a_key_that_is_too_short_is_taken_with_a_verdict_and_never_signed(mcm: Any) -> None:
    told = enroll(mcm, csr(0, 2048))
    assert (told["state"], told["validationState"]) == ("CSR_LOADED", "INVALID")
    assert failures(told) == {"CSR_PUBLIC_KEY_LENGTH_4096": "CSR Public Key length is not 4096, it is 2048"}
    refused = mcm("POST", f"{INBOUND}/{told['id']}/sign")
    assert refused.status == 422
    message = "CSR Public Key length is not 4096, it is 2048"
    assert refused.body == {"payload": {"id": "InvalidEntityError", "message": message}, "message": message}


def test_a_shorter_key_is_enough_where_the_deployment_says_so(mcm: Any) -> None:
    mcm.world.configure_simulator("mcm", key_length=2048)
    assert enroll(mcm, csr(0, 2048))["state"] == "CERT_SIGNED"
    told = enroll(mcm, csr(0, 1024))
    assert failures(told) == {"CSR_PUBLIC_KEY_LENGTH_2048": "CSR Public Key length is not 2048, it is 1024"}


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl on this machine")
@pytest.mark.parametrize("digest, name", [("sha1", "sha1WithRSAEncryption"), ("sha512", None), ("sha256", None)])
def test_requests_of_openssl_are_taken_when_they_are_signed_with_sha256_or_sha512(
    mcm: Any, tmp_path: Path, digest: str, name: str | None
) -> None:
    (tmp_path / "key.pem").write_text(reading.pem_of(pooled("dfsp", 4096, 3)), encoding="ascii")
    command = [str(OPENSSL), "req", "-new", f"-{digest}", "-key", "key.pem", "-subj", "/CN=green-bank"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    told = enroll(mcm, made)
    said = failures(told).get("CSR_SIGNATURE_ALGORITHM")
    assert said == (f"CSR has a an invalid Signature Algorithm {name}" if name else None)
    assert told["validationState"] == ("INVALID" if name else "VALID")


def test_a_request_whose_signature_does_not_hold(mcm: Any, pems: dict[str, str]) -> None:
    der = bytearray(x509.load_pem_x509_csr(pems["CSR"].encode()).public_bytes(issuing.Encoding.DER))
    der[-1] ^= 1
    told = enroll(mcm, reading.pem_of(x509.load_der_x509_csr(bytes(der))))
    assert "CSR failed verification" in failures(told)["CSR_SIGNATURE_VALID"]


@pytest.mark.parametrize(
    "body, message",
    [
        ({"clientCSR": "nothing of the kind"}, "Could not parse the CSR content"),
        ({"clientCSR": ""}, "Could not parse the CSR content"),
        ({}, 'request.body "clientCSR" is a required property'),
        ({"clientCSR": 7}, "request.body.clientCSR 7 is not of type"),
    ],
)
def test_what_is_no_request_is_refused_and_nothing_is_kept(mcm: Any, body: Any, message: str) -> None:
    told = mcm("POST", INBOUND, body)
    assert told.status == 400
    assert told.body["message"].startswith(message)
    assert mcm("GET", INBOUND).body == []


def test_an_elliptic_key_is_no_request_for_this_hub(mcm: Any) -> None:
    made = x509.CertificateSigningRequestBuilder().subject_name(issuing.name({"CN": "x"}))
    pem = reading.pem_of(made.sign(ec.generate_private_key(ec.SECP256R1()), SHA256()))
    assert mcm("POST", INBOUND, {"clientCSR": pem}).status == 400


@pytest.mark.parametrize("path", ["/99", "/99/sign", "/x"])
def test_an_enrollment_that_does_not_exist(mcm: Any, path: str) -> None:
    told = mcm("POST" if path.endswith("sign") else "GET", INBOUND + path)
    assert (told.status, told.body["payload"]["id"]) == (404, "NotFoundError")


# -- what the DFSP's CA signs -----------------------------------------------------------------------------------------


def answer(mcm: Any, ca: issuing.Authority, ends: timedelta = timedelta(days=30)) -> Any:
    """Sign the hub's first request with a CA, and bring the certificate."""
    request = mcm("GET", OUTBOUND).body[0]
    key = reading.rsa_key(reading.request(request["csr"]))
    term = issuing.Term(77, START - timedelta(minutes=1), START + ends)
    certificate = reading.pem_of(issuing.issue(ca, key, {"CN": "switch.example.com"}, term, "client", ["switch.example.com"]))
    told = mcm("POST", f"{OUTBOUND}/{request['id']}/certificate", {"certificate": certificate})
    assert told.status == 200, told
    return told.body


def test_the_hubs_request_is_there_from_the_start_and_its_key_stays_with_the_hub(mcm: Any) -> None:
    (request,) = mcm("GET", OUTBOUND).body
    assert request["state"] == "CSR_LOADED"
    assert request["csrInfo"]["publicKeyLength"] == 4096
    assert "PRIVATE" not in str(request)


def test_a_certificate_of_the_dfsps_ca_is_valid(mcm: Any, ca: issuing.Authority) -> None:
    mcm("POST", f"{OWN}/ca", {"rootCertificate": ca.pem})
    told = answer(mcm, ca)
    assert (told["state"], told["validationState"]) == ("CERT_SIGNED", "VALID")
    results = {each["validationCode"]: each["result"] for each in told["validations"]}
    assert results["CERTIFICATE_SIGNED_BY_DFSP_CA"] == results["CSR_CERT_PUBLIC_PRIVATE_KEY_MATCH"] == "VALID"
    assert mcm("POST", f"{OWN}/onboard").status == 204


def test_a_certificate_of_another_ca_is_not(mcm: Any, ca: issuing.Authority) -> None:
    mcm("POST", f"{OWN}/ca", {"rootCertificate": ca.pem})
    stranger = issuing.authority({"CN": "Green Bank CA"}, pooled("dfsp", 4096, 7), issuing.Term(5, START, START + timedelta(9)))
    assert failures(answer(mcm, stranger)) == {"CERTIFICATE_SIGNED_BY_DFSP_CA": "Certificate is not trusted."}


def test_without_a_ca_of_the_dfsp_it_cannot_be_said(mcm: Any, ca: issuing.Authority) -> None:
    results = {each["validationCode"]: each["result"] for each in answer(mcm, ca)["validations"]}
    assert results["CERTIFICATE_SIGNED_BY_DFSP_CA"] == "NOT_AVAILABLE"


def test_a_certificate_for_another_key_is_found_out(mcm: Any, ca: issuing.Authority, pems: dict[str, str]) -> None:
    mcm("POST", f"{OWN}/ca", {"rootCertificate": ca.pem})
    (request,) = mcm("GET", OUTBOUND).body
    told = mcm("POST", f"{OUTBOUND}/{request['id']}/certificate", {"certificate": pems["CERTIFICATE"]}).body
    assert set(failures(told)) == {"CSR_CERT_SAME_PUBLIC_KEY", "CSR_CERT_PUBLIC_PRIVATE_KEY_MATCH"}


def test_validation_goes_by_the_worlds_clock(mcm: Any, ca: issuing.Authority) -> None:
    mcm("POST", f"{OWN}/ca", {"rootCertificate": ca.pem})
    told = answer(mcm, ca, ends=timedelta(hours=1))
    mcm.world.advance(3601)
    again = mcm("POST", f"{OUTBOUND}/{told['id']}/validate").body
    assert failures(again) == {"CERTIFICATE_VALIDITY": "Certificate is not valid for the current date."}


def test_what_is_no_certificate_is_refused(mcm: Any) -> None:
    (request,) = mcm("GET", OUTBOUND).body
    told = mcm("POST", f"{OUTBOUND}/{request['id']}/certificate", {"certificate": "paper"})
    assert (told.status, told.body["message"]) == (400, "Could not parse the Certificate content")
    assert mcm("POST", f"{OWN}/onboard").status == 422


# -- CAs and server certificates --------------------------------------------------------------------------------------


def test_a_dfsps_ca_is_judged_as_root_and_as_ca(mcm: Any, pems: dict[str, str]) -> None:
    assert mcm("GET", f"{OWN}/ca").body["validationState"] == "NOT_AVAILABLE"
    assert mcm("POST", f"{OWN}/ca", {"rootCertificate": pems["CA"]}).body["validationState"] == "VALID"
    told = mcm("POST", f"{OWN}/ca", {"rootCertificate": pems["SERVER"]}).body
    assert set(failures(told)) == {"VERIFY_ROOT_CERTIFICATE", "CA_CERTIFICATE_USAGE"}
    assert mcm("GET", f"{OWN}/ca").body["rootCertificate"] == pems["SERVER"], "the last one counts, whatever it is worth"


def test_a_chain_leads_from_the_server_to_the_root(mcm: Any, ca: issuing.Authority, pems: dict[str, str]) -> None:
    between = intermediate(ca)
    term = issuing.Term(9, START - timedelta(minutes=1), START + timedelta(days=9))
    leaf = issuing.issue(between, pooled("dfsp", 4096, 6).public_key(), {"CN": "a"}, term, "server", ["a"])
    body = {"serverCertificate": reading.pem_of(leaf), "rootCertificate": pems["CA"]}
    told = mcm("POST", f"{OWN}/servercerts", {**body, "intermediateChain": between.pem}).body
    assert told["validationState"] == "VALID", failures(told)
    assert [each["subject"]["CN"] for each in told["intermediateChainInfo"]] == ["Between"]
    broken = mcm("PUT", f"{OWN}/servercerts", body).body
    assert failures(broken) == {"CERTIFICATE_CHAIN": "Certificate is not trusted."}


def test_a_client_certificate_is_none_for_a_server_and_a_short_key_is_named(mcm: Any, ca: issuing.Authority) -> None:
    term = issuing.Term(9, START - timedelta(minutes=1), START + timedelta(days=9))
    leaf = issuing.issue(ca, pooled("dfsp", 2048, 0).public_key(), {"CN": "a"}, term, "client", ["a"])
    told = mcm("POST", f"{OWN}/servercerts", {"serverCertificate": reading.pem_of(leaf), "rootCertificate": ca.pem}).body
    assert set(failures(told)) == {"CERTIFICATE_USAGE_SERVER", "CERTIFICATE_PUBLIC_KEY_LENGTH_4096"}
    assert failures(told)["CERTIFICATE_PUBLIC_KEY_LENGTH_4096"] == "Certificate key length 2048 invalid, should be 4096"


def test_server_certificates_of_all_are_listed_and_one_is_taken_back(mcm: Any, pems: dict[str, str]) -> None:
    assert mcm("GET", f"{OWN}/servercerts").status == 404
    mcm("POST", f"{OWN}/servercerts", {"serverCertificate": pems["SERVER"], "rootCertificate": pems["CA"]})
    assert [each["dfspId"] for each in mcm("GET", "/dfsps/servercerts").body] == ["green-bank"]
    assert mcm("DELETE", f"{OWN}/servercerts").status == 204
    assert mcm("GET", "/dfsps/servercerts").body == []


def test_another_hub_ca_makes_none_of_the_old_ones_certificates_its_own(mcm: Any, pems: dict[str, str]) -> None:
    old, signed = mcm("GET", "/hub/ca").body["rootCertificate"], enroll(mcm, pems["CSR"])["certificate"]
    new = mcm.control("renew-hub-ca")["rootCertificate"]
    assert mcm("GET", "/hub/ca").body["rootCertificate"] == new != old
    assert not reading.issued(reading.certificate(new), reading.certificate(signed))


def test_a_ca_that_the_operator_brings_must_match_its_key(mcm: Any, pems: dict[str, str]) -> None:
    assert mcm("PUT", "/hub/ca", {"rootCertificate": pems["CA"]}).body["message"] == 'Missing "privateKey" property'
    wrong = reading.pem_of(pooled("dfsp", 4096, 5))
    told = mcm("PUT", "/hub/ca", {"rootCertificate": pems["CA"], "privateKey": wrong}).body
    assert failures(told) == {"CSR_CERT_PUBLIC_PRIVATE_KEY_MATCH": "No certificate matches the private key"}
    assert mcm("GET", "/hub/ca").body["rootCertificate"] != pems["CA"]
    mcm("PUT", "/hub/ca", {"rootCertificate": pems["CA"], "privateKey": pems["KEY"]})
    assert mcm("GET", "/hub/ca").body["rootCertificate"] == pems["CA"]
    assert enroll(mcm, pems["CSR"])["certInfo"]["issuer"]["CN"] == "Green Bank CA"


def intermediate(ca: issuing.Authority) -> issuing.Authority:
    """A CA that another has signed: made with the library alone, as nobody in a world issues one."""
    key = pooled("dfsp", 4096, 5)
    made = (
        x509.CertificateBuilder()
        .subject_name(issuing.name({"CN": "Between"}))
        .issuer_name(ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(8)
        .not_valid_before(START - timedelta(minutes=1))
        .not_valid_after(START + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca.key, SHA256())
    )
    return issuing.Authority(made, key)
