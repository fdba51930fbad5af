"""Recordings of the real connector in ISO mode: each message by itself, and against the same script in FSPIOP mode."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from loopyard.protocols import ilp
from loopyard.protocols.fspiop import media
from loopyard.protocols.iso20022.errors import MalformedMessage
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.messages import MESSAGES, is_iso_media
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Profile
from tests.protocols.iso20022 import losses, material
from tests.protocols.iso20022.material import Recorded

ACCEPTED = [each for each in material.all_recorded() if not each.is_refused]
WITH_PACKET = [each for each in ACCEPTED if "IlpV4PrepPacket" in json.dumps(each.body)]
each_message = pytest.mark.parametrize("sent", ACCEPTED, ids=str)


def message(sent: Recorded) -> Message:
    return MESSAGES[sent.operation]


def octets(body: Any) -> str:
    return json.dumps(body)


def test_there_is_something_to_prove() -> None:
    assert len(ACCEPTED) > 100
    assert len(WITH_PACKET) > 20
    unseen = {"PUT /fxQuotes/{ID}/error", "PUT /fxTransfers/{ID}/error"}
    assert {each.operation for each in ACCEPTED} == {each for each in MESSAGES if "SubId" not in each} - unseen


# Both notations: the same script said the same.


def neutral(body: Any) -> Any:
    """A body without what differs from run to run."""
    text = octets(body)
    text = re.sub(r'"01[0-9A-Z]{24}"', '"<id>"', text)
    text = re.sub(r'"20\d\d-\d\d-\d\dT[\d:.]+Z"', '"<time>"', text)
    text = re.sub(r'"[A-Za-z0-9_-]{43}"', '"<digest>"', text)
    return json.loads(re.sub(r'"ilpPacket": "[A-Za-z0-9_-]+"', '"ilpPacket": "<packet>"', text))


@pytest.mark.parametrize("run", material.RUNS)
def test_strictly_read_the_recording_says_what_the_fspiop_recording_says_but_for_the_declared_losses(run: str) -> None:
    in_iso = [each for each in material.recorded(run) if not each.is_refused]
    in_fspiop = list(material.recorded(run, "fspiop"))
    # Callbacks of one instant are logged in either order, so that messages are paired within their kind.
    kinds = sorted({(each.leg, each.operation) for each in in_iso})
    for kind in kinds:
        ours = [each for each in in_iso if (each.leg, each.operation) == kind]
        theirs = [each for each in in_fspiop if (each.leg, each.operation) == kind]
        assert len(ours) == len(theirs)
        for iso, fspiop in zip(ours, theirs, strict=True):
            lost = _lost_here(iso.operation)
            read = message(iso).from_iso(iso.body, STRICT)
            assert neutral(material.without(read, lost)) == neutral(material.without(fspiop.body, lost)), kind


def _lost_here(operation: str) -> tuple[str, ...]:
    """The losses of a message, but for what the strict reader concludes rightly in these recordings."""
    return tuple(each for each in losses.lost(operation) if "initiator" not in each)


# Every message of every recording.


def again(sent: Recorded, profile: Profile) -> Any:
    kind = message(sent)
    return kind.to_iso(kind.from_iso(sent.body, profile), material.envelope_of(kind, sent.body, sent.answers), profile)


def is_of_the_reference_core_connector(sent: Recorded) -> bool:
    """Its quote requests alone have a name without semicolons, and a purpose that is coded and proprietary at once."""
    return sent.run == "refcc-send-money" and sent.operation == "POST /quotes"


@each_message
def test_a_message_read_and_written_again_says_the_same(sent: Recorded) -> None:
    expected = json.loads(octets(sent.body))
    if is_of_the_reference_core_connector(sent):
        expected["CdtTrfTxInf"]["Dbtr"]["Nm"] += ";;;"
    assert again(sent, LIKE_SDK) == expected


@each_message
def test_strictly_read_and_written_again_it_says_the_same_but_for_a_second_arm_of_a_choice(sent: Recorded) -> None:
    expected = json.loads(octets(sent.body))
    if is_of_the_reference_core_connector(sent):
        terms = expected["CdtTrfTxInf"]
        terms["Dbtr"]["Nm"] = ";;;" + terms["Dbtr"]["Nm"]
        del terms["Purp"]["Cd"]
    assert again(sent, STRICT) == expected


@each_message
def test_a_message_satisfies_the_contract(sent: Recorded) -> None:
    assert material.CONTRACT.request_errors(sent.operation, sent.body) == []


@each_message
def test_no_choice_is_filled_doubly_but_by_the_reference_core_connector(sent: Recorded) -> None:
    expected = ["CdtTrfTxInf.Purp"] if is_of_the_reference_core_connector(sent) else []
    assert list(material.doubled(sent.body)) == expected


@pytest.mark.parametrize("sent", WITH_PACKET, ids=str)
def test_the_condition_of_a_quote_is_in_its_packet_of_version_4(sent: Recorded) -> None:
    packet = ilp.decode(sent.body["CdtTrfTxInf"]["VrfctnOfTerms"]["IlpV4PrepPacket"])
    assert packet.version == "v4"
    assert message(sent).from_iso(sent.body, STRICT)["condition"] == packet.condition


def test_what_the_connector_refused_is_refused_by_contract_and_reader_for_the_same_reason() -> None:
    (refused,) = [each for each in material.all_recorded() if each.is_refused]
    assert any("MsgId" in each for each in material.CONTRACT.request_errors(refused.operation, refused.body))
    with pytest.raises(MalformedMessage, match=r"^Assgnmt\.MsgId is missing") as caught:
        message(refused).from_iso(refused.body, LIKE_SDK)
    assert caught.value.path == "Assgnmt.MsgId"


@pytest.mark.parametrize("run", material.ALL_RUNS)
def test_every_message_names_the_iso_media_type(run: str) -> None:
    for name in material.media_types(run):
        kind = media.parse_content_type(name)
        assert (kind.iso20022, kind.version) == (True, "2.0")
        assert is_iso_media(kind.resource)
