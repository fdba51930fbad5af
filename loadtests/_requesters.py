"""The two ends of a request to pay: a customer of the institution under test who asks or is asked, and a customer elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

from _payers import FIRST_LOOK, LONGEST_LOOK, Counterparty, Payer
from _people import Person
from _session import CONTROL, SEND_MONEY
from _users import Failed

MADE, CAME = "/request-to-pay", "/payment-requests"


class Requester(Payer, Counterparty):
    """Asks for money in front of the system under test, or is asked; the world makes the other side do its part."""

    abstract = True
    calls: ClassVar[tuple[str, ...]] = (SEND_MONEY, CONTROL)

    # -- ours asks --------------------------------------------------------------------------------------------------------

    def make(self, payee: Person, payer: Person, amount: str) -> str:
        """Look for whom to ask, and ask: the request's id, once the payer's institution has it. Raises Failed."""
        body = {
            "homeTransactionId": str(uuid4()), "payee": {"payeeId": payee.id_value, "name": payee.name},
            "payerIdType": payer.id_type, "payerId": payer.id_value, "amount": amount, "currency": payee.currency,
        }  # fmt: skip
        _, told = self.ask("POST", self.api + MADE, f"POST {MADE}", json=body)
        id_ = str(told["transactionRequestId"])
        _, told = self.ask("PUT", f"{self.api}{MADE}/{id_}", f"PUT {MADE}/{{id}}", json={"acceptParty": True})
        if told["currentState"] != "SENT":
            raise Failed(f"the request was not sent: {told['currentState']}")
        return id_

    def approve(self, payer: Person, id_: str) -> None:
        """The customer elsewhere pays what she was asked for. Raises Failed."""
        self.world_makes("dfsp.approve-request", "approve a request", {"fsp": payer.dfsp, "id": id_})

    def paid(self, id_: str) -> str:
        """PAID once ours sees that she has the money; another final state as it is. Raises Failed."""

        def over(told: Any) -> str | None:
            if told.get("paid"):
                return "PAID"
            return told["currentState"] if told["currentState"] in ("REJECTED", "FAILED", "DECLINED") else None

        return self._until(over, f"{MADE}/{id_}", f"GET {MADE}/{{id}}")

    # -- ours is asked ----------------------------------------------------------------------------------------------------

    def come(self, payee: Person, payer: Person, amount: str) -> str:
        """A customer elsewhere asks one of ours: the request's id, once ours sees it. Raises Failed."""
        by, of = ({"id_type": who.id_type, "id_value": who.id_value} for who in (payee, payer))
        order = {"fsp": payee.dfsp, "payee": by, "payer": of, "amount": amount, "currency": payee.currency}
        id_ = str(self.world_makes("dfsp.ask", "ask to be paid", order)["transactionRequestId"])
        self._until(lambda told: told.get("transactionRequestId"), f"{CAME}/{id_}", f"GET {CAME}/{{id}}")
        return id_

    def pay(self, id_: str) -> str:
        """See the terms, agree, and wait for the final state. Raises Failed."""
        url = f"{self.api}{CAME}/{id_}"
        self.ask("POST", url, f"POST {CAME}/{{id}}")
        status, told = self.ask("PUT", url, f"PUT {CAME}/{{id}}", (200, 504), json={"acceptQuote": True})
        if status == 200:
            return str(told["currentState"])

        def over(told: Any) -> str | None:
            return told["currentState"] if told.get("currentState") in ("ACCEPTED", "REJECTED", "FAILED") else None

        return self._until(over, f"{CAME}/{id_}", f"GET {CAME}/{{id}}")

    def _until(self, read: Callable[[Any], str | None], path: str, name: str) -> str:
        """Ask until there is an answer that `read` finds something in; not found is not there yet. Raises Failed."""
        look = FIRST_LOOK / 10
        while True:
            status, told = self.ask("GET", self.api + path, name, (200, 404))
            if status == 200 and (found := read(told)):
                return found
            self.pause(look)
            look = min(look * 2, LONGEST_LOOK)
