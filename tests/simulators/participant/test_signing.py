"""Participants sign what they send, and refuse what is not signed rightly, as their world has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.signing import Profile

PARTY = {"party": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "265991000101", "fspId": "green-bank"}}}
NUMBER = "265991000101"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(replace(load(default_world()), jws=Profile(on=True))) as lab:
        yield lab


@pytest.fixture(autouse=True)
def _fresh(lab: Lab) -> None:
    lab.world.reset()


def told(lab: Lab, to: str, method: str, path: str, body: Any, **more: Any) -> tuple[int | None, str | None, str]:
    """What a participant answers to a message of Zed Bank, with its code, and what the log says of it."""
    answer = lab.world.control("hub.raw", to=to, source="zed-bank", method=method, path=path, body=body, **more)
    error = (answer["body"] or {}).get("errorInformation", {}) if isinstance(answer["body"], dict) else {}
    return answer["status"], error.get("errorCode"), lab.world.traffic()[-1]["note"] or ""


@pytest.mark.parametrize("to", ["blue-wallet", "lake-fx"])
def test_what_is_signed_with_anothers_key_is_refused_and_the_log_says_whose_it_is(lab: Lab, to: str) -> None:
    path = "/quotes" if to == "blue-wallet" else "/fxQuotes"
    status, code, note = told(lab, to, "POST", path, {"a": "1"}, forge={"key": "pearl-wallet"})
    assert (status, code) == (400, "3105")
    assert "with the key of pearl-wallet" in note


def test_what_is_signed_rightly_is_looked_at(lab: Lab) -> None:
    _, code, note = told(lab, "blue-wallet", "POST", "/quotes", {"a": "1"})
    assert (code, note) == ("3102", "")


@pytest.mark.parametrize(("demanded", "code"), [(False, None), (True, "3105")])
def test_put_parties_has_a_flag_of_its_own(lab: Lab, demanded: bool, code: str | None) -> None:
    lab.world.control("jws.use", validate_put_parties=demanded)
    for path in (f"/parties/MSISDN/{NUMBER}", f"/parties/MSISDN/{NUMBER}/error"):
        body = PARTY if not path.endswith("error") else {"errorInformation": {"errorCode": "3204", "errorDescription": "x"}}
        assert told(lab, "blue-wallet", "PUT", path, body, forge={"unsigned": True})[1] == code


def test_a_question_needs_no_signature(lab: Lab) -> None:
    status, _, _ = told(lab, "blue-wallet", "GET", "/parties/MSISDN/265881000201", None)
    assert status == 202


def test_one_that_does_not_validate_takes_anything(lab: Lab) -> None:
    lab.world.control("jws.use", parties={"blue-wallet": {"validates": False}})
    assert told(lab, "blue-wallet", "POST", "/quotes", {"a": "1"}, forge={"unsigned": True})[1] == "3102"


@pytest.mark.parametrize(("sends", "is_sorted"), [("sorted", True), ("insertion", False)])
def test_a_body_goes_out_in_the_order_that_its_sender_keeps(lab: Lab, sends: str, is_sorted: bool) -> None:
    lab.world.control("jws.use", parties={"blue-wallet": {"sends": sends}})
    lab.world.control("dfsp.raw", fsp="blue-wallet", method="POST", path="/quotes", body={"b": "1", "a": "2"})
    assert lab.world.interactions()[-1].request_body == (b'{"a":"2","b":"1"}' if is_sorted else b'{"b":"1","a":"2"}')


def test_a_key_in_the_settings_signs_in_a_world_that_does_not(lab: Lab) -> None:
    mine = lab.look(lambda world: world.signatures.of("pearl-wallet"))
    assert mine is not None
    lab.world.control("jws.switch", on=False)
    lab.world.configure_simulator("dfsp", keys={"blue-wallet": mine.private_key})
    lab.world.control(
        "dfsp.send", fsp="zed-bank", payer={"id_value": "260971000301"}, payee={"id_value": "265881000201"}, amount="1",
        until="parties",
    )  # fmt: skip
    lab.world.settle()
    (answer,) = [row for row in lab.world.traffic() if row["sender"] == "blue-wallet" and row["receiver"] == "hub"]
    assert "fspiop-signature" in {name.lower() for name, _ in answer["headers"]}
