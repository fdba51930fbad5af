"""The two ends of a payment to or from the institution under test: a customer's app, and a customer elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import uuid4

from _people import Person
from _session import CONTROL, SEND_MONEY
from _users import Failed, Traveller

COMPLETED: Final = "COMPLETED"
FINAL: Final = (COMPLETED, "ABORTED", "ERROR_OCCURRED")
FIRST_LOOK, LONGEST_LOOK = 0.2, 2.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a payer was told before she consents: the ids by which she does."""

    reference: str
    transfer_id: str


class Payer(Traveller):
    """A customer's app in front of the system under test: its send-money API."""

    abstract = True
    calls: ClassVar[tuple[str, ...]] = (SEND_MONEY,)

    def initiate(self, payer: Person, payee: Person, amount: str) -> Terms:
        """Ask for terms. Raises Failed."""
        reference = str(uuid4())
        body = {
            "homeTransactionId": reference, "payer": {"name": payer.name, "payerId": payer.id_value},
            "payeeId": payee.id_value, "payeeIdType": payee.id_type, "sendAmount": amount, "sendCurrency": payer.currency,
            "receiveCurrency": payee.currency, "transactionType": "TRANSFER",
        }  # fmt: skip
        _, told = self.ask("POST", f"{self.api}/send-money", "POST /send-money", json=body)
        if not isinstance(told, dict) or "transactionId" not in told:
            raise Failed("POST /send-money: terms without a transactionId")
        return Terms(reference, str(told["transactionId"]))

    def accept(self, terms: Terms) -> str:
        """Consent, and wait for the final state. Raises Failed."""
        body = {"acceptQuote": True, "homeTransactionId": terms.reference}
        url = f"{self.api}/send-money/{terms.transfer_id}"
        status, told = self.ask("PUT", url, "PUT /send-money/{id}", (200, 504), json=body)
        return _state(told) if status == 200 else self._final(terms.transfer_id)

    def _final(self, transfer_id: str) -> str:
        """Nobody knew when the answer was due, so the app asks until somebody does."""
        look = FIRST_LOOK
        while True:
            self.pause(look)
            _, told = self.ask("GET", f"{self.api}/transfers/{transfer_id}", "GET /transfers/{id}")
            if (state := str((told or {}).get("currentState"))) in FINAL:
                return state
            look = min(look * 2, LONGEST_LOOK)

    @property
    def api(self) -> str:
        return self.session.address(SEND_MONEY)


def _state(told: Any) -> str:
    """An answer of 200 says that it is done, unless it says otherwise itself."""
    return str(told.get("currentState") or COMPLETED) if isinstance(told, dict) else COMPLETED


class Counterparty(Traveller):
    """A customer of a simulated institution, who pays into the one under test. The world makes her pay."""

    abstract = True
    calls: ClassVar[tuple[str, ...]] = (CONTROL,)

    def pay_in(self, payer: Person, payee: Person, amount: str) -> str:
        """Pay, and wait until the payer's institution knows how it ended. Raises Failed."""
        order = {
            "fsp": payer.dfsp, "payer": {"id_type": payer.id_type, "id_value": payer.id_value},
            "payee": {"id_type": payee.id_type, "id_value": payee.id_value}, "amount": amount, "currency": payer.currency,
            "timeout": self.session.options.patience,
        }  # fmt: skip
        told = self.world_makes("dfsp.pay", "pay in", order)
        error = told.get("error")
        return f"{told['state']} {error['code']}" if error else str(told["state"])

    def world_makes(self, operation: str, name: str, order: dict[str, Any]) -> Any:
        """Let the world make her institution do something; `name` stands in the statistics. Raises Failed."""
        control = self.session.control
        headers = control.headers if control else {}
        _, told = self.ask("POST", f"{self.session.address(CONTROL)}/control/{operation}", name, json=order, headers=headers)
        return told
