"""All peer DFSPs of a world: the state of this simulator."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.site import Site
from loopyard.kernel import settings as reader
from simulators.dfsp.settings import Options, Settings
from simulators.dfsp.state.bank import Bank
from simulators.dfsp.state.behaviour import DEEDS
from simulators.dfsp.state.bulk import Bulks
from simulators.dfsp.state.payee import Payee
from simulators.dfsp.state.payer import Payer
from simulators.dfsp.state.requests import Requests
from simulators.participant.behaviour import Behaviours, Conduct, Facts
from simulators.participant.errors import NotPlayed, heed
from simulators.participant.forms import Forms
from simulators.participant.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer: its book and both sides of its payments."""

    bank: Bank
    payee: Payee
    payer: Payer
    bulks: Bulks
    requests: Requests

    @property
    def id(self) -> str:
        return self.bank.id

    @property
    def scheme(self) -> str:
        return self.bank.scheme


class Peers:
    """The peers, their behaviours, and the place they are in."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.settings = reader.read(Settings, site.settings, f"simulators.{site.name}")
        self.forms = Forms(site)
        self.behaviours = Behaviours(DEEDS)
        self.tokens = Tokens(site, "dfsp", self.settings.token_realm)
        self.all: dict[str, Peer] = {}
        for participant in site.plan.participants:
            if participant.kind != "dfsp" or participant.play != "peer":
                continue
            where = f"dfsp {participant.id}"
            options = reader.read(Options, participant.options, where)
            bank = Bank(participant, options, site)
            self.all[bank.id] = Peer(bank, Payee(bank, site), Payer(bank, site), Bulks(), Requests(bank, site))
            self.forms.add(participant.id, options.iso_profile)
            for raw in options.behaviour:
                self.behaviours.add({**raw, "fsp": bank.id}, where)

    def peer(self, fsp: str) -> Peer:
        """The peer of an id. Raises NotPlayed."""
        if fsp not in self.all:
            raise NotPlayed(f"no peer {fsp!r} is played here; known are {', '.join(sorted(self.all)) or 'none'}")
        return self.all[fsp]

    def conduct(self, fsp: str, on: str, facts: Facts) -> Conduct:
        """How a request is treated. Raises Scripted, Silence or Unwilling where nothing of it shall be carried out."""
        return heed(self.behaviours.of(fsp, on, facts))
