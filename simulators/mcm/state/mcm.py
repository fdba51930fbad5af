"""The connection manager: who is in the scheme, and what each has brought. What concerns enrollments, endpoints, JWS keys and
tokens lies in the modules of those names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from loopyard.engine.site import Site
from loopyard.kernel import settings as reader
from simulators.mcm.settings import Settings
from simulators.mcm.state.authority import HubPki
from simulators.mcm.state.errors import Invalid, Unknown
from simulators.mcm.state.records import Authority, Dfsp, Item, JwsKey, ServerCertificate
from simulators.mcm.state.tokens import Gate
from simulators.mcm.state.validations import Rules

REPORTED: Final = (
    "PEER_JWS", "DFSP_JWS", "DFSP_CA", "DFSP_SERVER_CERT", "DFSP_CLIENT_CERT", "HUB_CA", "HUB_CERT", "HUB_CLIENT_CERT",
    "ENDPOINT_CONFIG", "UPLOAD_PEER_JWS",
)  # fmt: skip
"""The states that a DFSP's connector reports of itself."""


class Mcm:
    """A connection manager with the institutions of its world registered, as an operator does before they connect."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.settings = reader.read(Settings, site.settings, f"simulators.{site.name}")
        self.pki = HubPki(self.settings, site.ids.fork("pki").random)
        self.gate = Gate(self.settings.tokens)
        self.operator = self.settings.operator
        self.dfsps: dict[str, Dfsp] = {}
        self.items: dict[int, Item] = {}
        self.external: dict[str, JwsKey] = {}
        self.published: dict[str, JwsKey] = {}
        self.hub_server: ServerCertificate | None = None
        self.hub_listed = False
        self.jws_keys = 0
        self._last_id = 0
        for participant in site.plan.participants:
            self.dfsps[participant.id] = Dfsp(
                participant.id, participant.name, next(iter(participant.currencies), None),
                security_group=security_group(participant.id),
                fxp_currencies=participant.currencies if participant.kind == "fxp" else (),
            )  # fmt: skip

    @property
    def now(self) -> datetime:
        return self.site.clock.now()

    @property
    def rules(self) -> Rules:
        """The rules as of now."""
        return Rules(self.settings.key_length, self.now)

    def next_id(self) -> int:
        """Ids are of one series for everything."""
        self._last_id += 1
        return self._last_id

    # -- who is there -------------------------------------------------------------------------------------------------

    def dfsp(self, id_: str) -> Dfsp:
        """Raises Unknown."""
        if id_ not in self.dfsps:
            raise Unknown(f"DFSP with id {id_} not found")
        return self.dfsps[id_]

    def register(self, id_: str, name: str, **more: Any) -> Dfsp:
        """A new DFSP. Raises Invalid for one that is there."""
        if id_ in self.dfsps:
            raise Invalid(f"DFSP with id {id_} exists already")
        self.dfsps[id_] = Dfsp(id_, name, **{"security_group": security_group(id_), **more})
        return self.dfsps[id_]

    def zones(self) -> list[str]:
        """The monetary zones: the currencies of the scheme."""
        listed = (code for each in self.site.plan.participants for code in each.currencies)
        return sorted(set(listed))

    # -- what they report ---------------------------------------------------------------------------------------------

    def report(self, id_: str, states: Mapping[str, Mapping[str, Any]]) -> None:
        """A DFSP's connector says how it stands. Raises Invalid for a state that nobody knows, Unknown."""
        dfsp = self.dfsp(id_)
        for name in states:
            if name not in REPORTED:
                raise Invalid(f"Invalid state {name}")
        dfsp.states.update(states)
        dfsp.reported = self.now

    # -- CAs and server certificates ----------------------------------------------------------------------------------

    def set_ca(self, id_: str, root: str, chain: str) -> Authority:
        """A DFSP's own CA, in place of the one before. It is kept whatever the validations say. Raises Unknown."""
        dfsp = self.dfsp(id_)
        dfsp.ca = Authority(root, chain, self.rules.authority(root, chain))
        return dfsp.ca

    def set_server(self, id_: str, certificate: str, chain: str, root: str) -> ServerCertificate:
        """A DFSP's server certificate. Raises Unknown."""
        dfsp = self.dfsp(id_)
        dfsp.server = ServerCertificate(certificate, chain, root, self.rules.server(certificate, chain, root))
        return dfsp.server

    def server_of(self, id_: str) -> ServerCertificate:
        """Raises Unknown."""
        if (server := self.dfsp(id_).server) is None:
            raise Unknown("")
        return server

    def make_hub_server(self) -> ServerCertificate:
        """A server certificate of the hub, in place of the one before."""
        certificate, root = self.pki.server(self.now), self.pki.ca(self.now).pem
        self.hub_server = ServerCertificate(certificate, (root,), root, self.rules.server(certificate, "", root))
        return self.hub_server


def security_group(id_: str) -> str:
    """The role that a token needs for what is a DFSP's own."""
    return f"Application/DFSP:{id_.replace(' ', '-')}"
