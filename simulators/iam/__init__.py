"""The scheme's identity provider: access tokens for machines, as Keycloak gives them. Its declaration."""

from __future__ import annotations

from typing import Final

from loopyard.engine.simulator import Face, Simulator
from loopyard.engine.site import Site
from loopyard.kernel.settings import read
from simulators.iam.operations import CONTROLS, OPERATIONS
from simulators.iam.settings import Settings
from simulators.iam.state import Realm
from simulators.iam.wire import reject, sender


def build(site: Site) -> Realm:
    """A realm as its world has it. Raises UsageError."""
    return Realm(site, read(Settings, site.settings, f"simulators.{site.name}"))


SIMULATOR: Final = Simulator(
    kind="iam",
    build=build,
    faces=(Face("oidc", OPERATIONS, reject, sender),),
    ledgers=lambda realm: (),
    controls=CONTROLS,
)
