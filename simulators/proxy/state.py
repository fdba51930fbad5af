"""Proxies between two schemes each: which two, and whether the link between them stands. A proxy keeps no books: its positions
stand at the two hubs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from loopyard.engine.plan import Participant
from loopyard.engine.site import Site
from loopyard.kernel import settings as reader
from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.lifecycle import Lifecycle
from simulators.proxy.settings import Settings

LINK: Final = Lifecycle(
    "link",
    initial="STANDING",
    final=(),
    transitions={
        ("STANDING", "cut"): "CUT",  # nothing is passed on, in either direction
        ("CUT", "mend"): "STANDING",
    },
)


class ProxyError(LoopyardError):
    """Root of a proxy's errors."""


class NoSuchProxy(ProxyError):
    """No proxy has this id, or it does not stand between such schemes."""


class LinkCut(ProxyError):
    """The other scheme cannot be reached."""


@dataclass(slots=True, eq=False)
class Proxy:
    """One proxy between two schemes. `passed` counts what went to each of them."""

    id: str
    between: tuple[str, str]
    link: str = LINK.initial
    passed: dict[str, int] = field(default_factory=dict)

    def towards(self, side: str) -> str:
        """The scheme on the other side. Raises NoSuchProxy, LinkCut."""
        if side not in self.between:
            raise NoSuchProxy(f"{self.id} stands between {' and '.join(self.between)}, not at {side}")
        if self.link == "CUT":
            raise LinkCut(f"the link of {self.id} is cut")
        other = self.between[1 - self.between.index(side)]
        self.passed[other] = self.passed.get(other, 0) + 1
        return other

    def turn(self, event: str) -> None:
        """Cut or mend the link. Raises IllegalTransition when it is so already."""
        self.link = LINK.next(self.link, event)


class Proxies:
    """All proxies of a world, and the place they are in."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.settings = reader.read(Settings, site.settings, f"simulators.{site.name}")
        self.all = {each.id: _proxy(each) for each in site.plan.participants if each.kind == "proxy"}
        for name in self.settings.cut:
            self.proxy(name).turn("cut")

    def proxy(self, name: str) -> Proxy:
        """Raises NoSuchProxy."""
        if name not in self.all:
            raise NoSuchProxy(f"no proxy {name!r} is played here; known are {', '.join(sorted(self.all)) or 'none'}")
        return self.all[name]


def _proxy(planned: Participant) -> Proxy:
    first, second = planned.schemes
    return Proxy(planned.id, (first, second))
