"""The scheme's rules for a prepare, in the hub's order and words: the first that is broken decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from loopyard.kernel.money import SCALE, Money
from simulators.hub.settings import Settings
from simulators.hub.state.bulk_records import BulkPrepare
from simulators.hub.state.errors import BulkPayeeNotFound, BulkPayerNotFound, HubError, PrepareRefused
from simulators.hub.state.participants import POSITION
from simulators.hub.state.records import Prepare, Record
from simulators.hub.state.schemes import Schemes

PRECISION = 18


class Rules:
    """Checks prepares of one hub."""

    def __init__(self, schemes: Schemes, settings: Settings, now: Callable[[], datetime]) -> None:
        self._schemes = schemes
        self._settings = settings
        self._now = now

    def check_transfer(self, request: Prepare, conversions: Iterable[Record]) -> None:
        """Raises PrepareRefused."""
        related = list(conversions)
        if any(each.state != "RECEIVED_FULFIL_DEPENDENT" for each in related):
            raise PrepareRefused("Related FX Transfer is not fulfilled")
        self._check_common(request)
        if not related:
            self._check_account(request.payer, request.amount)
        if self._settings.payee_currency_validation:
            self._check_account(request.payee, request.amount)

    def check_conversion(self, request: Prepare) -> None:
        """Raises PrepareRefused."""
        self._check_common(request)
        assert request.target is not None
        self._check_precision(request.target)
        self._check_account(request.payer, request.amount)
        self._check_account(request.payee, request.amount)
        self._check_account(request.payee, request.target)

    def check_bulk(self, request: BulkPrepare) -> None:
        """The rules for the whole; those of a transfer are asked for each. Raises PrepareRefused, BulkPayerNotFound,
        BulkPayeeNotFound."""
        if request.source.lower() != request.payer.lower():
            raise PrepareRefused("FSPIOP-Source header should match Payer FSP")
        self._check_participant(request.payer, BulkPayerNotFound)
        self._check_participant(request.payee, BulkPayeeNotFound)
        if any(map(self._schemes.is_foreign, (request.payer, request.payee))):
            raise BulkPayeeNotFound(f"Participant {request.payee} not found")  # bulks stay within a scheme (ours)
        self._check_expiration(request.expires_at)

    def _check_common(self, request: Prepare) -> None:
        if request.source.lower() != request.payer.lower():
            raise PrepareRefused("FSPIOP-Source header should match Payer")
        self._check_precision(request.amount)
        self._check_participant(request.payer)
        self._check_participant(request.payee)
        if request.kind == "conversion" and self._schemes.is_foreign(request.payee):
            raise PrepareRefused(f"Participant {request.payee} not found")  # conversions stay within a scheme (ours)
        at = request.expires_at
        if at is None:
            raise PrepareRefused("Expiration is required for conditional transfer")
        self._check_expiration(at)
        if request.payer == request.payee and not self._settings.on_us:
            raise PrepareRefused("Payer FSP and Payee FSP should be different, unless on-us tranfers are allowed by the Scheme")

    def _check_expiration(self, at: datetime) -> None:
        if at <= self._now():
            stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            raise PrepareRefused(f"Expiration date {stamp} is already in the past")

    def _check_precision(self, amount: Money) -> None:
        whole, _, fraction = str(amount).partition(".")
        digits = len(whole if abs(amount.units) >= SCALE else "") + len(fraction)
        if digits > PRECISION:
            raise PrepareRefused(f"Amount {amount} exceeds allowed precision of {PRECISION}")

    def _check_participant(self, name: str, refusal: type[HubError] = PrepareRefused) -> None:
        found = self._schemes.reach(name)
        if found is None:
            raise refusal(f"Participant {name} not found")
        if not found.is_active:
            raise refusal(f"Participant {name} is inactive")

    def _check_account(self, name: str, amount: Money) -> None:
        code = amount.currency.code
        found = self._schemes.reach(name)
        account = found.account(POSITION, code) if found is not None else None
        if account is None:
            raise PrepareRefused(f"Participant {name} {code} account not found")
        if not account.is_active:
            raise PrepareRefused(f"Participant {name} {code} account is inactive")
