"""PUT and PATCH of the hub: to whoever waits for them, and to the reservations that they end."""

from __future__ import annotations

from connectors.mojaloop_connector.inbound.bulk_transfers import InboundBulkTransfers
from connectors.mojaloop_connector.inbound.message import Inbound
from connectors.mojaloop_connector.inbound.notifier import Notifier
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.run import OutboundTransfers
from connectors.mojaloop_connector.waiting import Callback


class Callbacks:
    """Hands callbacks over. One that belongs to nothing known is taken and forgotten, as the real software does."""

    def __init__(
        self,
        kit: Kit,
        outbound: OutboundTransfers,
        bulks: InboundBulkTransfers,
        transfers: Notifier,
        fx_transfers: Notifier,
    ) -> None:
        self._kit = kit
        self._outbound = outbound
        self._bulks = bulks
        self._notifiers = {"transfers": transfers, "fxTransfers": fx_transfers}

    async def party(self, message: Inbound) -> None:
        self._deliver("/".join(("parties", *message.party)), message, is_error=False)

    async def party_error(self, message: Inbound) -> None:
        self._deliver("/".join(("parties", *message.party)), message, is_error=True)

    async def participants(self, message: Inbound) -> None:
        """PUT /participants/{ID}: how a batch was taken; and of one account, that it is gone or registered."""
        self._deliver(_participants(message), message, is_error=False)

    async def participants_error(self, message: Inbound) -> None:
        self._deliver(_participants(message), message, is_error=True)

    async def quote(self, message: Inbound) -> None:
        self._deliver(f"quotes/{message.params['ID']}", message, is_error=False)

    async def quote_error(self, message: Inbound) -> None:
        self._deliver(f"quotes/{message.params['ID']}", message, is_error=True)

    async def fx_quote(self, message: Inbound) -> None:
        self._deliver(f"fxQuotes/{message.params['ID']}", message, is_error=False)

    async def fx_quote_error(self, message: Inbound) -> None:
        self._deliver(f"fxQuotes/{message.params['ID']}", message, is_error=True)

    async def transfer(self, message: Inbound) -> None:
        """PUT /transfers/{ID}: a fulfil for us as payer, or the hub's copy of the end for us as payee."""
        key = message.params["ID"]
        if not self._deliver(f"transfers/{key}", message, is_error=False):
            self._outbound.late(key, Callback(False, message.body, message.headers))
        await self._ended("transfers", message)

    async def transfer_error(self, message: Inbound) -> None:
        await self._refused("transfers", message)

    async def fx_transfer(self, message: Inbound) -> None:
        self._deliver(f"fxTransfers/{message.params['ID']}", message, is_error=False)
        await self._ended("fxTransfers", message)

    async def fx_transfer_error(self, message: Inbound) -> None:
        await self._refused("fxTransfers", message)

    async def bulk_quote(self, message: Inbound) -> None:
        self._deliver(f"bulkQuotes/{message.params['ID']}", message, is_error=False)

    async def bulk_quote_error(self, message: Inbound) -> None:
        self._deliver(f"bulkQuotes/{message.params['ID']}", message, is_error=True)

    async def bulk_transfer(self, message: Inbound) -> None:
        """PUT /bulkTransfers/{ID}: results for us as payer, or the end for us as payee."""
        await self._bulk_ended(message, is_error=False)

    async def bulk_transfer_error(self, message: Inbound) -> None:
        await self._bulk_ended(message, is_error=True)

    async def _bulk_ended(self, message: Inbound, *, is_error: bool) -> None:
        key = message.params["ID"]
        if not self._deliver(f"bulkTransfers/{key}", message, is_error=is_error):
            await self._bulks.ended(key, Callback(is_error, message.body, message.headers))

    async def transfer_notice(self, message: Inbound) -> None:
        """PATCH /transfers/{ID}."""
        await self._notifiers["transfers"].final(message.params["ID"], message.body)

    async def fx_transfer_notice(self, message: Inbound) -> None:
        """PATCH /fxTransfers/{ID}."""
        await self._notifiers["fxTransfers"].final(message.params["ID"], message.body)

    async def _ended(self, resource: str, message: Inbound) -> None:
        state = message.body.get("transferState") or message.body.get("conversionState")
        if state in ("COMMITTED", "ABORTED"):
            await self._notifiers[resource].final(message.params["ID"], message.body)

    async def _refused(self, resource: str, message: Inbound) -> None:
        key = message.params["ID"]
        awaited = self._deliver(f"{resource}/{key}", message, is_error=True)
        if not awaited and resource == "transfers":
            self._outbound.late(key, Callback(True, message.body, message.headers))
        if not awaited and not self._kit.settings.like_sdk.ignores_errors_to_payee:
            await self._notifiers[resource].refused(key, message.body)

    def _deliver(self, key: str, message: Inbound, *, is_error: bool) -> bool:
        return self._kit.waiting.deliver(key, Callback(is_error, message.body, message.headers, message.written))


def _participants(message: Inbound) -> str:
    return "/".join(("participants", *message.party))
