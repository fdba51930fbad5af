"""Makes certificates: a root, a request, a certificate for a request. Serial numbers and dates are the caller's, so that a
world repeats itself. Every function raises Unissuable for names that X.509 does not allow. Source: RFC 5280; extensions as
Vault's PKI engine sets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from types import MappingProxyType
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from loopyard.kernel.errors import LoopyardError

Usage = Literal["client", "server"]

SUBJECT: Final[Mapping[str, x509.ObjectIdentifier]] = MappingProxyType(
    {
        "CN": NameOID.COMMON_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "C": NameOID.COUNTRY_NAME,
        "L": NameOID.LOCALITY_NAME,
        "ST": NameOID.STATE_OR_PROVINCE_NAME,
        "E": NameOID.EMAIL_ADDRESS,
    }
)
"""The parts of a distinguished name by the short names that the connection manager uses."""
_PURPOSE: Final = MappingProxyType({"client": ExtendedKeyUsageOID.CLIENT_AUTH, "server": ExtendedKeyUsageOID.SERVER_AUTH})


class Unissuable(LoopyardError):
    """X.509 does not allow such a name."""


@dataclass(frozen=True, slots=True)
class Term:
    """The serial number of a certificate and the time for which it is good."""

    serial: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Authority:
    """Who can issue: its own certificate and the key of it."""

    certificate: x509.Certificate
    key: RSAPrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")


def name(subject: Mapping[str, str]) -> x509.Name:
    """A distinguished name of the parts that are there. Raises Unissuable for one that X.509 does not allow."""
    for part in ("C", "E"):  # the library writes what it would not read again
        if not subject.get(part, "").isascii():
            raise Unissuable(f"no distinguished name: {part} has letters that it may not have")
    try:
        return x509.Name([x509.NameAttribute(SUBJECT[part], value) for part, value in subject.items() if value])
    except (ValueError, KeyError) as cause:
        raise Unissuable(f"no distinguished name: {cause}") from cause


def authority(subject: Mapping[str, str], key: RSAPrivateKey, term: Term) -> Authority:
    """A root that signs itself."""
    itself = name(subject)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        _builder(itself, itself, key.public_key(), term)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return Authority(builder.sign(key, SHA256()), key)


def request(
    subject: Mapping[str, str], key: RSAPrivateKey, dns: Iterable[str] = (), ips: Iterable[str] = ()
) -> x509.CertificateSigningRequest:
    """A request for a certificate, signed with SHA-256."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(name(subject))
    if names := _alternatives(dns, ips):
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, SHA256())


def issue(
    issuer: Authority, key: RSAPublicKey, subject: Mapping[str, str], term: Term, usage: Usage,
    dns: Iterable[str] = (), ips: Iterable[str] = (),
) -> x509.Certificate:  # fmt: skip
    """A certificate of `issuer` for a key. It ends with its issuer at the latest."""
    last = min(term.ends, issuer.certificate.not_valid_after_utc)
    holder = _builder(name(subject), issuer.certificate.subject, key, Term(term.serial, term.starts, last))
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = (
        holder.add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_PURPOSE[usage]]), critical=False)
        .add_extension(identifier, critical=False)
    )
    if names := _alternatives(dns, ips):
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer.key, SHA256())


def _builder(subject: x509.Name, issuer: x509.Name, key: RSAPublicKey, term: Term) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(term.serial)
        .not_valid_before(term.starts)
        .not_valid_after(term.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=not signs_certificates,
        data_encipherment=False, key_agreement=not signs_certificates, key_cert_sign=signs_certificates,
        crl_sign=signs_certificates, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _alternatives(dns: Iterable[str], ips: Iterable[str]) -> list[x509.GeneralName]:
    try:
        return [*(x509.DNSName(each) for each in dns), *(x509.IPAddress(ip_address(each)) for each in ips)]
    except ValueError as cause:
        raise Unissuable(f"no alternative name: {cause}") from cause
