"""The reference Mojaloop connector: async FSPIOP towards the hub, the synchronous outbound API and backend calls behind.
It stands in for the real SDK scheme adapter, to the letter."""

from connectors.mojaloop_connector.settings import environment
from connectors.mojaloop_connector.store.redis import forget
from connectors.mojaloop_connector.tenants import build
from loopyard.transport.service import Connector

CONNECTOR = Connector(
    kind="mojaloop_connector",
    build=build,
    ports={"inbound": 4000, "outbound": 4001, "management": 9000},
    optional=frozenset({"management"}),
    environment=environment,
    forget=forget,
)

__all__ = ["CONNECTOR"]
