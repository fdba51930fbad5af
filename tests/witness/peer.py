"""A witness peer: one institution that pays, is paid and converts, over real sockets, with none of the harness's code. When
it and the simulated hub agree on who owes what, that is two opinions and not one. Standard library only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from tests.witness.books import Books
from tests.witness.mailbox import Mailbox
from tests.witness.messages import Message, call, headers, packed
from tests.witness.payee import Payee
from tests.witness.payer import Order, Payer, Payment
from tests.witness.provider import Provider

__all__ = ["Order", "Payment", "Peer"]


class Peer:
    """Listens at `url` from its making until `close`. `hub` is the hub's FSPIOP address; it may be set later.

    `people` are customers as "MSISDN:265...", `rates` make it an FX provider. `problems` are what it could not make sense of.
    """

    def __init__(
        self,
        fsp: str,
        hub: str = "",
        *,
        people: Collection[str] = (),
        currencies: Collection[str] = (),
        fee: str = "0",
        rates: Mapping[tuple[str, str], Decimal] | None = None,
        ilp_version: int = 1,
    ) -> None:
        self.fsp = fsp
        self.hub = hub
        self.books = Books()
        self.payer = Payer(fsp, self._say, self.books)
        self.payee = Payee(fsp, self._say, self.books, people, currencies, Decimal(fee), ilp_version=ilp_version)
        self.provider = Provider(fsp, self._say, self.books, rates or {}, ilp_version=ilp_version)
        self.mailbox = Mailbox(fsp, self._take)

    @property
    def url(self) -> str:
        return self.mailbox.url

    @property
    def problems(self) -> list[str]:
        return self.mailbox.problems

    def send(
        self,
        payer: str,
        payee: str,
        amount: str,
        currency: str,
        *,
        amount_type: str = "SEND",
        via: str | None = None,
        into: str | None = None,
    ) -> Payment:
        """Pay, and wait for the end. With `via` the payment is converted into currency `into`; a RECEIVE amount is in that."""
        return self.payer.send(Order(payer, payee, Decimal(amount), currency, amount_type, via, into))

    def _take(self, message: Message) -> None:
        parts = [unquote(part) for part in message.path.split("?")[0].split("/") if part]
        match message.method, *parts:
            case "GET", "parties", kind, identifier:
                self.payee.party(message, kind, identifier)
            case "POST", "quotes":
                self.payee.quote(message)
            case "POST", "transfers":
                self.payee.prepare(message)
            case "POST", "fxQuotes":
                self.provider.quote(message)
            case "POST", "fxTransfers":
                self.provider.prepare(message)
            case "PATCH", "transfers", id_:
                self.payee.notice(message, id_)
            case "PATCH", "fxTransfers", id_:
                self.provider.notice(message, id_)
            case "PUT", *_:
                self._called_back(message, parts)
            case _:
                raise LookupError("a witness peer does not serve this")

    def _called_back(self, message: Message, parts: list[str]) -> None:
        if self.payer.deliver(message):
            return
        match parts:
            case "transfers", id_:
                self.payee.notice(message, id_)
            case "transfers", id_, "error":
                self.payee.failed(id_)

    def _say(self, method: str, path: str, destination: str, content: dict[str, Any] | None) -> int:
        head = headers(method, path, self.fsp, destination or None)
        status, answer = call(self.hub, method, path, head, packed(content))
        if status >= 300:
            self.problems.append(f"{method} {path} was answered {status}: {answer[:200].decode('utf-8', 'replace')}")
        return status

    def close(self) -> None:
        self.mailbox.close()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.close()
