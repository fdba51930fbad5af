"""The hub's own PKI: its CA, its server certificate, its signature under requests of others. Keys come from the pool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.issuing import Authority, Term
from loopyard.protocols.x509.keys import pooled
from simulators.mcm.settings import Settings

SUBJECT: Final[Mapping[str, str]] = {"CN": "Hub CA", "O": "Scheme", "C": "ZM"}
BACKDATED: Final = timedelta(seconds=30)
"""Certificates begin a little before they are made, so that a clock that is behind takes them; Vault does so."""


class HubPki:
    """The hub's CA. Nothing is made before it is asked for: a world starts without a single signature."""

    def __init__(self, settings: Settings, random: Random) -> None:
        self._settings = settings
        self._random = random
        self._keys = 0
        self._ca: Authority | None = None

    def ca(self, now: datetime) -> Authority:
        """The present CA."""
        if self._ca is None:
            self._ca = self.renew(now)
        return self._ca

    def renew(self, now: datetime, subject: Mapping[str, str] | None = None) -> Authority:
        """A new CA with a new key in place of the present one. What the old one signed stays as it is, and is not its."""
        ends = now + timedelta(hours=self._settings.ca_expiry_hours)
        self._ca = issuing.authority(subject or SUBJECT, self.key(), self._term(now, ends))
        return self._ca

    def adopt(self, certificate: str, key: str) -> None:
        """A CA that the operator brings. Raises Unreadable."""
        self._ca = Authority(reading.certificate(certificate), reading.private_key(key))

    def forget(self) -> None:
        self._ca = None

    def sign(self, csr: str, now: datetime, seconds: float | None = None) -> str:
        """A client certificate for a request: the name of the request where it has one, else the switch's, as Vault's role
        does. Raises Unreadable."""
        asked = reading.request(csr)
        subject = {"CN": self._settings.switch_fqdn} | reading.subject(asked.subject)
        ends = now + timedelta(seconds=self._settings.sign_expiry_hours * 3600 if seconds is None else seconds)
        dns = [subject["CN"], *(each for each in reading.alternatives(asked)["dns"] if each != subject["CN"])]
        certificate = issuing.issue(self.ca(now), reading.rsa_key(asked), subject, self._term(now, ends), "client", dns)
        return reading.pem_of(certificate)

    def server(self, now: datetime) -> str:
        """A server certificate of the switch."""
        name, ca = self._settings.switch_fqdn, self.ca(now)
        term = self._term(now, now + timedelta(hours=self._settings.ca_expiry_hours))
        return reading.pem_of(issuing.issue(ca, self.key().public_key(), {"CN": name}, term, "server", [name]))

    def key(self) -> RSAPrivateKey:
        """The next key of the pool."""
        self._keys += 1
        return pooled("hub", self._settings.key_length, self._keys - 1)

    def _term(self, now: datetime, ends: datetime) -> Term:
        return Term(self._random.getrandbits(159) | 1, (now - BACKDATED).replace(microsecond=0), ends.replace(microsecond=0))
