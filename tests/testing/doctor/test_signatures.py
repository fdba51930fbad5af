"""What doctor says of a Mojaloop connector's signatures, in a world that signs: right, wrong, missing, and refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from loopyard.protocols import jws
from loopyard.world.file import load
from loopyard.world.signing import Signatures, hub_names
from tests.testing.doctor.stubs import Bench, Mojaloop, Sign, bench, mojaloop, told

PLACE = "mojaloop_connector"


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    return bench(tmp_path, signs=True)


def by(at: Bench, participant: str, spoil: Callable[[bytes], bytes] = lambda body: body) -> Sign:
    """Signs with the key that the bench's world has for somebody, over a body that `spoil` has changed."""
    file = load(at.world)
    known = [each.id for each in file.plan.participants]
    signing = Signatures(file.jws, known, hub_names(file.simulators), lambda: file.plan.starts).of(participant)
    assert signing is not None
    signer = jws.Signer(signing.private_key)
    return lambda method, path, headers, body: signer.sign(method, path, headers, spoil(body))


def changed(body: bytes) -> bytes:
    return body.replace(b"SEND", b"RECEIVE")


def unsigned(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, str]:
    return {}


def seen_of(at: Bench, stub: Mojaloop, level: str) -> str:
    with mojaloop(at, stub) as faces:
        return told(at.examined(PLACE, faces=faces, patience=1), level)


def test_a_signature_that_holds_is_told_with_its_algorithm_and_what_it_is_made_over(at: Bench) -> None:
    good = seen_of(at, Mojaloop(at.url("hub.fspiop"), signs=by(at, "green-bank")), "ok")
    assert "1 messages of green-bank are signed with RS256; it holds over sorted bytes" in good


def test_a_body_that_was_changed_is_told_with_the_key_to_take(at: Bench) -> None:
    problems = seen_of(at, Mojaloop(at.url("hub.fspiop"), signs=by(at, "green-bank", changed)), "problem")
    (line,) = [each for each in problems.splitlines() if each.startswith("POST /quotes: signature: invalid signature")]
    assert "or the key is nobody's here" in line
    assert "the key that `loopyard keys FOLDER` writes for green-bank" in line


def test_whose_key_it_was_instead_is_told(at: Bench) -> None:
    problems = seen_of(at, Mojaloop(at.url("hub.fspiop"), signs=by(at, "blue-wallet")), "problem")
    assert "it was made with the key of blue-wallet" in problems


def test_messages_without_a_signature_are_counted(at: Bench) -> None:
    problems = seen_of(at, Mojaloop(at.url("hub.fspiop"), signs=unsigned), "problem")
    assert "1 messages of green-bank are not signed, first POST /quotes -> sign as [world.jws] says" in problems


def test_a_lookup_alone_needs_no_signature(at: Bench) -> None:
    assert "sent nothing that has to be signed" in seen_of(at, Mojaloop(at.url("hub.fspiop")), "not checked")


def test_whoever_refuses_the_signatures_of_others_is_told_which_keys_to_take(at: Bench) -> None:
    refusal = {"errorInformation": {"errorCode": "3105", "errorDescription": "Invalid signature"}}
    stub = Mojaloop(at.url("hub.fspiop"), callback_status=400, answer=refusal, signs=by(at, "green-bank"))
    problems = seen_of(at, stub, "problem")
    assert "which was refused: 400 3105 Invalid signature -> see `signatures`" in problems
    assert "(JWS_VERIFICATION_KEYS_DIRECTORY)" in problems
