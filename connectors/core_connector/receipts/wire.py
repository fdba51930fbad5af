"""Messages of the backend API to and from receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from connectors.core_connector import body, people
from connectors.core_connector.cbs import Account, Holder
from connectors.core_connector.errors import Malformed
from connectors.core_connector.receipts.model import Quote, QuoteRequest, Receipt
from connectors.core_connector.settings import Settings
from loopyard.kernel.errors import MoneyError
from loopyard.kernel.money import Money, parse_fspiop
from loopyard.protocols.fspiop.dates import InvalidDateTime, from_iso, to_iso

End = Literal["commit", "abort", "unclear"]


def party(holder: Holder, sub_id: str | None, account: Account, settings: Settings) -> dict[str, Any]:
    """200 of GET /parties. Names are split at spaces: first, what lies between, last."""
    first, *rest = account.name.split() or [account.name]
    found: dict[str, Any] = {"idType": holder.id_type, "idValue": holder.id_value}
    if sub_id:
        found["idSubValue"] = sub_id
    found |= {"type": "CONSUMER", "displayName": account.name, "firstName": first}
    if rest[:-1]:
        found["middleName"] = " ".join(rest[:-1])
    if rest:
        found["lastName"] = rest[-1]
    return found | {"fspId": settings.fsp_id, "supportedCurrencies": [account.currency]}


def quote_request(content: Mapping[str, Any]) -> QuoteRequest:
    """POST /quoterequests. Raises Malformed."""
    kind = body.text(content, "amountType")
    if kind not in ("SEND", "RECEIVE"):
        raise Malformed(f"amountType {kind!r} is neither SEND nor RECEIVE")
    expiration = content.get("expiration")
    try:
        return QuoteRequest(
            body.text(content, "quoteId"),
            body.text(content, "transactionId"),
            kind,  # type: ignore[arg-type]
            parse_fspiop(body.text(content, "amount"), body.text(content, "currency")),
            people.holder(body.part(content, "to")),
            people.holder(body.part(content, "from")),
            from_iso(expiration) if expiration is not None else None,
            body.text(content, "transactionRequestId", ""),
        )
    except (MoneyError, InvalidDateTime) as error:
        raise Malformed(str(error)) from None


def quote(given: Quote) -> dict[str, str]:
    """200 of POST /quoterequests."""
    code = given.transfer.currency.code
    return {
        "quoteId": given.request.quote_id,
        "transactionId": given.request.transaction_id,
        "transferAmount": str(given.transfer),
        "transferAmountCurrency": code,
        "payeeReceiveAmount": str(given.receives),
        "payeeReceiveAmountCurrency": code,
        "payeeFspFeeAmount": str(given.fee),
        "payeeFspFeeAmountCurrency": code,
        "payeeFspCommissionAmount": "0",
        "payeeFspCommissionAmountCurrency": code,
        "expiration": to_iso(given.expires_at),
    }


def prepared(content: Mapping[str, Any]) -> tuple[str, str, list[Money]]:
    """POST /transfers: the transfer's id, the quote's, and every place that says what the hub will move. Raises Malformed."""
    terms = body.part(content, "quote")
    try:
        amounts = [parse_fspiop(body.text(terms, "transferAmount"), body.text(terms, "transferAmountCurrency"))]
        packet = content.get("ilpPacket")
        data = packet.get("data") if isinstance(packet, Mapping) else None
        if isinstance(data, Mapping) and isinstance(data.get("amount"), Mapping):
            amounts.append(parse_fspiop(data["amount"].get("amount"), data["amount"].get("currency")))
    except MoneyError as error:
        raise Malformed(str(error)) from None
    return body.text(content, "transferId"), body.text(terms, "quoteId"), amounts


def shown(content: Mapping[str, Any]) -> dict[str, Any]:
    """What GET /transfers/{id} will repeat."""
    return {
        key: content[key] for key in ("amount", "amountType", "currency", "from", "to", "transactionType") if key in content
    }


def reserved(receipt: Receipt, settings: Settings) -> dict[str, str]:
    """200 of POST /transfers."""
    answer = {
        "homeTransactionId": receipt.home_id,
        "transferState": settings.transfer_state,
        "completedTimestamp": to_iso(receipt.at),
    }
    own = settings.like_others.fulfilment
    return answer | {"fulfilment": own} if own else answer


def end(content: Mapping[str, Any]) -> End:
    """PUT /transfers: how the transfer ended. Two fields say so; where they disagree, or neither is final, it is unclear."""
    notice = content.get("finalNotification")
    at_hub = notice.get("transferState") if isinstance(notice, Mapping) else None
    said = {_END.get(str(content.get("currentState"))), _END.get(str(at_hub))} - {None}
    if said == {"commit"}:
        return "commit"
    if said == {"abort"}:
        return "abort"
    return "unclear"


_END: Mapping[str, End] = {"COMPLETED": "commit", "COMMITTED": "commit", "ABORTED": "abort"}


STATES: Mapping[str, str] = {"COMMITTED": "COMMITTED", "COMMITTING": "COMMITTED", "CREDITING": "COMMITTED"}
ENDED: Mapping[str, str] = {"RELEASED": "ABORTED", "RELEASING": "ABORTED", "REFUSED": "ABORTED", "WITHDRAWING": "ABORTED"}


def status(receipt: Receipt) -> dict[str, Any]:
    """200 of GET /transfers/{id} on the backend API."""
    state = receipt.row.state
    return {
        "homeTransactionId": receipt.home_id,
        **receipt.shown,
        "timestamp": to_iso(receipt.at),
        "transferState": STATES.get(state) or ENDED.get(state) or "RESERVED",
    }
