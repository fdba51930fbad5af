"""What an onboarding leads to: addresses at the hub, the connector's own configuration, and the word that all is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from connectors.mojaloop_connector.onboarding.certificates import callback_url
from connectors.mojaloop_connector.onboarding.lifecycle import MACHINES, REPORTED
from connectors.mojaloop_connector.onboarding.machine import Machine, Step
from connectors.mojaloop_connector.onboarding.office import Credentials, Office

Health = Mapping[str, Mapping[str, Any]]
PORTS: Final = ("443",)


class EndpointConfig(Machine):
    """Says from where this DFSP calls and where it is called, and learns the same of the hub. What the connection manager has
    already is not said again."""

    name = "ENDPOINT_CONFIG"

    def steps(self) -> Mapping[str, Step]:
        return {"fetchingHubEndpoints": self._fetch, "uploadingEndpoints": self._upload, "completed": self._complete}

    async def _fetch(self) -> str:
        manager = self.office.manager
        self.known["hubIps"] = await manager.get("/hub/endpoints/egress/ips") or []
        self.known["hubUrls"] = await manager.get("/hub/endpoints/ingress/urls") or []
        return "fetched"

    async def _upload(self) -> str:
        addresses = [{"address": each, "ports": list(PORTS)} for each in self.office.settings.whitelist_ip]
        await self._say("/endpoints/egress", "ipList", addresses)
        await self._say("/endpoints/ingress", "url", callback_url(self.office))
        return "uploaded"

    async def _say(self, path: str, member: str, value: Any) -> None:
        manager = self.office.manager
        told = await manager.get(manager.own(path))
        if told is None or told.get(member) != value:
            await manager.post(manager.own(path), {member: value})

    async def _complete(self) -> str:
        self.complete("ENDPOINT_CONFIG_PROPAGATED")
        return "noted"


class ConnectorConfig(Machine):
    """Puts together what the others have got, and lets the connector use it: keys to verify and sign with, TLS credentials."""

    name = "CONNECTOR_CONFIG"

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        office.configures = self.configure

    def steps(self) -> Mapping[str, Step]:
        return {"updatingConfig": self._update, "propagatingConnectorConfig": self._propagate}

    def configure(self, part: Mapping[str, Any]) -> None:
        """Take another part; it is remembered before the machine works on."""
        merge(self.known, part)
        self.fire("update")

    def apply(self) -> None:
        """Let the connector use what is there."""
        security = self.office.kit.security
        security.trust(self.known.get("peerJWSKeys", {}))
        if key := self.known.get("jwsSigningKey"):
            security.sign_with(key)
        self.office.use_credentials(self.credentials)

    @property
    def credentials(self) -> Credentials:
        outbound, inbound = self._creds("outbound"), self._creds("inbound")
        return Credentials(
            outbound.get("ca", ""), outbound.get("cert", ""), outbound.get("key", ""),
            inbound.get("ca", ""), inbound.get("cert", ""), inbound.get("key", ""),
        )  # fmt: skip

    async def _update(self) -> str:
        return "updated"

    async def _propagate(self) -> str:
        self.apply()
        if self._is_whole():
            self.complete("CONNECTOR_CONFIG_PROPAGATED", changed=True)
        return "propagated"

    def _is_whole(self) -> bool:
        wanted = {"outbound": {"ca", "cert", "key"}, "inbound": {"ca", "cert", "key"}}
        return all(names <= self._creds(side).keys() for side, names in wanted.items()) and (
            self.known.keys() >= {"jwsSigningKey", "peerJWSKeys"}
        )

    def _creds(self, side: str) -> Mapping[str, str]:
        found: Mapping[str, str] = self.known.get(side, {}).get("tls", {}).get("creds", {})
        return found


class ProgressMonitor(Machine):
    """Watches the other ten: is complete when they are, and tells the connection manager how each stands, every so often and
    as soon as all is done or something goes wrong."""

    name = "PROGRESS_MONITOR"

    def __init__(self, office: Office, health: Callable[[], Health]) -> None:
        super().__init__(office)
        self._health = health

    def steps(self) -> Mapping[str, Step]:
        return {"handlingProgressChange": self._report, "notifyingCompleted": self._notify}

    def rests(self) -> datetime | None:
        return self.office.now + self.office.refresh

    def hear(self, news: str) -> None:
        name, _, status = news.partition(" ")
        if name not in MACHINES or name == self.name:
            return
        if status == "inError" or self._all_done():
            self.fire("changed")

    async def _report(self) -> str:
        health = self._health()
        rows = {
            name: {member: text for member, text in health[name].items() if text or member != "errorDescription"}
            for name in REPORTED
        }
        await self.office.manager.post(self.office.manager.own("/states"), rows)
        if not self._all_done():
            self.begin()
            return "incomplete"
        return "complete"

    async def _notify(self) -> str:
        self.complete("ONBOARDING_COMPLETED")
        return "notified"

    def _all_done(self) -> bool:
        return all(each["status"] == "completed" for name, each in self._health().items() if name != self.name)


def merge(into: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Put a part into a whole, table by table; peers' keys are replaced together."""
    for name, value in part.items():
        if isinstance(value, Mapping) and isinstance(into.get(name), dict) and name != "peerJWSKeys":
            merge(into[name], value)
        else:
            into[name] = dict(value) if isinstance(value, Mapping) else value
