"""Answers of the API. Amounts are exact decimal literals; the extended profile writes a text beside each of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from loopyard.kernel.money import Money
from loopyard.protocols.canonical import insertion_json
from loopyard.transport.messages import Reply
from simulators.cbs.engine.accounts import BankAccount
from simulators.cbs.mojaloop_reference.state import Bank
from simulators.cbs.mojaloop_reference.state.home import HomeTransaction
from simulators.cbs.mojaloop_reference.state.quotes import Party, Quote
from simulators.cbs.mojaloop_reference.state.reserves import Outcome, Reserve
from simulators.cbs.mojaloop_reference.state.screening import RISK, Screening

Json = dict[str, Any]
VERSION = "1.0.0"


def reply(content: Json, status: int = 200) -> Reply:
    return Reply(status, insertion_json(content), (("Content-Type", "application/json; charset=utf-8"),))


def health(bank: Bank) -> Reply:
    content = {"status": bank.condition, "version": VERSION, "timestamp": _moment(bank.site.clock.now())}
    return reply(content, 503 if bank.condition == "DOWN" else 200)


def account(bank: Bank, party: Party, found: BankAccount) -> Reply:
    content = _party(party) | {
        "name": found.title,
        "currency": found.currency,
        "isActive": found.status in ("active", "frozen-debit", "frozen-credit"),
    }
    if bank.extended:
        content |= {"status": found.status.upper(), "accountNumber": found.number}
    return reply(content)


def quote(bank: Bank, given: Quote) -> Reply:
    order = given.order
    content: Json = {
        "quoteId": given.id,
        "transferId": given.transfer_id,
        order.side: _party(order.party) | {"accountType": given.account.product, "name": given.account.title},
        "currency": given.account.currency,
    }
    for name, money in (("sendAmount", given.sent), ("receiveAmount", given.received), ("fees", given.fee)):
        content |= _amount(bank, name, money)
    return reply(content | {"expiry": _moment(given.expiry)})


def screening(found: Screening) -> Reply:
    content: Json = {"canTransferProceed": found.reason is None}
    if found.reason is not None:
        content |= {"reason": found.reason, "restrictionDetails": list(found.details), "nextSteps": "CONTACT_COMPLIANCE"}
    statuses = zip(("payer", "payee"), found.known, strict=True)
    return reply(
        content
        | {
            "riskLevel": RISK[found.reason],
            "complianceCheckId": found.id,
            "screeningTimestamp": _moment(found.at),
            "expiry": _moment(found.expiry),
        }
        | {f"{role}VerificationStatus": _verification(role, found.reason, known) for role, known in statuses}
    )


def reserved(bank: Bank, reserve: Reserve) -> Reply:
    """What a reserve was answered, and is answered whenever its request is repeated: nothing here changes later."""
    content: Json = {"reserveId": reserve.id, "transferId": reserve.order.transfer_id, "status": reserve.outcome}
    if bank.extended:
        content |= _reason(reserve.reason) | _particulars(bank, reserve)
    return reply(content)


def committed(bank: Bank, outcome: Outcome) -> Reply:
    content: Json = {"transferId": outcome.reserve.order.transfer_id, "status": outcome.status}
    if bank.extended:
        content |= {"reserveId": outcome.reserve.id} | _reason(outcome.reason)
    return reply(content)


def released(bank: Bank, outcome: Outcome) -> Reply:
    content: Json = {"reserveId": outcome.reserve.id, "status": outcome.status}
    if bank.extended:
        content |= {"transferId": outcome.reserve.order.transfer_id} | _reason(outcome.reason)
    return reply(content)


def transfer(bank: Bank, reserves: tuple[Reserve, ...]) -> Reply:
    """Where the reserves of a transfer stand now."""
    home = next((each.order.home_transaction_id for each in reserves if each.order.home_transaction_id), None)
    content: Json = {"transferId": reserves[0].order.transfer_id} | ({} if home is None else {"homeTransactionId": home})
    rows = [{"reserveId": each.id, "status": each.state} | _particulars(bank, each) | _reason(each.reason) for each in reserves]
    return reply(content | {"reserves": rows})


def refunded(bank: Bank, home: HomeTransaction) -> Reply:
    done = home.state == "REFUNDED"
    content: Json = {"homeTransactionId": home.id, "refundCompleted": done}
    return reply(content if done or not bank.extended else content | _reason("ALREADY_SETTLED"))


def authentication(id_: str, status: str, left: int) -> Reply:
    """The status of a one-time password; the password itself goes to the customer alone."""
    return reply({"authenticationId": id_, "status": status, "attemptsLeft": left})


def _particulars(bank: Bank, reserve: Reserve) -> Json:
    order = reserve.order
    money = _amount(bank, "amount", order.amount) | {"currency": order.amount.currency.code}
    return {"side": order.side} | money | _amount(bank, "fees", reserve.fee)


def _amount(bank: Bank, name: str, money: Money) -> Json:
    return {name: money.decimal} | ({f"{name}Decimal": str(money)} if bank.extended else {})


def _party(party: Party) -> Json:
    return {"partyIdType": party.id_type, "partyIdentifier": party.id_value}


def _reason(reason: str | None) -> Json:
    return {} if reason is None else {"reason": reason}


def _verification(role: str, reason: str | None, known: bool) -> Json:
    hit = reason == f"{role.upper()}_SANCTIONS_MATCH"
    return {
        "identityVerified": known, "accountVerified": known, "sanctionsCheck": "HIT" if hit else "CLEAR",
        "pepStatus": "NONE", "amlRiskScore": 100 if hit else 0,
    }  # fmt: skip


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
