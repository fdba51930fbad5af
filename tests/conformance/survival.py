"""One payment that must survive something: the worlds it runs in, the journeys, and the verdict after everybody has had time
to put things right. What it must survive stands in test_survival."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.base import SutUnreachable
from loopyard.testing.lab import Lab
from loopyard.testing.observation import Observation, watch_world
from loopyard.world.defaults import default_world
from loopyard.world.file import WorldFile, parse

PATIENCE: Final = 900
"""Seconds after which nothing may be left to do: the longest pause of either connector, several times."""
SUT: Final = ("core_connector", "mojaloop_connector")
BANK: Final = "green-bank"
DECLINED: Final = {"status": "FAILED", "reason": "ACCOUNT_BLOCKED"}
FUNDS: Final = {"cap": "5000000", "funds": "5000000"}


def default(connector: Mapping[str, Any] | None = None, hub: Mapping[str, Any] | None = None, **bank: Any) -> WorldFile:
    """The default world with other settings of the home bank, the core connector and the hub."""
    raw = _raw()
    raw["simulators"]["hub"] |= hub or {}
    raw["simulators"][BANK] |= bank
    raw["connectors"]["core_connector"] |= connector or {}
    return parse(raw, "survival")


def provider() -> WorldFile:
    """The home institution is an FX provider between two peers: Bob pays from Blue Wallet, Mutale is paid at Zed Bank."""
    raw = _raw()
    raw["dfsp"] = [each for each in raw["dfsp"] if each["id"] != BANK]
    raw["fxp"] = [{"id": BANK, "name": "Green Bank", "play": "home", "currencies": {"MWK": FUNDS, "ZMW": FUNDS}}]
    raw["person"] = [each for each in raw["person"] if each["dfsp"] != BANK]
    names = {each["name"] for each in raw["person"]}
    cast = raw["cast"]
    cast["banks"] = {name: id_ for name, id_ in cast["banks"].items() if not id_.endswith("-fx")}
    cast["people"] = {name: full for name, full in cast["people"].items() if full in names}
    raw["connectors"]["core_connector"] |= {"mode": "fxp", "rates": {"MWK/ZMW": "0.0125"}}
    return parse(raw, "survival")


def _raw() -> dict[str, Any]:
    """The default world; its hub lets go of a conversion whose transfer never comes, as the real one does not: so that whatever
    is still open in the end is open because of the system under test."""
    raw = tomllib.loads(default_world().read_text(encoding="utf-8"))
    raw["simulators"]["hub"]["expire_fulfilled_conversions"] = True
    return raw


@dataclass(slots=True)
class Stage:
    """A world at its start, and what one payment of it has done."""

    lab: Lab
    watch: Observation

    @property
    def channel(self) -> Channel:
        return self.watch.channel

    def control(self, operation: str, /, **arguments: Any) -> Any:
        return self.lab.world.control(operation, **arguments)

    def person(self, name: str) -> Any:
        return self.lab.file.cast.people[name]

    def passed(self, connector: str) -> list[str]:
        """The boundaries that a connector has passed."""
        names: list[str] = self.control("connectors.boundaries", name=connector)
        return names

    def unresolved(self) -> frozenset[str]:
        """What the system under test itself reports as unfinished."""
        return self.channel.unresolved()


def raised(lab: Lab, seed: str = "survival") -> Stage:
    """The world as at its start, under watch."""
    return Stage(lab, watch_world(lab.world, seed))


Journey = Callable[[Stage], None]


def outbound(stage: Stage) -> None:
    """Amina sends 100 MWK to Bob."""
    pay(stage, "Amina", "Bob", "100")


def outbound_refused(stage: Stage) -> None:
    """As outbound, and Bob's wallet refuses the transfer: what was reserved is released."""
    stage.control("dfsp.behave", fsp="blue-wallet", on="transfers", do="error", **{"with": {"code": "5104"}})
    pay(stage, "Amina", "Bob", "100")


def converted(stage: Stage) -> None:
    """Chikondi sends 1,000 MWK to Mutale, who is paid in ZMW; Lake FX converts."""
    pay(stage, "Chikondi", "Mutale", "1000")


def outbound_unheard(stage: Stage) -> None:
    """As outbound, and the hub's word of the commit is lost: it must be asked for."""
    stage.lab.world.fault("lost", "hub.transfers.fulfil-notice", nth=1)
    outbound(stage)


def outbound_declined(stage: Stage) -> None:
    """Amina asks what it costs to send 100 MWK to Bob, and refuses."""
    order = stage.channel.initiate(stage.person("Amina"), stage.person("Bob"), Money("100", "MWK"))
    if order.last.told == "terms":
        stage.channel.refuse(order)


def debited(stage: Stage) -> None:
    """As outbound at a bank of the published form: the channel debits before it accepts, and settles when it hears the end."""
    amina, channel = stage.person("Amina"), stage.channel
    order = channel.initiate(amina, stage.person("Bob"), Money("100", "MWK"))
    if order.last.told != "terms":
        return
    home = order.payment.reference
    stage.control(
        f"{BANK}.debit-for-transfer", id_type=amina.id_type, id_value=amina.id_value, homeTransactionId=home, amount="100"
    )
    channel.accept(order)


def debited_refused(stage: Stage) -> None:
    """As debited, and Bob's wallet refuses the transfer: the debit is refunded."""
    stage.control("dfsp.behave", fsp="blue-wallet", on="transfers", do="error", **{"with": {"code": "5104"}})
    debited(stage)


def inbound(stage: Stage) -> None:
    """Bob sends 100 MWK to Amina."""
    send(stage, "Bob", "Amina", "100")


def inbound_expired(stage: Stage) -> None:
    """As inbound, and no fulfil reaches the hub: the transfer expires there, and what was reserved is released."""
    stage.lab.world.fault("not-applied-no-reply", "hub.transfers.fulfil", where={"from": BANK})
    send(stage, "Bob", "Amina", "100")


def inbound_unheard(stage: Stage) -> None:
    """As inbound, and the hub's notice of the commit is lost: it must be asked for."""
    stage.lab.world.fault("lost", "hub.transfers.patch-notice", nth=1)
    inbound(stage)


def inbound_declined(stage: Stage) -> None:
    """As inbound, and the bank declines to reserve."""
    stage.lab.world.fault("soft-error", f"{BANK}.funds.reserve", body=DECLINED)
    inbound(stage)


def converting(stage: Stage) -> None:
    """Bob sends 400 MWK to Mutale; the home institution converts."""
    send(stage, "Bob", "Mutale", "400", fxp=BANK)


def converting_refused(stage: Stage) -> None:
    """As converting, and Mutale's bank refuses the transfer: the target is released."""
    stage.control("dfsp.behave", fsp="zed-bank", on="transfers", do="error", **{"with": {"code": "5104"}})
    send(stage, "Bob", "Mutale", "400", fxp=BANK)


def converting_unheard(stage: Stage) -> None:
    """As converting, and the hub's notice of the commit is lost: it must be asked for."""
    stage.lab.world.fault("lost", "hub.fx-transfers.patch-notice", nth=1)
    converting(stage)


def converting_declined(stage: Stage) -> None:
    """As converting, and the bank declines to hold the target."""
    stage.lab.world.fault("soft-error", f"{BANK}.funds.reserve", body=DECLINED)
    converting(stage)


def asked(stage: Stage) -> None:
    """Bob asks Amina for 100 MWK; she agrees, and he types the password that her bank has sent her."""
    amina, bob, requests = stage.person("Amina"), stage.person("Bob"), stage.channel.requests
    row = stage.control(
        "dfsp.ask",
        fsp=bob.dfsp,
        payee={"id_value": bob.id_value},
        payer={"id_value": amina.id_value},
        amount="100",
        password=True,
    )
    stage.lab.world.advance(1)
    request_id = row["transactionRequestId"]
    with suppress(SutUnreachable):
        if stage.channel.have(requests.terms(request_id)).told == "terms":
            stage.channel.have(requests.decide(request_id, True))
            stage.lab.world.advance(1)
    for sent in stage.control(f"{BANK}.passwords", id_type=amina.id_type, id_value=amina.id_value):
        stage.control("dfsp.type-password", fsp=bob.dfsp, id=sent["authenticationId"], value=sent["value"])
        stage.lab.world.advance(1)


def asking(stage: Stage) -> None:
    """Amina asks Bob for 100 MWK; he agrees, and she types the password that his wallet has sent him."""
    amina, bob, channel = stage.person("Amina"), stage.person("Bob"), stage.channel
    told = channel.request(amina, bob, Money("100", "MWK"), password=True)
    request_id = told.body.get("transactionRequestId")
    if told.told != "terms" or request_id is None:
        return
    with suppress(SutUnreachable):
        channel.have(channel.requests.confirm(request_id, True))
        stage.lab.world.advance(1)
        if stage.control("dfsp.request", fsp=bob.dfsp, id=request_id) is not None:
            stage.control("dfsp.approve-request", fsp=bob.dfsp, id=request_id)
            stage.lab.world.advance(1)
            value = stage.control("dfsp.read-password", fsp=bob.dfsp, id=request_id)["value"]
            channel.have(channel.requests.type_password(request_id, value))
            stage.lab.world.advance(1)


def refunding(stage: Stage) -> None:
    """Bob sends 100 MWK to Amina, and she gives 40 MWK of it back."""
    inbound(stage)
    (received,) = stage.control("hub.transfers")
    order = stage.channel.refund(stage.person("Amina"), received["id"], Money("40", "MWK"), "returned")
    if order.last.told == "terms":
        stage.channel.accept(order)


def pay(stage: Stage, payer: str, payee: str, amount: str) -> None:
    """A customer of the home institution pays: she asks for terms, and accepts what she is shown."""
    order = stage.channel.initiate(stage.person(payer), stage.person(payee), Money(amount, "MWK"))
    if order.last.told == "terms":
        stage.channel.accept(order)


def send(stage: Stage, payer: str, payee: str, amount: str, **more: Any) -> None:
    """A customer of a peer pays."""
    who, whom = stage.person(payer), stage.person(payee)
    names = {"payer": {"id_value": who.id_value}, "payee": {"id_value": whom.id_value}}
    stage.control("dfsp.send", fsp=who.dfsp, amount=amount, **names, **more)
    stage.lab.world.advance(1)


def settle(stage: Stage) -> None:
    """The channel of a published bank settles what it hears is completed."""
    for order in stage.channel.orders:
        if order.transfer_id and order.last.told == "completed":
            debits = {row["homeTransactionId"]: row["status"] for row in stage.control(f"{BANK}.home-transactions")}
            if debits.get(order.payment.reference) == "DEBITED":
                stage.control(f"{BANK}.settle-transfer", homeTransactionId=order.payment.reference)


def judge(stage: Stage, unresolved: bool = False) -> None:
    """AssertionError unless every book agrees, nothing is open, and the payer was told the truth at all times.

    With `unresolved` the system under test may itself report something as unfinished, and that alone may be open.
    """
    for order in stage.channel.orders:
        if order.transfer_id:
            stage.channel.ask(order)
    settle(stage)
    verdict = stage.watch.verdict()
    wrong = [f"{each.kind}: {each.text}" for each in verdict.findings if each.fails]
    if not unresolved:
        wrong += [f"open: {item.text}" for item in verdict.open_items]
    elif open_at_hub := [row["id"] for row in stage.control("hub.transfers") if row["state"] == "open"]:
        wrong.append(f"open at the hub: {open_at_hub}")
    wrong += untruths(stage, unresolved)
    assert not wrong, "\n".join(wrong)


def untruths(stage: Stage, unresolved: bool) -> list[str]:
    """What the payer was told against the hub's own record of her transfer."""
    states = {row["id"]: row["state"] for row in stage.control("hub.transfers")}
    wrong = []
    for order in stage.channel.orders:
        state = states.get(order.transfer_id or "", "aborted")
        for outcome in order.told:
            if (outcome.told, state) in (("completed", "aborted"), ("completed", "open"), ("failed", "committed")):
                wrong.append(f"she was told {outcome.told} ({outcome.code} {outcome.message}), the hub says {state}")
        if order.transfer_id and not unresolved and order.last.told == "pending":
            wrong.append(f"after all that time she is still told pending: {order.last.message}; the hub says {state}")
    return wrong
