"""Messages that JavaScript reads and no Python library does of itself: a source that is not UTF-8, numbers beyond every double,
half of a surrogate pair. They are refused or carried out, with JWS and without, and never a bare 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from loopyard.protocols import jws
from loopyard.protocols.fspiop.headers import request_headers
from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.signing import Profile

TRANSFER = "b51ec534-ee48-4575-b6a9-ead2955b8069"
ERROR = '{"errorInformation":{"errorCode":"5100","errorDescription":"x"}}'
FORGED = {
    "FSPIOP-Signature": '{"signature":"eA","protectedHeader":"eyJhbGciOiJSUzI1NiJ9"}',
    "FSPIOP-HTTP-Method": "PUT",
    "FSPIOP-URI": f"/transfers/{TRANSFER}/error",
}
FACES = {
    "hub.fspiop": f"/transfers/{TRANSFER}/error",
    "dfsp.fspiop": f"/blue-wallet/transfers/{TRANSFER}/error",
    "mojaloop_connector.inbound": f"/transfers/{TRANSFER}/error",
}
"""Where a message of the scheme goes in, and the path of one that anybody may get."""
NUMBERS = ["1e400", "1e1000000", "-1e9999999", "1e99999999999999999999", "1e-99999999999999999999", "9" * 5000]


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "signed"])
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    with Lab(replace(load(default_world()), jws=Profile(on=request.param, hub_validates=True))) as lab:
        yield lab


def put(lab: Lab, face: str, path: str, body: str, source: str = "green-bank", **more: str) -> tuple[int, str]:
    """The status and the error code of an answer; nothing was logged as an error."""
    made = request_headers("transfers", source=source, destination="blue-wallet", date=lab.world.now)
    headers = dict(made) | more
    told: dict[str, Any] = lab.world.control("channel.call", face=face, method="PUT", path=path, body=body, headers=headers)
    lines = lab.world.control("logs.list")
    assert [line for line in lines if line["level"] == "ERROR"] == []
    return told["status"], json.loads(told["body"])["errorInformation"]["errorCode"] if told["body"] else ""


@pytest.mark.parametrize("face", FACES)
def test_a_source_that_is_no_text_is_told_that_its_signature_is_not_accepted(lab: Lab, face: str) -> None:
    seen = put(lab, face, FACES[face], ERROR, "\udcff", **FORGED)
    assert seen == ((400, "3105") if lab.file.jws.on else (200, ""))


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:24])
@pytest.mark.parametrize("face", FACES)
def test_a_number_that_no_double_holds_is_refused_by_everybody(lab: Lab, face: str, number: str) -> None:
    status, code = put(lab, face, FACES[face], f'{{"errorInformation":{{"errorCode":{number}}}}}', **FORGED)
    assert status == 400
    assert code in ("3100", "3101", "3102", "3105")


def test_a_signature_over_a_number_that_no_double_holds_is_one_over_null(lab: Lab) -> None:
    body = '{"errorInformation":{"errorCode":"5100","errorDescription":"x"},"a":1e1000000}'
    headers = request_headers("transfers", source="green-bank", destination="blue-wallet", date=lab.world.now)
    signing = lab.look(lambda world: world.signatures.of("green-bank"))
    keys = [signing.private_key] if signing is not None and signing.signs else []
    said = json.loads(ERROR) | {"a": None}
    signed = [jws.Signer(key).sign("PUT", FORGED["FSPIOP-URI"], headers, said) for key in keys]
    seen = put(lab, "mojaloop_connector.inbound", FORGED["FSPIOP-URI"], body, **(signed[0] if signed else {}))
    assert (len(signed), seen) == (int(lab.file.jws.on), (200, ""))


@pytest.mark.parametrize("face", FACES)
def test_half_a_surrogate_pair_is_refused_or_carried_out(lab: Lab, face: str) -> None:
    body = '{"errorInformation":{"errorCode":"5100","errorDescription":"\\ud800"},"\\udfff":1}'
    assert put(lab, face, FACES[face], body, **FORGED)[0] in (200, 400)


def test_an_error_that_says_nothing_lacks_what_it_has_to_say(lab: Lab) -> None:
    seen = put(lab, "dfsp.fspiop", FACES["dfsp.fspiop"], '{"a":1}', **FORGED)
    assert seen == (400, "3105" if lab.file.jws.on else "3102")
