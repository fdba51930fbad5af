"""Inbound: customers of other institutions pay into the one under test."""

from __future__ import annotations

import _run  # noqa: F401  begins and ends the run
from _payers import Counterparty
from _people import amount
from _shapes import Chosen
from locust import task

__all__ = ["Chosen", "Inbound"]


class Inbound(Counterparty):
    """A customer elsewhere who pays one of ours, until her own institution knows that it is done."""

    @task
    def receive_money(self) -> None:
        payee, payer = self.session.crowd.pair(self.chance)
        with self.journey("receive money, to final state") as journey:
            journey.ends_with(self.pay_in(payer, payee, amount(self.chance, range(10, 100))), state="COMMITTED")
