"""A bank that speaks the Mojaloop reference core banking API, over the engine of accounts."""

from __future__ import annotations

from collections.abc import Iterable

from loopyard.engine.simulator import Face, Simulator
from loopyard.engine.site import Site
from loopyard.kernel.ledger import Ledger
from loopyard.kernel.settings import read
from simulators.cbs.mojaloop_reference.operations.controls import CONTROLS
from simulators.cbs.mojaloop_reference.operations.core import MESSAGES, OPERATIONS
from simulators.cbs.mojaloop_reference.settings import Settings
from simulators.cbs.mojaloop_reference.state import Bank
from simulators.cbs.mojaloop_reference.wire.contract import ReferenceContract
from simulators.cbs.mojaloop_reference.wire.reject import admit, reject, sender


def build(site: Site) -> Bank:
    """A bank with fresh books. Raises UsageError for settings that it does not know."""
    return Bank(site, read(Settings, site.settings, f"simulators.{site.name}"))


def ledgers(bank: Bank) -> Iterable[Ledger]:
    return (bank.book.ledger,)


SIMULATOR = Simulator(
    kind="mojaloop_reference",
    build=build,
    faces=(Face("core", OPERATIONS, reject, sender, admit, ReferenceContract),),
    ledgers=ledgers,
    messages=MESSAGES,
    controls=CONTROLS,
    forget=Bank.forget,
)
