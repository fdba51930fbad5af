"""The ids of ISO 20022: which elements may be ULIDs only is what the contract says."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.protocols import schemas
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.ids import ULIDS, require_ulids
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.notation import CONTRACT
from loopyard.protocols.iso20022.profile import Envelope

PATTERN = "^[0-9A-HJKMNP-TV-Z]{26}$"
ENVELOPE = Envelope("01KJPRZB00MESSAGE000000001", "2026-03-02T08:00:00.000Z", "blue-wallet", "green-bank")


def elements(schema: Any, path: str = "") -> set[str]:
    """The elements of a schema, references resolved, that must be ULIDs."""
    found = {path} if schema.get("pattern") == PATTERN else set()
    for name, child in schema.get("properties", {}).items():
        found |= elements(child, f"{path}.{name}".lstrip("."))
    for child in (each for way in ("anyOf", "oneOf", "allOf") for each in schema.get(way, ())):
        found |= elements(child, path)
    return found


@pytest.mark.parametrize("operation", sorted(MESSAGES))
def test_the_elements_are_those_of_the_contract(operation: str) -> None:
    checker = schemas.load(CONTRACT).request(operation)
    assert checker is not None
    assert elements(checker.schema) in (set(), set(ULIDS))


@pytest.mark.parametrize(
    "id_", ["b51ec534-ee48-4575-b6a9-ead2955b8069", "01HZZZZZZZZZZZZZZZZZZZZZIL", "01HZZZZZZZZZZZZZZZZZZZZZ", ""]
)
@pytest.mark.parametrize("path", ULIDS)
def test_whatever_is_no_ulid_is_refused(path: str, id_: str) -> None:
    with pytest.raises(NoIsoForm, match="must be a ULID: green-bank speaks ISO 20022, which has no UUIDs"):
        require_ulids({"CdtTrfTxInf": {"PmtId": {path.split(".")[-1]: id_}}}, {}, ENVELOPE)


def test_ulids_and_messages_without_ids_pass() -> None:
    require_ulids({"CdtTrfTxInf": {"PmtId": {"TxId": ENVELOPE.message_id}}}, {}, ENVELOPE)
    require_ulids({"TxInfAndSts": {"TxSts": "COMM"}}, {}, ENVELOPE)
