"""Reads certificates, requests and keys from PEM, and compares them. What must be so, and what is said of it when it is not,
is decided elsewhere."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols.x509.issuing import SUBJECT

_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_ALGORITHMS: Final = MappingProxyType(
    {
        "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    }
)


class Unreadable(LoopyardError):
    """Not the PEM of what it should be, or of an RSA key that cannot be used."""


def certificate(pem: str) -> x509.Certificate:
    """Raises Unreadable."""
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        _rsa(found.public_key())
        return found
    except (ValueError, UnsupportedAlgorithm) as cause:
        raise Unreadable("not a certificate in PEM") from cause


def request(pem: str) -> x509.CertificateSigningRequest:
    """Raises Unreadable."""
    try:
        found = x509.load_pem_x509_csr(pem.encode())
        _rsa(found.public_key())
        return found
    except (ValueError, UnsupportedAlgorithm) as cause:
        raise Unreadable("not a certificate request in PEM") from cause


def public_key(pem: str) -> RSAPublicKey:
    """Raises Unreadable."""
    try:
        return _rsa(load_pem_public_key(pem.encode()))
    except (ValueError, UnsupportedAlgorithm) as cause:
        raise Unreadable("not a public key in PEM") from cause


def private_key(pem: str) -> RSAPrivateKey:
    """Raises Unreadable. The key is taken as it is: it comes from who made it."""
    try:
        key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise Unreadable("not a private key in PEM") from cause
    if not isinstance(key, RSAPrivateKey):
        raise Unreadable(f"{type(key).__name__} is not of RSA")
    return key


def split(chain: str) -> list[str]:
    """The certificates of a chain, in order."""
    return [f"{each}\n" for each in _CERTIFICATE.findall(chain)]


def pem_of(what: x509.Certificate | x509.CertificateSigningRequest | RSAPublicKey | RSAPrivateKey) -> str:
    """Anything of this module as PEM."""
    if isinstance(what, RSAPublicKey):
        return what.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    if isinstance(what, RSAPrivateKey):
        return what.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return what.public_bytes(Encoding.PEM).decode("ascii")


def subject(named: x509.Name) -> dict[str, str]:
    """A distinguished name by the short names of its parts."""
    found = {part: named.get_attributes_for_oid(oid) for part, oid in SUBJECT.items()}
    return {part: str(values[0].value) for part, values in found.items() if values}


def alternatives(what: x509.Certificate | x509.CertificateSigningRequest) -> dict[str, list[str]]:
    """The alternative names: dns, ips, uris, emailAddresses."""
    try:
        names = what.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return {"dns": [], "ips": [], "uris": [], "emailAddresses": []}
    return {
        "dns": names.get_values_for_type(x509.DNSName),
        "ips": [str(each) for each in names.get_values_for_type(x509.IPAddress)],
        "uris": names.get_values_for_type(x509.UniformResourceIdentifier),
        "emailAddresses": names.get_values_for_type(x509.RFC822Name),
    }


def algorithm(what: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """The signature algorithm by its usual name, else its object identifier."""
    dotted = what.signature_algorithm_oid.dotted_string
    return _ALGORITHMS.get(dotted, dotted)


def bits(what: x509.Certificate | x509.CertificateSigningRequest) -> int:
    """The length of its RSA key."""
    return _rsa(what.public_key()).key_size


def rsa_key(what: x509.Certificate | x509.CertificateSigningRequest) -> RSAPublicKey:
    """Its public key. Raises Unreadable for one that is not of RSA."""
    return _rsa(what.public_key())


def issued(by: x509.Certificate, what: x509.Certificate) -> bool:
    """Whether `by` bears the name and the key that signed `what`."""
    try:
        what.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_authority(what: x509.Certificate) -> bool:
    """Whether it says of itself that it may issue certificates."""
    try:
        return what.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def purposes(what: x509.Certificate) -> frozenset[str]:
    """The extended key usages, as dotted object identifiers."""
    try:
        usages = what.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(each.dotted_string for each in usages)


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey):
        raise Unreadable(f"{type(key).__name__} is not of RSA")
    return key
