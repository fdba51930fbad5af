"""The reference Mojaloop connector: async FSPIOP towards the hub, the synchronous outbound API and backend calls behind.
It stands in for the real SDK scheme adapter, to the letter."""

from connectors.mojaloop_connector.service import MojaloopConnector
from connectors.mojaloop_connector.settings import environment
from loopyard.transport.service import Connector

CONNECTOR = Connector(
    kind="mojaloop_connector",
    build=MojaloopConnector,
    ports={"inbound": 4000, "outbound": 4001, "management": 9000},
    optional=frozenset({"management"}),
    environment=environment,
)

__all__ = ["CONNECTOR"]
