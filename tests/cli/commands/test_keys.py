"""`loopyard keys`: the files are the keys that the world goes by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from loopyard.protocols import jws
from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.signing import Profile
from tests.cli.commands.yard import Run

HEADERS = {"fspiop-source": "green-bank", "fspiop-destination": "blue-wallet"}
MINE = """
[world.jws]
on = true
parties = { a = { public_key = "KEY" } }
[[dfsp]]
id = "a"
play = "home"
currencies = { MWK = { cap = "1", funds = "1" } }
[simulators.hub]
hub_name = "switch"
"""


def test_they_are_the_keys_of_a_world_that_signs(loopyard: Run, tmp_path: Path) -> None:
    done = loopyard("keys", str(tmp_path / "jws"))
    assert done.code == 0
    public = {file.stem: file.read_text() for file in (tmp_path / "jws").glob("*.pem")}
    with Lab(replace(load(default_world()), jws=Profile(on=True))) as lab:
        assert public == {owner: held[0]["pem"] for owner, held in lab.world.control("jws.keys").items()}
    (secret,) = (tmp_path / "jws").glob("*.key")
    assert (secret.stem, secret.stat().st_mode & 0o077) == ("green-bank", 0)
    signed = jws.Signer(secret.read_text()).sign("POST", "http://hub/quotes", HEADERS, {"a": 1})
    jws.Verifier(public).verify(HEADERS | signed, b'{"a":1}')


def test_of_who_signs_with_a_key_of_its_own_only_that_is_there(loopyard: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.pem").write_text("-----BEGIN PUBLIC KEY-----\n")
    world = tmp_path / "world.toml"
    world.write_text(MINE.replace("KEY", str(tmp_path / "mine.pem")))
    assert loopyard("keys", str(tmp_path / "jws"), "--world", str(world)).code == 0
    assert {file.name for file in (tmp_path / "jws").iterdir()} == {"a.pem", "switch.pem"}
    assert (tmp_path / "jws" / "a.pem").read_text() == "-----BEGIN PUBLIC KEY-----\n"


def test_a_world_that_is_not_there_is_a_mistake_of_the_user(loopyard: Run, tmp_path: Path) -> None:
    done = loopyard("keys", str(tmp_path), "--world", str(tmp_path / "nowhere.toml"))
    assert done.code == 2
    assert "does not exist" in done.err
