"""The two CAs: the hub's is fetched and followed, the DFSP's own is made once and brought to the hub."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.mojaloop_connector.onboarding.errors import Refused
from connectors.mojaloop_connector.onboarding.machine import Machine, Step
from connectors.mojaloop_connector.onboarding.manager import verdict
from connectors.mojaloop_connector.store import Row
from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.issuing import Authority
from loopyard.protocols.x509.reading import Unreadable

HUB_CA_CHANGED = "hub CA changed"
DFSP_CA_PROPAGATED = "DFSP_CA_PROPAGATED"


class HubCa(Machine):
    """Asks for the hub's CA again and again, and hands on what is new."""

    name = "HUB_CA"

    def steps(self) -> Mapping[str, Step]:
        return {"gettingHubCA": self._get, "gotNewCA": self._note}

    async def _get(self) -> str:
        told = await self.office.manager.get("/hub/ca")
        if told is None or not told.get("rootCertificate"):
            raise Refused("the hub has no CA yet")
        chain, root = str(told.get("intermediateChain") or ""), str(told["rootCertificate"])
        _readable(root, "the hub's CA")
        if (chain, root) == (self.known.get("chain"), self.known.get("root")):
            self.complete("NEW_HUB_CA_FETCHED")
            return "same"
        self.known.update(chain=chain, root=root)
        return "new"

    async def _note(self) -> str:
        bundle = f"{self.known['chain']}\n{self.known['root']}".strip()
        self.office.configures({"outbound": {"tls": {"creds": {"ca": bundle}}}})
        self.complete("NEW_HUB_CA_FETCHED", changed=True)
        self.office.tell(HUB_CA_CHANGED)
        return "noted"


class DfspCa(Machine):
    """Makes the DFSP's own CA, or takes the one that it has, and brings it to the hub."""

    name = "DFSP_CA"

    def steps(self) -> Mapping[str, Step]:
        return {"gettingPrebuiltCA": self._find, "creatingIntCA": self._create, "uploadingToHub": self._upload}

    def rests(self) -> datetime | None:
        ends = self.authority().certificate.not_valid_after_utc
        return ends - timedelta(hours=self.office.settings.renew_before_hours)

    def authority(self) -> Authority:
        """The present CA."""
        kept = self._vault().data
        return Authority(reading.certificate(kept["certificate"]), reading.private_key(kept["privateKey"]))

    def _vault(self) -> Row:
        """The CA is no part of the machine's memory: it outlives an onboarding from scratch, as in the real vault."""
        return self.office.row("ca", "kept")

    async def _find(self) -> str:
        kept = self._vault().data
        return "found" if kept and not self.office.ending(self.authority().certificate.not_valid_after_utc) else "missing"

    async def _create(self) -> str:
        dfsp = self.office.settings.dfsp_id
        made = issuing.authority({"CN": f"{dfsp} CA", "O": dfsp}, self.office.key(), self.office.term())
        vault = self._vault()
        vault.data.update(certificate=made.pem, privateKey=reading.pem_of(made.key))
        self.office.remember(vault)
        return "created"

    async def _upload(self) -> str:
        body: dict[str, Any] = {"rootCertificate": self.authority().pem, "intermediateChain": ""}
        why = verdict(await self.office.manager.post(self.office.manager.own("/ca"), body))
        if why is not None:
            raise Refused(why)
        self.complete(DFSP_CA_PROPAGATED, changed=True)
        self.office.tell(DFSP_CA_PROPAGATED)
        return "uploaded"


def _readable(pem: str, what: str) -> None:
    try:
        reading.certificate(pem)
    except Unreadable as problem:
        raise Refused(f"{what} cannot be read: {problem}") from problem
