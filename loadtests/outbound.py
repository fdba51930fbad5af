"""Outbound: customers of the institution under test send money to others in their own currency."""

from __future__ import annotations

import _run  # noqa: F401  begins and ends the run
from _payers import Payer
from _people import amount
from _shapes import Chosen
from locust import task

__all__ = ["Chosen", "Outbound"]


class Outbound(Payer):
    """A customer who asks for terms, consents, and sees that the money has arrived."""

    @task
    def send_money(self) -> None:
        payer, payee = self.session.crowd.pair(self.chance)
        with self.journey("send money, to final state") as journey:
            terms = self.initiate(payer, payee, amount(self.chance, range(10, 100)))
            journey.ends_with(self.accept(terms), state="COMPLETED")
