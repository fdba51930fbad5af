"""Settlement models: which accounts a participant gets with a currency, and which model settles what. Settling itself is in
`settlements` and `gross`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulators.hub.state.account_types import AccountTypes
from simulators.hub.state.errors import HubError
from simulators.hub.state.participants import POSITION, SETTLEMENT

DEFAULT_NAME: Final = "DEFAULTDEFERREDNET"
_COMBINATIONS: Final = frozenset(
    {
        ("IMMEDIATE", "GROSS", "BILATERAL"),
        ("DEFERRED", "GROSS", "BILATERAL"),
        ("DEFERRED", "NET", "BILATERAL"),
        ("DEFERRED", "NET", "MULTILATERAL"),
    }
)


class ModelRefused(HubError):
    """The definition contradicts itself, or the name is taken."""


class AccountTypeUnknown(HubError):
    """No ledger account type has this name."""


class NoSuchModel(HubError):
    """No settlement model has this name."""


class NoModelForCurrency(HubError):
    """Neither a model for the currency nor a default model exists."""


@dataclass(slots=True, eq=False)
class SettlementModel:
    """How positions of one currency, or of all others, are settled."""

    id: int
    name: str
    granularity: str
    interchange: str
    delay: str
    currency: str | None
    require_liquidity_check: bool
    ledger_account_type: str
    settlement_account_type: str
    auto_position_reset: bool
    is_active: bool = True


class SettlementModels:
    """The models of one hub, in the order of creation."""

    def __init__(self, account_types: AccountTypes) -> None:
        self._account_types = account_types
        self._models: list[SettlementModel] = []

    def __iter__(self) -> Iterator[SettlementModel]:
        return iter(self._models)

    def get(self, name: str) -> SettlementModel:
        """Raises NoSuchModel."""
        for model in self._models:
            if model.name.lower() == name.lower():
                return model
        raise NoSuchModel("Settlement Model does not exist")

    def add_default(self) -> SettlementModel:
        """The deferred net model that serves every currency without a model of its own."""
        return self.add(DEFAULT_NAME, "NET", "MULTILATERAL", "DEFERRED", None, False, POSITION, SETTLEMENT, True)

    def add(
        self, name: str, granularity: str, interchange: str, delay: str, currency: str | None, liquidity_check: bool,
        ledger_type: str, settlement_type: str, auto_reset: bool,
    ) -> SettlementModel:  # fmt: skip
        """A new model. Raises ModelRefused, AccountTypeUnknown."""
        if (delay, granularity, interchange) not in _COMBINATIONS:
            raise ModelRefused(
                "Invalid settlement model definition - delay-granularity-interchange combination is not supported"
            )
        if ledger_type not in self._account_types:
            raise AccountTypeUnknown("Ledger account type was not found")
        if settlement_type not in self._account_types:
            raise AccountTypeUnknown("Settlement account type was not found")
        if any(each.name.lower() == name.lower() for each in self._models):
            raise ModelRefused("Settlement Model already exists")
        model = SettlementModel(
            len(self._models) + 1, name, granularity, interchange, delay, currency, liquidity_check, ledger_type,
            settlement_type, auto_reset,
        )  # fmt: skip
        self._models.append(model)
        return model

    def account_types(self, currency: str) -> list[str]:
        """The types of account that a currency brings, in model order. Raises NoModelForCurrency."""
        own = [each for each in self._models if each.is_active and each.currency == currency]
        chosen = own or [each for each in self._models if each.is_active and each.currency is None]
        if not chosen:
            raise NoModelForCurrency("Unable to find a matching or default, Settlement Model")
        # Two models may share accounts: gross and net settlement both work on POSITION and SETTLEMENT.
        kinds = [kind for model in chosen for kind in (model.ledger_account_type, model.settlement_account_type)]
        return list(dict.fromkeys(kinds))

    def net_model(self, account_type: str, currency: str) -> SettlementModel | None:
        """The model that settles an account type and currency by windows: the currency's own, else the default one."""
        active = [each for each in self._models if each.is_active and each.ledger_account_type == account_type]
        chosen = [each for each in active if each.currency == currency] or [each for each in active if each.currency is None]
        return next((each for each in chosen if each.granularity == "NET"), None)

    def gross_model(self, account_type: str, currency: str) -> SettlementModel | None:
        """The model that settles each transfer at once: the currency's own, else the default one, unless a net model has the
        currency."""
        active = [each for each in self._models if each.is_active and each.ledger_account_type == account_type]
        own = [each for each in active if each.currency == currency]
        if not any(each.granularity == "NET" for each in own):
            own += [each for each in active if each.currency is None]
        return next((each for each in own if each.granularity == "GROSS"), None)
