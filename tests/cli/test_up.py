"""`loopyard up`, `connector` and `demo`, run as a user runs them."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from loopyard.kernel.money import Money
from loopyard.testing.observation import watch_world
from loopyard.world.remote import connect
from tests.foreign.yard import LOOPYARD, addresses_in, free_ports


def loopyard(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LOOPYARD, *arguments], capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command in the background, stopped as Ctrl-C stops it."""
    process = subprocess.Popen([*LOOPYARD, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def test_up_prints_where_everything_listens_and_stops_by_itself() -> None:
    done = loopyard("up", "--ports", "random", "--seconds", "0.2")
    assert done.returncode == 0, done.stderr
    for face in ("control", "hub.fspiop", "hub.admin", "green-bank.core", "mojaloop_connector.outbound", "core_connector.dfsp"):
        assert f"  {face} " in done.stdout


def test_addresses_are_written_when_all_listen_and_go_with_the_world(tmp_path: Path) -> None:
    file = tmp_path / "urls.json"
    with running("up", "--ports", "random", "--urls", str(file)):
        found = addresses_in(file)
        assert found["hub"] == found["hub.fspiop"], "a bare name is a simulator's first face"
        for url in found.values():
            parts = urlsplit(url)
            socket.create_connection((str(parts.hostname), parts.port or 0), 5).close()
    assert not file.exists()


def test_ports_come_from_the_world_file(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    world = tmp_path / "world.toml"
    world.write_text(f'[world]\nname = "small"\n[simulators.hub]\n[ports]\n"hub.admin" = {port}\n')
    done = loopyard("up", "--world", str(world), "--seconds", "0.1")
    assert f"hub.admin                        http://127.0.0.1:{port}" in done.stdout, done.stderr


def test_a_taken_port_is_a_broken_lab_with_a_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        world = tmp_path / "world.toml"
        world.write_text(f'[world]\nname = "small"\n[simulators.hub]\n[ports]\n"hub.admin" = {port}\n')
        done = loopyard("up", "--world", str(world))
    assert done.returncode == 3
    assert f"hub.admin cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "--ports random" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("connector", "listens", "calls"),
    [
        ("mojaloop_connector", "inbound    http://127.0.0.1:4000", "PEER_ENDPOINT=127.0.0.1:"),
        ("core_connector", "sdk        http://127.0.0.1:3003", "SDK_BASE_URL=http://127.0.0.1:"),
    ],
)
def test_a_place_left_free_is_described_to_who_will_fill_it(connector: str, listens: str, calls: str) -> None:
    done = loopyard("up", "--ports", "random", "--without", connector, "--seconds", "0.2")
    assert done.returncode == 0, done.stderr
    assert f"the place of {connector} is free" in done.stdout
    assert listens in done.stdout
    assert calls in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("up", "--without", "nothing"), "its connectors are mojaloop_connector, core_connector"),
        (("up", "--clock", "lunar"), "choose one of real, virtual"),
        (("up", "--place", "core_connector.dfsp"), "write --place name=value"),
        (("up", "--bind", "0.0.0.0", "--ports", "random"), "set a token"),
        (("up", "--api", "swift"), "choose one of fspiop, iso20022"),
        (("demo", "--world", "nowhere.toml"), "nowhere.toml: (file): does not exist"),
        (("connector", "core_connector", "--world", "not-a-url"), "no address of a world"),
    ],
)
def test_the_users_mistakes_end_with_2_and_one_message(arguments: tuple[str, ...], says: str) -> None:
    done = loopyard(*arguments)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_connectors_in_processes_of_their_own_move_money(tmp_path: Path) -> None:
    file, ports = tmp_path / "urls.json", dict(zip(("dfsp", "sdk"), free_ports(2), strict=True))
    places = [f"--place=core_connector.{face}=http://127.0.0.1:{port}" for face, port in ports.items()]
    with running("up", "--ports", "random", "--without", "core_connector", *places, "--urls", str(file)):
        control = addresses_in(file)["control"]
        with running("connector", "core_connector", "--world", control) as connector, connect(control) as world:
            assert connector.stdout is not None
            while "Ctrl-C" not in connector.stdout.readline():
                pass
            watch = watch_world(world, "two processes")
            people = world.cast.people
            order = watch.channel.initiate(people["Amina"], people["Bob"], Money("100", "MWK"))
            assert watch.channel.accept(order).told == "completed"
            world.settle()
            assert watch.verdict().clean
            assert world.account(owner="blue-wallet", role="customer", holder=f"MSISDN:{people['Bob'].id_value}").gained


def test_a_connector_whose_place_is_taken_says_so(tmp_path: Path) -> None:
    file = tmp_path / "urls.json"
    with running("up", "--ports", "random", "--urls", str(file)):
        done = loopyard("connector", "core_connector", "--world", addresses_in(file)["control"])
    assert done.returncode == 2
    assert "start the world with --without core_connector" in done.stderr


@pytest.mark.parametrize("options", [(), ("--api", "iso20022"), ("--jws",)])
def test_the_demo_moves_money_three_ways_and_the_audit_is_clean(options: tuple[str, ...]) -> None:
    done = loopyard("demo", *options)
    assert done.returncode == 0, done.stderr
    for title in ("outbound: ", "inbound: ", "FXP: "):
        assert title in done.stdout
    assert done.stdout.rstrip().endswith("audit: clean, every ledger agrees to the minor unit")
