"""The steps of an outgoing transfer in the Mojaloop connector, with one broken each."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import OutboundFailure
from connectors.mojaloop_connector.outbound.steps import Save, Steps


class AsksTheFirst(Steps):
    """Of several institutions that know a payee the first is taken, though the customer is to choose."""

    async def resolve_payee(self, data: dict[str, Any], save: Save) -> None:
        await super().resolve_payee(data, save)
        if isinstance(data["to"], list):
            data["to"] = data["to"][:1]


class ConvertsForNoCurrency(Steps):
    """A payee for whom no currency is named needs a conversion, into nothing: the transfer breaks down on the way."""

    async def resolve_payee(self, data: dict[str, Any], save: Save) -> None:
        try:
            await super().resolve_payee(data, save)
        except OutboundFailure:
            data |= {"needFx": True, "supportedCurrencies": []}


class AsksNoProvider(Steps):
    """That there is no FX provider is found out when the first is asked: the transfer breaks down."""

    async def request_services_fxp(self, data: dict[str, Any], save: Save) -> None:
        data["fxProviders"] = list(self._kit.settings.get_services_fxp_response)
