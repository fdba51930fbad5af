"""Why a signature was refused is seen wherever somebody looks: in the log, in a failure's first lines, in the audit's finding
and in the evidence, where nobody's number is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from loopyard.kernel.ids import Ids
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.send_money import SendMoney
from loopyard.testing.evidence import gather
from loopyard.testing.evidence.interactions import interactions_html, interactions_ndjson
from loopyard.testing.evidence.sequence import sequence_diagram
from loopyard.testing.lab import Lab
from loopyard.testing.observation import Observation, watch_world
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.signing import PartyProfile, Profile

WHY = "it holds over raw and insertion-order bytes, not over sorted bytes; sorted is accepted"
NUMBER = "265991000101"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A world that takes sorted bodies, and a wallet that signs unsorted ones."""
    jws = Profile(on=True, accept="sorted", parties={"blue-wallet": PartyProfile(form="insertion")})
    with Lab(replace(load(default_world()), jws=jws)) as lab:
        watch_world(lab.world, "refusals")
        lab.world.control(
            "dfsp.send", fsp="blue-wallet", payer={"id_value": "265881000201"}, payee={"id_value": NUMBER}, amount="5"
        )
        lab.world.settle()
        yield lab


def test_the_log_says_it_in_either_form(lab: Lab) -> None:
    told = [row["note"] for row in lab.world.traffic() if row["note"]]
    raw = [row.note for row in lab.world.interactions() if row.note]
    assert told == raw == [f"signature: invalid signature; {WHY}"]


def test_a_failure_begins_with_it(lab: Lab) -> None:
    watch = Observation(lab.world, Channel(lab.world, SendMoney(), Ids("x")), "")
    (line,) = watch.refused()
    assert line.startswith("refused   POST /quotes was answered 400 by green-bank")
    assert WHY in line


def test_the_audits_finding_says_it(lab: Lab) -> None:
    (finding,) = lab.world.audit().findings
    assert (finding.kind, finding.party) == ("refused callback", "green-bank")
    assert WHY in finding.text


def test_the_evidence_shows_it(lab: Lab) -> None:
    exchanges = [gather.exchange(row) for row in lab.world.interactions()]
    for shown in (interactions_html(exchanges), sequence_diagram(exchanges)):
        assert WHY in shown
    notes = [json.loads(line)["note"] for line in interactions_ndjson(exchanges).splitlines()]
    assert [note for note in notes if note] == [f"signature: invalid signature; {WHY}"]


def test_a_number_in_a_reason_is_masked_in_the_evidence(lab: Lab) -> None:
    exchanges = [
        replace(gather.exchange(row), note=f"signature: FSPIOP-URI: /parties/MSISDN/{NUMBER}")
        for row in lab.world.interactions()
    ]
    assert NUMBER not in interactions_html(exchanges)
