"""The channel's customers, as a benchmark plays them: a complete outbound transfer over the send-money API."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

import orjson

from loopyard.transport.connections import Connections

HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
NAME = "Chikondi Phiri"
PAYER, PAYEE = "265991000102", "265881000201"
"""Chikondi and Bob of the default world, unless it gave them other numbers."""


def send_money(url: str, payer: str = PAYER, payee: str = PAYEE) -> Callable[[Connections], Awaitable[None]]:
    """Ask the core connector at `url` for terms, and accept them. AssertionError for a transfer that does not complete."""

    async def pay(connections: Connections) -> None:
        reference = str(uuid.uuid4())
        wish = {
            "homeTransactionId": reference, "payeeId": payee, "payeeIdType": "MSISDN", "sendAmount": "2",
            "sendCurrency": "MWK", "receiveCurrency": "MWK", "transactionType": "TRANSFER",
            "payer": {"name": NAME, "payerId": payer},
        }  # fmt: skip
        status, _, terms = await connections.exchange("POST", f"{url}/send-money", HEADERS, orjson.dumps(wish))
        assert status == 200, terms
        yes = orjson.dumps({"acceptQuote": True, "homeTransactionId": reference})
        path = f"{url}/send-money/{orjson.loads(terms)['transactionId']}"
        status, _, end = await connections.exchange("PUT", path, HEADERS, yes)
        assert status == 200, end

    return pay
