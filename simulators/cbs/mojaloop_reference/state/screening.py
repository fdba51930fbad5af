"""Due diligence before an agreement: a few rules from the settings, the strictest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopyard.engine.site import Site
from loopyard.kernel.money import Money
from simulators.cbs.engine.accounts import Register
from simulators.cbs.engine.errors import AccountNotFound
from simulators.cbs.mojaloop_reference.settings import DueDiligence
from simulators.cbs.mojaloop_reference.state.quotes import Party


@dataclass(frozen=True, slots=True)
class ScreeningOrder:
    """Who pays whom, how much, what for; countries are the payer's citizenship and the payee's residency."""

    payer: Party
    payee: Party
    payer_country: str | None
    payee_country: str | None
    amount: Money
    purpose: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The verdict. `reason` is None when the transfer may proceed; `known` are the parties that bank here."""

    id: str
    order: ScreeningOrder
    at: datetime
    expiry: datetime
    reason: str | None
    details: tuple[str, ...]
    known: tuple[bool, bool]


RISK = {
    None: "LOW",
    "PAYER_SANCTIONS_MATCH": "SEVERE",
    "PAYEE_SANCTIONS_MATCH": "SEVERE",
    "HIGH_RISK_COUNTRY": "HIGH",
    "AMOUNT_THRESHOLD_EXCEEDED": "MEDIUM",
    "PURPOSE_RESTRICTED": "MEDIUM",
}


class ComplianceDesk:
    """Screens transfers for one bank."""

    def __init__(self, site: Site, register: Register, rules: DueDiligence) -> None:
        self._site = site
        self._register = register
        self.rules = rules

    def screen(self, order: ScreeningOrder) -> Screening:
        """The verdict on a transfer; nothing is kept of it."""
        found = list(self._findings(order))
        now = self._site.clock.now()
        expiry = now + timedelta(seconds=self.rules.valid_seconds)
        known = (self._banks_here(order.payer), self._banks_here(order.payee))
        details = tuple(detail for _, detail in found)
        return Screening(self._site.ids.uuid(), order, now, expiry, found[0][0] if found else None, details, known)

    def _findings(self, order: ScreeningOrder) -> Iterator[tuple[str, str]]:
        rules = self.rules
        for role, party in (("PAYER", order.payer), ("PAYEE", order.payee)):
            if party.id_value in rules.sanctioned:
                yield f"{role}_SANCTIONS_MATCH", f"{role.lower()} is on a sanctions list"
        for country in (order.payer_country, order.payee_country):
            if country in rules.high_risk_countries:
                yield "HIGH_RISK_COUNTRY", f"{country} is a country of high risk"
        threshold = rules.thresholds.get(order.amount.currency.code)
        if threshold is not None and order.amount > Money(threshold, order.amount.currency):
            yield "AMOUNT_THRESHOLD_EXCEEDED", f"{order.amount} is above {threshold} {order.amount.currency}"
        if order.purpose in rules.restricted_purposes:
            yield "PURPOSE_RESTRICTED", f"purpose {order.purpose} is restricted"

    def _banks_here(self, party: Party) -> bool:
        try:
            self._register.find(party.id_type, party.id_value)
        except AccountNotFound:
            return False
        return True
