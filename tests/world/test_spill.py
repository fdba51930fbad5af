"""A log that keeps few interactions, and the file that takes the others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import LogSettings, load
from loopyard.world.wire import interaction_of

PAY = {"fsp": "blue-wallet", "payer": {"id_value": "265881000201"}, "payee": {"id_value": "265991000101"}, "amount": "10"}


def test_what_the_log_has_no_room_for_goes_to_a_file_to_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "older.ndjson"
    with Lab(load(default_world())) as whole:
        whole.world.control("dfsp.send", **PAY)
        whole.world.advance(60)
        all_of_them = whole.world.interactions()
    with Lab(replace(load(default_world()), log=LogSettings(5, file))) as lab:
        lab.world.control("dfsp.send", **PAY)
        lab.world.advance(60)
        kept = lab.world.interactions()
    spilled = [interaction_of(json.loads(line)) for line in file.read_text().splitlines()]
    assert [len(kept), len(spilled) + len(kept)] == [5, len(all_of_them)]
    assert [row.request_body for row in spilled + kept] == [row.request_body for row in all_of_them]
    assert [row.seq for row in spilled + kept] == [row.seq for row in all_of_them]
