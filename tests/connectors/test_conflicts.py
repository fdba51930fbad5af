"""Where documents and code part company: of each conflict the wrong variant is flagged, and what is legal is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.core_connector import settings as settings_module
from connectors.core_connector.cbs import Holder
from connectors.core_connector.payments import wire
from connectors.core_connector.payments.model import Birth, Request
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import STRICT
from loopyard.testing.channel import Channel, Order
from loopyard.testing.drivers import base
from loopyard.testing.drivers.send_money import SendMoney
from loopyard.testing.lab import Lab
from loopyard.world import file as world_file
from loopyard.world.defaults import default_world
from tests.protocols.iso20022 import bodies, material

BORN = base.Birth("1990-05-17", "Lilongwe", "MW")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(world_file.load(default_world())) as lab:
        yield lab


def asked(
    lab: Lab, *, core: dict[str, Any], payee: str = "Bob", mojaloop: dict[str, Any] | None = None
) -> tuple[Order, Channel]:
    """What Amina is told who asks to send, with connectors set as said."""
    world = lab.world
    world.reset()
    world.configure("core_connector", **core)
    if mojaloop:
        world.configure("mojaloop_connector", **mojaloop)
    channel, people = Channel(world, SendMoney(), Ids("conflicts")), world.cast.people
    return channel.initiate(people["Chikondi"], people[payee], Money(100, "MWK"), birth=BORN), channel


def breaches(lab: Lab) -> set[tuple[str, str]]:
    return {(each["party"], each["operation"]) for each in lab.world.control("contract.findings") if each["level"] == "breach"}


@pytest.mark.parametrize("variant, place", [
    ({"transaction_type": "PAYMENT"}, "/requestBody/transactionType must be equal to one of the allowed values"),
    ({"transaction_type": "REFUND"}, "/requestBody/transactionType must be equal to one of the allowed values"),
    ({"birth_date": "dd-mm-yyyy"}, "/requestBody/from/dateOfBirth must match pattern"),
    ({"payer_id_type": "ACCOUNT_NO"}, "/requestBody/from/idType must be equal to one of the allowed values"),
])  # fmt: skip
def test_the_outbound_api_refuses_what_its_description_does_not_have(lab: Lab, variant: dict[str, str], place: str) -> None:
    order, _ = asked(lab, core={"like_others": variant})
    assert order.last.told == "failed"
    assert order.last.message.startswith(place)
    assert lab.world.traffic(operation="hub.parties.get") == [], "the hub was asked all the same"


@pytest.mark.parametrize("field", ["fxQuoteResponse", "fxQuotesResponse"])
@pytest.mark.parametrize("acceptance", ["acceptQuote", "acceptQuoteOrConversion"])
@pytest.mark.parametrize("payee", ["Bob", "Mutale"])
def test_both_spellings_of_the_conversion_and_both_ways_to_accept_are_legal(
    lab: Lab, field: str, acceptance: str, payee: str
) -> None:
    core, mojaloop = {"like_others": {"acceptance": acceptance}}, {"fx_quote_field": field}
    order, channel = asked(lab, core=core, mojaloop=mojaloop, payee=payee)
    assert order.last.told == "terms", order.last
    assert channel.accept(order).told == "completed"
    assert breaches(lab) == set()


def transfer(**like_others: str) -> dict[str, Any]:
    """POST /transfers of the outbound API, of a payer whose birth is known, for an ISO 20022 scheme."""
    settings = settings_module.read({"fsp_id": "green-bank", "api_type": "iso20022", "like_others": like_others}, "x")
    birth = Birth("1990-05-17", "Lilongwe", "MW", "Central")
    request = Request(
        "SEND", Money(1, "MWK"), "MWK", "MWK", Holder("MSISDN", "2"), Holder("MSISDN", "1", "Amina Banda"), birth=birth
    )
    return wire.outbound_transfer(request, "home", settings)


def in_iso(extensions: list[dict[str, str]]) -> Any:
    """POST /quotes in ISO 20022 with these extensions."""
    message = MESSAGES["POST /quotes"]
    body = material.without(material.vector("quotes_post_send").fspiop, (message.extensions,))
    body["extensionList"] = {"extension": extensions}
    return message.to_iso(body, bodies.envelope("POST /quotes", STRICT), STRICT)


def private_of(iso: Any) -> Any:
    return iso["CdtTrfTxInf"]["Dbtr"].get("Id", {}).get("PrvtId", {}).get("DtAndPlcOfBirth")


def test_a_birth_reaches_its_place_in_an_iso_message() -> None:
    iso = in_iso(transfer()["quoteRequestExtensions"])
    assert private_of(iso) == {
        "BirthDt": "1990-05-17",
        "PrvcOfBirth": "Central",
        "CityOfBirth": "Lilongwe",
        "CtryOfBirth": "MW",
    }


def test_a_birth_at_the_documents_place_is_nowhere_in_an_iso_message() -> None:
    iso = in_iso(transfer(birth_keys="Dbtr.PrvtId")["quoteRequestExtensions"])
    assert private_of(iso) is None


def test_what_the_law_wants_to_know_is_lost_in_the_payers_own_list() -> None:
    assert "quoteRequestExtensions" not in transfer(kyc_in="from")
    assert [each["value"] for each in transfer(kyc_in="from")["from"]["extensionList"]] == [
        "1990-05-17",
        "Central",
        "Lilongwe",
        "MW",
    ]
