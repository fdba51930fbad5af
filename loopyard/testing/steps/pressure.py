"""Steps of many payments at one time and a core that cannot keep up: how often it was called, and who had to wait how long."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate

from pytest_bdd import given, then, when

from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.observation import Observation
from loopyard.testing.steps.faults import DOWN, WORK
from loopyard.testing.steps.ledgers import moved, shown
from loopyard.testing.steps.payments import expect_told
from loopyard.testing.steps.peers import Incoming, behave
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

MEANWHILE = 1
"""Seconds after the acceptances at which a peer's customer looks somebody up."""


# -- many payments ----------------------------------------------------------------------------------------------------


@given(phrase("{payer:Name} has asked {times:d} times to send {amount:Money} to {payee:Name}"))
def asks_often(channel: Channel, cast: Cast, payer: str, times: int, amount: Money, payee: str) -> None:
    for _ in range(times):
        order = channel.initiate(cast.people[payer], cast.people[payee], amount)
        expect_told(order.last, "terms")


@when(phrase("{payer:Name} accepts all terms at once"))
def accepts_all(channel: Channel, payer: str) -> None:
    channel.accept_together(channel.orders)


@when(phrase("{payer:Name} accepts all terms, and {other:Name} looks {payee:Name} up meanwhile"))
def accepts_all_meanwhile(
    world: World, channel: Channel, incoming: Incoming, cast: Cast, payer: str, other: str, payee: str
) -> None:
    asking = cast.people[other]
    bank = next(name for name, fsp in cast.banks.items() if fsp == asking.dfsp)
    behave(world, cast, bank, "ask-party", "delay", 1, seconds=MEANWHILE)
    incoming.start(other, cast.people[payee], Money(1, asking.currency), until="parties")
    channel.accept_together(channel.orders)


@then(phrase("all {times:d} of them are completed"))
def all_completed(channel: Channel, times: int) -> None:
    told = [order.last.told for order in channel.orders]
    assert told == ["completed"] * times, f"the customer was told {told}"


@then(phrase("all of that took no more than {seconds:d} seconds"))
def took(world: World, seconds: int) -> None:
    """From the first acceptance to the last answer."""
    rows = [row for row in world.interactions() if row.operation.startswith("channel.") and row.method == "PUT"]
    lasted = max(row.ended for row in rows if row.ended) - min(row.at for row in rows)
    assert lasted <= timedelta(seconds=seconds), f"it took {lasted.total_seconds():g} seconds"


@then(phrase("{payer:Name} has paid for what the hub has committed, and for nothing else"))
def paid_as_committed(watch: Observation, cast: Cast, channel: Channel, payer: str) -> None:
    ended = watch.world.control("hub.transfers", state="committed")
    ids = {row["id"] for row in ended} & {order.transfer_id for order in channel.orders}
    due = Money.zero(cast.people[payer].currency)
    for order in channel.orders:
        due = due + order.payment.amount if order.transfer_id in ids else due
    gain = moved(watch, cast.people[payer])
    assert 0 < len(ids) < len(channel.orders), f"{len(ids)} of {len(channel.orders)} were made: the line was not too long"
    assert gain == -due, f"{payer} has paid {shown(-gain)}; the hub has committed {shown(due)}"


# -- a core under pressure --------------------------------------------------------------------------------------------


@given(phrase("{bank:Name}'s core is down whenever it shall {work}"))
def core_down_always(world: World, cast: Cast, bank: str, work: str) -> None:
    world.fault("status", f"{cast.banks[bank]}.{WORK[work]}", **DOWN)


@when(phrase("{bank:Name}'s core works again"))
def core_works(world: World, bank: str) -> None:
    world.control("faults.clear")


@then(phrase("{bank:Name}'s core has had no more than {most:d} call at once"))
@then(phrase("{bank:Name}'s core has had no more than {most:d} calls at once"))
def calls_at_once(world: World, cast: Cast, bank: str, most: int) -> None:
    found = at_once([row for row in world.interactions() if row.operation.startswith(f"{cast.banks[bank]}.")])
    assert found == most, f"it has had {found} calls at once: {'too many' if found > most else 'it was never under pressure'}"


def at_once(rows: list[Interaction]) -> int:
    """The most interactions that were under way at one moment; one that ends makes room before the next begins."""
    ends = [(row.ended, -1) for row in rows if row.ended]
    return max(accumulate(step for _, step in sorted([(row.at, 1) for row in rows] + ends)), default=0)


@then(phrase("{bank:Name}'s core has been told no more than {most:d} times to {work}"))
def told_no_more(world: World, cast: Cast, bank: str, most: int, work: str) -> None:
    calls = len(world.traffic(operation=f"{cast.banks[bank]}.{WORK[work]}"))
    assert calls <= most, f"it was told {calls} times"


@then(phrase("{bank:Name} has been told who {person:Name} is within {seconds:d} second"))
def told_in_time(world: World, cast: Cast, bank: str, person: str, seconds: int) -> None:
    asked = [row for row in world.interactions() if row.operation == "dfsp.parties.ask" and row.sender == cast.banks[bank]]
    told = [row for row in world.interactions() if row.operation == "hub.parties.respond-notice"]
    assert asked, f"{bank} has not asked"
    assert told, f"{bank} was told nothing"
    lasted = told[-1].at - asked[-1].at
    assert lasted <= timedelta(seconds=seconds), f"it took {lasted.total_seconds():g} seconds"
