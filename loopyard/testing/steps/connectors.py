"""Steps of the home DFSP's connectors: they crash, start again, and say what they have left to do."""

from __future__ import annotations

from typing import Final

from pytest_bdd import given, then, when

from loopyard.testing.channel import Channel
from loopyard.testing.observation import Observation
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World

CONNECTOR: Final = {"core connector": "core_connector", "Mojaloop connector": "mojaloop_connector"}
MOMENT: Final = {
    "before it tells the bank to reserve": "payments.consent.recorded",
    "before it notes that the bank has reserved": "payments.reserve.done",
    "once it has noted that the bank has reserved": "payments.reserve.recorded",
    "before the acceptance goes out": "payments.accept.recorded",
    "before it hears how the transfer ended": "payments.accept.done",
    "once it knows how the transfer ended": "payments.outcome.recorded",
    "before it notes that the bank has debited": "payments.capture.done",
    "before it notes that the bank has released": "payments.release.done",
    "before the acceptance of its bulk": "bulks.reserves.done",
    "after the acceptance of its bulk": "bulks.accept.done",
    "before its bulk goes out": "outbound.bulk-transfers.stored",
    "before it notes how its bulk ended": "outbound.bulk-transfers.answered",
    "before its prepare goes out": "outbound.prepare.stored",
    "while it waits for the fulfil": "outbound.prepare.sent",
    "once its certificate request is with the hub": "onboarding.DFSP_CLIENT_CERT.gettingDfspClientCert",
    "when the bank has reserved and nobody knows": "inbound.prepare.reserved",
    "while it waits for the hub's last word": "inbound.prepare.fulfil.sent",
}
"""Boundaries of the reference connectors in the words of the features."""


@given(phrase("{bank:Name}'s {connector} will crash {moment}"))
def will_crash(world: World, bank: str, connector: str, moment: str) -> None:
    world.crash(CONNECTOR[connector], at=MOMENT[moment])


@when(phrase("{bank:Name}'s {connector} starts again"))
def starts_again(world: World, bank: str, connector: str) -> None:
    """Work that is left begins at once, and takes the time that it needs up to ten seconds."""
    world.restart(CONNECTOR[connector])
    world.advance(10)


@then(phrase("{bank:Name} itself lists the transfer as unfinished"))
def lists_transfer(watch: Observation, channel: Channel, bank: str) -> None:
    listed = unfinished(watch)
    assert channel.order.transfer_id in listed, f"{bank} lists {sorted(listed) or 'nothing'}"


@then(phrase("{bank:Name} itself lists a payment as unfinished"))
def lists_something(watch: Observation, bank: str) -> None:
    assert unfinished(watch), f"{bank} lists nothing"


@then(phrase("{bank:Name} itself lists nothing as unfinished"))
def lists_nothing(watch: Observation, bank: str) -> None:
    listed = unfinished(watch)
    assert not listed, f"{bank} lists {sorted(listed)}"


def unfinished(watch: Observation) -> frozenset[str]:
    """What the system under test says when it is asked through its driver."""
    return watch.channel.worklist()
