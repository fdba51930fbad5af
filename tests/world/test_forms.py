"""Worlds whose participants speak FSPIOP, ISO 20022, or both: what the world file says of it, and that the money arrives."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.kernel.money import Money
from loopyard.testing.lab import Lab
from loopyard.testing.observation import watch_world
from loopyard.world.client import World
from loopyard.world.defaults import default_world
from loopyard.world.file import WorldFile, parse

DEFAULT = tomllib.loads(default_world().read_text(encoding="utf-8"))
ISO = "iso20022"
BOB, MUTALE = {"id_value": "265881000201"}, {"id_value": "260971000301"}


def world_file(forms: dict[str, str] | None = None, common: str | None = None, told: str | None = None) -> WorldFile:
    raw: dict[str, Any] = copy.deepcopy(DEFAULT)
    raw["world"] |= {"api": common} if common else {}
    for each in (*raw["dfsp"], *raw["fxp"]):
        each |= {"api": forms[each["id"]]} if forms and each["id"] in forms else {}
    return parse(raw, "world.toml", api=told)


def apis(file: WorldFile) -> dict[str, str | None]:
    return {each.id: each.api for each in file.plan.participants if each.kind != "proxy"}  # a proxy passes on what comes


def settings(file: WorldFile, connector: str) -> dict[str, Any]:
    return {name: file.connectors[connector][1].get(name) for name in ("api_type", "ilp_version")}


def test_nobody_s_form_is_laid_down_unless_the_file_says_it() -> None:
    file = world_file()
    assert set(apis(file).values()) == {None}
    assert settings(file, "mojaloop_connector") == {"api_type": None, "ilp_version": None}
    assert not file.plan.has_iso


def test_the_file_lays_it_down_for_all_and_for_each() -> None:
    file = world_file({"blue-wallet": "fspiop"}, common=ISO)
    assert apis(file) == dict.fromkeys(apis(file), ISO) | {"blue-wallet": "fspiop"}
    assert settings(file, "mojaloop_connector") == {"api_type": ISO, "ilp_version": "4"}
    assert settings(file, "core_connector") == {"api_type": ISO, "ilp_version": None}


def test_a_run_that_is_told_a_form_takes_no_other() -> None:
    file = world_file({"blue-wallet": "fspiop", "green-bank": "fspiop"}, told=ISO)
    assert set(apis(file).values()) == {ISO}
    assert settings(file, "mojaloop_connector")["api_type"] == ISO


def test_where_anybody_speaks_iso_the_home_seals_with_version_four() -> None:
    assert settings(world_file({"zed-bank": ISO}), "mojaloop_connector") == {"api_type": None, "ilp_version": "4"}


def test_what_a_connector_s_own_table_says_counts_before_its_participant_s_form() -> None:
    raw = copy.deepcopy(DEFAULT)
    raw["world"]["api"] = ISO
    raw["connectors"]["mojaloop_connector"]["api_type"] = "fspiop"
    assert parse(raw, "world.toml").connectors["mojaloop_connector"][1]["api_type"] == "fspiop"


@pytest.mark.parametrize("where", ["world", "dfsp"])
def test_an_unknown_form_is_named_with_file_and_key(where: str) -> None:
    with pytest.raises(UsageError) as caught:
        world_file({"green-bank": "swift"} if where == "dfsp" else None, "swift" if where == "world" else None)
    assert "api" in str(caught.value)
    assert "fspiop, iso20022" in str(caught.value)


# -- money ----------------------------------------------------------------------------------------------------------------


def pay(world: World, amount_type: str) -> dict[str, Any]:
    world.open_books()
    amount = {"amount": "100"} if amount_type == "SEND" else {"amount": "3", "currency": "ZMW"}
    row = world.control("dfsp.send", fsp="blue-wallet", payer=BOB, payee=MUTALE, amount_type=amount_type, **amount)
    world.settle()
    found: dict[str, Any] = world.control("dfsp.transfer", fsp="blue-wallet", id=row["transferId"])
    return found


@pytest.mark.parametrize("amount_type", ["SEND", "RECEIVE"])
@pytest.mark.parametrize("who", ["blue-wallet", "zed-bank", "lake-fx", "blue-wallet lake-fx", "zed-bank lake-fx", "*"])
def test_a_conversion_succeeds_whoever_speaks_what(who: str, amount_type: str) -> None:
    forms = dict.fromkeys(who.split(), ISO)
    with Lab(world_file(forms, common=ISO if who == "*" else None)) as lab:
        paid = pay(lab.world, amount_type)
        verdict = lab.world.audit()
    assert (paid["state"], paid["error"]) == ("COMMITTED", None)
    assert verdict.clean, verdict.findings


def test_a_world_says_who_speaks_what_and_the_log_in_which_form_it_was_written() -> None:
    with Lab(world_file({"blue-wallet": ISO})) as lab:
        told = {each["id"]: each["api"] for each in lab.world.describe()["participants"]}
        pay(lab.world, "SEND")
        sent = lab.world.traffic(operation="dfsp.quotes.ask")[0]
        relayed = lab.world.traffic(operation="hub.quotes.request-notice")[0]
        raw = next(row for row in lab.world.interactions() if row.operation == "dfsp.quotes.ask")
    assert (told["blue-wallet"], told["zed-bank"]) == (ISO, "fspiop")
    assert sent["written"]["CdtTrfTxInf"]["PmtId"]["TxId"] == sent["request"]["quoteId"] == sent["refs"][1]
    assert "written" not in relayed
    assert relayed["request"]["quoteId"] == sent["request"]["quoteId"]
    assert raw.refs == tuple(sent["refs"])


@pytest.mark.parametrize("profile", ["strict", "like_sdk"])
@pytest.mark.parametrize("commission", ["0", "2"])
def test_a_commission_that_iso_cannot_tell_is_what_the_other_amounts_leave(profile: str, commission: str) -> None:
    raw = copy.deepcopy(DEFAULT)
    raw["world"]["api"] = ISO
    raw["dfsp"][2] |= {"commission": commission, "iso_profile": profile}
    raw["dfsp"].append(
        {"id": "plum-bank", "currencies": {"ZMW": {"cap": "1000", "funds": "1000"}}, "fee": "0", "iso_profile": profile}
    )
    raw["person"].append({"name": "Chanda", "dfsp": "plum-bank", "id_value": "260971000777", "balance": "500"})
    with Lab(parse(raw, "world.toml")) as lab:
        world = lab.world
        world.open_books()
        row = world.control("dfsp.send", fsp="plum-bank", payer={"id_value": "260971000777"}, payee=MUTALE, amount="100")
        world.settle()
        paid = world.control("dfsp.transfer", fsp="plum-bank", id=row["transferId"])
        gained = world.account(owner="plum-bank", role="customer", holder="MSISDN:260971000777").gained
        verdict = world.audit()
        terms = world.traffic(operation="hub.quotes.respond-notice")[0]["request"]
    assert "payeeFspCommission" not in terms
    assert paid["state"] == "COMMITTED"
    assert str(gained) == "-100", "SEND fixes what leaves her account"
    assert verdict.clean, verdict.findings


@pytest.mark.parametrize(("api", "told"), [("fspiop", "terms"), (ISO, "failed")])
def test_the_home_bank_pays_a_commission_that_it_is_told_of_and_refuses_one_that_it_cannot_see(api: str, told: str) -> None:
    raw = copy.deepcopy(DEFAULT)
    raw["world"]["api"] = api
    raw["dfsp"][1]["commission"] = "2"
    with Lab(parse(raw, "world.toml")) as lab:
        watch = watch_world(lab.world, "seed")
        people = watch.world.cast.people
        order = watch.channel.initiate(people["Chikondi"], people["Bob"], Money("100", "MWK"))
        assert order.last.told == told
        if told == "terms":
            watch.channel.accept(order)
            watch.world.settle()
            assert order.last.told == "completed"
        else:
            assert order.last.code == "5101"
            assert watch.world.control("hub.transfers") == []
        assert watch.verdict().clean
