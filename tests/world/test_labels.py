"""The names that a world has declared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.labels import Names


@pytest.fixture(scope="module")
def names() -> Iterator[Names]:
    with Lab(load(default_world())) as lab:
        yield lab.look(Names)


def test_what_is_asked_and_what_is_sent_are_told_apart(names: Names) -> None:
    assert names.served("green-bank.funds.reserve")
    assert names.served("hub.fspiop.unknown")
    assert not names.sent("hub.fspiop.unknown")
    assert names.sent("hub.transfers.fulfil-notice")
    assert names.sent("dfsp.raw.send")  # made on request, and so in no table
    assert not names.served("hub.transfers.fulfil-notice")
    assert not names.sent("channel.sendmoney")
    assert not names.served("channel.sendmoney")


def test_a_template_has_no_value_in_it(names: Names) -> None:
    assert names.template("green-bank.accounts.get") == "/accounts/{partyIdType}/{partyIdentifier}"
    assert names.template("hub.transfers.fulfil-notice") == "/transfers/{id}"
    assert names.template("channel.transfers") is None


def test_whoever_is_not_of_this_world_is_somebody_else(names: Names) -> None:
    for party in ("hub", "green-bank", "lake-fx", "core_connector", "channel"):
        assert names.party(party) == party
    assert names.party("mallory-7") == names.party("") == "other"
