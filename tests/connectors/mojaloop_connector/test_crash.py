"""A crash at every boundary, and a restart over the same store: money moves once or not at all, and everybody hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mojaloop_connector_yard import SWITCH, Call, Say, Told, Yard, order

import connectors.mojaloop_connector as package
from loopyard.transport.client import NoAnswer

Open = Callable[..., Yard]
PAYEE: dict[str, Any] = {"reserve_notification": True}
CONVERTING = {"supported_currencies": ["XXX"], "get_services_fxp_response": ["fxp"]}

INBOUND = [
    "inbound.prepare.stored",
    "inbound.prepare.reserved",
    "inbound.prepare.fulfil.stored",
    "inbound.prepare.fulfil.sent",
    "inbound.prepare.final.stored",
    "inbound.prepare.final.delivered",
]
OUTBOUND = [
    *(f"outbound.{noun}.{moment}" for noun in ("party", "quote", "prepare") for moment in ("stored", "sent", "answered")),
    *("outbound.payeeResolved", "outbound.quoteReceived", "outbound.succeeded"),
]
FX = [f"outbound.{noun}.{moment}" for noun in ("fx-quote", "fx-prepare") for moment in ("stored", "sent", "answered")]


def hub_with_memory(yard: Yard) -> dict[str, Any]:
    """A hub that keeps a transfer's state: a repetition gets the last word again, a question gets the state."""
    known: dict[str, Any] = {}
    relay = yard.hub.relay

    def prepare(call: Call) -> Any:
        transfer_id = call.body["transferId"]
        if transfer_id in known and known[transfer_id]["prepare"] != call.body:
            known["modified"] = True
            return []
        if transfer_id in known:
            fulfil = known[transfer_id].get("fulfil")
            return [Say("PUT", f"/transfers/{transfer_id}", fulfil, source=SWITCH)] if fulfil else []
        known[transfer_id] = {"prepare": call.body}
        return relay(call)

    def fulfil(call: Call) -> Any:
        transfer_id = call.path.split("/")[2]
        if "fulfil" in known[transfer_id]:
            return []
        known[transfer_id]["fulfil"] = call.body | {"transferState": "COMMITTED"}
        return relay(call)

    def query(call: Call) -> Any:
        transfer_id = call.path.split("/")[2]
        state = known.get(transfer_id)
        to = str(call.header("fspiop-source"))
        if state is None:
            body: Any = {"errorInformation": {"errorCode": "3208", "errorDescription": "Transfer ID not found"}}
            return [Say("PUT", f"{call.path}/error", body, source=SWITCH, to=to)]
        body = state.get("fulfil") or {"transferState": "RESERVED"}
        return [Say("PUT", call.path, body, source=SWITCH, to=to)]

    yard.hub.script |= {"POST /transfers": prepare, "PUT /transfers": fulfil, "GET /transfers": query}
    return known


def lost(yard: Yard, call: Callable[[], Told]) -> Told | None:
    """A call whose answer a crash may take away."""
    try:
        return call()
    except NoAnswer:
        return None


def transfer_of(yard: Yard) -> tuple[str, str]:
    """The id and the stored state of the payer's only transfer."""
    service: Any = yard.hosts["payer"]._service
    rows = [row for state in ("start", "payeeResolved", "quoteReceived", "fxQuoteReceived", "fxTransferSucceeded",
                              "servicesFxpReceived", "succeeded", "errored")
            for row in service._kit.store.in_state("outbound", state)]  # fmt: skip
    assert len(rows) == 1
    return rows[0].id, rows[0].state


@pytest.mark.parametrize("boundary", OUTBOUND)
def test_a_crash_of_the_payer_never_pays_twice_and_the_transfer_can_be_completed(open_yard: Open, boundary: str) -> None:
    yard = open_yard(payer={"auto_accept_party": False, "auto_accept_quotes": False}, payee=PAYEE)
    known = hub_with_memory(yard)
    yard.hosts["payer"].crash_at(boundary)
    told = lost(yard, yard.transfer)
    for consent in ({"acceptParty": True}, {"acceptQuote": True}):
        if told is not None:
            transfer_id = told.body["transferId"]
            told = lost(yard, lambda: yard.accept(transfer_id, **consent))  # noqa: B023
    assert told is None, "the crash did not happen"
    yard.restart("payer")
    transfer_id, state = transfer_of(yard)
    told = yard.outbound("GET", f"/transfers/{transfer_id}")
    consents = {"WAITING_FOR_PARTY_ACCEPTANCE": "acceptParty", "WAITING_FOR_QUOTE_ACCEPTANCE": "acceptQuote"}
    consent = "acceptQuote" if state == "quoteReceived" else "acceptParty"
    while told.status != 200 or told.body["currentState"] in consents:
        told = yard.accept(transfer_id, **{consent: True})
        consent = consents.get(told.body.get("currentState"), "")
        assert told.status == 200
    assert told.body["currentState"] == "COMPLETED"
    assert yard.outbound("GET", f"/transfers/{transfer_id}").body["currentState"] == "COMPLETED"
    assert known[transfer_id]["fulfil"]["transferState"] == "COMMITTED"
    assert "modified" not in known
    assert yard.backend.heard().count("POST /transfers") == 1
    prepares = yard.hub.all("POST /transfers")
    assert all(each.body == prepares[0].body for each in prepares)


@pytest.mark.parametrize("boundary", FX)
def test_a_crash_in_a_conversion_repeats_the_same_messages_or_none(open_yard: Open, boundary: str) -> None:
    yard = open_yard(payer=CONVERTING, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    yard.hosts["payer"].crash_at(boundary)
    told = lost(yard, yard.transfer)
    if told is not None:
        transfer_id = told.body["transferId"]
        assert lost(yard, lambda: yard.accept(transfer_id, acceptConversion=True)) is None
    yard.restart("payer")
    transfer_id, _ = transfer_of(yard)
    halted = yard.accept(transfer_id, acceptConversion=True)
    if halted.body.get("currentState") == "WAITING_FOR_CONVERSION_ACCEPTANCE":
        halted = yard.accept(transfer_id, acceptConversion=True)
    assert halted.body["currentState"] == "COMPLETED"
    for key in ("POST /fxQuotes", "POST /fxTransfers"):
        sent = yard.hub.all(key)
        assert all(each.body == sent[0].body for each in sent)
    assert yard.backends["fxp"].heard().count("POST /fxTransfers") == 1


def test_a_prepared_transfer_can_no_longer_be_refused(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_quotes": False}, payee=PAYEE)
    hub_with_memory(yard)
    yard.hosts["payer"].crash_at("outbound.prepare.sent")
    transfer_id = yard.transfer().body["transferId"]
    assert lost(yard, lambda: yard.accept(transfer_id, acceptQuote=True)) is None
    yard.restart("payer")
    told = yard.accept(transfer_id, acceptQuote=False)
    assert told.status == 500
    assert "can no longer be refused" in told.body["message"]
    assert yard.outbound("GET", f"/transfers/{transfer_id}").body["currentState"] == "COMPLETED"


@pytest.mark.parametrize("boundary", INBOUND)
def test_a_crash_of_the_payee_loses_no_reservation_and_no_notice(open_yard: Open, boundary: str) -> None:
    yard = open_yard(payer={"request_processing_timeout_seconds": 300}, payee=PAYEE)
    hub_with_memory(yard)
    yard.hosts["payee"].crash_at(boundary)
    down = []

    async def come_back() -> None:
        while yard.hosts["payee"].running:
            await yard.clock.sleep(0.01)
        down.append(yard.clock.monotonic())
        await yard.clock.sleep(2)
        await yard.hosts["payee"].restart()

    async def both() -> Any:
        yard.clock.spawn(come_back())
        url = yard.hosts["payer"].listeners["outbound"].url + "/transfers"
        return await yard.client.call("POST", url, body=json.dumps(order()).encode())

    answer = yard.runner.run(yard.clock.drive(both()))
    yard.advance(60)
    assert down
    assert b'"currentState":"COMPLETED"' in answer.body
    reserved = {call.body["transferId"] for call in yard.backend.all("POST /transfers")}
    assert len(reserved) == 1
    told = [call.body["currentState"] for call in yard.backend.all("PUT /transfers")]
    assert told
    assert set(told) == {"COMPLETED"}
    assert len(told) == 1


def test_a_prepare_that_expired_while_the_payee_was_down_is_refused_and_released(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hosts["payee"].crash_at("inbound.prepare.reserved")
    assert yard.transfer().status == 504
    yard.advance(120)
    yard.restart("payee")
    assert yard.hub.last("PUT /transfers/error").body["errorInformation"]["errorCode"] == "3303"
    assert [call.body["currentState"] for call in yard.backend.all("PUT /transfers")] == ["ERROR_OCCURRED"]


def test_a_reservation_without_notice_is_asked_for_after_a_restart(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    hub_with_memory(yard)
    notice = yard.hub.commit

    def without_notice(call: Call, source: str, to: str) -> Any:
        return [say for say in notice(call, source, to) if say.method != "PATCH"]

    yard.hub.commit = without_notice  # type: ignore[method-assign]
    assert yard.transfer().body["currentState"] == "COMPLETED"
    yard.crash("payee")
    yard.advance(3600)
    yard.restart("payee")
    assert [call.body["currentState"] for call in yard.backend.all("PUT /transfers")] == ["COMPLETED"]


def test_a_notice_that_the_backend_had_not_taken_is_delivered_after_a_restart(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.backend.trouble["PUT /transfers"] = [500]
    yard.transfer()
    yard.crash("payee")
    yard.advance(3600)
    yard.restart("payee")
    assert len(yard.backend.all("PUT /transfers")) == 2
    yard.advance(3600)
    assert len(yard.backend.all("PUT /transfers")) == 2


def test_every_boundary_of_a_run_is_in_the_readme(open_yard: Open) -> None:
    readme = (Path(str(package.__file__)).parent / "README.md").read_text(encoding="utf-8")
    yard = open_yard(payer=CONVERTING, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    yard.accept(yard.transfer().body["transferId"], acceptConversion=True)
    yard.settle()
    passed = {boundary for host in yard.hosts.values() for boundary in host.boundaries}
    assert len(passed) > 25
    assert not sorted(each for each in passed if f"`{each}`" not in readme)
