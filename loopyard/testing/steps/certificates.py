"""Steps of trust between parties: certificates that they show each other, and the addresses from which they call."""

from __future__ import annotations

from typing import Any, Final

from pytest_bdd import given, then, when

from loopyard.testing.channel import Channel
from loopyard.testing.observation import Observation
from loopyard.testing.steps.access import Refused, lookup, rejected
from loopyard.testing.steps.payments import expect_told
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

CERTIFICATES: Final = {
    "no certificate": "none",
    "a certificate of another authority": "of-another-authority",
    "an expired certificate": "expired",
    "a revoked certificate": "revoked",
    "a certificate for another host": "for-another-host",
}
HUB: Final = "hub.fspiop"
HOME: Final = "mojaloop_connector.inbound"
ADDRESS: Final = {"Green Bank": "127.0.0.21", "Blue Wallet": "127.0.0.22", "nobody": "127.0.0.99"}


# -- certificates -----------------------------------------------------------------------------------------------------


@given(phrase("the scheme wants certificates, and {bank:Name} has one"))
def wants_certificates(world: World, bank: str) -> None:
    world.control("tls.enable")
    world.configure("mojaloop_connector", outbound_mutual_tls_enabled=True)


@when(phrase("{bank:Name} shows {certificate} and sends the hub a lookup of {person:Name}"))
def shows_hub(world: World, cast: Cast, bank: str, certificate: str, person: str) -> None:
    world.control("tls.present", party="dfsp", certificate=CERTIFICATES[certificate])
    who = cast.people[person]
    path = f"/parties/{who.id_type}/{who.id_value}"
    answer = world.control("dfsp.raw", fsp=cast.banks[bank], method="GET", path=path)
    assert answer["status"] is None, f"the hub has answered {answer}"
    world.settle()


@when(phrase("the hub shows {certificate} and passes {bank:Name} a lookup of {person:Name} from {source:Name}"))
def hub_shows(world: World, cast: Cast, certificate: str, bank: str, person: str, source: str) -> None:
    world.control("tls.present", party="hub", certificate=CERTIFICATES[certificate])
    who = cast.people[person]
    path = f"/parties/{who.id_type}/{who.id_value}"
    answer = world.control("hub.raw", to=cast.banks[bank], source=cast.banks[source], method="GET", path=path)
    assert answer["status"] is None, f"{bank} has answered {answer}"
    world.settle()


@given(phrase("the hub serves its participants with {certificate}"))
def hub_serves(world: World, certificate: str) -> None:
    world.control("tls.serve", face=HUB, certificate=CERTIFICATES[certificate])


@when(phrase("somebody takes the hub's place with {certificate}"))
def place_taken(world: World, certificate: str) -> None:
    hub_serves(world, certificate)


@when("the hub is back in its place")
def place_back(world: World) -> None:
    world.control("tls.serve", face=HUB, certificate="own")


@then("nobody was refused a handshake")
def none_refused(world: World) -> None:
    expect_handshakes(world, [])


@then(phrase("the hub has refused one handshake: {why}"))
def hub_refused(world: World, why: str) -> None:
    expect_handshakes(world, [(HUB, why)])


@then(phrase("{bank:Name} has refused one handshake: {why}"))
def home_refused(world: World, bank: str, why: str) -> None:
    expect_handshakes(world, [(HOME, why)])


def expect_handshakes(world: World, refused: list[tuple[str, str]]) -> None:
    seen = [(row["face"], row["why"]) for row in world.control("tls.refused")]
    assert seen == refused, f"refused were {seen}"


@then(phrase("no request of {bank:Name} has reached the hub"))
def nothing_reached(world: World, cast: Cast, bank: str) -> None:
    arrived = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["outcome"] != "refused"]
    assert not arrived, f"{arrived[0]['operation']} has ended with {arrived[0]['outcome']}"


@then(phrase("{bank:Name} refuses, and says that the handshake was refused: {why}"))
def says_refused(channel: Channel, bank: str, why: str) -> None:
    last = channel.order.last
    expect_told(last, "failed")
    message = str(last.message)
    assert "handshake refused" in message, f"it says {message}"
    assert why in message, f"it says {message}"


# -- addresses --------------------------------------------------------------------------------------------------------


@given(phrase("the hub is open to the addresses of {first:Name} and {second:Name} alone"))
def open_to_both(watch: Observation, first: str, second: str) -> None:
    open_to(watch, first, second)
    watch.world.configure("mojaloop_connector", egress_address=ADDRESS[first])


@given(phrase("the hub is open to the addresses of {bank:Name} alone"))
def open_to_one(watch: Observation, bank: str) -> None:
    open_to(watch, bank)


def open_to(watch: Observation, *banks: str) -> None:
    """The hub lets in the addresses of some; peers call from that of Blue Wallet."""
    world = watch.world
    world.configure_simulator("hub", allowed_addresses=[ADDRESS[bank] for bank in banks])
    watch.begin()
    world.control("network.leave-from", party="dfsp", address=ADDRESS["Blue Wallet"])


@when(phrase("{bank:Name} sends the hub a lookup of {person:Name} from an address of its own, and from another"))
def from_two_addresses(world: World, cast: Cast, turned_away: list[Refused], bank: str, person: str) -> None:
    for address in (ADDRESS[bank], ADDRESS["nobody"]):
        world.control("network.leave-from", party="dfsp", address=address)
        turned_away.append(lookup(world, cast.banks[bank], cast.people[person], {}))
    world.settle()


@then(phrase("the first is accepted, and the second turned away with HTTP {status:d}: {words}"))
def second_turned_away(turned_away: list[Refused], status: int, words: str) -> None:
    assert turned_away == [(202, ""), (status, words)], f"answered was {turned_away}"


@then("the hub's log says that the address is not allowed")
def log_says_address(world: World) -> None:
    notes: list[Any] = [row["note"] for row in rejected(world)]
    assert notes, "the hub has turned nobody away"
    wrong = [note for note in notes if not (note or "").startswith("the address 127.0.0.")]
    assert not wrong, f"it says {wrong}"
