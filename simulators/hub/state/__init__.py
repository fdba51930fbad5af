"""The hub's state: participants, positions, transfers, conversions, settlement, directory. No HTTP and no JSON in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from loopyard.engine.plan import Crowd
from loopyard.engine.plan import Participant as Planned
from loopyard.engine.site import Site
from loopyard.kernel.ledger import Ledger
from loopyard.kernel.money import Money
from loopyard.protocols.iso20022.contexts import Contexts
from simulators.hub.settings import Settings
from simulators.hub.state.account_types import AccountTypes
from simulators.hub.state.bins import Bins
from simulators.hub.state.bulk_notices import BulkNotice
from simulators.hub.state.bulks import BulkTransfers
from simulators.hub.state.conversions import Conversions
from simulators.hub.state.desk import Desk
from simulators.hub.state.directory import Directory
from simulators.hub.state.entries import SettlementEntries
from simulators.hub.state.expiry import Expiry
from simulators.hub.state.fees import InterchangeFees
from simulators.hub.state.funds import Funds
from simulators.hub.state.gateway import Gateway
from simulators.hub.state.gross import GrossSettlement
from simulators.hub.state.mails import Mails
from simulators.hub.state.models import SettlementModels
from simulators.hub.state.notices import Notice
from simulators.hub.state.operator import Operator
from simulators.hub.state.participants import MULTILATERAL, POSITION, RECONCILIATION, SETTLEMENT, Participants
from simulators.hub.state.parties import Parties, PartyKey
from simulators.hub.state.positions import Positions
from simulators.hub.state.quotes import QuoteMemory
from simulators.hub.state.records import Record
from simulators.hub.state.rules import Rules
from simulators.hub.state.schemes import Schemes
from simulators.hub.state.settlements import Settlements
from simulators.hub.state.transfers import Transfers
from simulators.hub.state.windows import Windows

NO_PROXY = "No proxy found to start inter-scheme discovery flow"
PROVISIONING = "provisioning"
"""Memo and reference of what was posted before the world began."""


Announcer = Callable[["Hub", Notice | BulkNotice], None]


class Hub:
    """One hub in its world. `announce` sends what a change of state has to say."""

    def __init__(self, site: Site, settings: Settings, announce: Announcer) -> None:
        self.site = site
        self.settings = settings
        self.started = site.clock.now()
        self.book: Ledger = site.ledger(site.name)
        self.participants = Participants(settings.hub_name, self.book, site.clock.now)
        self.funds = Funds(
            self.participants, self.book, site.clock.now, settings.funds_out_seconds, settings.funds_out_ignores_positions
        )
        self.mails = Mails(self.participants, site.clock.now)
        self.account_types = AccountTypes(self.started)
        self.models = SettlementModels(self.account_types)
        self.operator = Operator(self.participants, self.funds, self.models, self.account_types, self.book, self.mails)
        self.windows = Windows(self.models, site.crew, settings.window_close_seconds)
        entries = SettlementEntries(self.participants, self.book, self.mails)
        self.settlements = Settlements(self.windows, self.models, self.participants, entries, site.clock.now)
        self.parties = Parties(self._crowd())
        self.schemes = Schemes(self.participants, site.crew, settings.discovery_seconds)
        self.directory = Directory(
            NO_PROXY if settings.detailed_party_not_found else "",
            " - Duplicate" if settings.duplicate_oracle_text else "",
        )
        self.gateway = Gateway(settings)
        self.quotes = QuoteMemory()
        self.contexts = Contexts()
        self._clear(announce)
        self._provision()

    def _clear(self, announce: Announcer) -> None:
        site, settings = self.site, self.settings
        bins = Bins(site.clock.now, settings.over_approving_bin_seconds)
        positions = Positions(self.participants, self.book, self.windows, self.mails, bins)
        gross = GrossSettlement(self.participants, self.models, self.book, site.crew, settings.gross_settlement_seconds)
        rules = Rules(self.schemes, settings, site.clock.now)
        expiry = Expiry(site.crew, settings.scan_seconds, self._expire)

        after = [gross.committed]
        if settings.interchange_fees:
            after.append(InterchangeFees(self.participants, self.book, self.windows).committed)

        def say(notice: Notice) -> None:
            if not self.bulks.hears(notice):
                announce(self, notice)

        transfers = Desk("transfer", self.schemes, positions, settings, site.crew, say)
        conversions = Desk("conversion", self.schemes, positions, settings, site.crew, say)
        self.conversions = Conversions(conversions, rules, expiry, lambda id_: transfers.find(id_) is not None)
        self.transfers = Transfers(transfers, rules, expiry, self.conversions, after)
        self.bulks = BulkTransfers(self.transfers, rules, lambda notice: announce(self, notice))

    def _expire(self, record: Record) -> None:
        (self.transfers if record.kind == "transfer" else self.conversions).expire(record)

    def records(self) -> Iterator[Record]:
        """All transfers, then all conversions, in the order of arrival."""
        yield from self.transfers.desk
        yield from self.conversions.desk

    def _crowd(self) -> Crowd | None:
        """The computed people, if this scheme serves their institutions and their numbers."""
        crowd, name = self.site.plan.crowd, self.site.name
        is_theirs = "MSISDN" in self.settings.oracle_types and any(name in each.schemes for each in crowd.dfsps)
        return crowd if is_theirs else None

    # -- the plan of the world ----------------------------------------------------------------------------------------

    def _provision(self) -> None:
        if self.settings.provision_settlement_model:
            self.models.add_default()
        planned = [each for each in self.site.plan.participants if self.site.name in each.schemes]
        for code in dict.fromkeys(code for each in planned for code in each.currencies):
            self.participants.open_hub_account(MULTILATERAL, code)
            self.participants.open_hub_account(RECONCILIATION, code)
        for each in planned:
            self._admit(each)
        endpoint = self.site.name
        for kind in self.settings.oracle_types:
            self.directory.add_oracle(kind, f"http://{endpoint}/oracle", None, True, self.site.clock.now(), own=True)
        for person in self.site.plan.people:
            if person.id_type in self.settings.oracle_types and self.participants.find(person.dfsp) is not None:
                key = PartyKey(person.id_type, person.id_value, person.sub_id)
                self.parties.seed(key, person.dfsp, person.currency)

    def _admit(self, planned: Planned) -> None:
        site, is_proxy = self.site, planned.kind == "proxy"
        side = f"/{site.name}" if is_proxy else ""  # a proxy has a face towards each of its schemes
        base = lambda: site.url(planned.id, "fspiop") + side  # noqa: E731
        who = self.participants.add(planned.id, is_proxy=is_proxy, base=base)
        who.provides_conversion = planned.kind == "fxp"
        who.api = planned.api
        for code, cap in planned.net_debit_cap.items():
            for kind in (POSITION, SETTLEMENT):
                self.participants.open_account(who, kind, code)
            self.participants.activate(who, code, cap)
            funds = planned.funds.get(code, Money.zero(code))
            settlement = who.account(SETTLEMENT, code)
            if funds and settlement is not None:
                self.funds.record(f"{PROVISIONING} {planned.id} {code}", settlement, "recordFundsIn", funds)
