"""Several DFSPs in one process: each is a connector of its own, with its own settings and store, behind shared faces. What a
connector does is not known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.mojaloop_connector.inbound.api import Refusal
from connectors.mojaloop_connector.service import MojaloopConnector
from connectors.mojaloop_connector.settings import tenants
from loopyard.protocols import canonical
from loopyard.transport.messages import Handler, Reply, Request
from loopyard.transport.service import Service, Surroundings

_JSON = (("Content-Type", "application/json; charset=utf-8"),)


def build(surroundings: Surroundings) -> Service:
    """One connector, or one for each DFSP that the settings name. Raises UsageError."""
    several = tenants(surroundings.settings, surroundings.name)
    if not several:
        return MojaloopConnector(surroundings)
    # The hosts of a world remove all files that begin with the store's name.
    stores = {dfsp: surroundings.store.with_name(f"{surroundings.store.name}.{dfsp}") for dfsp in several}
    return Tenants(
        {
            dfsp: MojaloopConnector(replace(surroundings, settings=settings, store=stores[dfsp]))
            for dfsp, settings in several.items()
        }
    )


class Tenants:
    """The connectors by DFSP. Outbound and for operators, the first segment of the path says whose call it is; inbound,
    the message's destination."""

    def __init__(self, connectors: Mapping[str, MojaloopConnector]) -> None:
        self._connectors = connectors
        self._faces: dict[str, Handler] = {
            "inbound": self._inbound,
            "outbound": self._by_path("outbound", "/"),
            "management": self._by_path("management", "/health"),
        }

    @property
    def faces(self) -> Mapping[str, Handler]:
        return self._faces

    async def start(self) -> None:
        for each in self._connectors.values():
            await each.start()

    async def stop(self) -> None:
        for each in self._connectors.values():
            await each.stop()

    def _by_path(self, face: str, health: str) -> Handler:
        async def answer(request: Request) -> Reply:
            if request.path == health:
                return Reply(200)
            _, dfsp, *rest = request.path.split("/")
            connector = self._connectors.get(dfsp)
            if connector is None:
                known = ", ".join(f"/{each}/" for each in self._connectors)
                told = {"message": f"{request.path} is not served here; paths begin with one of {known}", "statusCode": 404}
                return Reply(404, canonical.insertion_json(told), _JSON)
            return await connector.faces[face](replace(request, path="/" + "/".join(rest)))

        return answer

    async def _inbound(self, request: Request) -> Reply:
        destination = request.header("fspiop-destination")
        connector = self._connectors.get(destination or "")
        if connector is None:
            told = Refusal("3201", f"Destination FSP Error - {destination or 'nobody'} is not served here")
            return Reply(told.status, canonical.insertion_json(told.body), _JSON)
        return await connector.faces["inbound"](request)
