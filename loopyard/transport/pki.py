"""A throw-away public key infrastructure: authorities, certificates good and bad, and a revocation list, made once a process,
in files, for that is where TLS libraries and foreign systems read them. Nothing here opens a connection.

Certificates are checked by OpenSSL against the wall clock, so their dates are of the wall clock too, whatever a world's date.
"""

from __future__ import annotations

import ipaddress
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Kind = Literal["own", "expired", "of-another-authority", "revoked", "for-another-host"]
"""What is wrong with a certificate; nothing with its `own`."""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_DAY: Final = timedelta(days=1)
_ADDRESS: Final = ipaddress.ip_address("127.0.0.1")


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate with its private key, as files."""

    certificate: Path
    key: Path


class _Authority:
    """A root that signs."""

    def __init__(self, name: str, now: datetime) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name)
        self.now = now
        constraint = x509.BasicConstraints(ca=True, path_length=0)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        built = _builder(self.name, self.name, self.key.public_key(), now - _DAY, now + 3650 * _DAY)
        built = built.add_extension(constraint, critical=True).add_extension(usage, critical=True)
        self.certificate = built.sign(self.key, hashes.SHA256())

    def sign(
        self, name: str, key: ec.EllipticCurvePrivateKey, until: datetime, hosts: list[x509.GeneralName]
    ) -> x509.Certificate:
        """A certificate for clients and servers."""
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        built = _builder(_name(name), self.name, key.public_key(), self.now - 30 * _DAY, until)
        built = built.add_extension(usage, critical=False).add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return built.add_extension(identifier, critical=False).sign(self.key, hashes.SHA256())

    def revocations(self, serial: int) -> x509.CertificateRevocationList:
        """A list with one entry."""
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self.now - _DAY).build()
        listed = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        listed = listed.last_update(self.now - _DAY).next_update(self.now + 3650 * _DAY)
        return listed.add_revoked_certificate(entry).sign(self.key, hashes.SHA256())


class Pki:
    """The authorities of a process, and what they have issued. `root` is the authority that everybody trusts, `crl` its
    revocation list."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="loopyard-pki-")
        now = datetime.now(UTC).replace(microsecond=0)
        self._scheme, self._other = _Authority("Loopyard scheme", now), _Authority("Another authority", now)
        self._issued: dict[tuple[str, Kind], Credential] = {}
        self._revoked_key = ec.generate_private_key(ec.SECP256R1())
        self._revoked = self._scheme.sign("revoked", self._revoked_key, now + 365 * _DAY, _hosts())
        self.root = self._write("root.pem", self._scheme.certificate.public_bytes(Encoding.PEM))
        listed = self._scheme.revocations(self._revoked.serial_number)
        self.crl = self._write("crl.pem", listed.public_bytes(Encoding.PEM))

    def credential(self, name: str, kind: Kind = "own") -> Credential:
        """A certificate of `name`, made when it is first asked for; all that are revoked are one and the same."""
        if (name, kind) not in self._issued:
            self._issued[name, kind] = self._stored(f"{name}.{kind}", *self._make(name, kind))
        return self._issued[name, kind]

    def _make(self, name: str, kind: Kind) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        if kind == "revoked":
            return self._revoked, self._revoked_key
        authority = self._other if kind == "of-another-authority" else self._scheme
        until = authority.now + (-_DAY if kind == "expired" else 365 * _DAY)
        hosts: list[x509.GeneralName] = [x509.DNSName("elsewhere.example")] if kind == "for-another-host" else _hosts()
        key = ec.generate_private_key(ec.SECP256R1())
        return authority.sign(name, key, until, hosts), key

    def _stored(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Credential:
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Credential(self._write(f"{name}.pem", certificate.public_bytes(Encoding.PEM)), self._write(f"{name}.key", text))

    def _write(self, name: str, content: bytes) -> Path:
        path = Path(self._folder.name) / name
        path.touch(mode=0o600)
        path.write_bytes(content)
        return path


@cache
def throwaway_pki() -> Pki:
    """The infrastructure of this process: some milliseconds the first time, and nothing in a process that needs none."""
    return Pki()


def _hosts() -> list[x509.GeneralName]:
    return [x509.DNSName("localhost"), x509.IPAddress(_ADDRESS)]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    built = built.serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)
    return built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
