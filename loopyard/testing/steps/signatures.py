"""Steps of signatures: how the institutions of a world sign and verify, messages that are signed wrongly, and what is said of
them."""

from __future__ import annotations

from pytest_bdd import when

from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

ANOTHER_ID = "01KJMZZZZZZZZZZZZZZZZZZZZZ"
"""A transfer's id that no generator of a world makes."""


@when(phrase("{bank:Name} orders the payment once more under a new id, as if it were {victim:Name}'s"))
def orders_as_another(world: World, cast: Cast, bank: str, victim: str) -> None:
    body = latest(world, "dfsp.transfers.send", sender=cast.banks[victim])["request"] | {"transferId": ANOTHER_ID}
    answer = world.control(
        "dfsp.raw", fsp=cast.banks[bank], method="POST", path="/transfers", body=body, destination=body["payeeFsp"]
    )
    assert answer["status"] == 202, f"the order was refused at once: {answer}"
    world.settle()
