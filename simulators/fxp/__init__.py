"""FX providers: any number of them, with rates, charges, books and manners of their own."""

from __future__ import annotations

from collections.abc import Iterable, Set

from loopyard.engine.simulator import Face, Simulator
from loopyard.kernel.ledger import Ledger
from loopyard.protocols import schemas
from loopyard.protocols.iso20022.notation import notation
from simulators.fxp.operations import OPERATIONS
from simulators.fxp.operations.controls import CONTROLS
from simulators.fxp.state.houses import Houses
from simulators.fxp.webhooks import MESSAGES
from simulators.fxp.wire.refusal import reject
from simulators.participant.refusal import admit, sender


def ledgers(houses: Houses) -> Iterable[Ledger]:
    """One book an FXP."""
    return [house.ledger for house in houses.all.values()]


def forget(houses: Houses, references: Set[str]) -> None:
    """Drop conversions of these ids."""
    houses.forms.forget(references)
    for house in houses.all.values():
        house.forget(references)


SIMULATOR = Simulator(
    kind="fxp",
    build=Houses,
    # The face has no contract: what comes in was formed by others, and is judged where they send it.
    faces=(Face("fspiop", OPERATIONS, reject, sender, admit, notations=notation),),
    ledgers=ledgers,
    messages=MESSAGES,
    controls=CONTROLS,
    contract=lambda: schemas.load("fspiop_2.0"),
    notations=notation,
    forget=forget,
)
