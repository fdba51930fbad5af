"""The reference core connector: between a bank and the Mojaloop connector, a send-money API on one side and the backend API on
the other. See README.md."""

from __future__ import annotations

from connectors.core_connector.connector import CoreConnector, environment
from loopyard.transport.service import Connector

CONNECTOR = Connector(
    kind="core_connector",
    build=CoreConnector,
    ports={"dfsp": 3004, "sdk": 3003},
    environment=environment,
)
