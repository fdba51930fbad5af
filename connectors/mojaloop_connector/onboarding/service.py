"""An onboarding put together: its eleven machines over one office, its beginning, its repetition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.onboarding.authorities import DfspCa, HubCa
from connectors.mojaloop_connector.onboarding.certificates import ClientCert, HubCert, ServerCert
from connectors.mojaloop_connector.onboarding.configuration import ConnectorConfig, EndpointConfig, ProgressMonitor
from connectors.mojaloop_connector.onboarding.lifecycle import MACHINES
from connectors.mojaloop_connector.onboarding.machine import Machine
from connectors.mojaloop_connector.onboarding.office import Office
from connectors.mojaloop_connector.onboarding.signing import DfspJws, PeerJws, UploadPeerJws
from connectors.mojaloop_connector.store import Row

RECREATES: Final = {"outboundTLS": "DFSP_CLIENT_CERT", "JWS": "DFSP_JWS", "inboundTLS": "DFSP_SERVER_CERT", "CA": "DFSP_CA"}
"""The machine that makes each security type anew. The first two are the real software's; the others it has under paths of
their own."""
BEGUN: Final = "begun"


class Onboarding:
    """The onboarding of one DFSP. What it has reached outlives a crash."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self.is_possible = bool(kit.settings.mcm_server_endpoint)
        self._machines: dict[str, Machine] = {}

    def start(self) -> None:
        """Go on where it was left, or begin, where the settings say so."""
        if not self.is_possible:
            return
        self._assemble()
        if self._kit.settings.onboard_at_start or self._has_begun():
            self._run()

    def reonboard(self) -> None:
        """From scratch: only the DFSP's own CA stays."""
        for machine in self._machines.values():
            machine.stop()
        for name, table in MACHINES.items():
            self._kit.store.put(Row("onboarding", name, table.initial, {}))
        self._assemble()
        self._run()

    def recreate(self, security_type: str) -> None:
        """Make one thing anew; before anything was made, begin. KeyError for a type that nobody knows."""
        machine = self._machines[RECREATES[security_type]]
        if self._has_begun():
            machine.fire("create")
        else:
            self.reonboard()

    def health(self) -> Mapping[str, Mapping[str, Any]]:
        """How each of the eleven stands, in their order."""
        return {name: self._machines[name].health for name in MACHINES}

    def _assemble(self) -> None:
        office = Office(self._kit)
        config, hub_ca, ca = ConnectorConfig(office), HubCa(office), DfspCa(office)
        machines: tuple[Machine, ...] = (
            hub_ca, ca, ClientCert(office, hub_ca), ServerCert(office, ca), HubCert(office, ca), PeerJws(office),
            UploadPeerJws(office), DfspJws(office), EndpointConfig(office), config, ProgressMonitor(office, self.health),
        )  # fmt: skip
        self._machines = {machine.name: machine for machine in machines}
        if config.known:  # else whatever is in use stays so until there is something better
            config.apply()

    def _run(self) -> None:
        self._kit.store.put(Row("onboarding", BEGUN, BEGUN, {}))
        for machine in self._machines.values():
            machine.start()

    def _has_begun(self) -> bool:
        return self._kit.store.get("onboarding", BEGUN) is not None
