"""Steps of traffic: who has been told what by whom, when, and how often. They read the log and never write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pytest_bdd import then

from loopyard.kernel.money import Money
from loopyard.protocols import ilp
from loopyard.testing.observation import Expected, Observation
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

MEANING: Final[Mapping[str, str]] = {
    "2001": "something went wrong there",
    "2002": "that is not implemented",
    "2003": "the service is not available",
    "3000": "it has no business with this",
    "3100": "the terms were not kept",
    "3105": "the signature does not hold",
    "3106": "the request was changed",
    "3201": "the other institution cannot be reached",
    "3202": "the payer's institution takes no part",
    "3203": "the payee's institution takes no part",
    "3204": "the party cannot be found",
    "3205": "there are no such terms",
    "3207": "there is no such transaction",
    "3208": "there is no such payment",
    "3209": "there are no such terms of a bulk",
    "3210": "there is no such bulk",
    "3300": "nobody has answered in time",
    "3302": "the terms have expired",
    "3303": "the payment has expired",
    "4001": "its liquidity does not suffice",
    "4200": "its limit does not allow it",
    "5106": "the payee does not take this currency",
    "5200": "the payee's limit does not allow it",
    "5400": "the payee cannot receive",
}
"""The scheme's codes in the words of the features: a feature that gives a code another meaning is wrong."""


def latest(world: World, operation: str, **where: str) -> dict[str, Any]:
    """The latest interaction of an operation; `where` compares sender and receiver. AssertionError when there is none."""
    rows = [row for row in world.traffic(operation=operation) if all(row[key] == value for key, value in where.items())]
    assert rows, f"there was no {operation} {where or ''}"
    return rows[-1]


def errors_told(world: World, to: str) -> list[Mapping[str, Any]]:
    """The errors that the hub has told an institution and that arrived, oldest first."""
    rows = (row for row in world.traffic() if row["receiver"] == to and row["outcome"] != "lost")
    return [row["request"]["errorInformation"] for row in rows if row["operation"].endswith("error-notice")]


@then(phrase("{bank:Name} is told that {meaning} ({code:d})"))
def is_told_error(world: World, cast: Cast, bank: str, meaning: str, code: int) -> None:
    assert MEANING.get(str(code)) == meaning, f"{code} does not mean {meaning!r} but {MEANING.get(str(code))!r}"
    told = errors_told(world, cast.banks[bank])
    assert told, f"{bank} has been told of no error"
    last = told[-1]
    assert last["errorCode"] == str(code), f"{bank} has been told {last['errorCode']}: {last.get('errorDescription')}"


@then(phrase("{bank:Name} answers that {meaning} ({code:d})"))
def answers_error(world: World, cast: Cast, bank: str, meaning: str, code: int) -> None:
    assert MEANING.get(str(code)) == meaning, f"{code} does not mean {meaning!r} but {MEANING.get(str(code))!r}"
    rows = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["path"].endswith("/error")]
    assert rows, f"{bank} has answered with no error"
    said = rows[-1]["request"]["errorInformation"]
    assert said["errorCode"] == str(code), f"{bank} has answered {said['errorCode']}: {said.get('errorDescription')}"


@then(phrase("{bank:Name} has answered no lookup"))
def answered_no_lookup(world: World, cast: Cast, bank: str) -> None:
    rows = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["path"].startswith("/parties/")]
    assert not rows, f"it has answered {rows[-1]['request']}"


@then(phrase("{bank:Name} is told of no error"))
def is_told_no_error(world: World, cast: Cast, bank: str) -> None:
    told = errors_told(world, cast.banks[bank])
    assert not told, f"{bank} has been told {told}"


@then(phrase("{bank:Name} learns that the number belongs to {name} of {payee_bank:Name}, who takes {currency}"))
def learns_party(world: World, cast: Cast, bank: str, name: str, payee_bank: str, currency: str) -> None:
    party = latest(world, "hub.parties.respond-notice", receiver=cast.banks[bank])["request"]["party"]
    seen = party["name"], party["partyIdInfo"]["fspId"], party["supportedCurrencies"]
    assert seen == (name, cast.banks[payee_bank], [cast.currencies[currency]]), f"it learns {seen}"


@then(phrase("the answer has come within {seconds:d} second"))
@then(phrase("the answer has come within {seconds:d} seconds"))
def answered_within(world: World, seconds: int) -> None:
    """The time between the first message of the log and the hub's latest word to whoever sent it."""
    rows = world.traffic()
    words = [row for row in rows if row["receiver"] == rows[0]["sender"] and row["method"] == "PUT"]
    assert words, f"{rows[0]['sender']} has had no answer"
    took = (datetime.fromisoformat(words[-1]["at"]) - datetime.fromisoformat(rows[0]["at"])).total_seconds()
    assert took <= seconds, f"it took {took} seconds"


@then(phrase("the terms are that {sent:Money} are sent and {received:Money} received"))
def terms_are(world: World, sent: Money, received: Money) -> None:
    terms = latest(world, "hub.quotes.respond-notice")["request"]
    seen = tuple(Money(terms[key]["amount"], terms[key]["currency"]) for key in ("transferAmount", "payeeReceiveAmount"))
    assert seen == (sent, received), f"{seen[0]} are sent and {seen[1]} received"


@then(phrase("by the terms {transfer:Money} are sent, which less a commission of {commission:Money} is what {payer:Name} pays"))
def terms_with_commission(watch: Observation, cast: Cast, transfer: Money, commission: Money, payer: str) -> None:
    terms = latest(watch.world, "hub.quotes.respond-notice")["request"]
    seen = tuple(Money(terms[key]["amount"], terms[key]["currency"]) for key in ("transferAmount", "payeeFspCommission"))
    assert seen == (transfer, commission), f"{seen[0]} are sent, with a commission of {seen[1]}"
    who = cast.people[payer]
    account = watch.world.account(owner=who.dfsp, role="customer", holder=f"{who.id_type}:{who.id_value}")
    assert -account.gained == transfer - commission, f"{payer} has paid {-account.gained}"


@then("nobody has been asked for terms")
def no_terms_asked(world: World) -> None:
    asked = world.traffic(operation="hub.quotes.request")
    assert not asked, f"{len(asked)} requests for terms reached the hub"


@then(phrase("{bank:Name} is given the same terms again"))
def same_terms(world: World, cast: Cast, bank: str) -> None:
    given = [
        row["request"] for row in world.traffic(operation="hub.quotes.respond-notice") if row["receiver"] == cast.banks[bank]
    ]
    assert len(given) > 1, f"it was given terms {len(given)} times"
    assert given[0] == given[-1], f"first {given[0]}, now {given[-1]}"


@then(phrase("{bank:Name} has been told {times:d} times that the payment is committed"))
def told_committed(world: World, cast: Cast, bank: str, times: int) -> None:
    names = ("hub.transfers.fulfil-notice", "hub.transfers.state-notice")
    rows = [row for name in names for row in world.traffic(operation=name) if row["receiver"] == cast.banks[bank]]
    states = [row["request"]["transferState"] for row in rows]
    assert states == ["COMMITTED"] * times, f"it was told {states}"


@then(phrase("{bank:Name} has not been told how the payment stands"))
def told_nothing(world: World, cast: Cast, bank: str) -> None:
    told_committed(world, cast, bank, 0)


@then(phrase("{bank:Name} is told by the hub that the payment is {state}"))
def told_state(world: World, cast: Cast, bank: str, state: str) -> None:
    told = latest(world, "hub.transfers.state-notice", receiver=cast.banks[bank])["request"]
    assert told["transferState"] == state.upper(), f"{bank} is told {told}"


@then(phrase("{bank:Name} has asked the hub how the payment stands"))
def has_asked(world: World, cast: Cast, bank: str) -> None:
    latest(world, "hub.transfers.get", sender=cast.banks[bank])


@then(phrase("{bank:Name} has answered payments {times:d} times, each time alike"))
def answered_alike(world: World, cast: Cast, bank: str, times: int) -> None:
    told = [row["request"] for row in world.traffic(operation="hub.transfers.fulfil") if row["sender"] == cast.banks[bank]]
    assert len(told) == times, f"it has answered {len(told)} times"
    assert all(each == told[0] for each in told), f"the answers differ: {told}"


@then(phrase("{bank:Name} has answered the payment with {state}"))
def answered_with(world: World, cast: Cast, bank: str, state: str) -> None:
    told = latest(world, "hub.transfers.fulfil", sender=cast.banks[bank])["request"]["transferState"]
    assert told == state, f"it has answered {told}"


@then(phrase("{bank:Name} says {state}, with the fulfilment that the payer's condition asks for"))
def says_state(world: World, cast: Cast, bank: str, state: str) -> None:
    told = latest(world, "hub.transfers.fulfil", sender=cast.banks[bank])["request"]
    condition = latest(world, "dfsp.transfers.send")["request"]["condition"]
    assert told["transferState"] == state, f"it says {told['transferState']}"
    assert ilp.fulfils(told.get("fulfilment"), condition), f"{told.get('fulfilment')} does not answer {condition}"


@then(phrase("{bank:Name} says {state}, without a fulfilment"))
def says_state_only(world: World, cast: Cast, bank: str, state: str) -> None:
    told = latest(world, "hub.transfers.fulfil", sender=cast.banks[bank])["request"]
    assert (told["transferState"], "fulfilment" in told) == (state, False), f"it says {told}"


@then(phrase('the audit reports "{kind}" by {bank:Name}'))
def audit_reports(watch: Observation, cast: Cast, kind: str, bank: str) -> None:
    watch.expected.append(Expected(kind, cast.banks[bank]))


@then("the report flags the hub's answer as a breach of its contract that was made on purpose")
def flagged(watch: Observation) -> None:
    findings = watch.world.control("contract.findings")
    found = [(each["operation"], each["level"], each["injected"]) for each in findings]
    assert ("hub.transfers.prepare", "breach", True) in found, f"the findings are {found}"
