"""FXP: customers of the institution under test send money into another currency, through an FX provider."""

from __future__ import annotations

import _run  # noqa: F401  begins and ends the run
from _payers import Payer
from _people import amount
from _shapes import Chosen
from locust import task

__all__ = ["Chosen", "Fxp"]


class Fxp(Payer):
    """A customer who sends abroad. Her amounts keep clear of those that make a simulated FX provider misbehave."""

    abroad = (True,)

    @task
    def send_abroad(self) -> None:
        payer, payee = self.session.crowd.pair(self.chance, abroad=True)
        with self.journey("send money abroad, to final state") as journey:
            terms = self.initiate(payer, payee, amount(self.chance, range(600, 1000)))
            journey.ends_with(self.accept(terms), state="COMPLETED")
