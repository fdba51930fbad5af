"""A world behind its door: the same operations over HTTP, refusals with their reason, and a token beyond loopback."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from loopyard.kernel.errors import LoopyardError, UsageError
from loopyard.kernel.money import Money
from loopyard.testing.lab import Lab
from loopyard.testing.observation import watch_world
from loopyard.world.client import World
from loopyard.world.composition import Composition
from loopyard.world.defaults import default_world
from loopyard.world.door import Door
from loopyard.world.file import load
from loopyard.world.listening import Listening
from loopyard.world.remote import WorldUnreachable, WrongToken, connect


class Opened:
    """A lab whose world has a door, opened and closed on the world's own loop."""

    def __init__(self, lab: Lab, token: str | None = None) -> None:
        self.lab = lab
        self._token = token

    def __enter__(self) -> str:
        async def open_(world: Composition) -> Door:
            door = Door(world, self._token)
            await door.open()
            return door

        self._door = self.lab.run(open_)
        return self._door.url

    def __exit__(self, *_: object) -> None:
        self.lab.run(lambda world: self._door.close())


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(load(default_world())) as lab:
        yield lab


@pytest.fixture(scope="module")
def url(lab: Lab) -> Iterator[str]:
    with Opened(lab) as url:
        yield url


def post(url: str, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def story(world: World) -> str:
    """An outbound transfer to another currency and a day after it, as the hash of what was said."""
    watch = watch_world(world, "one story")
    people = world.cast.people
    order = watch.channel.initiate(people["Chikondi"], people["Mutale"], Money("1000", "MWK"))
    watch.channel.accept(order)
    world.advance(86_400)
    assert watch.verdict().clean
    digest: str = world.control("traffic.digest")
    return digest


def test_near_and_far_one_seed_gives_one_history(lab: Lab, url: str) -> None:
    near = story(lab.world)
    with connect(url) as far:
        assert story(far) == near


def test_everything_that_is_read_reads_the_same_near_and_far(lab: Lab, url: str) -> None:
    story(lab.world)
    with connect(url) as far:
        assert far.interactions() == lab.world.interactions()
        assert far.accounts() == lab.world.accounts()
        assert far.audit() == lab.world.audit()
        assert far.cast == lab.world.cast


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("clock.advanced", {}, "no control operation 'clock.advanced'"),
        ("clock.advance", {}, "clock.advance.seconds: is missing"),
        ("clock.advance", {"seconds": "soon"}, "must be a number"),
        ("clock.advance", {"seconds": 1, "minutes": 1}, "clock.advance.minutes: is not known here"),
        ("faults.add", {"kind": "plague", "on": "hub.*"}, "no such fault"),
        ("connectors.crash", {"name": "no_connector"}, "there is no connector"),
        ("simulators.configure", {"name": "moon", "settings": {}}, "there is no simulator"),
        ("hub.set-limit", {"participant": "green-bank"}, "is missing"),
        ("dfsp.send", {"fsp": "nobody"}, "nobody"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_changes_nothing(
    lab: Lab, url: str, name: str, arguments: dict[str, Any], reason: str
) -> None:
    lab.world.reset("nonsense")
    before = lab.world.accounts(), lab.world.seconds, lab.world.control("faults.list")
    status, told = post(url, f"/control/{name}", json.dumps(arguments).encode())
    assert (status, reason in told["message"]) == (400, True), told
    assert (lab.world.accounts(), lab.world.seconds, lab.world.control("faults.list")) == before
    with pytest.raises(LoopyardError):
        lab.world.control(name, **arguments)


@pytest.mark.parametrize("body", [b"[1]", b"{", b'"x"', b"\xff"])
def test_arguments_are_an_object_of_json(url: str, body: bytes) -> None:
    status, told = post(url, "/control/clock.now", body)
    assert (status, told["error"]) == (400, "MalformedBody")


def test_the_door_lists_what_it_opens_to(url: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", "/control")
    known = json.loads(connection.getresponse().read())
    connection.close()
    assert {"world.reset", "audit.run", "channel.call", "hub.positions", "dfsp.send", "green-bank.reserves"} <= set(known)
    assert all(known.values()), f"without documentation: {[name for name, text in known.items() if not text]}"


def test_a_token_is_asked_for_and_health_is_not(lab: Lab) -> None:
    with Opened(lab, "secret") as url:
        with pytest.raises(WrongToken, match="LOOPYARD_TOKEN"):
            connect(url, "guess")
        with connect(url, "secret") as world:
            assert world.describe()["name"] == "default"
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200
        connection.close()


def test_beyond_loopback_there_is_no_door_without_a_token() -> None:
    with Lab(load(default_world()), listening=Listening("127.0.0.2")) as lab:
        lab.look(lambda world: Door(world))  # still loopback
        lab.look(lambda world: setattr(world, "listening", Listening("0.0.0.0")))
        with pytest.raises(UsageError, match="set a token"):
            lab.look(lambda world: Door(world))


@pytest.mark.parametrize("place", ["ftp://host", "http://"])
def test_what_is_no_address_is_the_users_mistake(place: str) -> None:
    with pytest.raises(UsageError, match="no address of a world"):
        connect(place)


def test_where_no_world_is_the_lab_is_broken(lab: Lab) -> None:
    with pytest.raises(WorldUnreachable, match="loopyard up"):
        connect("http://127.0.0.1:9")
    hub = lab.world.describe()["faces"]["hub.fspiop"]
    with pytest.raises(WorldUnreachable, match="not as a world does"):
        connect(hub)
