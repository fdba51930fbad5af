"""A payee whom several institutions know: all answers are waited for, and the backend chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, Say, Yard, error

from connectors.mojaloop_connector.settings import read
from loopyard.kernel.errors import UsageError

Open = Callable[..., Yard]
WAITING = {"auto_accept_party": False, "multiple_parties_response": True, "multiple_parties_response_seconds": 3}


def party(fsp: str, **more: Any) -> dict[str, Any]:
    info = {"partyIdType": "MSISDN", "partyIdentifier": PAYEE_ID, "fspId": fsp}
    name = {"complexName": {"firstName": fsp.title(), "lastName": "Person"}}
    return {"party": {"partyIdInfo": info, "personalInfo": name, **more}}


def opened(open_yard: Open, *answers: Any, **settings: Any) -> Yard:
    """A payer whose lookups are answered so, one a second."""
    yard = open_yard(payer=WAITING | settings, payee={"reserve_notification": True})

    def script(call: Any) -> list[Say]:
        return [
            Say("PUT", f"{call.path}/error" if "errorInformation" in body else call.path, body, number)
            for number, body in enumerate(answers)
        ]

    yard.hub.script["GET /parties"] = script
    return yard


def test_all_who_know_the_payee_are_shown(open_yard: Open) -> None:
    yard = opened(open_yard, party("payee"), party("other"))
    told = yard.transfer()
    assert (told.status, told.body["currentState"]) == (200, "WAITING_FOR_PARTY_ACCEPTANCE")
    assert [(each["fspId"], each["firstName"]) for each in told.body["to"]] == [("payee", "Payee"), ("other", "Other")]
    assert told.body["getPartiesResponse"]["body"] == party("other"), "the last one"
    assert yard.clock.monotonic() == 3, "all the time is waited"


def test_the_one_who_is_chosen_is_paid(open_yard: Open) -> None:
    yard = opened(open_yard, party("other"), party("payee"))
    told = yard.transfer().body
    done = yard.accept(told["transferId"], acceptParty=True, to=told["to"][1])
    assert (done.status, done.body["currentState"]) == (200, "COMPLETED")
    assert yard.hub.last("POST /quotes").header("fspiop-destination") == "payee"
    assert done.body["to"]["fspId"] == "payee"


def test_without_a_choice_the_halt_stays(open_yard: Open) -> None:
    yard = opened(open_yard, party("other"), party("payee"))
    told = yard.transfer().body
    refused = yard.accept(told["transferId"], acceptParty=True)
    assert refused.status == 500
    assert "other, payee" in refused.body["message"]
    assert yard.hub.all("POST /quotes") == []
    assert yard.accept(told["transferId"], acceptParty=True, to=told["to"][1]).body["currentState"] == "COMPLETED"


def test_of_one_there_is_nothing_to_choose(open_yard: Open) -> None:
    yard = opened(open_yard, error("3204"), party("payee"))
    told = yard.transfer().body
    assert [each["fspId"] for each in told["to"]] == ["payee"]
    assert yard.accept(told["transferId"], acceptParty=True).body["currentState"] == "COMPLETED"


def test_a_refusal_ends_it_as_always(open_yard: Open) -> None:
    yard = opened(open_yard, party("payee"), party("other"))
    told = yard.transfer().body
    assert yard.accept(told["transferId"], acceptParty=False).body["currentState"] == "ABORTED"


def test_nobody_is_an_error_and_silence_a_timeout(open_yard: Open) -> None:
    assert opened(open_yard, error("3204")).transfer().body["statusCode"] == "3204"


def test_silence_is_a_timeout(open_yard: Open) -> None:
    told = opened(open_yard).transfer()
    assert (told.status, told.body["message"][:34]) == (504, "Timeout resolving payees for trans")


def test_the_currencies_of_the_chosen_one_decide_on_a_conversion(open_yard: Open) -> None:
    yard = opened(
        open_yard, party("payee", supportedCurrencies=["MWK"]), party("other", supportedCurrencies=["ZMW"]),
        supported_currencies=["MWK"],
    )  # fmt: skip
    told = yard.transfer().body
    failed = yard.accept(told["transferId"], acceptParty=True, to=told["to"][1])
    assert failed.body["message"] == "No FX provider detected"


def test_who_accepts_by_itself_cannot_choose() -> None:
    with pytest.raises(UsageError, match="autoAcceptParty and multiplePartiesResponse"):
        read({"dfsp_id": "payer"} | WAITING | {"auto_accept_party": True}, "mojaloop_connector")
