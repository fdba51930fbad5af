"""`loopyard ledger` and `loopyard audit`: what stands in the books, and whether they agree."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from loopyard.testing.channel import Order
from loopyard.world.client import World
from tests.cli.commands.yard import Run, start, up


def test_what_moved_is_shown_with_what_it_gained(loopyard: Run, paid: Order) -> None:
    rows = {line.split()[-5]: line.split()[-2] for line in loopyard("ledger", "--moved", "--role", "customer").lines[1:]}
    assert rows == {"Amina": "-100", "Bob": "99"}
    moved = loopyard("ledger", "--moved", "--json").json
    assert all(row["gained"] != "0" or row["held"] != "0" for row in moved)
    assert len(moved) < len(loopyard("ledger", "--json").json)


@pytest.mark.parametrize("holder", ["Amina", "MSISDN:265991000101"])
def test_an_account_is_found_by_name_or_number(loopyard: Run, paid: Order, holder: str) -> None:
    (account,) = loopyard("ledger", "--holder", holder, "--json").json
    assert (account["owner"], account["role"], account["gained"]) == ("green-bank", "customer", "-100")


def test_books_and_positions_are_found_by_the_names_of_the_cast(loopyard: Run, paid: Order) -> None:
    owners = {row["owner"] for row in loopyard("ledger", "--owner", "Green Bank", "--json").json}
    assert owners == {"green-bank"}
    (position,) = loopyard("ledger", "--owner", "hub", "--role", "position", "--holder", "Green Bank", "--json").json
    assert position["gained"] == "100"


def test_postings_are_double_entries_of_the_chosen_accounts(loopyard: Run, world: World, paid: Order) -> None:
    postings = loopyard("ledger", "--holder", "Bob", "--postings", "--json").json
    (credit,) = postings
    assert (credit["reference"], len(credit["legs"])) == (paid.transfer_id, 3)
    everything = loopyard("ledger", "--postings", "--json").json
    assert len(everything) == len(world.control("ledger.postings"))
    for posting in everything:
        assert sum(Decimal(leg["amount"]) * (1 if leg["side"] == "debit" else -1) for leg in posting["legs"]) == 0
    shown = loopyard("ledger", "--holder", "Bob", "--postings").out
    assert f"caused by #{credit['cause']}" in shown
    assert "MSISDN:265881000201" in shown


def test_nothing_moved_is_said_and_nobodys_account_is_a_mistake(loopyard: Run, world: World) -> None:
    assert loopyard("ledger", "--moved").out == "nothing has moved since the books were opened\n"
    assert loopyard("ledger", "--moved", "--postings").out == "nothing was posted since the books were opened\n"
    assert loopyard("ledger", "--moved", "--json").json == []
    done = loopyard("ledger", "--owner", "red-bank")
    assert (done.code, "--owner may be blue-wallet, coast-bank" in done.err) == (2, True)


def test_books_that_agree_end_with_0(loopyard: Run, paid: Order) -> None:
    done = loopyard("audit")
    assert (done.code, done.out) == (0, "The books agree.\n")
    assert loopyard("audit", "--json").json == {
        "clean": True, "findings": [], "open_items": [], "not_observed": [], "pending": [],
    }  # fmt: skip


def test_a_finding_ends_with_1_and_its_words(loopyard: Run, world: World) -> None:
    world.configure("core_connector", like_others={"error_body": "mlCode"})
    world.configure("mojaloop_connector", like_sdk={"http_code_as_error_code": True})
    bob, blocked = world.cast.people["Bob"], world.cast.people["Blessings"]
    world.control(
        "dfsp.send", fsp=bob.dfsp, payer={"id_type": bob.id_type, "id_value": bob.id_value},
        payee={"id_type": blocked.id_type, "id_value": blocked.id_value}, amount="100", currency="MWK",
    )  # fmt: skip
    done = loopyard("audit")
    assert done.code == 1
    assert done.lines[0] == "1 finding."
    assert done.lines[1].startswith("breach     contract breach: hub.parties.error")
    assert loopyard("audit", "--json").json["findings"][0]["party"] == "green-bank"


def test_what_the_system_under_test_has_not_finished_is_asked_for(loopyard: Run, world: World) -> None:
    world.fault("lost", "hub.transfers.*")  # neither the prepare nor any notice of it arrives
    channel, order = start(world)
    assert channel.accept(order).told == "pending"
    told = loopyard("audit", "--json").json
    assert order.transfer_id in told["pending"]
    assert told["open_items"]
    assert "open item" in loopyard("audit").out
    unasked = loopyard("audit", "--no-ask", "--json").json
    assert unasked["pending"] == []
    mine = loopyard("audit", "--no-ask", "--pending", str(order.transfer_id), "--json").json
    assert mine["pending"] == [order.transfer_id]


def test_opening_the_books_leaves_what_was_behind(loopyard: Run, world: World, paid: Order) -> None:
    assert "counts from now on" in loopyard("audit", "--open").out
    assert loopyard("ledger", "--moved", "--json").json == []
    assert loopyard("audit", "--open", "--json").json["opened"]["seconds"] == 0
    assert loopyard("audit", "--open", "--pending", "T1").code == 2


def test_a_system_under_test_that_is_not_there_is_a_broken_lab(loopyard: Run, tmp_path: Path) -> None:
    with up(tmp_path / "urls.json", "--without", "core_connector", "--place", "core_connector.dfsp=http://127.0.0.1:1") as url:
        done = loopyard("audit", "--world", url)
        assert (done.code, "audit without asking it: --no-ask" in done.err) == (3, True)
        assert loopyard("audit", "--no-ask", "--world", url).code == 0
