"""What tests of commands share: a world in a process of its own, how a command ended, and a payment to look at."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel, Order
from loopyard.testing.drivers.send_money import SendMoney
from loopyard.world.client import World

COMMAND = (sys.executable, "-c", "from loopyard.cli.main import main; main()")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Done]


@contextmanager
def up(file: Path, *arguments: str) -> Iterator[str]:
    """`loopyard up` in a process of its own: the address of its control."""
    command = [*COMMAND, "up", "--ports", "random", "--clock", "virtual", "--urls", str(file), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until = monotonic() + 60
    try:
        while not file.is_file():
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert monotonic() < until, "no world is up"
            sleep(0.05)
        yield json.loads(file.read_text())["control"]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def start(world: World, seed: str = "commands", payee: str = "Bob") -> tuple[Channel, Order]:
    """Amina asks for the terms of 100 MWK to somebody, in the world as it is."""
    people, channel = world.cast.people, Channel(world, SendMoney(), Ids(seed))
    return channel, channel.initiate(people["Amina"], people[payee], Money("100", "MWK"))


def pay(world: World, seed: str = "commands", payee: str = "Bob") -> Order:
    """She asks, accepts, and it is done."""
    channel, order = start(world, seed, payee)
    assert channel.accept(order).told == "completed", order.last
    world.settle()
    return order
