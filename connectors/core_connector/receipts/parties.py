"""Who an identifier belongs to, and whether that account may receive. Nothing is remembered here."""

from __future__ import annotations

from connectors.core_connector.cbs import Account, CoreBanking, Holder
from connectors.core_connector.errors import Refusal
from connectors.core_connector.outcomes import Done, Refused
from connectors.core_connector.settings import Settings

NOT_FOUND = "3204"


class Parties:
    """Looks accounts up at the bank."""

    def __init__(self, bank: CoreBanking, settings: Settings) -> None:
        self._bank = bank
        self._settings = settings

    async def find(self, holder: Holder) -> Account:
        """Raises Refusal: 3204 for an unknown identifier, 5400 (a setting) for one that may not receive, 3100 for a type
        that is not supported, 2003 when the bank does not say."""
        if holder.id_type not in self._settings.supported_id_type:
            raise Refusal("3100", f"identifiers of type {holder.id_type} are not supported")
        outcome = await self._bank.account(holder)
        if isinstance(outcome, Refused):
            raise Refusal(NOT_FOUND, f"no account for {holder.id_type} {holder.id_value}", status=404)
        if not isinstance(outcome, Done):
            raise Refusal("2003", outcome.why, unknown=True)
        if not outcome.value.active:
            raise Refusal(self._settings.inactive_party, "the account cannot receive")
        return outcome.value
