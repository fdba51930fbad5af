"""The bank of the Mojaloop reference core banking API: accounts, quotes, reserves, channel debits. No HTTP and no JSON."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

from loopyard.engine.site import Site
from loopyard.kernel.errors import UsageError
from simulators.cbs.engine.book import Book
from simulators.cbs.engine.calendar import BusinessDay
from simulators.cbs.mojaloop_reference.settings import Settings
from simulators.cbs.mojaloop_reference.state.errors import NotPublished, Offline
from simulators.cbs.mojaloop_reference.state.home import HomeTransactions
from simulators.cbs.mojaloop_reference.state.passwords import Passwords
from simulators.cbs.mojaloop_reference.state.provision import open_accounts
from simulators.cbs.mojaloop_reference.state.quotes import Quotes
from simulators.cbs.mojaloop_reference.state.reserves import Reserves
from simulators.cbs.mojaloop_reference.state.screening import ComplianceDesk

Condition = Literal["UP", "DOWN", "MAINTENANCE"]


class Bank:
    """One core banking system. Raises UsageError when the world has no participant of its name."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self.site = site
        self.settings = settings
        name = settings.participant or site.name
        known = {each.id: each for each in site.plan.participants}
        if name not in known:
            key, remedy = f"simulators.{site.name}.participant", f"name one of {', '.join(known) or 'its participants'}"
            raise UsageError(f"world {site.plan.name}", key, f"there is no participant {name!r}", remedy)
        self.participant = known[name]
        self.condition: Condition = "UP"
        self.book = Book(site.ledger(name), BusinessDay(site.clock.now))
        self.quotes = Quotes(site, self.book, settings)
        self.reserves = Reserves(site, self.book, self.quotes, settings)
        self.home = HomeTransactions(self.book, self.quotes)
        self.passwords = Passwords(site, settings.password_tries)
        self.compliance = ComplianceDesk(site, self.book.register, settings.due_diligence)
        open_accounts(self.book, self.participant, site.plan, settings)

    def forget(self, references: Set[str]) -> None:
        """Drop reserves, quotes, debits and movements of these references; balances stay."""
        self.reserves.forget(references)
        self.home.forget(references)
        self.passwords.forget(references)
        self.book.forget(references)

    @property
    def extended(self) -> bool:
        """Whether it offers more than the published document."""
        return self.settings.profile == "extended"

    def require_extended(self, what: str) -> None:
        """Raises NotPublished."""
        if not self.extended:
            raise NotPublished(f"the published document has no {what}; set profile = 'extended' for it")

    def require_open(self) -> None:
        """Raises Offline."""
        if self.condition != "UP":
            raise Offline(f"the core is {self.condition}; try again later")
