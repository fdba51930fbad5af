"""Certificates and requests as the house makes and reads them, against OpenSSL's command line."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.issuing import Authority, Term
from loopyard.protocols.x509.keys import NoSuchKey, pooled
from loopyard.protocols.x509.reading import Unreadable

OPENSSL = shutil.which("openssl")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TERM = Term(0xABCDEF, START, START + timedelta(days=10))
NAMES = {"CN": "a.example.com", "O": "Ä Bank", "OU": "IT", "C": "ZM", "L": "Lusaka", "ST": "LSK", "E": "it@example.com"}


@pytest.fixture(scope="module")
def ca() -> Authority:
    return issuing.authority({"CN": "Root", "O": "Test"}, pooled("dfsp", 2048, 0), TERM)


def openssl(folder: Path, *arguments: str, pem: str) -> str:
    if OPENSSL is None:
        pytest.skip("there is no openssl on this machine")
    (folder / "it.pem").write_text(pem, encoding="ascii")
    done = subprocess.run([OPENSSL, *arguments, "-in", "it.pem"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_openssl_reads_a_certificate_as_it_was_meant(ca: Authority, tmp_path: Path) -> None:
    key = pooled("dfsp", 2048, 1).public_key()
    made = issuing.issue(ca, key, NAMES, TERM, "server", ["a.example.com"], ["198.51.100.7"])
    shown = openssl(tmp_path, "x509", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus", pem=reading.pem_of(made))
    for said in (
        "Serial Number: 11259375 (0xabcdef)", "sha256WithRSAEncryption", "Issuer: CN=Root,O=Test", "Mar  2 08:00:00 2026 GMT",
        "Mar 12 08:00:00 2026 GMT", "DNS:a.example.com, IP Address:198.51.100.7", "TLS Web Server Authentication", "O=Ä Bank",
    ):  # fmt: skip
        assert said in shown, f"{said} is not in {shown}"


def test_openssl_verifies_a_request(tmp_path: Path) -> None:
    made = issuing.request(NAMES, pooled("dfsp", 2048, 1), ["a.example.com"])
    assert "verify OK" in openssl(tmp_path, "req", "-verify", "-noout", pem=reading.pem_of(made))


def test_what_was_said_is_read_again(ca: Authority) -> None:
    made = issuing.request(NAMES, pooled("dfsp", 2048, 1), ["a.example.com"], ["198.51.100.7"])
    again = reading.request(reading.pem_of(made))
    assert reading.subject(again.subject) == NAMES
    assert reading.alternatives(again) == {
        "dns": ["a.example.com"], "ips": ["198.51.100.7"], "uris": [], "emailAddresses": [],
    }  # fmt: skip
    assert (reading.bits(again), reading.algorithm(again)) == (2048, "sha256WithRSAEncryption")


def test_a_certificate_does_not_outlive_its_issuer(ca: Authority) -> None:
    late = Term(1, START, START + timedelta(days=99))
    made = issuing.issue(ca, pooled("dfsp", 2048, 1).public_key(), {"CN": "a"}, late, "client")
    assert made.not_valid_after_utc == ca.certificate.not_valid_after_utc


def test_who_has_the_name_and_not_the_key_has_issued_nothing(ca: Authority) -> None:
    stranger = issuing.authority({"CN": "Root", "O": "Test"}, pooled("dfsp", 2048, 2), TERM)
    made = issuing.issue(ca, pooled("dfsp", 2048, 1).public_key(), {"CN": "a"}, TERM, "client")
    assert reading.issued(ca.certificate, made)
    assert not reading.issued(stranger.certificate, made)
    assert not reading.issued(made, made)
    assert reading.issued(ca.certificate, ca.certificate)


def test_only_an_authority_is_one(ca: Authority) -> None:
    made = issuing.issue(ca, pooled("dfsp", 2048, 1).public_key(), {"CN": "a"}, TERM, "client")
    assert reading.is_authority(ca.certificate)
    assert not reading.is_authority(made)
    assert reading.purposes(made) == {"1.3.6.1.5.5.7.3.2"}
    assert reading.purposes(ca.certificate) == frozenset()


def test_a_chain_is_taken_apart_in_order(ca: Authority) -> None:
    other = issuing.authority({"CN": "Other"}, pooled("dfsp", 2048, 2), TERM)
    assert reading.split(f"words\n{ca.pem}more {other.pem}") == [ca.pem, other.pem]
    assert reading.split("") == []


@pytest.mark.parametrize("read", [reading.certificate, reading.request, reading.public_key, reading.private_key])
@pytest.mark.parametrize("pem", ["", "words", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_none_is_unreadable(read: object, pem: str) -> None:
    with pytest.raises(Unreadable):
        read(pem)  # type: ignore[operator]


def test_keys_of_another_kind_are_unreadable() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for read, pem in ((reading.private_key, private), (reading.public_key, public)):
        with pytest.raises(Unreadable):
            read(pem)


def test_keys_come_back_as_they_went() -> None:
    key = pooled("dfsp", 2048, 1)
    assert reading.private_key(reading.pem_of(key)).private_numbers() == key.private_numbers()
    assert reading.public_key(reading.pem_of(key.public_key())) == key.public_key()


def test_the_pool_repeats_itself_and_shares_no_key_between_owners() -> None:
    owners = {"hub": 3, "dfsp": 4, "peer": 8}
    moduli = [
        pooled(owner, 2048, number).public_key().public_numbers().n  # type: ignore[arg-type]
        for owner, count in owners.items()
        for number in range(count)
    ]
    assert len(set(moduli)) == len(moduli)
    assert pooled("hub", 2048, 3) is pooled("hub", 2048, 0)
    with pytest.raises(NoSuchKey):
        pooled("peer", 4096, 0)
