"""The pairs that the scheme's own transformer made, in both directions."""

from __future__ import annotations

import json

import pytest

from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT
from tests.protocols.iso20022 import losses, material
from tests.protocols.iso20022.material import Vector

each_vector = pytest.mark.parametrize("vector", material.vectors(), ids=lambda vector: vector.name)
TWO_ARMS = {"parties_put_business_extensions": ["Rpt.UpdtdPtyAndAcctId.Pty.Id"]}
"""Vectors that the strict emitter must not reproduce: they fill both arms of a choice."""


def test_every_message_of_the_set_has_a_vector() -> None:
    assert len(material.vectors()) == 28
    with_vector = {each.operation for each in material.vectors()}
    assert {each for each in MESSAGES if "SubId" not in each} == with_vector


@each_vector
def test_the_message_is_the_vector_s(vector: Vector) -> None:
    assert MESSAGES[vector.operation].name == vector.message


@each_vector
def test_the_like_sdk_emitter_writes_the_vector_to_the_octet(vector: Vector) -> None:
    written = MESSAGES[vector.operation].to_iso(vector.fspiop, vector.envelope, LIKE_SDK)
    assert json.dumps(written) == json.dumps(vector.iso)


@each_vector
def test_the_like_sdk_reader_makes_of_the_vector_what_the_transformer_makes(vector: Vector) -> None:
    assert MESSAGES[vector.operation].from_iso(vector.iso, LIKE_SDK) == vector.back


@each_vector
def test_a_choice_that_the_vector_fills_doubly_is_found(vector: Vector) -> None:
    assert list(material.doubled(vector.iso)) == TWO_ARMS.get(vector.name, [])


@each_vector
def test_the_strict_emitter_says_the_same_where_the_vector_keeps_the_standard(vector: Vector) -> None:
    written = MESSAGES[vector.operation].to_iso(vector.fspiop, vector.envelope, STRICT)
    if vector.name == "quotes_post_transactionRequest":
        assert written["CdtTrfTxInf"]["PmtId"].pop("InstrId") == vector.fspiop["transactionRequestId"]
    if vector.name == "quotes_post_refund":
        # The vector's FSPIOP body names the reason as the transformer does, and not as FSPIOP does.
        written["CdtTrfTxInf"]["InstrForCdtrAgt"]["InstrInf"] = vector.fspiop["transactionType"]["refundInfo"]["reason"]
    assert (written == vector.iso) == (vector.name not in TWO_ARMS)


@each_vector
def test_the_strict_reader_loses_of_the_vector_what_the_message_has_no_place_for_and_nothing_else(vector: Vector) -> None:
    message = MESSAGES[vector.operation]
    paths = (*losses.lost(vector.operation), *_CHANGED.get(vector.name, ()))
    expected = material.without(vector.fspiop, paths)
    for party in (expected.get("party"), expected.get("payer"), expected.get("payee")):
        if party and "supportedCurrencies" in party:
            party["supportedCurrencies"] = party["supportedCurrencies"][:1]
    assert material.without(message.from_iso(vector.iso, STRICT), paths) == expected


_CHANGED = {
    "quotes_post_refund": ("transactionType.refundInfo.reason", "transactionType.refundInfo.refundReason"),
    # The transformer did not write it.
    "quotes_post_transactionRequest": ("transactionRequestId",),
    # A text of more than 105 characters.
    "quotes_put_error_5101": ("errorInformation.errorDescription",),
}
