"""Peer DFSPs: any number of payees and payers, with books, fees and manners of their own."""

from __future__ import annotations

from collections.abc import Iterable, Set

from loopyard.engine.simulator import Face, Simulator
from loopyard.kernel.ledger import Ledger
from loopyard.protocols import schemas
from loopyard.protocols.iso20022.notation import notation
from simulators.dfsp.operations import OPERATIONS
from simulators.dfsp.operations.controls import CONTROLS
from simulators.dfsp.state.peers import Peers
from simulators.dfsp.webhooks import MESSAGES
from simulators.dfsp.webhooks import bulk as bulk_messages
from simulators.dfsp.wire.refusal import reject
from simulators.participant.refusal import admit, sender


def ledgers(peers: Peers) -> Iterable[Ledger]:
    """One book a peer."""
    return [peer.bank.ledger for peer in peers.all.values()]


def forget(peers: Peers, references: Set[str]) -> None:
    """Drop transfers, payments and requests to pay of these ids."""
    peers.forms.forget(references)
    for peer in peers.all.values():
        peer.payee.forget(references)
        peer.payer.forget(references)
        peer.bulks.forget(references)
        peer.requests.forget(references)


SIMULATOR = Simulator(
    kind="dfsp",
    build=Peers,
    # The face has no contract: what comes in was formed by others, and is judged where they send it.
    faces=(Face("fspiop", OPERATIONS, reject, sender, admit, notations=notation),),
    ledgers=ledgers,
    messages=(*MESSAGES, *bulk_messages.MESSAGES),
    controls=CONTROLS,
    contract=lambda: schemas.load("fspiop_2.0"),
    notations=notation,
    forget=forget,
)
