"""The reference Mojaloop connector in ISO mode in the place of the recorded one, with the defects of today's software: given
the same inputs, it says the same to hub, backend and channel, element by element."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.captures import TO_BACKEND, TO_HUB, Headers, Names, Told, compact, read, told
from tests.conformance.stage import Accept, Order, Stage, Step
from tests.conformance.test_replay_reference import order

TRANSFER, ERRORS, FX = "iso20022-transfer-send", "iso20022-errors", "iso20022-fx"
SENT = told(f"{TRANSFER}.outbound-response")
FAILED = [told(f"iso20022-error-{name}") for name in ("999-50", "27713404-50", *(f"27713803912-{n}" for n in (666, 667, 668)))]
CONVERTED = [told(f"{FX}.outbound-{name}") for name in ("s1", "s2", "r1", "r2", "r3")]
CONVERSIONS = (
    order(CONVERTED[0]),
    Accept({"acceptConversion": True}),
    order(CONVERTED[2]),
    Accept({"acceptQuote": True}),
    Accept({"acceptConversion": True}),
)


class IsoStage(Stage):
    """What goes to the hub is compared in its order, because older signatures depend on it; what stays within the institution
    is not: in which order a reader fills an FSPIOP body in, nobody sees."""

    def _plain(
        self, names: Names, at: datetime, leg: str, method: str, path: str, headers: Headers, body: Any
    ) -> dict[str, Any]:
        return super()._plain(names, at, leg, method, path, headers, body if leg == TO_HUB else in_order(body))

    def assert_told_as_recorded(self, recorded: Sequence[Told]) -> None:
        self.told = [replace(each, body=in_order(each.body)) for each in self.told]
        super().assert_told_as_recorded([replace(each, body=in_order(each.body)) for each in recorded])


def in_order(body: Any) -> Any:
    return json.loads(json.dumps(body, sort_keys=True))


def stage_of(recording: str, party: str, store: Path, channel: Sequence[Step] = (), **settings: Any) -> Stage:
    return IsoStage(recording, party, store, channel, **{"api_type": "iso20022", "iso_profile": "like_sdk", **settings})


def play(recording: str, party: str, store: Path, channel: Sequence[Step] = (), **settings: Any) -> Stage:
    stage = stage_of(recording, party, store, channel, **settings)
    asyncio.run(stage.play())
    return stage


def played(recording: str, party: str, store: Path, channel: Sequence[Step] = (), **settings: Any) -> Stage:
    stage = play(recording, party, store, channel, **settings)
    stage.assert_said_as_recorded()
    return stage


def test_a_payer_sends_as_recorded(tmp_path: Path) -> None:
    last = next(each for each in read(TRANSFER, TO_HUB, "payer") if each.path.endswith("/999"))
    nobody = Order(last.at, SENT.order | {"to": {"idType": "MSISDN", "idValue": "999"}})
    stage = play(TRANSFER, "payer", tmp_path, [order(SENT), nobody])
    wrong = read(TRANSFER, party="payer")[-1]  # the recorded hub forgot a message id, and the real connector refused that
    assert stage.refused.pop() == f"{wrong.line}: {wrong.status} {compact(wrong.answer).decode()}"
    stage.assert_said_as_recorded()
    stage.told.pop()  # of this answer nothing was kept
    stage.assert_told_as_recorded([SENT])
    assert stage.unrecorded == []


def test_a_payer_converts_as_recorded(tmp_path: Path) -> None:
    stage = played(FX, "payer", tmp_path, CONVERSIONS)
    stage.assert_told_as_recorded(CONVERTED)
    assert stage.unrecorded == []


def test_a_payer_fails_as_recorded(tmp_path: Path) -> None:
    stage = played(ERRORS, "payer", tmp_path, [order(each) for each in FAILED])
    stage.assert_told_as_recorded(FAILED)
    assert stage.unrecorded == []


def test_a_payee_receives_as_recorded(tmp_path: Path) -> None:
    assert played(TRANSFER, "payee", tmp_path).unrecorded == []


def test_a_payee_is_paid_through_a_conversion_as_recorded(tmp_path: Path) -> None:
    stage = stage_of(FX, "payee", tmp_path)
    # The end of the first transfer was told while the next lookup was being answered; here nothing takes time.
    at = next(at for at, each in enumerate(stage.expected) if each.method == "PUT" and each.leg == TO_BACKEND)
    stage.expected.insert(at - 2, stage.expected.pop(at))
    asyncio.run(stage.play())
    stage.assert_said_as_recorded()
    assert stage.unrecorded == []


def test_a_payee_refuses_as_recorded(tmp_path: Path) -> None:
    stage = played(ERRORS, "payee", tmp_path)
    assert stage.unrecorded == ["POST /transfers"], "the last prepare reached a backend that never answered"


def test_a_provider_converts_as_recorded(tmp_path: Path) -> None:
    assert played(FX, "fxp", tmp_path).unrecorded == []


def test_a_connector_that_keeps_to_the_standard_does_not_pass_for_the_recorded_one(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"recorded .*, here "):
        played(TRANSFER, "payee", tmp_path, iso_profile="strict")
