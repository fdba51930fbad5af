"""The three TLS certificates: the DFSP's client certificate from the hub's CA, its server certificate from its own, and the
hub's client certificates that its own CA signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from cryptography import x509

from connectors.mojaloop_connector.onboarding.authorities import DFSP_CA_PROPAGATED, HUB_CA_CHANGED, DfspCa, HubCa
from connectors.mojaloop_connector.onboarding.errors import Refused
from connectors.mojaloop_connector.onboarding.machine import Machine, Step
from connectors.mojaloop_connector.onboarding.manager import verdict
from connectors.mojaloop_connector.onboarding.office import Office
from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.reading import Unreadable

SIGNED = "CERT_SIGNED"


class ClientCert(Machine):
    """Asks the hub for a client certificate, waits until it is signed, and asks for another before it ends. Until the next one
    is there the present one stays in use."""

    name = "DFSP_CLIENT_CERT"

    def __init__(self, office: Office, hub_ca: HubCa) -> None:
        super().__init__(office)
        self._hub_ca = hub_ca

    def steps(self) -> Mapping[str, Step]:
        return {
            "creatingDfspCsr": self._create,
            "uploadingDfspCsr": self._upload,
            "gettingDfspClientCert": self._get,
            "completed": self._hand_on,
        }

    def woken(self) -> str:
        waits = "csr" in self.known
        return "ending" if self._in_use() and not waits and self.office.ending(self._ends()) else "due"

    def hear(self, news: str) -> None:
        if news != HUB_CA_CHANGED or not self._in_use():
            return
        if not self._is_of_hub(reading.certificate(self._in_use()["certificate"])):
            self.fire("create")

    async def _create(self) -> str:
        dfsp, key = self.office.settings.dfsp_id, self.office.key()
        csr = issuing.request({"CN": dfsp, "O": dfsp}, key, [dfsp])
        self.known.update(csr=reading.pem_of(csr), privateKey=reading.pem_of(key))
        return "created"

    async def _upload(self) -> str:
        manager = self.office.manager
        told = await manager.post(manager.own("/enrollments/inbound"), {"clientCSR": self.known["csr"]})
        if (why := verdict(told)) is not None:
            raise Refused(why)
        self.known["id"] = told["id"]
        return "uploaded"

    async def _get(self) -> str:
        manager = self.office.manager
        told = await manager.get(manager.own(f"/enrollments/inbound/{self.known['id']}"))
        if told is None:
            return "lost"
        pem = told.get("certificate")
        if told.get("state") != SIGNED or not pem or pem == self._in_use().get("certificate"):
            self._say_how_it_is()
            return "unsigned"
        self._check(pem)
        self.known["inUse"] = {"certificate": pem, "privateKey": self.known["privateKey"]}
        self.known.pop("csr", None)
        return "signed"

    def _check(self, pem: str) -> None:
        """Raises Refused for a certificate that cannot be used."""
        try:
            found = reading.certificate(pem)
        except Unreadable as problem:
            raise Refused(f"the hub's certificate cannot be read: {problem}") from problem
        if reading.rsa_key(found) != reading.private_key(self.known["privateKey"]).public_key():
            raise Refused("the hub's certificate is for another key than ours")
        if not self._is_of_hub(found):
            raise Refused("the hub's certificate is not signed by the hub's CA")
        if not found.not_valid_before_utc <= self.office.now < found.not_valid_after_utc:
            raise Refused("the hub's certificate is not valid now")

    async def _hand_on(self) -> str:
        creds = {"cert": self._in_use()["certificate"], "key": self._in_use()["privateKey"]}
        self.office.configures({"outbound": {"tls": {"creds": creds}}})
        self.complete("DFSP_CLIENT_CERT_CONFIGURED", changed=True)
        return "noted"

    def _say_how_it_is(self) -> None:
        if self._in_use() and self.office.now >= self._ends():
            raise Refused(f"the client certificate has ended at {self._ends():%Y-%m-%dT%H:%M:%SZ}, and no other is signed")
        if self._in_use() and "csr" not in self.known:
            self.complete("DFSP_CLIENT_CERT_CONFIGURED")
        else:
            self.begin()

    def _is_of_hub(self, certificate: x509.Certificate) -> bool:
        root = self._hub_ca.known.get("root")
        return root is None or reading.issued(reading.certificate(root), certificate)

    def _in_use(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.known.get("inUse", {})
        return found

    def _ends(self) -> datetime:
        return reading.certificate(self._in_use()["certificate"]).not_valid_after_utc


class OfDfspCa(Machine):
    """What the DFSP's CA issues is made anew when the CA is another."""

    news: ClassVar[Mapping[str, str]] = {DFSP_CA_PROPAGATED: "create"}

    def __init__(self, office: Office, ca: DfspCa) -> None:
        super().__init__(office)
        self._ca = ca


class ServerCert(OfDfspCa):
    """Makes the DFSP's server certificate with its own CA, once there is one, and brings it to the hub."""

    name = "DFSP_SERVER_CERT"

    def steps(self) -> Mapping[str, Step]:
        return {
            "requestedNewDfspServerCert": self._request,
            "creatingDfspServerCert": self._create,
            "uploadingDfspServerCertToHub": self._upload,
        }

    def rests(self) -> datetime | None:
        if "certificate" not in self.known:
            return None  # the CA will say when it is there
        ends = reading.certificate(self.known["certificate"]).not_valid_after_utc
        return ends - timedelta(hours=self.office.settings.renew_before_hours)

    async def _request(self) -> str:
        return "requested"

    async def _create(self) -> str:
        key, name = self.office.key(), host_of(self.office)
        subject = {"CN": name, "O": self.office.settings.dfsp_id}
        made = issuing.issue(self._ca.authority(), key.public_key(), subject, self.office.term(), "server", [name])
        self.known.update(certificate=reading.pem_of(made), root=self._ca.authority().pem)
        creds = {"ca": self.known["root"], "cert": self.known["certificate"], "key": reading.pem_of(key)}
        self.office.configures({"inbound": {"tls": {"creds": creds}}})
        return "created"

    async def _upload(self) -> str:
        body = {"rootCertificate": self.known["root"], "intermediateChain": "", "serverCertificate": self.known["certificate"]}
        why = verdict(await self.office.manager.post(self.office.manager.own("/servercerts"), body))
        if why is not None:
            raise Refused(why)
        self.complete("DFSP_SERVER_CERT_CONFIGURED", changed=True)
        return "uploaded"


class HubCert(OfDfspCa):
    """Signs what the hub asks the DFSP's CA for, and signs it again when the CA is another or the end is near."""

    name = "HUB_CERT"

    def steps(self) -> Mapping[str, Step]:
        return {
            "resettingHubClientCerts": self._reset,
            "fetchingHubCSR": self._fetch,
            "signingHubCSR": self._sign,
            "uploadingHubCert": self._upload,
            "completed": self._note,
        }

    async def _reset(self) -> str:
        self.known.clear()
        return "reset"

    async def _fetch(self) -> str:
        manager = self.office.manager
        told: Sequence[Mapping[str, Any]] = await manager.get(manager.own("/enrollments/outbound")) or ()
        if not told:
            self.begin()
            return "none"
        self.known["requests"] = [{"id": each["id"], "csr": each["csr"]} for each in told if self._is_open(each)]
        return "fetched" if self.known["requests"] else "nothing"

    def _is_open(self, enrollment: Mapping[str, Any]) -> bool:
        try:
            found = reading.certificate(str(enrollment.get("certificate") or ""))
        except Unreadable:
            return True
        ours = reading.issued(self._ca.authority().certificate, found)
        return not ours or self.office.ending(found.not_valid_after_utc)

    async def _sign(self) -> str:
        for each in self.known["requests"]:
            try:
                asked = reading.request(each["csr"])
            except Unreadable as problem:
                raise Refused(f"the hub's request {each['id']} cannot be read: {problem}") from problem
            subject = reading.subject(asked.subject)
            names = reading.alternatives(asked)["dns"]
            key, term = reading.rsa_key(asked), self.office.term()
            made = issuing.issue(self._ca.authority(), key, subject, term, "client", names)
            each["certificate"] = reading.pem_of(made)
        return "signed"

    async def _upload(self) -> str:
        manager = self.office.manager
        for each in self.known["requests"]:
            path = manager.own(f"/enrollments/outbound/{each['id']}/certificate")
            why = verdict(await manager.post(path, {"certificate": each["certificate"]}))
            if why is not None:
                raise Refused(why)
        return "uploaded"

    async def _note(self) -> str:
        self.complete("HUB_CLIENT_CERT_SIGNED", changed=bool(self.known.pop("requests", ())))
        return "noted"


def host_of(office: Office) -> str:
    """The name under which the hub calls this DFSP."""
    url = callback_url(office)
    return urlsplit(url if "://" in url else f"//{url}").hostname or office.settings.dfsp_id


def callback_url(office: Office) -> str:
    return office.settings.callback_url or f"https://{office.settings.dfsp_id}.example.com"
