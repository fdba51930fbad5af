"""All FX providers of a world: the state of this simulator."""

from __future__ import annotations

from loopyard.engine.site import Site
from loopyard.kernel import settings as reader
from simulators.fxp.settings import Options, Settings
from simulators.fxp.state.behaviour import DEEDS, TRIGGERS
from simulators.fxp.state.house import House
from simulators.participant.behaviour import Behaviours, Conduct, Facts
from simulators.participant.errors import NotPlayed, heed
from simulators.participant.forms import Forms
from simulators.participant.tokens import Tokens


class Houses:
    """The FXPs, their behaviours, and the place they are in."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.settings = reader.read(Settings, site.settings, f"simulators.{site.name}")
        self.tokens = Tokens(site, "fxp", self.settings.token_realm)
        self.forms = Forms(site)
        self.behaviours = Behaviours(DEEDS, TRIGGERS if self.settings.triggers else ())
        self.all: dict[str, House] = {}
        for participant in site.plan.participants:
            if participant.kind != "fxp" or participant.play != "peer":
                continue
            where = f"fxp {participant.id}"
            options = reader.read(Options, participant.options, where)
            self.all[participant.id] = House(participant, options, site)
            self.forms.add(participant.id, options.iso_profile)
            for raw in options.behaviour:
                self.behaviours.add({**raw, "fsp": participant.id}, where)

    def house(self, fsp: str) -> House:
        """The FXP of an id. Raises NotPlayed."""
        if fsp not in self.all:
            raise NotPlayed(f"no FXP {fsp!r} is played here; known are {', '.join(sorted(self.all)) or 'none'}")
        return self.all[fsp]

    def conduct(self, fsp: str, on: str, facts: Facts) -> Conduct:
        """How a request is treated. Raises Scripted, Silence or Unwilling where nothing of it shall be carried out."""
        return heed(self.behaviours.of(fsp, on, facts))
