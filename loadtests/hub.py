"""The hub's face alone: the generator is the payer's institution, a peer the payee's; only the hub is under test."""

from __future__ import annotations

from uuid import uuid4

import _run  # noqa: F401  begins and ends the run
from _hub_payer import HubPayer
from _people import amount
from _shapes import Chosen
from locust import task

__all__ = ["Chosen", "Hub"]


class Hub(HubPayer):
    """A payer's institution: discovery, agreement, transfer."""

    @task
    def pay(self) -> None:
        payer, payee = self.session.crowd.pair(self.chance)
        transfer_id = str(uuid4())
        with self.journey("transfer over the hub, to final state") as journey:
            party = self.look_up(payee)
            terms = self.ask_terms(payer, party, amount(self.chance, range(10, 100)), transfer_id)
            journey.ends_with(self.transfer(party, terms, transfer_id), state="COMMITTED")
