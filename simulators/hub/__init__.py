"""The Mojaloop hub: switch, account lookup, quoting, ledger. Its declaration; everything else stands in its modules."""

from __future__ import annotations

from typing import Final

from loopyard.engine.simulator import Face, Simulator
from loopyard.engine.site import Site
from loopyard.protocols import schemas
from loopyard.protocols.iso20022.notation import notation
from simulators.hub import settings
from simulators.hub.operations import (
    ADMIN_OPERATIONS,
    ALS_ADMIN_OPERATIONS,
    FSPIOP_OPERATIONS,
    ORACLE_OPERATIONS,
    SETTLEMENT_OPERATIONS,
)
from simulators.hub.operations.controls import CONTROLS
from simulators.hub.state import Hub, retention
from simulators.hub.webhooks.gateway import gate
from simulators.hub.webhooks.messages import MESSAGES
from simulators.hub.webhooks.notices import announce
from simulators.hub.wire import admin, als_admin, fspiop, oracle

_API: Final = "fspiop_2.0"


def build(site: Site) -> Hub:
    """A hub as its world's plan has it. Raises UsageError for settings that cannot be used."""
    return Hub(site, settings.of(site), announce)


SIMULATOR: Final = Simulator(
    kind="hub",
    build=build,
    faces=(
        Face(
            "fspiop", FSPIOP_OPERATIONS, fspiop.reject, fspiop.sender, fspiop.admit, lambda: schemas.load(_API), gate, notation
        ),
        Face("admin", ADMIN_OPERATIONS, admin.reject, admin.sender, admin.admit),
        Face("settlement", SETTLEMENT_OPERATIONS, admin.reject, admin.sender, admin.admit),
        Face("als-admin", ALS_ADMIN_OPERATIONS, als_admin.reject, admin.sender, als_admin.admit),
        Face("oracle", ORACLE_OPERATIONS, oracle.reject, admin.sender, admin.admit),
    ),
    ledgers=lambda hub: (hub.book,),
    messages=MESSAGES,
    controls=CONTROLS,
    contract=lambda: schemas.load(_API),
    notations=notation,
    forget=retention.forget,
)
