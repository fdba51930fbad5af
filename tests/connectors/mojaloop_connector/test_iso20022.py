"""The Mojaloop connector in ISO mode in a whole world: what it says and refuses where the form makes a difference. What it says
in the ordinary course stands in the recordings (tests/conformance)."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from loopyard.engine.traffic import dig
from loopyard.kernel.money import Money
from loopyard.testing.lab import Lab
from loopyard.testing.observation import Observation, watch_world
from loopyard.world.defaults import default_world
from loopyard.world.file import parse

HUNDRED = Money("100", "MWK")
ODD = "Ami;na Banda"


@pytest.fixture(params=["strict", "like_sdk"])
def watch(request: pytest.FixtureRequest) -> Iterator[Observation]:
    raw: dict[str, Any] = copy.deepcopy(tomllib.loads(default_world().read_text(encoding="utf-8")))
    raw["world"]["api"] = "iso20022"
    raw["connectors"]["mojaloop_connector"]["iso_profile"] = request.param
    raw["person"].append({"name": ODD, "dfsp": "green-bank", "id_value": "265991000777", "balance": "500"})
    with Lab(parse(raw, "world.toml")) as lab:
        yield watch_world(lab.world, "seed")


def is_strict(watch: Observation) -> bool:
    settings = watch.world.describe()["connectors"]["mojaloop_connector"]["settings"]
    return bool(settings["iso_profile"] == "strict")


def said(watch: Observation, operation: str) -> dict[str, Any]:
    return watch.world.traffic(operation=operation)[-1]


def bob_pays(watch: Observation, number: str, **order: str) -> None:
    """Bob of Blue Wallet pays 5 MWK to a number of Green Bank's; all that is due happens."""
    payer = {"id_value": watch.world.cast.people["Bob"].id_value}
    watch.world.control("dfsp.send", fsp="blue-wallet", payer=payer, payee={"id_value": number}, amount="5", **order)
    watch.world.settle()


def test_a_payment_out_and_one_in_and_a_conversion(watch: Observation) -> None:
    people = watch.world.cast.people
    for payee in ("Bob", "Mutale"):
        order = watch.channel.initiate(people["Chikondi"], people[payee], HUNDRED)
        watch.channel.accept(order)
        watch.world.settle()
        assert order.last.told == "completed"
    watch.world.control(
        "dfsp.send",
        fsp="blue-wallet",
        payer={"id_value": people["Bob"].id_value},
        payee={"id_value": "265991000103"},
        amount="50",
    )
    watch.world.settle()
    assert {row["transferState"] for row in watch.world.control("hub.transfers") if row["kind"] == "transfer"} == {"COMMITTED"}
    assert watch.verdict().clean


def test_what_only_the_iso_form_of_a_quote_said_is_said_again_with_the_prepare(watch: Observation) -> None:
    extensions = [{"key": "CdtTrfTxInf.CdtrAcct.Nm", "value": "Savings"}, {"key": "CdtTrfTxInf.Purp.Prtry", "value": "RENT"}]
    watch.world.control(
        "dfsp.behave", fsp="blue-wallet", on="quotes", do="alter", **{"with": {"set": {"extensionList.extension": extensions}}}
    )
    people = watch.world.cast.people
    order = watch.channel.initiate(people["Chikondi"], people["Bob"], HUNDRED)
    watch.channel.accept(order)
    watch.world.settle()
    assert dig(said(watch, "hub.quotes.respond-notice")["written"], "CdtTrfTxInf.CdtrAcct.Nm") == "Savings"
    prepare = said(watch, "hub.transfers.prepare-notice")["written"]
    assert dig(prepare, "CdtTrfTxInf.CdtrAcct.Nm") == "Savings"
    assert dig(prepare, "CdtTrfTxInf.Purp") is None, "only what names the payee, her institution or an instruction is repeated"


def test_a_party_whose_name_the_form_cannot_say_is_an_error_and_no_silence(watch: Observation) -> None:
    bob_pays(watch, "265991000777", until="parties")
    operations = [row["operation"] for row in watch.world.traffic() if row["receiver"] == "blue-wallet"]
    assert operations == (["hub.parties.error-notice"] if is_strict(watch) else ["hub.parties.respond-notice"])
    if is_strict(watch):
        assert said(watch, "hub.parties.error-notice")["request"]["errorInformation"]["errorCode"] == "2001"


def test_a_payer_whose_name_the_form_cannot_say_is_told_so(watch: Observation) -> None:
    if not is_strict(watch):
        pytest.skip("today's connectors send what nobody can part again")
    people = {each.name: each for each in watch.world.people(name=ODD)}
    order = watch.channel.initiate(people[ODD], watch.world.cast.people["Bob"], HUNDRED)
    assert order.last.told == "failed"
    assert watch.world.traffic(operation="hub.quotes.request") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"CdtTrfTxInf.VrfctnOfTerms.IlpV4PrepPacket": "AYIBgQ"}, "3100"),
        ({"CdtTrfTxInf.PmtId.TxId": None}, "3102"),
        ({"GrpHdr.MsgId": None}, "3102"),
        ({"CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount": "x"}, "3100"),
        ({"CdtTrfTxInf": 7}, "3100"),
    ],
)
def test_a_prepare_that_is_malformed_is_refused_at_once(watch: Observation, change: dict[str, Any], code: str) -> None:
    world, people = watch.world, watch.world.cast.people
    world.control(
        "dfsp.send",
        fsp="blue-wallet",
        payer={"id_value": people["Bob"].id_value},
        payee={"id_value": "265991000101"},
        amount="5",
    )
    world.settle()
    body = copy.deepcopy(said(watch, "hub.transfers.prepare-notice")["written"])
    for path, value in change.items():
        *parents, last = path.split(".")
        inner = dig(body, ".".join(parents)) if parents else body
        inner |= {last: value}
        if value is None:
            del inner[last]
    answer = watch.world.control("hub.raw", to="green-bank", source="blue-wallet", method="POST", path="/transfers", body=body)
    assert (answer["status"], answer["body"]["errorInformation"]["errorCode"]) == (400, code), answer["body"]


@pytest.mark.parametrize("header", ["accept", "content-type"])
def test_fspiop_s_media_type_is_not_taken(watch: Observation, header: str) -> None:
    media = "application/vnd.interoperability.parties+json;version=2.0"
    answer = watch.world.control(
        "hub.raw", to="green-bank", method="GET", path="/parties/MSISDN/265991000101", headers={header: media}
    )
    assert (answer["status"], answer["body"]["errorInformation"]["errorCode"]) == (400, "3101")
