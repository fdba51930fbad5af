"""The probes: terms for a small payment that is refused at once, and a peer's payment that stops at its quote. Money never
moves. What was said meanwhile is what all later checks read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event
from typing import Any, Final
from uuid import uuid4

from loopyard.engine.plan import Person
from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.testing.doctor.patient import Patient
from loopyard.testing.drivers.base import Outcome, Payment, SutUnreachable, Talk
from loopyard.world.composition import CALLBACK_FACES

FINAL: Final = ("STOPPED", "ABORTED", "COMMITTED")
LOOK: Final = 0.1  # real seconds between two looks at an inbound payment
SMALLEST: Final = 10  # whole units: fees of a few units do not eat it up


@dataclass(frozen=True, slots=True)
class Outbound:
    """What the customer was told: about terms, and after she refused them. `heard` says how no answer came."""

    payment: Payment
    payee: Person
    terms: Outcome | None = None
    refusal: Outcome | None = None
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """How far the peer's payment has come: the row of its `transfer` control."""

    payer: Person
    payee: Person
    row: dict[str, Any]

    @property
    def state(self) -> str:
        return str(self.row["state"])


@dataclass(frozen=True, slots=True)
class Probed:
    """Everything that was seen. A probe that could not be made is None, with the reason in `why`."""

    patient: Patient
    outbound: Outbound | None
    inbound: Inbound | None
    why: tuple[str, str]
    rows: tuple[Interaction, ...]
    contract: tuple[dict[str, Any], ...]
    moved: tuple[str, ...]
    """Accounts on which something was posted or held."""

    def at_banks(self) -> list[Interaction]:
        """What the institution's own systems were asked: a bank may bear its participant's name."""
        banks = {face.rpartition(".")[0] for face in self.patient.banks}
        return [row for row in self.rows if row.operation.partition(".")[0] in banks]

    def said(self, sender: str, receiver: str) -> list[Interaction]:
        return [row for row in self.rows if row.sender == sender and row.receiver == receiver]


def probed(patient: Patient, reachable: frozenset[str]) -> Probed:
    """Make both probes and gather what was said. `reachable` are the faces that answered before."""
    world = patient.world
    since = max((row["seq"] for row in world.traffic()), default=0)
    before = _books(patient)
    outbound, why_out = _try_outbound(patient, reachable)
    inbound, why_in = _try_inbound(patient, reachable)
    world.settle()
    found = (each for each in world.control("contract.findings") if each["interaction"] > since and not each["injected"])
    moved = tuple(name for name, state in _books(patient).items() if before.get(name) != state)
    return Probed(patient, outbound, inbound, (why_out, why_in), tuple(world.interactions(since)), tuple(found), moved)


def _books(patient: Patient) -> dict[str, tuple[str, str]]:
    return {f"{row['owner']}/{row['name']}": (row["balance"], row["held"]) for row in patient.world.control("ledger.accounts")}


def _try_outbound(patient: Patient, reachable: frozenset[str]) -> tuple[Outbound | None, str]:
    face = patient.stage.driver.calls
    if face in patient.faces and face not in reachable:
        return None, f"{face} does not answer"
    pair = _pair(patient)
    if pair is None:
        return None, "nobody at a peer has the currency of a customer at home"
    return _outbound(patient, *pair), ""


def _outbound(patient: Patient, payer: Person, payee: Person) -> Outbound:
    driver, amount = patient.stage.driver, _small(payer)
    payment = Payment(
        payer.id_type, payer.id_value, payer.name, payee.id_type, payee.id_value, amount, "SEND", payer.currency,
        payee.currency, str(uuid4()), payee.sub_id,
    )  # fmt: skip
    terms, heard = _have(patient, driver.initiate(payment))
    refusal = None
    if terms and terms.told == "terms" and terms.transfer_id:
        refusal, heard = _have(patient, driver.decide(payment, terms.transfer_id, False))
    return Outbound(payment, payee, terms, refusal, heard)


def _have(patient: Patient, talk: Talk[Outcome]) -> tuple[Outcome | None, str]:
    answer = patient.world.control("channel.call", face=patient.stage.driver.calls, timeout=patient.patience, **talk.call)
    try:
        return talk.heard(answer), str(answer.get("no_answer", ""))
    except SutUnreachable as error:
        return None, str(error)


def _try_inbound(patient: Patient, reachable: frozenset[str]) -> tuple[Inbound | None, str]:
    for face in patient.faces:
        if face != patient.stage.driver.calls and face not in reachable:
            return None, f"{face} does not answer"
    pair = _pair(patient)
    if pair is None:
        return None, "nobody at a peer has the currency of a customer at home"
    return _inbound(patient, payer=pair[1], payee=pair[0]), ""


def _inbound(patient: Patient, payer: Person, payee: Person) -> Inbound:
    world, peers = patient.world, CALLBACK_FACES["dfsp"]
    row = world.control(
        f"{peers}.send", fsp=payer.dfsp, payer=_named(payer), payee=_named(payee), amount=str(_small(payer)),
        currency=payer.currency, until="quote",
    )  # fmt: skip
    wanted = {"fsp": payer.dfsp, "id": row["transferId"]}
    if patient.stage.virtual:
        world.settle()
        row = world.control(f"{peers}.transfer", **wanted)
        if row["state"] not in FINAL:
            world.advance(patient.patience)
    began = world.seconds
    while (row := world.control(f"{peers}.transfer", **wanted))["state"] not in FINAL:
        if world.seconds - began > patient.patience or patient.stage.virtual:
            break
        Event().wait(LOOK)
    return Inbound(payer, payee, row)


def _pair(patient: Patient) -> tuple[Person, Person] | None:
    """A customer at home and one of a peer, in one currency, with enough money for a probe each."""
    peers = {each["id"] for each in patient.told["participants"] if each["kind"] == "dfsp" and each["play"] == "peer"}
    able = [who for who in patient.world.people() if who.status == "active" and who.balance.units >= _small(who).units]
    at_home, elsewhere = ([who for who in able if who.dfsp in where and not who.sub_id] for where in ({patient.home}, peers))
    pairs = ((ours, theirs) for ours in _richest_first(at_home) for theirs in elsewhere if ours.currency == theirs.currency)
    return next(pairs, None)


def _richest_first(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda who: -who.balance.units)


def _small(who: Person) -> Money:
    """A hundredth of what somebody has, in whole units of the currency."""
    return Money(str(max(SMALLEST, int(who.balance.decimal / 100))), who.currency)


def _named(who: Person) -> dict[str, str]:
    return {"id_type": who.id_type, "id_value": who.id_value}
