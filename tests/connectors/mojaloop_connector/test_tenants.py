"""Several DFSPs behind one Mojaloop connector: the prefix of the outbound API, the destination of the hub's messages, and that
neither knows of the other."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mojaloop_connector_yard import Yard, media_type, order

from connectors.mojaloop_connector.settings import tenants
from loopyard.engine.plan import Person
from loopyard.kernel.errors import UsageError
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.send_money import SendMoney
from loopyard.testing.lab import Lab
from loopyard.world import file as world_file
from loopyard.world.defaults import default_world

Open = Callable[..., Yard]

PAYERS = {"dfsps": {"payer": {}, "other": {"auto_accept_quotes": False}}}
PAYEE = {"supported_currencies": ["XXX"]}


def test_each_dfsp_is_called_under_its_own_prefix_and_by_its_own_settings(open_yard: Open) -> None:
    yard = open_yard(payer=PAYERS, payee=PAYEE)
    assert yard.outbound("POST", "/payer/transfers", order()).body["currentState"] == "COMPLETED"
    assert [call.header("fspiop-source") for call in yard.hub.all("POST /transfers")] == ["payer"]
    yard.hub.inbound["other"] = yard.hub.inbound["payer"]
    halted = yard.outbound("POST", "/other/transfers", order()).body
    assert halted["currentState"] == "WAITING_FOR_QUOTE_ACCEPTANCE"
    assert yard.hub.last("POST /quotes").header("fspiop-source") == "other"
    assert yard.outbound("PUT", f"/payer/transfers/{halted['transferId']}", {"acceptQuote": True}).status == 500
    done = yard.outbound("PUT", f"/other/transfers/{halted['transferId']}", {"acceptQuote": True})
    assert done.body["currentState"] == "COMPLETED"


@pytest.mark.parametrize("path", ["/transfers", "/nobody/transfers", "/payer-/transfers"])
def test_a_path_without_the_prefix_of_a_dfsp_is_not_served(open_yard: Open, path: str) -> None:
    told = open_yard(payer=PAYERS).outbound("POST", path, order())
    assert (told.status, told.body["statusCode"]) == (404, 404)
    assert "/payer/, /other/" in told.body["message"]


def test_the_health_of_all_is_asked_without_a_prefix(open_yard: Open) -> None:
    assert open_yard(payer=PAYERS).outbound("GET", "/").status == 200


@pytest.mark.parametrize("destination", [{}, {"fspiop-destination": "nobody"}])
def test_a_message_to_nobody_here_is_refused(open_yard: Open, destination: dict[str, str]) -> None:
    headers = {"content-type": media_type("parties"), "date": "Sat, 21 Nov 2026 01:00:00 GMT", "fspiop-source": "switch"}
    told = open_yard(payer=PAYERS).raw("PUT", "/parties/MSISDN/1", headers | destination, b"{}", to="payer")
    assert (told.status, told.body["errorInformation"]["errorCode"]) == (400, "3201")


@pytest.mark.parametrize("dfsps, key", [({"a": 1}, "dfsps.a"), ("a", "dfsps")])
def test_what_is_no_table_of_a_dfsp_is_named(dfsps: Any, key: str) -> None:
    with pytest.raises(UsageError) as wrong:
        tenants({"dfsps": dfsps}, "mojaloop_connector")
    assert wrong.value.key == f"connectors.mojaloop_connector.{key}"


# -- two banks of one world -------------------------------------------------------------------------------------------


@pytest.fixture
def lab() -> Iterator[Lab]:
    raw = tomllib.loads(default_world().read_text(encoding="utf-8"))
    raw["dfsp"].append({
        "id": "gold-bank", "name": "Gold Bank", "play": "home", "currencies": {"MWK": {"cap": "1000", "funds": "1000"}},
    })  # fmt: skip
    raw["person"].append({"name": "Zione Gama", "dfsp": "gold-bank", "id_value": "265771000901", "balance": "500"})
    raw["simulators"]["gold-bank"] = {"kind": "mojaloop_reference"}
    common = raw["connectors"]["mojaloop_connector"]
    common["dfsps"] = {"green-bank": {}, "gold-bank": {"backend_endpoint": "gold_connector.sdk"}}
    raw["connectors"]["core_connector"]["multi_dfsp"] = True
    raw["connectors"]["gold_connector"] = {"kind": "core_connector", "fsp_id": "gold-bank", "multi_dfsp": True}
    with Lab(world_file.parse(raw, "two-banks.toml")) as lab:
        yield lab


class GoldApp(SendMoney):
    """The app of the second bank's customers."""

    calls = "gold_connector.dfsp"


def test_customers_of_two_banks_pay_and_are_paid_through_one_connector(lab: Lab) -> None:
    world = lab.world
    world.reset("two banks")
    world.open_books()
    green, gold = Channel(world, SendMoney(), Ids("green")), Channel(world, GoldApp(), Ids("gold"))
    amina, (zione,) = world.cast.people["Amina"], world.people(name="Zione Gama")

    def paid(channel: Channel, payer: Person, payee: Person) -> str:
        return channel.accept(channel.initiate(payer, payee, Money(10, "MWK"))).told

    assert paid(green, amina, zione) == "completed"
    assert paid(gold, zione, world.cast.people["Bob"]) == "completed"
    assert paid(gold, zione, amina) == "completed"
    world.settle()
    assert world.account(owner="gold-bank", role="customer", holder=f"MSISDN:{zione.id_value}").gained == Money(-10, "MWK")
    assert world.account(owner="green-bank", role="customer", holder=f"MSISDN:{amina.id_value}").gained == Money(0, "MWK")
    assert not [each for each in world.audit().findings if each.fails]


def test_a_bank_that_is_down_leaves_the_others_transfers_untouched(lab: Lab) -> None:
    world = lab.world
    world.reset("one down")
    world.fault("status", "gold-bank.*", status=503)
    green = Channel(world, SendMoney(), Ids("green"))
    order_ = green.initiate(world.cast.people["Amina"], world.cast.people["Bob"], Money(10, "MWK"))
    assert green.accept(order_).told == "completed"
    gold = Channel(world, GoldApp(), Ids("gold"))
    assert gold.initiate(world.people(name="Zione Gama")[0], world.cast.people["Bob"], Money(10, "MWK")).last.told == "failed"
