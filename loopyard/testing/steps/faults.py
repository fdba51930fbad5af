"""Steps that arm faults, in the words of those who suffer them."""

from __future__ import annotations

from typing import Any, Final

from pytest_bdd import given, when

from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

DAY: Final = 86_400
NOTICE: Final = {
    "the committed transfer": "hub.transfers.fulfil-notice",
    "the aborted transfer": "hub.transfers.error-notice",
    "the committed payment": "hub.transfers.patch-notice",
}
"""What the hub says of its own, in the words of the features: a transfer is what Green Bank's customers make, a payment what
they are sent."""
WORK: Final = {
    "reserve": "funds.reserve",
    "debit": "funds.commit",
    "credit": "funds.commit",
    "release": "funds.unreserve",
    "say what it has done": "funds.get",
}
PASSAGE: Final = {
    "lookup": "parties.get-notice",
    "request for terms": "quotes.request-notice",
    "prepare": "transfers.prepare-notice",
}
SENT: Final = {"requests for terms": "hub.quotes.request", "prepares": "hub.transfers.prepare"}
"""What an institution sends the hub, in the words of the features."""
DOWN: Final = {"status": 503, "body": {"errorCode": "CORE_UNAVAILABLE", "message": "closed for maintenance"}}


@given(phrase('the fault "{kind}" strikes "{operation}"'))
def fault_strikes(world: World, kind: str, operation: str) -> None:
    world.fault(kind, operation)


@given(phrase('the fault "{kind}" strikes "{operation}" once'))
def fault_strikes_once(world: World, kind: str, operation: str) -> None:
    world.fault(kind, operation, times=1)


@given(phrase('the fault "{kind}" strikes "{operation}" for {seconds:g} seconds'))
def fault_strikes_for(world: World, kind: str, operation: str, seconds: float) -> None:
    world.fault(kind, operation, seconds=seconds)


# -- notices of the hub -----------------------------------------------------------------------------------------------


def notices(world: World, cast: Cast, bank: str, what: str, kind: str, **options: Any) -> None:
    """What the hub says to a bank of its own accord suffers a fault."""
    world.fault(kind, NOTICE[what], where={"to": cast.banks[bank]}, **options)


@given(phrase("the hub's notice of {what} never reaches {bank:Name}"))
def notice_lost(world: World, cast: Cast, what: str, bank: str) -> None:
    notices(world, cast, bank, what, "lost")


@given(phrase("the hub's notice of {what} reaches {bank:Name} {seconds:d} seconds late"))
def notice_late(world: World, cast: Cast, what: str, bank: str, seconds: int) -> None:
    notices(world, cast, bank, what, "latency", seconds=seconds)


@given(phrase("the hub's notice of {what} reaches {bank:Name} again a day later"))
def notice_a_day_later(world: World, cast: Cast, what: str, bank: str) -> None:
    notices(world, cast, bank, what, "duplicated", seconds=DAY, nth=1)


@given(phrase("the hub's notice of {what} reaches {bank:Name} after that of the next one"))
def notice_overtaken(world: World, cast: Cast, what: str, bank: str) -> None:
    notices(world, cast, bank, what, "reordered", times=1, seconds=60)


@given(phrase("everything that the hub sends {bank:Name} arrives {times:d} times"))
def all_repeated(world: World, cast: Cast, bank: str, times: int) -> None:
    world.fault("duplicated", "hub.*-notice", copies=times - 1, seconds=1, where={"to": cast.banks[bank]})


@given(phrase("everything that the hub sends {bank:Name} arrives again a day later"))
def all_a_day_later(world: World, cast: Cast, bank: str) -> None:
    world.fault("duplicated", "hub.*-notice", seconds=DAY, where={"to": cast.banks[bank]})


@given(phrase("the hub's first {times:d} answers to {bank:Name}'s questions are lost"))
def answers_lost(world: World, cast: Cast, times: int, bank: str) -> None:
    world.fault("lost", "hub.transfers.state-notice", times=times, where={"to": cast.banks[bank]})


@given(phrase("the hub answers no question of {bank:Name}"))
def answers_never(world: World, cast: Cast, bank: str) -> None:
    world.fault("lost", "hub.transfers.state-notice", where={"to": cast.banks[bank]})


@given(phrase("the hub cannot reach {bank:Name} with a {what}"))
def unreachable(world: World, cast: Cast, bank: str, what: str) -> None:
    world.fault("lost", f"hub.{PASSAGE[what]}", where={"to": cast.banks[bank]})


# -- what does not answer ---------------------------------------------------------------------------------------------


@given(phrase("the hub answers {bank:Name} with 503"))
def hub_down(world: World, cast: Cast, bank: str) -> None:
    world.fault("status", "hub.*", status=503, where={"from": cast.banks[bank]})


@given(phrase("the hub answers {bank:Name}'s prepares and questions with 503"))
def hub_down_for_transfers(world: World, cast: Cast, bank: str) -> None:
    world.fault("status", "hub.transfers.*", status=503, where={"from": cast.banks[bank]})


@given(phrase("the hub answers {bank:Name}'s first {times:d} {messages} with {code:d}"))
def hub_out_of_order(world: World, cast: Cast, bank: str, times: int, messages: str, code: int) -> None:
    told = FspiopError(str(code))
    world.fault(
        "status", SENT[messages], times=times, status=told.http_status, body=told.body, where={"from": cast.banks[bank]}
    )


@given(phrase("{bank:Name}'s fulfils never reach the hub"))
def fulfils_lost(world: World, cast: Cast, bank: str) -> None:
    world.fault("not-applied-no-reply", "hub.transfers.fulfil", where={"from": cast.banks[bank]})


@when("the hub works again")
def hub_works(world: World) -> None:
    world.control("faults.clear")


@given(phrase("{bank:Name}'s core is down the first {times:d} times that it shall {work}"))
def core_down(world: World, cast: Cast, bank: str, times: int, work: str) -> None:
    world.fault("status", f"{cast.banks[bank]}.{WORK[work]}", times=times, **DOWN)


@given(phrase("{bank:Name}'s core is silent the first {times:d} times that it shall {work}, and does it"))
def core_silent_applied(world: World, cast: Cast, bank: str, times: int, work: str) -> None:
    world.fault("applied-no-reply", f"{cast.banks[bank]}.{WORK[work]}", times=times)


@given(phrase("{bank:Name}'s core is silent the first {times:d} times that it shall {work}, and does not do it"))
def core_silent(world: World, cast: Cast, bank: str, times: int, work: str) -> None:
    world.fault("not-applied-no-reply", f"{cast.banks[bank]}.{WORK[work]}", times=times)


# -- how the payee's institution takes a transfer ---------------------------------------------------------------------


@given(phrase("{bank:Name} keeps the money ready and says nothing"))
def reserves_in_silence(world: World, cast: Cast, bank: str) -> None:
    world.control("dfsp.behave", fsp=cast.banks[bank], on="transfers", do="no-callback")


@given(phrase("{bank:Name} fulfils {seconds:d} seconds late"))
def fulfils_late(world: World, cast: Cast, bank: str, seconds: int) -> None:
    world.control("dfsp.behave", fsp=cast.banks[bank], on="transfers", do="delay", **{"with": {"seconds": seconds}})


@given(phrase("{bank:Name} will not take the transfer"))
def refuses_transfer(world: World, cast: Cast, bank: str) -> None:
    world.control("dfsp.behave", fsp=cast.banks[bank], on="transfers", do="error", **{"with": {"code": "5104"}})
