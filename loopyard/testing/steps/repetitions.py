"""Steps that count messages and hold them against each other: what was sent once, again, and when. They read the log only."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import orjson
from pytest_bdd import then

from loopyard.testing.channel import Channel
from loopyard.testing.steps.faults import SENT
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast


@then("the hub knows nothing of the transfer")
def hub_knows_nothing(world: World, channel: Channel) -> None:
    known = [row["id"] for row in world.control("hub.transfers")]
    assert channel.order.transfer_id not in known, f"the hub has {channel.order.transfer_id}"


@then(phrase("{bank:Name} has sent the hub {times:d} prepares, all one and the same"))
def prepares_alike(world: World, cast: Cast, bank: str, times: int) -> None:
    expect_alike(world, cast, bank, times, "prepares")


@then(phrase("{bank:Name} has sent the hub {times:d} requests for terms, all one and the same"))
def requests_alike(world: World, cast: Cast, bank: str, times: int) -> None:
    expect_alike(world, cast, bank, times, "requests for terms")


def expect_alike(world: World, cast: Cast, bank: str, times: int, messages: str) -> None:
    rows = [row for row in world.traffic(operation=SENT[messages]) if row["sender"] == cast.banks[bank]]
    assert len(rows) == times, f"{bank} has sent {len(rows)} {messages}"
    bodies = {orjson.dumps(row["request"]) for row in rows}
    assert len(bodies) == 1, f"{bank} has sent {len(bodies)} different {messages}"


@then(phrase("everything that the hub sent {bank:Name} has come again"))
def all_came_again(world: World, cast: Cast, bank: str) -> None:
    rows = [row for row in world.traffic() if row["sender"] == "hub" and row["receiver"] == cast.banks[bank]]
    came = Counter((row["operation"], row["path"], orjson.dumps(row["request"])) for row in rows)
    assert came, f"the hub has sent {bank} nothing"
    once = [operation for (operation, _, _), times in came.items() if times == 1]
    assert not once, f"came once only: {', '.join(once)}"


@then(phrase("the dates of {bank:Name}'s messages are {seconds:d} seconds fast"))
def dates_fast(world: World, cast: Cast, bank: str, seconds: int) -> None:
    expect_dates(world, cast.banks[bank], seconds)


@then(phrase("the dates of {bank:Name}'s messages are {seconds:d} seconds slow"))
def dates_slow(world: World, cast: Cast, bank: str, seconds: int) -> None:
    expect_dates(world, cast.banks[bank], -seconds)


def expect_dates(world: World, participant: str, ahead: int) -> None:
    """All dates that a participant writes are off by so much; a date has no fractions of a second."""
    rows = [row for row in world.traffic() if row["sender"] == participant and row["receiver"] == "hub"]
    assert rows, f"{participant} has sent the hub nothing"
    for row in rows:
        told = parsedate_to_datetime(next(value for name, value in row["headers"] if name.lower() == "date"))
        off = told - datetime.fromisoformat(row["at"])
        wanted = timedelta(seconds=ahead)
        assert wanted - timedelta(seconds=1) < off <= wanted, f"{row['operation']} is dated {off} from its time"
