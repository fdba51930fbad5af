"""Which rules are held against a request, a certificate, a CA, a key. Nothing is refused here: what a verdict of INVALID
leads to is decided by who asked. Source: docs/sources/mcm.md, validations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loopyard.protocols.x509 import reading
from loopyard.protocols.x509.reading import Unreadable
from simulators.mcm.state import checks
from simulators.mcm.state.records import Authority
from simulators.mcm.state.verdict import Validation, Verdict


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one connection manager at one moment."""

    key_length: int
    now: datetime

    def inbound(self, csr: str, certificate: str | None = None) -> Verdict:
        """A DFSP's request, and the certificate that the hub gave it. The hub's CA decides on the subject itself, so that the
        subjects are not compared."""
        not_compared = "It has an External CA" if certificate else checks.NO_CERTIFICATE
        return Verdict(
            (
                *self._request(csr),
                checks.same_key(csr, certificate),
Validation("CSR_CERT_SAME_SUBJECT_INFO", "NOT_AVAILABLE", not_compared),
                checks.validity(certificate, self.now),
                checks.certificate_algorithm(certificate),
                checks.own_key(certificate, None),
            )
        )  # fmt: skip

    def outbound(self, csr: str, certificate: str | None, private_key: str | None, ca: Authority | None) -> Verdict:
        """The hub's request, and the certificate that a DFSP's CA gave it."""
        return Verdict(
            (
                *self._request(csr),
                checks.same_key(csr, certificate),
                checks.own_key(certificate, private_key),
                checks.validity(certificate, self.now),
                checks.certificate_algorithm(certificate),
                checks.signed_by_dfsp(certificate, ca),
            )
        )

    def server(self, certificate: str, chain: str, root: str) -> Verdict:
        """A server's certificate."""
        return Verdict(
            (
                checks.server_usage(certificate),
                checks.validity(certificate, self.now),
                checks.whole_chain(certificate, chain, root),
                checks.certificate_length(certificate, self.key_length),
                checks.root_certificate(root, self.now),
                checks.intermediate_chain(root, chain),
            )
        )

    def authority(self, root: str, chain: str, private_key: str | None = None) -> Verdict:
        """A CA; with a key, one that is to sign here."""
        found = [checks.root_certificate(root, self.now), checks.intermediate_chain(root, chain), checks.authority_usage(root)]
        if private_key:
            matches = [checks.own_key(each, private_key) for each in reading.split(root + chain)]
            found.append(next((each for each in matches if each.result == "VALID"), checks.NO_MATCH))
        return Verdict(tuple(found))

    def jws(self, public_key: str) -> Verdict:
        """A JWS key: only that it is an RSA key is looked at, and its length is not."""
        try:
            reading.public_key(public_key)
        except Unreadable as problem:
            return Verdict((Validation("CERTIFICATE_VALIDITY", "INVALID", str(problem)),))
        return Verdict((Validation("CERTIFICATE_VALIDITY", "VALID", "JWS public key valid"),))

    def _request(self, csr: str) -> tuple[Validation, ...]:
        return (checks.signature(csr), checks.request_algorithm(csr), checks.request_length(csr, self.key_length))
