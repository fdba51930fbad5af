"""What every driver can be asked and answers, whatever API it speaks. A driver speaks and reads; it calls nobody itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

import orjson

from loopyard.kernel.errors import InfrastructureError
from loopyard.kernel.money import Money

Told = Literal["terms", "completed", "pending", "failed"]
Result = TypeVar("Result")


class SutUnreachable(InfrastructureError):
    """The system under test does not answer at all: the lab is broken, not the bank."""


@dataclass(frozen=True, slots=True)
class Birth:
    """Date (ISO 8601), city and country (ISO 3166) of a payer's birth, as her institution knows them."""

    date: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What a customer asks for. `amount` is what she sends (SEND) or what the payee shall get (RECEIVE)."""

    payer_id_type: str
    payer_id: str
    payer_name: str
    payee_id_type: str
    payee_id: str
    amount: Money
    amount_type: Literal["SEND", "RECEIVE"]
    send_currency: str
    receive_currency: str
    reference: str
    payee_sub_id: str | None = None
    payer_birth: Birth | None = None
    refund_of: str | None = None
    """The transfer that this gives back, or a part of it."""
    refund_reason: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a payee asks of a payer. `password` says that the payer shall prove who she is."""

    payee_id: str
    payee_name: str
    payer_id_type: str
    payer_id: str
    amount: Money
    reference: str
    password: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the customer is told: terms to consent to, done, not known yet, or failed with the scheme's error code."""

    told: Told
    transfer_id: str | None = None
    code: str | None = None
    message: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    http_status: int | None = None

    def money(self, amount: str, currency: str) -> Money:
        """An amount of the terms by the names of its members."""
        return Money(str(self.body[amount]), str(self.body[currency]))


@dataclass(frozen=True, slots=True)
class Identifier:
    """Under what an institution's customer shall be found: type, value, and where there is one a sub-id and a currency."""

    id_type: str
    id_value: str
    sub_id: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What came of registering or removing identifiers: None for each that went through, the scheme's code for each that did
    not, in the order of the answer; or the code of an error for them all."""

    codes: tuple[str | None, ...] = ()
    failure: str | None = None
    message: str = ""
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer to a call. One that never came is 504, as a customer's app takes it."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The JSON of the body, None where there is none."""
        try:
            return orjson.loads(self.text) if self.text else None
        except orjson.JSONDecodeError:
            return None

    @property
    def members(self) -> dict[str, Any]:
        """The body as an object: anything else is the text of a message."""
        told = self.json
        return told if isinstance(told, dict) else {"message": self.text} if self.text else {}


@dataclass(frozen=True, slots=True)
class Talk(Generic[Result]):
    """One call to the system under test, and what to make of its answer."""

    method: str
    path: str
    read: Callable[[Heard], Result]
    body: Mapping[str, Any] | Sequence[Any] | None = None

    @property
    def call(self) -> dict[str, Any]:
        """The arguments of the world's `channel.call`."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        content = "" if self.body is None else orjson.dumps(self.body).decode()
        return {"method": self.method, "path": self.path, "body": content, "headers": headers}

    def heard(self, answer: Mapping[str, Any]) -> Result:
        """The meaning of what `channel.call` answers. Raises SutUnreachable when nobody listens."""
        if answer.get("no_answer") == "refused":
            raise SutUnreachable(f"the system under test does not answer: {answer['detail']}; start it, or correct its address")
        return self.read(Heard(answer.get("status", 504), answer.get("body", "")))


class RequestsDriver(Protocol):
    """A way to make requests to pay, and to answer those that come."""

    def ask(self, wish: Wish) -> Talk[Outcome]:
        """Find who shall pay."""

    def confirm(self, request_id: str, accept: bool) -> Talk[Outcome]:
        """Have who was found asked, or not."""

    def type_password(self, request_id: str, value: str) -> Talk[Outcome]:
        """Enter what the payer has told the payee."""

    def asked(self, request_id: str) -> Talk[Outcome]:
        """How a request that was made stands."""

    def open(self, payer_id: str) -> Talk[tuple[str, ...]]:
        """The ids of the open requests that came to a payer, the latest last."""

    def terms(self, request_id: str) -> Talk[Outcome]:
        """What paying a request would cost."""

    def decide(self, request_id: str, accept: bool) -> Talk[Outcome]:
        """Pay a request on its terms, or reject it."""

    def came(self, request_id: str) -> Talk[Outcome]:
        """How a request that came stands."""


class Driver(Protocol):
    """A way to start and steer payments. `calls` is the face that it speaks to, as "party.face"."""

    calls: str
    requests: RequestsDriver | None
    """How it speaks of requests to pay; None where it cannot."""

    def initiate(self, payment: Payment) -> Talk[Outcome]:
        """Ask for terms."""

    def decide(self, payment: Payment, transfer_id: str, accept: bool) -> Talk[Outcome]:
        """Consent to the terms or refuse them."""

    def ask(self, payment: Payment, transfer_id: str) -> Talk[Outcome]:
        """How the payment stands."""

    def unresolved(self) -> Talk[frozenset[str]]:
        """References that the system under test itself reports as not finished."""

    def register(self, identifiers: Sequence[Identifier]) -> Talk[Registration]:
        """Tell the scheme that customers can be found under these."""

    def remove(self, identifier: Identifier) -> Talk[Registration]:
        """Tell the scheme that nobody is found under this any more."""
