"""The FSPIOP face's edge: what is refused at once, in which words, before anything else happens."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from loopyard.protocols.jws import Signer, Verifier
from loopyard.transport.client import Answer
from tests.simulators.hub.yard import TRANSFER, Yard, run

VERSIONS = [{"key": "1", "value": "0"}, {"key": "1", "value": "1"}, {"key": "2", "value": "0"}]


def error(answer: Answer) -> tuple[int, str, str]:
    information = json.loads(answer.body)["errorInformation"]
    assert answer.header("content-type") == "application/json; charset=utf-8"
    return answer.status, information["errorCode"], information["errorDescription"]


HEADERS: list[Any] = [
    ({"accept": ""}, 400, "3102", "Missing mandatory element - Accept is required"),
    ({"accept": "text/plain"}, 400, "3101", "Malformed syntax - Invalid accept header"),
    ({"accept": "application/vnd.interoperability.transfers+json;version=9"}, 406, "3001",
     "Unacceptable version requested - The Client requested an unsupported version, see extension list for supported "
     "version(s)."),
    ({"date": ""}, 400, "3102", "Missing mandatory element - Missing required date header"),
    ({"date": "yesterday"}, 400, "3101", "Malformed syntax - Invalid date header"),
    ({"content_type": ""}, 400, "3102", "Missing mandatory element - Content-type is required"),
    ({"content_type": "application/json"}, 400, "3101", "Malformed syntax - Invalid content-type header"),
    ({"content_type": "application/vnd.interoperability.transfers+json;version=9.0"}, 406, "3001",
     "Unacceptable version requested - Client supplied a protocol version which is not supported by the server"),
    ({"fspiop_source": ""}, 400, "3102", "Missing mandatory element - /header must have required property 'fspiop-source'"),
    ({"x_client_id": "other"}, 400, "3100", "Generic validation error - Invalid fspiop-source header"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "status", "code", "text"), HEADERS)
def test_headers_are_refused_in_the_services_words(changes: dict[str, str], status: int, code: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "POST", "/transfers", yard.transfer(), **changes)
        assert error(answer) == (status, code, text[:128])
        if code == "3001":
            assert json.loads(answer.body)["errorInformation"]["extensionList"]["extension"] == VERSIONS
        assert (yard.lines(), yard.positions()) == ([], {})

    run(work)


BODIES: list[Any] = [
    ({"payeeFsp": None}, "3102", "Missing mandatory element - /requestBody must have required property 'payeeFsp'"),
    ({"amount": {"amount": "1"}}, "3102",
     "Missing mandatory element - /requestBody/amount must have required property 'currency'"),
    ({"amount": "10.00"}, "3100", "Generic validation error - /requestBody/amount/amount must match pattern "
     '"^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$"'),
    ({"amount": {"currency": "ZZZ", "amount": "1"}}, "3100",
     "Generic validation error - /requestBody/amount/currency must be equal to one of the allowed values"),
    ({"payerFsp": ""}, "3100", "Generic validation error - /requestBody/payerFsp must NOT have fewer than 1 characters"),
    ({"extensionList": {"extension": []}}, "3100",
     "Generic validation error - /requestBody/extensionList/extension must NOT have fewer than 1 items"),
    ({"unknown": 1}, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "text"), BODIES)
def test_bodies_are_refused_by_their_first_violation(changes: dict[str, Any], code: str | None, text: str | None) -> None:
    async def work(yard: Yard) -> None:
        body = {key: value for key, value in (yard.transfer() | changes).items() if value is not None}
        if isinstance(changes.get("amount"), str):
            body["amount"] = {"currency": "MWK", "amount": changes["amount"]}
        answer = await yard.prepare(body)
        if code is None or text is None:
            assert answer.status == 202
        else:
            assert error(answer) == (400, code, text[:128])

    run(work)


def test_newer_libraries_report_patterns_as_malformed_syntax() -> None:
    async def work(yard: Yard) -> None:
        assert error(await yard.prepare(transferId="x"))[1] == "3101"

    run(work, strict_3101=True)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 101 + b"1" + b"}" * 101])
def test_what_is_nested_too_deep_is_malformed(body: bytes) -> None:
    async def work(yard: Yard) -> None:
        assert error(await yard.send("green-bank", "POST", "/transfers", body))[:2] == (400, "3101")

    run(work)


@pytest.mark.parametrize("body", [b"{", b"", b"[1"])
def test_what_is_not_json_lacks_its_first_member(body: bytes) -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "POST", "/transfers", body)
        assert error(answer)[1:] == (
            "3102", "Missing mandatory element - /requestBody must have required property 'transferId'",
        )  # fmt: skip

    run(work)


def test_a_body_above_the_limit_is_refused() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.prepare(note="x" * 5_242_880)
        assert error(answer) == (400, "3104", "Too large payload - Payload size is too large")

    run(work)


def test_unknown_paths_and_methods() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.call("GET", "/nosuch")
        assert error(answer) == (404, "3002", "Unknown URI - get /nosuch get /nosuch")
        assert error(await yard.call("DELETE", "/parties/MSISDN/1"))[1] == "3102", "headers come first"
        answer = await yard.send("green-bank", "DELETE", "/parties/MSISDN/1")
        assert error(answer) == (405, "3000", "Generic client error - Method Not Allowed - delete /parties/MSISDN/1")
        answer = await yard.send("blue-wallet", "PATCH", f"/transfers/{TRANSFER}", {"transferState": "COMMITTED"})
        assert error(answer)[1:] == (
            "3102", "Missing mandatory element - /requestBody must have required property 'completedTimestamp'",
        )  # fmt: skip
        body = {"transferState": "COMMITTED", "completedTimestamp": yard.after(0)}
        answer = await yard.send("blue-wallet", "PATCH", f"/transfers/{TRANSFER}", body)
        assert error(answer) == (501, "2002", "Not implemented")
        answer = await yard.send("blue-wallet", "PATCH", f"/fxTransfers/{TRANSFER}", {"conversionState": "COMMITTED"})
        assert error(answer) == (501, "2002", "Not implemented")

    run(work)


def test_quote_ids_in_paths_are_checked_and_transfer_ids_are_not() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "GET", "/quotes/zz", to="blue-wallet")
        assert error(answer)[2].startswith("Generic validation error - /path/id must match pattern ")
        assert (await yard.send("green-bank", "GET", "/transfers/zz")).status == 202
        assert yard.taken()[0].error[0] == "3208"

    run(work)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "completedTimestamp fails because future timestamp was provided"),
        (-301, "completedTimestamp fails because provided timestamp exceeded the maximum timeout duration"),
    ],
)
def test_a_fulfil_from_another_time_is_refused_at_once(seconds: float, text: str) -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        answer = await yard.fulfil(completedTimestamp=yard.after(seconds))
        assert error(answer) == (400, "3100", f"Generic validation error - {text}")
        assert (yard.lines(), yard.state()) == ([], "RESERVED")

    run(work)


def test_resources_of_later_versions_are_unknown_to_earlier_hubs() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "POST", "/fxTransfers", yard.conversion(), version="1.1")
        assert error(answer)[:2] == (404, "3002")
        await yard.send("green-bank", "POST", "/transfers", yard.transfer(payeeFsp="nobody"), version="1.1")
        (told,) = yard.taken()
        assert told.headers["content-type"] == "application/vnd.interoperability.transfers+json;version=1.1"

    run(work, fspiop_versions=["1.0", "1.1"])


def pair() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def test_signatures_are_demanded_kept_and_made() -> None:
    (hub_key, hub_public), (bank_key, bank_public), (wallet_key, wallet_public) = pair(), pair(), pair()

    async def signed(yard: Yard, source: str, key: str, method: str, path: str, body: Any, to: str) -> Answer:
        made = yard.made(source, method, path, to)
        raw = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        return await yard.call(method, path, headers=made | Signer(key).sign(method, path, made, raw), body=raw)

    async def work(yard: Yard) -> None:
        answer = await yard.prepare()
        assert error(answer)[:2] == (400, "3105")
        answer = await signed(yard, "green-bank", wallet_key, "POST", "/transfers", yard.transfer(), "blue-wallet")
        assert error(answer) == (400, "3105", "Invalid signature - invalid signature")
        answer = await signed(yard, "green-bank", bank_key, "POST", "/transfers", yard.transfer(), "blue-wallet")
        assert answer.status == 202
        body = {"completedTimestamp": yard.after(0), "transferState": "RESERVED", "fulfilment": "A" * 43}
        await signed(yard, "blue-wallet", wallet_key, "PUT", f"/transfers/{TRANSFER}", body, "green-bank")
        forwarded, committed, patched = yard.taken()
        keys = {"Hub": hub_public, "green-bank": bank_public}
        for message in (forwarded, committed, patched):
            Verifier(keys, "sorted").verify(message.headers, message.body)
        assert committed.source == patched.source == "Hub"

    keys = {"green-bank": bank_public, "blue-wallet": wallet_public}
    run(work, jws_sign=True, jws_validate=True, jws_key=hub_key, jws_public_keys=keys)


def test_what_the_signing_library_has_no_name_for_is_signed_with_its_whole_address() -> None:
    hub_key, hub_public = pair()

    async def work(yard: Yard) -> None:
        assert (await yard.send("green-bank", "GET", f"/transactions/{TRANSFER}", to="nobody")).status == 202
        (told,) = yard.taken()
        assert told.headers["fspiop-uri"].endswith(f"/green-bank/transactions/{TRANSFER}/error")
        Verifier({"Hub": hub_public}, "sorted").verify(told.headers, told.body)

    run(work, jws_sign=True, jws_key=hub_key)


@pytest.mark.parametrize("demanded", [False, True])
def test_an_answer_to_a_lookup_is_signed_where_the_hub_demands_it(demanded: bool) -> None:
    _, public = pair()
    path = "/parties/MSISDN/265991000101"

    async def work(yard: Yard) -> None:
        party = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "265991000101", "fspId": "blue-wallet"}}
        answer = await yard.send("blue-wallet", "PUT", path, {"party": party}, to="green-bank")
        assert answer.status == (400 if demanded else 200)
        assert bool(yard.taken()) is not demanded

    run(work, jws_validate=True, jws_validate_put_parties=demanded, jws_public_keys={"blue-wallet": public})


def test_numbers_stand_for_their_texts() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare(payerFsp=12)
        assert yard.taken()[0].error == ("3100", "Generic validation error - FSPIOP-Source header should match Payer")

    run(work)
