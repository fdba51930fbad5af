"""All FX providers of a world: the state of this simulator."""

from __future__ import annotations

from loopyard.engine.site import Site
from loopyard.kernel import settings as reader
from simulators.fxp.settings import Options, Settings
from simulators.fxp.state.behaviour import Behaviours, Conduct, Facts
from simulators.fxp.state.errors import NotPlayed, Scripted, Silence, Unwilling
from simulators.fxp.state.house import House


class Houses:
    """The FXPs, their behaviours, and the place they are in."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.settings = reader.read(Settings, site.settings, f"simulators.{site.name}")
        self.behaviours = Behaviours()
        self.all: dict[str, House] = {}
        for participant in site.plan.participants:
            if participant.kind != "fxp" or participant.play != "peer":
                continue
            where = f"fxp {participant.id}"
            options = reader.read(Options, participant.options, where)
            self.all[participant.id] = House(participant, options, site)
            for raw in options.behaviour:
                self.behaviours.add({**raw, "fsp": participant.id}, where)
        if self.settings.triggers:
            self.behaviours.add_triggers()

    def house(self, fsp: str) -> House:
        """The FXP of an id. Raises NotPlayed."""
        if fsp not in self.all:
            raise NotPlayed(f"no FXP {fsp!r} is played here; known are {', '.join(sorted(self.all)) or 'none'}")
        return self.all[fsp]

    def conduct(self, fsp: str, on: str, facts: Facts) -> Conduct:
        """How a request is treated. Raises Scripted, Silence or Unwilling where nothing of it shall be carried out."""
        found = self.behaviours.of(fsp, on, facts)
        if found.do in ("error", "integer-error-code"):
            options = found.options
            as_integer = found.do == "integer-error-code"
            raise Scripted(str(options.get("code", "2001")), options.get("description"), as_integer, found)
        if found.do == "ignore":
            raise Silence("a behaviour ignores the request")
        if found.do == "refuse":
            raise Unwilling(int(found.options.get("status", 503)))
        return found
