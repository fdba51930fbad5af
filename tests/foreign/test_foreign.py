"""The suite against systems under test in other processes: the reference, on which it finds nothing, and a poor connector in
another language, on which it finds exactly its known faults. The selections are short; all scenarios: `make foreign`."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from loopyard.world.defaults import default_world
from tests.foreign.yard import LOOPYARD, ROOT, Run, node, process, scenarios, world_without

KNOWN = {
    "test_the_mojaloop_connector_hands_a_repeated_payment_on_as_the_real_one_does": "2, no look for repeats",
    "test_three_tenths_less_one_tenth_are_two_tenths": "3, binary floats",
    "test_what_she_is_shown_is_what_happens": "5, the fee twice",
}
"""What the suite finds within half a minute a scenario, and the fault behind it: see README.md."""
KNOWN_SLOW = {
    "test_the_notices_of_two_transfers_change_places": "1, gives money back on a time-out",
    "test_that_a_transfer_was_aborted_is_not_taken_for_success_because_the_answer_is_called_200": "4, HTTP 200 is success",
}
"""What it finds when it may take longer."""
LACKS = ("fx", "worklist", "request-to-pay", "refunds")
BRIEF = "O01 or O02 or O05 or O12 or O21 or I01 or I08 or hands_a_repeated"
SLOW = "E23 or notices_of_two_transfers or last_word_overtakes"
ALL = os.environ.get("LOOPYARD_FOREIGN") == "all"


@pytest.mark.parametrize("connector", ["core_connector", "mojaloop_connector"])
def test_the_reference_in_another_process_is_found_without_fault(connector: str, tmp_path: Path) -> None:
    with (
        world_without(connector, tmp_path) as addresses,
        process([*LOOPYARD, "connector", connector, "--world", addresses["control"]]),
    ):
        run = scenarios(addresses, tmp_path, *(() if ALL else ("-k", "O01 or I01 or F01")))
    assert (run.code, run.failed) == (0, frozenset()), run.output
    assert run.passed >= 3


def test_the_reference_in_another_process_signs_and_verifies_in_a_world_that_does(tmp_path: Path) -> None:
    file = tmp_path / "world.toml"
    file.write_text(default_world().read_text(encoding="utf-8").replace("[world.jws]\non = false", "[world.jws]\non = true"))
    connector = "mojaloop_connector"
    with (
        world_without(connector, tmp_path, file) as addresses,
        process([*LOOPYARD, "connector", connector, "--world", addresses["control"]]),
    ):
        run = scenarios(addresses, tmp_path, "-k", "S01 or S02 or S05 or S07 or S09")
    assert (run.code, run.failed) == (0, frozenset()), run.output
    assert run.passed >= 8
    assert "not applicable: mojaloop_connector runs elsewhere" in run.output, "it does not hear of other keys and forms"


def test_on_the_poor_connector_exactly_its_known_faults_are_found(tmp_path: Path) -> None:
    run = on_the_poor_connector(tmp_path, *(() if ALL else ("-k", BRIEF)))
    assert (run.code, run.failed) == (1, set(KNOWN)), run.output
    assert run.passed >= 4, "what is not at fault passes"


@pytest.mark.skipif(not ALL, reason="waits for minutes in real time; make foreign runs it")
def test_with_time_its_slow_faults_are_found_too(tmp_path: Path) -> None:
    run = on_the_poor_connector(tmp_path, "--slow", "-k", SLOW)
    assert (run.code, run.failed) == (1, set(KNOWN_SLOW)), run.output
    assert run.passed >= 1


def on_the_poor_connector(folder: Path, *arguments: str) -> Run:
    """Run scenarios against the connector in plain Node, which lacks what it does not need to be found out."""
    with world_without("core_connector", folder) as addresses:
        environment = {
            "FSP_ID": "green-bank",
            "SDK_BASE_URL": addresses["mojaloop_connector.outbound"],
            "CBS_BASE_URL": addresses["green-bank.core"],
            "DFSP_SERVER_PORT": str(urlsplit(addresses["core_connector.dfsp"]).port),
            "SDK_SERVER_PORT": str(urlsplit(addresses["core_connector.sdk"]).port),
        }
        with process([node(), str(ROOT / "tests" / "foreign" / "poor_connector.mjs")], environment):
            lacks = (word for need in LACKS for word in ("--sut-lacks", need))
            return scenarios(addresses, folder, *lacks, *arguments)
