"""`loopyard traffic` and `loopyard sequence`: all that was said and nothing else, and nobody's number in it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit
from xml.etree import ElementTree

from loopyard.testing.channel import Order
from loopyard.world.client import World
from tests.cli.commands.yard import COMMAND, Run, pay

AMINA, BOB = "265991000101", "265881000201"


def test_each_interaction_is_a_line(loopyard: Run, world: World, paid: Order) -> None:
    lines, rows = loopyard("traffic").lines, world.traffic()
    assert [line.split()[0] for line in lines] == [f"#{row['seq']}" for row in rows]
    assert all(line.endswith(row["operation"]) for line, row in zip(lines, rows, strict=True))
    prepare = next(line for line in lines if "hub.transfers.prepare " in f"{line} ")
    for words in ("green-bank → hub", "202", "POST /transfers", "100 MWK"):
        assert words in prepare


def test_options_choose_what_is_shown(loopyard: Run, world: World, paid: Order) -> None:
    def numbers(*options: str) -> list[int]:
        return [json.loads(line)["seq"] for line in loopyard("traffic", "--json", *options).lines]

    rows = world.traffic()
    assert numbers() == [row["seq"] for row in rows]
    assert numbers("--since", "5") == [row["seq"] for row in rows if row["seq"] > 5]
    assert numbers("--operation", "hub.quotes.*") == [row["seq"] for row in rows if row["operation"].startswith("hub.quotes.")]
    told = [row["seq"] for row in rows if (row["sender"], row["receiver"]) == ("hub", "blue-wallet")]
    assert told
    assert numbers("--from", "hub", "--to", "blue-wallet") == told
    bank = [row["seq"] for row in rows if row["receiver"] == "green-bank"]
    core = [row["seq"] for row in rows if row["operation"].startswith("green-bank.")]
    assert numbers("--to", "green-bank") == bank
    assert numbers("--to", "green-bank core") == core, "the name that the report gives a bank's own system"
    assert numbers("--operation", "moon.*") == []


def test_nobodys_number_is_shown_unless_asked_for(loopyard: Run, world: World, paid: Order) -> None:
    for options in ((), ("--bodies",), ("--json",), ("--since", "12", "--json")):
        shown = loopyard("traffic", *options).out
        assert shown
        assert AMINA not in shown
        assert BOB not in shown
    for options in (("--raw", "--bodies"), ("--raw", "--json")):
        shown = loopyard("traffic", *options).out
        assert AMINA in shown
        assert BOB in shown
    assert AMINA not in loopyard("sequence").out


def test_a_terminal_that_knows_no_unicode_is_answered_all_the_same(url: str, world: World) -> None:
    pay(world, payee="José")
    for options in (("--raw", "--json"), ("--raw", "--bodies")):
        command = [*COMMAND, "traffic", "--world", url, *options]
        done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        if "--json" in options:
            bodies = [json.loads(line)["request"]["body"] for line in done.stdout.splitlines()]
            assert any("José" in body for body in bodies)


def test_a_header_that_is_no_text_is_shown_all_the_same(loopyard: Run, world: World, tmp_path: Path) -> None:
    place = urlsplit(world.describe()["faces"]["hub.fspiop"])
    with socket.create_connection((place.hostname, place.port or 80), timeout=10) as connection:
        connection.sendall(b"GET /parties/MSISDN/1 HTTP/1.1\r\nHost: x\r\nX-Note: caf\xe9\r\nFSPIOP-Source: b\xff\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")
    assert "b\\xff →" in loopyard("traffic").out
    assert "X-Note: caf\\xe9" in loopyard("traffic", "--bodies", "--raw").out
    assert json.loads(loopyard("traffic", "--json").out)["from"] == "b\\xff"
    assert loopyard("sequence").code == loopyard("sequence", "-o", str(tmp_path / "it.svg")).code == 0
    ElementTree.parse(tmp_path / "it.svg")
    assert loopyard("audit").code == 0


def test_why_a_signature_was_refused_stands_in_its_line(loopyard: Run, world: World) -> None:
    world.control("jws.switch", on=True)
    message = {"method": "POST", "path": "/quotes", "body": {"a": "1"}, "forge": {"key": "zed-bank"}}
    world.control("hub.raw", to="blue-wallet", source="pearl-wallet", **message)
    (line,) = loopyard("traffic", "--operation", "hub.raw.send-notice").lines
    assert "signature: invalid signature; it holds over none" in line
    assert "it was made with the key of zed-bank" in line


def test_bodies_are_shown_with_their_headers(loopyard: Run, paid: Order) -> None:
    shown = loopyard("traffic", "--operation", "hub.transfers.prepare", "--bodies").out
    assert "  > fspiop-source: green-bank" in shown
    assert f'"transferId": "{paid.transfer_id}"' in shown


def test_following_tells_what_comes_and_survives_a_reset(url: str, world: World, tmp_path: Path) -> None:
    told = tmp_path / "told"
    with told.open("w") as out:
        command = [*COMMAND, "traffic", "--follow", "--operation", "hub.transfers.prepare", "--json", "--world", url]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True)
        try:
            first, second = _await_told(world, "first", told, 1), _await_told(world, "second", told, 2)
        finally:
            process.send_signal(signal.SIGINT)
            _, remarks = process.communicate(timeout=20)
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    assert [line["refs"] for line in lines] == [[first], [second]], "each is told once"
    assert (process.returncode, remarks.count("the world was reset")) == (0, 1)


def _await_told(world: World, seed: str, told: Path, lines: int) -> str | None:
    world.reset(seed)
    order, until = pay(world, seed), monotonic() + 30
    while len(told.read_text().splitlines()) < lines:
        assert monotonic() < until, f"not told within 30 s: {told.read_text()}"
        sleep(0.05)
    return order.transfer_id


def test_the_diagram_shows_who_called_whom(loopyard: Run, paid: Order) -> None:
    head, *lines = loopyard("sequence").lines
    assert head.split() == ["channel", "green-bank", "core", "core_connector", "green-bank", "hub", "blue-wallet"]
    (prepare, forwarded) = [line for line in lines if "POST /transfers → 202" in line]
    assert prepare.index("├") < prepare.index("▶")
    assert forwarded.index("├") == prepare.index("▶") + 1, "what the hub was told it tells the next"
    assert all("◀" in line or "▶" in line for line in lines)


def test_any_id_of_a_business_names_it(loopyard: Run, world: World, paid: Order, tmp_path: Path) -> None:
    everything = len(loopyard("sequence").lines)
    by_transfer = loopyard("sequence", "--reference", str(paid.transfer_id)).out
    assert 5 < len(by_transfer.splitlines()) < everything, "lookups belong to no business"
    assert loopyard("sequence", "--reference", paid.payment.reference).out == by_transfer
    done = loopyard("sequence", "--reference", "nothing")
    assert (done.code, "stands in no interaction" in done.err) == (2, True)


def test_the_picture_is_a_file(loopyard: Run, world: World, paid: Order, tmp_path: Path) -> None:
    file = tmp_path / "story.svg"
    assert loopyard("sequence", "-o", str(file)).out == f"{file}: {len(world.traffic())} interactions\n"
    assert ElementTree.parse(file).getroot().tag.endswith("svg")
    done = loopyard("sequence", "-o", str(tmp_path / "no" / "story.svg"))
    assert (done.code, "cannot be written" in done.err) == (2, True)


def test_a_world_in_which_nothing_was_said_has_nothing_to_show(loopyard: Run, world: World) -> None:
    assert loopyard("traffic").out == ""
    assert loopyard("sequence").out == "No interaction took place.\n"
