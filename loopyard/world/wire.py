"""What a world says of itself, as JSON and back: interactions, accounts, postings, people, verdicts. One form for local and
remote callers; amounts are texts of major units, moments ISO 8601, bytes base64."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from loopyard.audit import Finding, OpenItem, Verdict
from loopyard.engine.contract import ContractFinding
from loopyard.engine.faults.schedule import Rule
from loopyard.engine.plan import Participant, Person
from loopyard.engine.traffic import Interaction
from loopyard.kernel.ledger import Account, Posting
from loopyard.kernel.money import Money
from loopyard.world.file import Cast
from loopyard.world.logs import Line

Json = Any

# -- who is who -------------------------------------------------------------------------------------------------------


def participant_json(who: Participant) -> Json:
    return {
        "id": who.id, "kind": who.kind, "play": who.play, "name": who.name, "currencies": list(who.currencies),
        "schemes": list(who.schemes), "api": who.api or "fspiop",
    }  # fmt: skip


def person_json(who: Person) -> Json:
    return {
        "name": who.name, "dfsp": who.dfsp, "id_type": who.id_type, "id_value": who.id_value, "sub_id": who.sub_id,
        "currency": who.currency, "balance": str(who.balance), "status": who.status,
    }  # fmt: skip


def person_of(row: Mapping[str, Any]) -> Person:
    balance = Money(row["balance"], row["currency"])
    return Person(row["name"], row["dfsp"], row["id_type"], row["id_value"], balance, row["sub_id"], row["status"])


def cast_json(cast: Cast) -> Json:
    people = {name: person_json(who) for name, who in cast.people.items()}
    return {"banks": dict(cast.banks), "people": people, "currencies": dict(cast.currencies)}


def cast_of(row: Mapping[str, Any]) -> Cast:
    return Cast(row["banks"], {name: person_of(each) for name, each in row["people"].items()}, row["currencies"])


# -- books ------------------------------------------------------------------------------------------------------------


def account_json(owner: str, account: Account, before: Mapping[str, int]) -> Json:
    """`gained` is counted from `before`, in credits less debits of each account; one opened since then began at zero."""
    began = before.get(account.name, 0)
    earlier = Money.of_units(began if account.normal == "credit" else -began, account.currency)
    return {
        "owner": owner, "name": account.name, "role": account.role, "holder": account.holder, "normal": account.normal,
        "currency": account.currency.code, "balance": str(account.balance), "held": str(account.held),
        "available": str(account.available), "gained": str(account.balance - account.brought - earlier),
    }  # fmt: skip


def posting_json(owner: str, posting: Posting) -> Json:
    legs = [
        {"account": leg.account.name, "side": leg.side, "amount": str(abs(leg.amount)), "currency": leg.account.currency.code}
        for leg in posting.legs
    ]
    return {
        "owner": owner, "id": posting.id, "at": posting.at.isoformat(), "reference": posting.reference, "memo": posting.memo,
        "cause": posting.cause, "legs": legs,
    }  # fmt: skip


def verdict_json(verdict: Verdict) -> Json:
    findings = [asdict(each) | {"at": each.at.isoformat() if each.at else None} for each in verdict.findings]
    return {
        "clean": verdict.clean,
        "findings": findings,
        "open_items": [asdict(each) for each in verdict.open_items],
        "not_observed": list(verdict.not_observed),
    }


def verdict_of(row: Mapping[str, Any]) -> Verdict:
    findings = tuple(Finding(**each | {"at": _moment(each["at"])}) for each in row["findings"])
    return Verdict(findings, tuple(OpenItem(**each) for each in row["open_items"]), tuple(row["not_observed"]))


# -- faults and contracts ---------------------------------------------------------------------------------------------


def fault_json(rule: Rule) -> Json:
    return {
        "kind": rule.kind, "on": rule.on, "nth": rule.nth, "times": rule.times, "hits": rule.hits, "where": dict(rule.where),
        "probability": rule.probability, "options": asdict(rule.fault),  # type: ignore[call-overload]
    }  # fmt: skip


def line_json(line: Line) -> Json:
    return asdict(line) | {"at": line.at.isoformat()}


def contract_json(finding: ContractFinding) -> Json:
    return asdict(finding)


# -- what was said ----------------------------------------------------------------------------------------------------


def interaction_json(row: Interaction) -> Json:
    """For reading: bodies as JSON where they are JSON, as text otherwise. A request that was not written in the interface's own
    notation is told in that, and beside it as it was `written`."""
    return _told(row) | {
        "headers": _pairs(row.request_headers),
        "request": row.request() if row.request() is not None else row.request_body.decode("utf-8", "replace"),
        **({"written": row.written()} if row.notation is not None else {}),
        "response": row.response() if row.response() is not None else row.response_body.decode("utf-8", "replace"),
    }


def raw_interaction_json(row: Interaction) -> Json:
    """Everything, to the byte: `interaction_of` makes the same interaction of it."""
    return _told(row) | {
        "request_headers": _pairs(row.request_headers), "response_headers": _pairs(row.response_headers),
        "request_body": b64encode(row.request_body).decode(), "response_body": b64encode(row.response_body).decode(),
        "span": row.span, "refs_at": list(row.refs_at), "params": row.params, "deliberate": row.deliberate,
        "ended": row.ended.isoformat() if row.ended else None,
    }  # fmt: skip


def interaction_of(row: Mapping[str, Any]) -> Interaction:
    return Interaction(
        row["seq"], datetime.fromisoformat(row["at"]), row["sender"], row["receiver"], row["operation"], row["method"],
        row["path"], _headers(row["request_headers"]), b64decode(row["request_body"]), row["span"], tuple(row["refs_at"]),
        dict(row["params"]), row["status"], _headers(row["response_headers"]), b64decode(row["response_body"]),
        row["outcome"], _moment(row["ended"]), row["fault"], row["attempt"], row["deliberate"], row["note"],
        told_refs=tuple(row["refs"]),
    )  # fmt: skip


def _told(row: Interaction) -> dict[str, Json]:
    return {
        "seq": row.seq, "at": row.at.isoformat(), "sender": row.sender, "receiver": row.receiver, "operation": row.operation,
        "method": row.method, "path": row.path, "status": row.status, "outcome": row.outcome, "attempt": row.attempt,
        "fault": row.fault, "note": row.note, "refs": list(row.refs),
    }  # fmt: skip


def _pairs(headers: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(pair) for pair in headers]


def _headers(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
