"""Exchanges, accounts and times that the tests of evidence share."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from loopyard.testing.evidence.model import AccountLine, AccountView, Exchange, Headers

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
JSON: Headers = (("Content-Type", "application/json"),)


def exchange(
    seq: int = 1,
    *,
    after: float = 0.0,
    sender: str = "hub",
    receiver: str = "green-bank",
    method: str = "POST",
    url: str = "/transfers",
    body: object = None,
    answer: object = None,
    headers: Headers = JSON,
    status: int | None = 202,
    outcome: str = "answered",
    fault: str | None = None,
    attempt: int = 1,
) -> Exchange:
    return Exchange(
        seq=seq,
        at=START + timedelta(seconds=after),
        sender=sender,
        receiver=receiver,
        operation="hub.transfers.prepare",
        method=method,
        url=url,
        request_headers=headers,
        request_body=encoded(body),
        status=status,
        response_headers=JSON,
        response_body=encoded(answer),
        outcome=outcome,
        fault=fault,
        attempt=attempt,
    )


def encoded(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()


def account(name: str = "savings", *, owner: str = "green-bank", moved: bool = True, held: str = "0") -> AccountView:
    lines = (AccountLine(START, "01M7XT8VXJ4391MAW2DDR0GS3B", "transfer", "100.5", ""),) if moved else ()
    return AccountView(
        owner=owner,
        name=name,
        role="customer",
        holder="Amina",
        currency="MWK",
        opening="500",
        closing="399.5" if moved else "500",
        held=held,
        lines=lines,
    )
