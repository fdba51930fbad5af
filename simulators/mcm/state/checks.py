"""The rules themselves, each by its code and with the vendor's own words. Which of them are held against what is decided in
`validations`. Source: docs/sources/mcm.md, validations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from loopyard.protocols.x509 import reading
from loopyard.protocols.x509.reading import Unreadable
from simulators.mcm.state.records import Authority
from simulators.mcm.state.verdict import Validation

REQUEST_ALGORITHMS: Final = ("sha256WithRSAEncryption", "sha512WithRSAEncryption")
CERTIFICATE_ALGORITHM: Final = "sha256WithRSAEncryption"


def request_length(csr: str, wanted: int) -> Validation:
    code = f"CSR_PUBLIC_KEY_LENGTH_{wanted}"

    def judge(found: x509.CertificateSigningRequest) -> Validation:
        actual = reading.bits(found)
        if actual < wanted:
            return Validation(code, "INVALID", f"CSR Public Key length is not {wanted}, it is {actual}")
        return Validation(code, "VALID", f"CSR has a valid Public Key length of {wanted}")

    return _of_request(code, csr, judge)


def certificate_length(certificate: str, wanted: int) -> Validation:
    code = f"CERTIFICATE_PUBLIC_KEY_LENGTH_{wanted}"

    def judge(found: x509.Certificate) -> Validation:
        actual = reading.bits(found)
        if actual >= wanted:
            return Validation(code, "VALID", "Certificate key length valid")
        said = f"Certificate key length {actual} invalid, should be {wanted}"
        data = {"actualKeySize": {"type": "INTEGER", "value": actual}, "keyLength": {"type": "INTEGER", "value": wanted}}
        return Validation(code, "INVALID", said, {"actualKeySize": actual, "minKeySize": wanted}, data)

    return _of_certificate(code, certificate, judge)


def validity(certificate: str | None, now: datetime) -> Validation:
    """The vendor writes what comes of this rule into another member, so that it never counts: here it does."""
    code = "CERTIFICATE_VALIDITY"

    def judge(found: x509.Certificate) -> Validation:
        if found.not_valid_before_utc <= now <= found.not_valid_after_utc:
            return Validation(code, "VALID", "Certificate is valid for the current date.")
        return Validation(code, "INVALID", "Certificate is not valid for the current date.")

    return _of_certificate(code, certificate, judge)


def signature(csr: str) -> Validation:
    code = "CSR_SIGNATURE_VALID"

    def judge(found: x509.CertificateSigningRequest) -> Validation:
        if found.is_signature_valid:
            return Validation(code, "VALID", "CSR passed verification")
        return Validation(code, "INVALID", "CSR failed verification: signature does not match")

    return _of_request(code, csr, judge)


def request_algorithm(csr: str) -> Validation:
    code = "CSR_SIGNATURE_ALGORITHM"

    def judge(found: x509.CertificateSigningRequest) -> Validation:
        actual = reading.algorithm(found)
        if actual in REQUEST_ALGORITHMS:
            return Validation(code, "VALID", f"CSR has a valid Signature Algorithm : {actual}")
        return Validation(code, "INVALID", f"CSR has a an invalid Signature Algorithm {actual}")

    return _of_request(code, csr, judge)


def certificate_algorithm(certificate: str | None) -> Validation:
    code = "CERTIFICATE_SIGNATURE_ALGORITHM"

    def judge(found: x509.Certificate) -> Validation:
        actual = reading.algorithm(found)
        if actual == CERTIFICATE_ALGORITHM:
            return Validation(code, "VALID", f"certificate has a valid Signature Algorithm : {actual}")
        return Validation(code, "INVALID", f"certificate has a an invalid Signature Algorithm {actual}")

    return _of_certificate(code, certificate, judge)


def same_key(csr: str, certificate: str | None) -> Validation:
    code = "CSR_CERT_SAME_PUBLIC_KEY"

    def judge(found: x509.Certificate) -> Validation:
        if reading.rsa_key(found) == reading.rsa_key(reading.request(csr)):
            return Validation(code, "VALID", "CSR and Certificate have the same Public Key")
        return Validation(code, "INVALID", "CSR and Certificate have different Public Keys")

    return _of_certificate(code, certificate, judge)


def own_key(certificate: str | None, private_key: str | None) -> Validation:
    code = "CSR_CERT_PUBLIC_PRIVATE_KEY_MATCH"
    if certificate and not private_key:
        return Validation(code, "NOT_AVAILABLE", "No private key")

    def judge(found: x509.Certificate) -> Validation:
        if reading.rsa_key(found) == reading.private_key(str(private_key)).public_key():
            return Validation(code, "VALID", "the Certificate Public Key matches the private key used to sign the CSR")
        return Validation(code, "INVALID", "the Certificate Public Key doesn't match the private key used to sign the CSR")

    return _of_certificate(code, certificate, judge)


def signed_by_dfsp(certificate: str | None, ca: Authority | None) -> Validation:
    code = "CERTIFICATE_SIGNED_BY_DFSP_CA"
    if ca is None or not (ca.root or ca.chain):
        return Validation(code, "NOT_AVAILABLE", "No dfsp CA")
    if ca.verdict.state == "INVALID":
        return Validation(code, "INVALID", "Invalid dfsp ca root or chain")

    def judge(found: x509.Certificate) -> Validation:
        if leads_to_root(found, ca.chain, ca.root):
            return Validation(code, "VALID", "The Certificate is signed by the DFSP CA")
        return Validation(code, "INVALID", "Certificate is not trusted.")

    return _of_certificate(code, certificate, judge)


def server_usage(certificate: str) -> Validation:
    code = "CERTIFICATE_USAGE_SERVER"

    def judge(found: x509.Certificate) -> Validation:
        if ExtendedKeyUsageOID.SERVER_AUTH.dotted_string in reading.purposes(found):
            said = 'Certificate has the "TLS WWW server authentication" key usage extension'
            return Validation(code, "VALID", said)
        said = 'Certificate doesn\'t have the "TLS WWW server authentication" key usage extension'
        return Validation(code, "INVALID", said)

    return _of_certificate(code, certificate, judge)


def whole_chain(certificate: str, chain: str, root: str) -> Validation:
    code = "CERTIFICATE_CHAIN"

    def judge(found: x509.Certificate) -> Validation:
        if leads_to_root(found, chain, root):
            return Validation(code, "VALID", "Certificate chain valid")
        return Validation(code, "INVALID", "Certificate is not trusted.")

    return _of_certificate(code, certificate, judge)


def root_certificate(root: str, now: datetime) -> Validation:
    code = "VERIFY_ROOT_CERTIFICATE"
    if not root:
        return Validation(code, "NOT_AVAILABLE", "No root certificate")

    def judge(found: x509.Certificate) -> Validation:
        if reading.issued(found, found) and found.not_valid_before_utc <= now <= found.not_valid_after_utc:
            state = "VALID(SELF_SIGNED)"
            return Validation(code, "VALID", f"The root certificate is valid with {state} state.", state)
        return _BAD_ROOT

    judged = _of_certificate(code, root, judge)
    return judged if judged.result == "VALID" else _BAD_ROOT


def intermediate_chain(root: str, chain: str) -> Validation:
    code = "VERIFY_CHAIN_CERTIFICATES"
    links = reading.split(chain)
    if not links:
        return Validation(code, "NOT_AVAILABLE", "No intermediate chain")
    try:
        found = [reading.certificate(each) for each in (*links, root)]
        holds = all(reading.is_authority(each) for each in found)
        holds = holds and all(reading.issued(by, what) for what, by in pairwise(found))
    except Unreadable:
        holds = False
    if holds:
        said = "The intermediateChain is made of valid CAs and at the top of the chain is signed by the root."
        return Validation(code, "VALID", said)
    said = "the intermediateChain must be made of valid CAs and that the top of the chain is signed by the root"
    return Validation(code, "INVALID", said, "Certificate is not trusted.")


def authority_usage(root: str) -> Validation:
    code = "CA_CERTIFICATE_USAGE"
    if not root:
        said = "No root certificate and currently not validating intermediate CAs if present"
        return Validation(code, "NOT_AVAILABLE", said)

    def judge(found: x509.Certificate) -> Validation:
        if reading.is_authority(found):
            return Validation(code, "VALID", "The root certificate has the CA basic contraint extension ( CA = true )")
        return Validation(code, "INVALID", "The root certificate doesn't have the CA basic contraint extension ( CA = true )")

    return _of_certificate(code, root, judge)


def leads_to_root(certificate: x509.Certificate, chain: str, root: str) -> bool:
    """Whether each is issued by the next: the certificate, its chain, the root."""
    try:
        links: Sequence[x509.Certificate] = [
            reading.certificate(each) for each in (*reading.split(chain), *reading.split(root))
        ]
    except Unreadable:
        return False
    here, left = certificate, list(links)
    while by := next((each for each in left if reading.issued(each, here)), None):
        if by == links[-1]:
            return True
        left.remove(by)
        here = by
    return False


def _of_request(code: str, csr: str, judge: Callable[[x509.CertificateSigningRequest], Validation]) -> Validation:
    try:
        return judge(reading.request(csr))
    except Unreadable:
        return Validation(code, "INVALID", "CSR couldn't be parsed")


def _of_certificate(code: str, certificate: str | None, judge: Callable[[x509.Certificate], Validation]) -> Validation:
    if not certificate:
        return Validation(code, "NOT_AVAILABLE", NO_CERTIFICATE)
    try:
        return judge(reading.certificate(certificate))
    except Unreadable:
        return Validation(code, "INVALID", "certificate couldn't be parsed")


NO_CERTIFICATE: Final = "No certificate"
NO_MATCH: Final = Validation("CSR_CERT_PUBLIC_PRIVATE_KEY_MATCH", "INVALID", "No certificate matches the private key")
_BAD_ROOT: Final = Validation(
    "VERIFY_ROOT_CERTIFICATE", "INVALID", "The root certificate must be valid and be self-signed or signed by a global root."
)
