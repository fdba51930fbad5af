"""What the hub's operator may do: admit participants, set limits, switch accounts, record funds. In the real ledger's order
of checks, because provisioning scripts depend on which refusal comes first."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Currency, Money
from simulators.hub.state.account_types import AccountTypes
from simulators.hub.state.errors import ClientFault, InternalFault, ProvisioningRefused
from simulators.hub.state.funds import Funds
from simulators.hub.state.mails import LIMIT_ADJUSTED, Mails
from simulators.hub.state.models import SettlementModels
from simulators.hub.state.participants import (
    HUB_ACCOUNT_TYPES,
    MULTILATERAL,
    POSITION,
    RECONCILIATION,
    SETTLEMENT,
    Account,
    Limit,
    NoSuchParticipant,
    Participant,
    Participants,
)

_COLUMN: Final = Decimal(10) ** 14


class Operator:
    """The administration of one hub."""

    def __init__(
        self, participants: Participants, funds: Funds, models: SettlementModels, account_types: AccountTypes, book: Ledger,
        mails: Mails,
    ) -> None:  # fmt: skip
        self._participants = participants
        self._funds = funds
        self._models = models
        self._account_types = account_types
        self._book = book
        self._mails = mails

    def add_participant(self, name: str, code: str, *, is_proxy: bool) -> Participant:
        """A participant, or another currency of one. Raises ProvisioningRefused, ClientFault, NoModelForCurrency."""
        hub = self._participants.hub
        if hub.account(RECONCILIATION, code) is None:
            raise ProvisioningRefused("Hub reconciliation account for the specified currency does not exist")
        if hub.account(MULTILATERAL, code) is None:
            raise ProvisioningRefused("Hub multilateral net settlement account for the specified currency does not exist")
        who = self._participants.find(name)
        if who is not None and who.in_currency(code):
            raise ClientFault("Participant currency has already been registered")
        kinds = self._models.account_types(code)
        who = who or self._participants.add(name, is_proxy=is_proxy)
        for kind in kinds:
            self._participants.open_account(who, kind, code)
        return who

    def add_hub_account(self, name: str, kind: str, code: str) -> Participant:
        """An account of the hub itself. Raises ProvisioningRefused."""
        who = self._participants.find(name)
        if who is None:
            raise ProvisioningRefused("Participant was not found.")
        if kind not in self._account_types and kind not in HUB_ACCOUNT_TYPES:
            raise ProvisioningRefused("Ledger account type was not found.")
        existing = who.account(kind, code)
        if existing is not None and existing.is_active:
            raise ProvisioningRefused("Hub account has already been registered.")
        if who is not self._participants.hub:
            raise ProvisioningRefused("Endpoint is reserved for creation of Hub account types only.")
        if kind not in HUB_ACCOUNT_TYPES:
            raise ProvisioningRefused("The requested hub operator account type is not allowed.")
        self._participants.open_hub_account(kind, code)
        return who

    def set_initial(self, name: str, code: str, limit_type: str, limit: Money, position: Money) -> None:
        """Activate a currency with its limit and initial position. Raises NoSuchParticipant, InternalFault."""
        who = self._participants.get(name)
        account = who.account(POSITION, code)
        if account is None:
            raise NoSuchParticipant(name)
        if account.limit is not None:
            raise InternalFault("Participant Limit or Initial Position already set")
        _check_limit_type(limit_type)
        self._participants.activate(who, code, limit)
        if position:
            self._set_position(account, position)

    def _set_position(self, account: Account, position: Money) -> None:
        cur: Currency = position.currency
        name = f"initial positions {cur}"
        known = {each.name: each for each in self._book.accounts}
        counterpart = known.get(name) or self._book.open(name, cur, "credit", "opening", "")
        raised = not position.is_negative
        legs = (debit, credit) if raised else (credit, debit)
        self._book.post("initial position", (legs[0](account.book, abs(position)), legs[1](counterpart, abs(position))))

    def change_limit(self, name: str, limit_type: str, limit: Money, alarm_percentage: Decimal) -> Limit:
        """Another net debit cap; it may lie below the position. Raises NoSuchParticipant, InternalFault."""
        account = self._participants.get(name).account(POSITION, limit.currency.code)
        if account is None or account.limit is None:
            raise InternalFault("Participant Limit does not exist")
        _check_limit_type(limit_type)
        account.limit = Limit(limit, alarm_percentage)
        self._mails.write(LIMIT_ADJUSTED, account)
        return account.limit

    def set_active(self, name: str, is_active: bool) -> Participant:
        """Raises NoSuchParticipant."""
        who = self._participants.get(name)
        who.is_active = is_active
        return who

    def set_account_active(self, name: str, account_id: int, is_active: bool) -> None:
        """Raises NoSuchParticipant, InternalFault."""
        who = self._participants.get(name)
        account = self._account(account_id)
        if account is None:
            raise InternalFault("Account not found")
        if account not in who.accounts:
            raise InternalFault("Participant/account mismatch")
        if account.type != POSITION:
            raise InternalFault("Only position account update is permitted")
        account.is_active = is_active

    def record_funds(self, name: str, account_id: int, id_: str, action: str, amount: Money) -> None:
        """Funds in, or prepare funds out. Raises NoSuchParticipant, InternalFault."""
        account = self._funded_account(name, account_id)
        if account.currency != amount.currency:
            raise InternalFault("The account does not match participant or currency specified")
        self._check_funded(account)
        self._funds.record(id_, account, action, amount)

    def finish_funds(self, name: str, account_id: int, id_: str, action: str) -> None:
        """Commit or abort funds out. Raises NoSuchParticipant, InternalFault."""
        self._check_funded(self._funded_account(name, account_id))
        finish = {"recordFundsOutCommit": self._funds.commit, "recordFundsOutAbort": self._funds.abort}.get(action)
        if finish is None:
            raise InternalFault("The action is not supported")
        finish(id_)

    def _funded_account(self, name: str, account_id: int) -> Account:
        who = self._participants.get(name)
        if not who.is_active:
            raise InternalFault("Participant is currently set inactive")
        found = next((each for each in who.accounts if each.id == account_id), None)
        if found is None:
            raise InternalFault("The account does not match participant or currency specified")
        return found

    def _check_funded(self, account: Account) -> None:
        if not account.is_active:
            raise InternalFault("Account is currently set inactive")
        if account.type != SETTLEMENT:
            raise InternalFault("Account is not SETTLEMENT type")

    def _account(self, account_id: int) -> Account | None:
        return next((each for who in self._participants for each in who.accounts if each.id == account_id), None)


def rounded(amount: Decimal, code: str) -> Money:
    """An amount in the ledger's scale of four decimals. Raises InternalFault for more digits than its columns have."""
    if not amount.is_finite() or abs(amount) >= _COLUMN:
        raise InternalFault("Out of range value for column 'value' at row 1", "db")
    return Money(amount.quantize(Decimal("0.0001"), ROUND_HALF_UP), code)


def _check_limit_type(limit_type: str) -> None:
    if limit_type != "NET_DEBIT_CAP":
        raise InternalFault("Cannot read properties of undefined (reading 'participantLimitTypeId')", "db")
