"""Whatever breaks, no money is lost and none is doubled: each fault at each operation of the bank and of the hub, each fault of
messages on each message of the hub, and a crash of either connector at each of its boundaries.

Representatives: of faults that a caller cannot tell apart (`close` with `applied`, `applied-no-reply`) there is one. Calls that
move nothing (lookups, quotes, questions) and notices to peers get one fault of each sort. A boundary is crashed at in the first
journey that passes it, and again where it means something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from loopyard.testing.lab import Lab
from loopyard.world.file import WorldFile
from tests.conformance import survival
from tests.conformance.survival import BANK, PATIENCE, SUT, Stage, judge, raised

CAUTIOUS: Final = {"repeat_is_safe": False}
WORLDS: Final[Mapping[str, Callable[[], WorldFile]]] = {
    "default": survival.default,
    "provider": survival.provider,
    "reject": lambda: survival.default(duplicate_reserve="reject"),
    "reject-cautious": lambda: survival.default(CAUTIOUS, duplicate_reserve="reject"),
    "second-hold": lambda: survival.default(CAUTIOUS, duplicate_reserve="second-hold"),
    "published": lambda: survival.default({"profile": "published"}, profile="published"),
}
WORLD_OF: Final = {"converting": "provider", "debited": "published"}

REQUEST_FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "applied-no-reply": {},
    "not-applied-no-reply": {},
    "close": {},
    "reset": {},
    "hang": {},
    "hang applied": {"applied": True},
    "latency": {"seconds": 8.0},
    "slow-drip": {},
    "truncated": {},
    "garbage": {},
    "garbage inside": {"inside": True},
    "empty-body": {},
    "empty-body unapplied": {"applied": False},
    "soft-error": {},
    "soft-error applied": {"applied": True},
    "status": {},
    "status applied": {"applied": True, "status": 503},
    "throttle": {},
}
"""Every fault of requests; what follows its name in words tells two forms of it apart. 8 s are more than a bank gets."""
OF_EACH_SORT: Final = ("not-applied-no-reply", "hang", "garbage inside", "soft-error", "status", "throttle")
UNCLEAR: Final = (
    "applied-no-reply", "not-applied-no-reply", "hang", "hang applied", "latency", "garbage", "truncated", "status applied",
)  # fmt: skip
LASTING: Final = ("applied-no-reply", "not-applied-no-reply", "hang", "status", "throttle")

MESSAGE_FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "latency": {"seconds": 40.0},
    "latency beyond expiry": {"seconds": 100.0},
    "lost": {},
    "duplicated": {"copies": 2, "seconds": 1.0},
    "reordered": {"seconds": 30.0},
}
TO_PEERS: Final = ("latency beyond expiry", "lost")


class Blow(NamedTuple):
    """One fault of a journey."""

    journey: str
    on: str
    fault: str
    options: Mapping[str, Any]


def blows(faults: Mapping[str, Mapping[str, Any]], which: tuple[str, ...], places: str, **options: Any) -> list[Any]:
    """Each of `which` at each place, written "journey: operation operation ..." a line."""
    rows = []
    for journey, operations in (line.split(":") for line in places.strip().splitlines()):
        for on in operations.split():
            rows += [Blow(journey.strip(), on, fault, {**faults[fault], **options}) for fault in which]
    often = " often" * ("times" in options)
    return [pytest.param(row, id=f"{row.journey} {row.on} {row.fault}{often}".replace(" ", "-")) for row in rows]


@pytest.fixture(scope="module")
def labs() -> Iterator[Mapping[str, Lab]]:
    """Every world, started once."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(Lab(make())) for name, make in WORLDS.items()}


def play(labs: Mapping[str, Lab], journey: str, *suffers: tuple[str, str, Mapping[str, Any]], world: str = "") -> Stage:
    """A journey under faults, to the end of everybody's patience. Each fault must have struck."""
    stage = raised(labs[world or WORLD_OF.get(journey.partition("_")[0], "default")])
    for fault, on, options in suffers:
        stage.lab.world.fault(fault.partition(" ")[0], on, **{"nth": 1, **options})
    getattr(survival, journey)(stage)
    stage.lab.world.advance(PATIENCE)
    idle = [rule["on"] for rule in stage.control("faults.list") if not rule["hits"]]
    assert not idle, f"never struck: {idle}"
    return stage


# -- the bank -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "blow",
    [
        *blows(REQUEST_FAULTS, tuple(REQUEST_FAULTS), """
            outbound: funds.reserve funds.commit
            outbound_refused: funds.unreserve
            inbound: funds.reserve funds.commit
            inbound_expired: funds.unreserve
            converting: funds.reserve funds.commit
            converting_refused: funds.unreserve
            debited_refused: funds.refund"""),
        *blows(REQUEST_FAULTS, OF_EACH_SORT, """
            outbound: quotes.create
            inbound: accounts.get quotes.create
            asked: authentications.send authentications.verify"""),
    ],
)  # fmt: skip
def test_a_fault_of_the_bank_is_survived(labs: Mapping[str, Lab], blow: Blow) -> None:
    judge(play(labs, blow.journey, (blow.fault, f"{BANK}.{blow.on}", blow.options)))


@pytest.mark.parametrize("fault", UNCLEAR)
def test_the_second_leg_of_a_conversion_is_booked_all_the_same(labs: Mapping[str, Lab], fault: str) -> None:
    judge(play(labs, "converting", (fault, f"{BANK}.funds.reserve", {**REQUEST_FAULTS[fault], "nth": 2})))


@pytest.mark.parametrize("reserve", ["applied-no-reply", "not-applied-no-reply"])
@pytest.mark.parametrize("blow", blows(REQUEST_FAULTS, OF_EACH_SORT, "outbound: get\ninbound: get\nconverting: get"))
def test_a_question_to_the_bank_may_fail_as_well(labs: Mapping[str, Lab], blow: Blow, reserve: str) -> None:
    question = (blow.fault, f"{BANK}.funds.get", blow.options)
    judge(play(labs, blow.journey, (reserve, f"{BANK}.funds.reserve", {}), question))


@pytest.mark.parametrize("world", ["reject", "reject-cautious", "second-hold"])
@pytest.mark.parametrize("blow", blows(REQUEST_FAULTS, UNCLEAR, "outbound: funds.reserve\ninbound: funds.reserve"))
def test_a_bank_that_knows_no_repetition_holds_once(labs: Mapping[str, Lab], world: str, blow: Blow) -> None:
    judge(play(labs, blow.journey, (blow.fault, f"{BANK}.{blow.on}", blow.options), world=world))


# -- a bank of the published form ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("journey", ["debited", "debited_refused", "inbound"])
def test_a_published_bank_serves_the_plain_journeys(labs: Mapping[str, Lab], journey: str) -> None:
    stage = play(labs, journey, world="published")
    judge(stage)
    expected = {"debited": ["SETTLED"], "debited_refused": ["REFUNDED"], "inbound": []}[journey]
    assert [row["status"] for row in stage.control(f"{BANK}.home-transactions")] == expected


@pytest.mark.parametrize("fault", MESSAGE_FAULTS)
def test_a_debit_waits_for_the_hub_s_word(labs: Mapping[str, Lab], fault: str) -> None:
    stage = play(labs, "debited", (fault, "hub.transfers.fulfil-notice", MESSAGE_FAULTS[fault]))
    judge(stage)
    assert [row["status"] for row in stage.control(f"{BANK}.home-transactions")] == ["SETTLED"]


@pytest.mark.parametrize(
    "blow",
    blows(REQUEST_FAULTS, LASTING, "debited: hub.transfers.prepare", where={"from": BANK}, nth=0, times=8),
)
def test_a_debit_is_settled_or_refunded_as_the_hub_ends(labs: Mapping[str, Lab], blow: Blow) -> None:
    stage = play(labs, blow.journey, (blow.fault, blow.on, blow.options))
    judge(stage)
    (transfer,) = stage.control(f"{BANK}.home-transactions")
    committed = [row for row in stage.control("hub.transfers") if row["state"] == "committed"]
    assert transfer["status"] == ("SETTLED" if committed else "REFUNDED")


@pytest.mark.parametrize("blow", blows(REQUEST_FAULTS, UNCLEAR, "inbound: funds.reserve funds.commit"))
def test_what_a_published_bank_did_not_say_waits_for_a_person(labs: Mapping[str, Lab], blow: Blow) -> None:
    """It can neither be asked nor be told twice: the row is parked and listed, and nothing moves twice."""
    stage = play(labs, blow.journey, (blow.fault, f"{BANK}.{blow.on}", blow.options), world="published")
    assert stage.unresolved(), "nobody reports what the bank has not said"
    judge(stage, unresolved=True)


# -- the hub ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "blow",
    [
        *blows(REQUEST_FAULTS, tuple(REQUEST_FAULTS), """
            outbound: transfers.prepare
            asked: transfers.prepare
            refunding: transfers.prepare
            converted: fx-transfers.prepare transfers.prepare
            inbound: transfers.fulfil
            converting: fx-transfers.fulfil"""),
        *blows(REQUEST_FAULTS, OF_EACH_SORT, """
            asked: transaction-requests.respond authorizations.get
            asking: transaction-requests.request authorizations.respond
            refunding: parties.get quotes.request
            outbound: parties.get quotes.request
            converted: fx-quotes.request
            inbound: parties.respond quotes.respond
            inbound_declined: transfers.error
            converting: fx-quotes.respond
            converting_declined: fx-transfers.error
            outbound_unheard: transfers.get
            inbound_unheard: transfers.get
            converting_unheard: fx-transfers.get"""),
        *blows(REQUEST_FAULTS, LASTING, """
            outbound: transfers.prepare
            converted: fx-transfers.prepare transfers.prepare
            inbound: transfers.fulfil
            converting: fx-transfers.fulfil
            inbound_unheard: transfers.get""", nth=0, times=8),
    ],
)  # fmt: skip
def test_a_fault_of_the_hub_is_survived(labs: Mapping[str, Lab], blow: Blow) -> None:
    judge(play(labs, blow.journey, (blow.fault, f"hub.{blow.on}", {**blow.options, "where": {"from": BANK}})))


@pytest.mark.parametrize(
    "blow",
    [
        *blows(MESSAGE_FAULTS, tuple(MESSAGE_FAULTS), """
            outbound: parties.respond-notice quotes.respond-notice transfers.fulfil-notice
            outbound_refused: transfers.error-notice
            outbound_unheard: transfers.state-notice
            converted: fx-quotes.respond-notice fx-transfers.fulfil-notice transfers.fulfil-notice
            inbound: parties.get-notice quotes.request-notice transfers.prepare-notice transfers.patch-notice
            inbound_expired: transfers.error-notice
            inbound_unheard: transfers.state-notice
            converting: fx-quotes.request-notice fx-transfers.prepare-notice fx-transfers.patch-notice
            converting_refused: fx-transfers.patch-notice
            converting_unheard: fx-transfers.state-notice"""),
        *blows(MESSAGE_FAULTS, ("latency", "lost", "duplicated"), """
            asked: transaction-requests.request-notice authorizations.respond-notice transfers.fulfil-notice
            asking: transaction-requests.respond-notice authorizations.get-notice transfers.patch-notice"""),
        *blows(MESSAGE_FAULTS, TO_PEERS, """
            outbound: parties.get-notice quotes.request-notice transfers.prepare-notice transfers.patch-notice
            converted: fx-quotes.request-notice fx-transfers.prepare-notice transfers.prepare-notice fx-transfers.patch-notice
            inbound: quotes.respond-notice transfers.fulfil-notice
            converting: fx-quotes.respond-notice fx-transfers.fulfil-notice transfers.prepare-notice transfers.patch-notice"""),
    ],
)  # fmt: skip
def test_a_fault_of_a_message_is_survived(labs: Mapping[str, Lab], blow: Blow) -> None:
    judge(play(labs, blow.journey, (blow.fault, f"hub.{blow.on}", blow.options)))


def test_by_the_real_hub_s_rule_a_conversion_whose_transfer_never_came_stays_open() -> None:
    """Nothing but that is open: the payer has her money back, and the hub holds position and target until somebody acts."""
    with Lab(survival.default(hub={"expire_fulfilled_conversions": False})) as lab:
        stage = play({"default": lab}, "converted", ("lost", "hub.fx-transfers.fulfil-notice", {}))
        verdict = stage.watch.verdict()
        assert verdict.clean, verdict.summary()
        (item,) = verdict.open_items
        assert "is open at the hub" in item.text
        assert stage.channel.order.last.told != "completed"
        assert not [each for each in lab.world.accounts(owner=BANK) if each.gained or each.held]


# -- crashes ------------------------------------------------------------------------------------------------------------

TERMS: Final = """
outbound: payments.request.recorded payments.terms.received payments.offer.recorded
outbound: outbound.party.stored outbound.party.sent outbound.party.answered outbound.payeeResolved outbound.quote.stored
outbound: outbound.quote.sent outbound.quote.answered outbound.quoteReceived
converted: outbound.servicesFxpReceived outbound.fx-quote.stored outbound.fx-quote.sent outbound.fx-quote.answered
converted: outbound.fxQuoteReceived
inbound: inbound.quote.stored inbound.quote.agreed inbound.quote.answer.stored inbound.quote.answer.sent
asked: inbound.request.stored requests.received.recorded inbound.request.answer.stored inbound.request.answer.sent
asking: outbound.request.stored outbound.request.sent outbound.request.answered
converting: inbound.fx-quote.stored inbound.fx-quote.agreed inbound.fx-quote.answer.stored inbound.fx-quote.answer.sent
"""
"""Boundaries before any money is touched: how long a connector is down makes no difference there."""
MAIN: Final = """
outbound: payments.consent.recorded payments.reserve.done payments.reserve.recorded payments.accept.recorded
outbound: payments.accept.done payments.outcome.recorded payments.capture.done payments.capture.recorded
outbound: outbound.prepare.stored outbound.prepare.sent outbound.prepare.answered outbound.succeeded
converted: outbound.fx-prepare.stored outbound.fx-prepare.sent outbound.fx-prepare.answered
converted: outbound.fxTransferSucceeded outbound.prepare.stored
inbound: receipts.transfer.recorded receipts.reserve.done receipts.reserve.recorded receipts.final.recorded
inbound: receipts.commit.done receipts.commit.recorded
inbound: inbound.prepare.stored inbound.prepare.reserved inbound.prepare.fulfil.stored inbound.prepare.fulfil.sent
inbound: inbound.prepare.final.stored inbound.prepare.final.delivered
asked: requests.password.sent outbound.authorization.stored outbound.authorization.sent outbound.authorization.answered
asked: outbound.otpReceived payments.consent.recorded payments.reserve.recorded payments.accept.recorded
asked: outbound.prepare.sent outbound.succeeded payments.capture.done
refunding: payments.consent.recorded payments.reserve.recorded payments.accept.recorded payments.accept.done
refunding: payments.capture.done
converting: conversions.transfer.recorded conversions.reserve.done conversions.reserve.recorded conversions.final.recorded
converting: conversions.pay.done conversions.pay.recorded conversions.collect.done conversions.book.done
converting: conversions.book.recorded
converting: inbound.fx-prepare.stored inbound.fx-prepare.reserved inbound.fx-prepare.fulfil.stored
converting: inbound.fx-prepare.fulfil.sent inbound.fx-prepare.final.stored inbound.fx-prepare.final.delivered
"""
"""A connector is down shortly, and until after everything has expired."""
ASIDE: Final = """
outbound_refused: payments.release.done payments.release.recorded outbound.errored
outbound_unheard: payments.query.done payments.outcome.recorded outbound.errored outbound.resynced
outbound_unheard: outbound.get-transfer.stored outbound.get-transfer.sent outbound.get-transfer.answered
outbound_declined: outbound.aborted
inbound_expired: receipts.final.recorded receipts.release.done receipts.release.recorded inbound.prepare.final.stored
inbound_declined: inbound.prepare.refusal.stored inbound.prepare.refusal.sent
converting_refused: conversions.final.recorded conversions.release.done conversions.release.recorded
converting_declined: inbound.fx-prepare.refusal.stored inbound.fx-prepare.refusal.sent
debited: payments.consent.recorded payments.accept.recorded payments.accept.done payments.outcome.recorded
debited_refused: payments.release.done payments.release.recorded
"""


def points(table: str, *pauses: int) -> list[Any]:
    rows = [(journey, at, pause) for journey, places in (line.split(":") for line in table.strip().splitlines())
            for at in places.split() for pause in pauses]  # fmt: skip
    return [pytest.param(*row, id=f"{row[0]}-{row[1]}-{row[2]}") for row in rows]


def crashed(labs: Mapping[str, Lab], journey: str, at: str, pause: int, world: str = "") -> Stage:
    """A journey with a crash at a boundary; the connector is down for `pause` seconds, and has all the time then."""
    stage = raised(labs[world or WORLD_OF.get(journey.partition("_")[0], "default")])
    connector = SUT[at.startswith(("outbound.", "inbound."))]
    stage.lab.world.crash(connector, at=at)
    getattr(survival, journey)(stage)
    for _ in range(20):
        if at in stage.passed(connector):
            break
        stage.lab.world.advance(15)
    assert at in stage.passed(connector), f"{connector} never passes {at}"
    stage.lab.world.advance(pause)
    stage.lab.world.restart(connector)
    stage.lab.world.advance(PATIENCE)
    return stage


@pytest.mark.parametrize(("journey", "at", "pause"), [*points(TERMS, 1), *points(MAIN, 1, 200), *points(ASIDE, 1)])
def test_a_crash_is_survived(labs: Mapping[str, Lab], journey: str, at: str, pause: int) -> None:
    judge(crashed(labs, journey, at, pause))


@pytest.mark.parametrize("world", ["reject", "second-hold"])
@pytest.mark.parametrize(
    ("journey", "at", "pause"),
    points(
        "outbound: payments.consent.recorded payments.reserve.done\ninbound: receipts.transfer.recorded receipts.reserve.done",
        1,
    ),
)
def test_a_crash_beside_a_bank_that_knows_no_repetition(
    labs: Mapping[str, Lab], journey: str, at: str, pause: int, world: str
) -> None:
    judge(crashed(labs, journey, at, pause, world))


@pytest.mark.parametrize("name", SUT)
def test_no_boundary_is_left_out(name: str) -> None:
    text = (Path(__file__).parents[2] / "connectors" / name / "README.md").read_text(encoding="utf-8")
    section = text.split("## Boundaries")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    documented = {at for row in rows for at in re.findall(r"`([\w.-]+)`", row.split(" | ")[0]) if at.count(".")}
    crashed_at = {at for line in (TERMS + MAIN + ASIDE).split("\n") for at in line.partition(":")[2].split()}
    assert len(documented) > 20
    assert documented <= crashed_at
