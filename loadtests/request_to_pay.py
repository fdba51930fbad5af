"""Request to pay: customers of the institution under test ask others for money, and are asked and pay."""

from __future__ import annotations

import _run  # noqa: F401  begins and ends the run
from _people import amount
from _requesters import Requester
from _shapes import Chosen
from locust import task

__all__ = ["Chosen", "RequestToPay"]


class RequestToPay(Requester):
    """A customer who asks until she has the money, and one who is asked, sees the terms and pays."""

    @task
    def ask_for_money(self) -> None:
        payee, payer = self.session.crowd.pair(self.chance)
        with self.journey("ask for money, to final state") as journey:
            id_ = self.make(payee, payer, amount(self.chance, range(10, 100)))
            self.approve(payer, id_)
            journey.ends_with(self.paid(id_), state="PAID")

    @task
    def pay_request(self) -> None:
        payer, payee = self.session.crowd.pair(self.chance)
        with self.journey("pay a request, to final state") as journey:
            id_ = self.come(payee, payer, amount(self.chance, range(10, 100)))
            journey.ends_with(self.pay(id_), state="ACCEPTED")
