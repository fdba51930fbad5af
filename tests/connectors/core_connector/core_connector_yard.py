"""The core connector between a stub bank and a stub Mojaloop connector, on the virtual clock over real sockets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
from core_connector_bank import Account, Bank
from core_connector_mojaloop import Mojaloop

from connectors.core_connector import CONNECTOR
from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Answer, Client, NoAnswer
from loopyard.transport.server import Listener
from loopyard.world.host import ConnectorHost

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AMINA, BOB = "265991000101", "265881000201"


class Yard:
    """Amina has 500 MWK and Bob an account; both bank here. `parts` replace parts of the connector."""

    def __init__(
        self,
        store: Path,
        settings: Mapping[str, Any] | None = None,
        parts: Mapping[str, Any] | None = None,
        duplicates: str = "replay",
    ) -> None:
        self.clock = VirtualClock(START)
        self.settings = {"fsp_id": "green-bank", **(settings or {})}
        self.bank = Bank(self.clock, self.settings.get("profile", "extended"), duplicates)
        self.mojaloop = Mojaloop(self.clock)
        self.amina = self.bank.open(AMINA, "500", name="Amina Banda")
        self.bob = self.bank.open(BOB, "10")
        self._listeners = {
            "green-bank": Listener(self.clock, self.bank),
            "mojaloop_connector": Listener(self.clock, self.mojaloop),
        }
        self.host = ConnectorHost("core_connector", CONNECTOR, self.settings, self.clock, self._url, store)
        self._parts = parts or {}
        self._channel = Client(self.clock, Ids("channel"))

    def _url(self, party: str, face: str) -> str:
        return self._listeners[party].url

    async def __aenter__(self) -> Yard:
        for listener in self._listeners.values():
            await listener.start()
        await self.host.listen()
        await self.host.begin(Ids("core"), self._parts)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._channel.close()
        await self.host.close()
        for listener in self._listeners.values():
            await listener.stop()

    async def call(self, face: str, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        body = None if content is None else content if isinstance(content, bytes) else orjson.dumps(content)
        answer = await self.clock.drive(self._channel.call(method, self.host.listeners[face].url + path, body=body))
        return answer.status, orjson.loads(answer.body) if answer.body else None

    async def ask(self, *more: tuple[str, str, str, Any]) -> list[Answer | NoAnswer]:
        """Several calls at the same moment."""

        async def one(face: str, method: str, path: str, content: Any) -> None:
            try:
                answers.append(
                    await self._channel.call(method, self.host.listeners[face].url + path, body=orjson.dumps(content))
                )
            except NoAnswer as error:
                answers.append(error)

        answers: list[Answer | NoAnswer] = []
        handles = [self.clock.spawn(one(*each)) for each in more]
        while not all(handle.done for handle in handles):
            await self.clock.advance(1)
        return answers

    # -- the channel ------------------------------------------------------------------------------------------------

    async def send(self, amount: str = "100", home: str = "home-1", receive: str = "MWK", **more: Any) -> tuple[int, Any]:
        return await self.call("dfsp", "POST", "/send-money", request(amount, home, receive) | more)

    async def pay_merchant(self, amount: str = "100", home: str = "home-1", receive: str = "MWK") -> tuple[int, Any]:
        wish = request(amount, home, receive)
        wish["receiveAmount"] = wish.pop("sendAmount")
        return await self.call("dfsp", "POST", "/merchant-payment", wish)

    async def accept(self, transfer: str, yes: bool = True, home: str = "home-1") -> tuple[int, Any]:
        return await self.call("dfsp", "PUT", f"/send-money/{transfer}", {"acceptQuote": yes, "homeTransactionId": home})

    async def offered(self, amount: str = "100", home: str = "home-1", receive: str = "MWK") -> str:
        status, terms = await self.send(amount, home, receive)
        assert status == 200, terms
        return str(terms["transactionId"])

    async def state(self, transfer: str) -> Any:
        status, content = await self.call("dfsp", "GET", f"/transfers/{transfer}")
        assert status == 200, content
        return content

    async def unresolved(self) -> list[str]:
        _, content = await self.call("dfsp", "GET", "/transfers?unresolved=true")
        return [each["state"] + (" parked" if each["parked"] else "") for each in content]

    # -- the Mojaloop connector -------------------------------------------------------------------------------------

    async def quoted(self, transfer: str = "T1", amount: str = "50", kind: str = "SEND") -> Any:
        status, content = await self.call("sdk", "POST", "/quoterequests", quote_request(transfer, amount, kind))
        assert status == 200, content
        return content

    async def prepared(self, quote: Mapping[str, Any], **more: Any) -> tuple[int, Any]:
        return await self.call("sdk", "POST", "/transfers", prepare(quote) | more)

    def treasuries(self) -> tuple[Account, Account]:
        """The institution's own money: 1000 MWK and 1000 ZMW."""
        opened = [self.bank.open(f"treasury-{code}", "1000", code, "ACCOUNT_NUMBER", "Treasury") for code in ("MWK", "ZMW")]
        return opened[0], opened[1]

    async def fx_notice(self, key: str, state: str) -> tuple[int, Any]:
        return await self.call("sdk", "PUT", f"/fxTransfers/{key}", {"conversionState": state})

    async def notice(self, transfer: str, state: str) -> tuple[int, Any]:
        return await self.call("sdk", "PUT", f"/transfers/{transfer}", {"currentState": state})


def request(amount: str, home: str, receive: str) -> dict[str, Any]:
    return {
        "homeTransactionId": home,
        "payeeId": BOB,
        "payeeIdType": "MSISDN",
        "sendAmount": amount,
        "sendCurrency": "MWK",
        "receiveCurrency": receive,
        "transactionType": "TRANSFER",
        "payer": {"name": "Amina Banda", "payerId": AMINA},
    }


def quote_request(transfer: str, amount: str, kind: str, payee: str = BOB, currency: str = "MWK") -> dict[str, Any]:
    return {
        "quoteId": f"Q-{transfer}",
        "transactionId": transfer,
        "to": {"idType": "MSISDN", "idValue": payee, "firstName": "Bob"},
        "from": {"idType": "MSISDN", "idValue": "1", "displayName": "Pay Er"},
        "amountType": kind,
        "amount": amount,
        "currency": currency,
        "transactionType": "TRANSFER",
        "initiator": "PAYER",
        "initiatorType": "CONSUMER",
    }


def prepare(quote: Mapping[str, Any]) -> dict[str, Any]:
    amount = {"amount": quote["transferAmount"], "currency": quote["transferAmountCurrency"]}
    return {
        "transferId": quote["transactionId"],
        "quote": dict(quote),
        "from": {"idType": "MSISDN", "idValue": "1"},
        "to": {"idType": "MSISDN", "idValue": BOB},
        "amountType": "SEND",
        "currency": "MWK",
        "amount": quote["transferAmount"],
        "transactionType": "TRANSFER",
        "ilpPacket": {"data": {"amount": amount}},
    }


def fx_wish(key: str, amount: str, kind: str = "SEND", target: str = "ZMW", unknown: str | None = None) -> dict[str, Any]:
    source: dict[str, str] = {"currency": "MWK"}
    wanted: dict[str, str] = {"currency": target}
    fixed, open_ = (wanted, source) if kind == "RECEIVE" else (source, wanted)
    fixed["amount"] = amount
    if unknown is not None:
        open_["amount"] = unknown
    return {
        "conversionRequestId": f"R-{key}",
        "conversionTerms": {
            "conversionId": key,
            "determiningTransferId": f"T-{key}",
            "initiatingFsp": "blue-wallet",
            "counterPartyFsp": "green-bank",
            "amountType": kind,
            "sourceAmount": source,
            "targetAmount": wanted,
            "expiration": "2026-03-02T09:00:00.000Z",
        },
    }


def fx_prepare(terms: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
    kept = ("determiningTransferId", "initiatingFsp", "counterPartyFsp", "sourceAmount", "targetAmount")
    return {"commitRequestId": key or terms["conversionId"], **{name: terms[name] for name in kept}, "condition": "c" * 43}
