"""What the bodies and queries of the settlement service must look like. Pure declarations, in the order of its API document,
because the first violation is the one that is reported."""

from __future__ import annotations

from typing import Final

from simulators.hub.state.settlement_records import COMMITTED, PENDING, RECORDED, RESERVED
from simulators.hub.wire.hapi import Field, moment, number, one_of, text

# PROCESSING occurs in answers, but nobody can ask for it.
_WINDOW_STATES: Final = ("OPEN", "CLOSED", "PENDING_SETTLEMENT", "SETTLED", "ABORTED")
_ACCOUNT_STATE: Final = one_of((PENDING, RECORDED, RESERVED, COMMITTED, "SETTLED"))

WINDOW_QUERY: Final = {
    "participantId": Field(number),
    "state": Field(one_of(_WINDOW_STATES)),
    "fromDateTime": Field(moment),
    "toDateTime": Field(moment),
    "currency": Field(text),
}
CLOSE: Final = {"state": Field(one_of(("CLOSED",)), required=True), "reason": Field(text, required=True)}

SETTLEMENT_QUERY: Final = {
    "currency": Field(text),
    "participantId": Field(number),
    "settlementWindowId": Field(number),
    "accountId": Field(number),
    "state": Field(text),
    "fromDateTime": Field(moment),
    "toDateTime": Field(moment),
    "fromSettlementWindowDateTime": Field(moment),
    "toSettlementWindowDateTime": Field(moment),
}
CREATE: Final = {
    "settlementModel": Field(text, required=True),
    "reason": Field(text, required=True),
    "settlementWindows": Field(required=True, items={"id": Field(number, required=True)}, fewest=1, unique=True),
}
_ACCOUNTS: Final = Field(
    items={
        "id": Field(number),
        "reason": Field(text),
        "state": Field(_ACCOUNT_STATE),
        "externalReference": Field(text),
    }
)
CHANGE: Final = {
    "state": Field(one_of(("ABORTED", "INVALID"))),
    "reason": Field(text),
    "externalReference": Field(text),
    "participants": Field(items={"id": Field(number), "accounts": _ACCOUNTS}),
}
CHANGE_PARTICIPANT: Final = {"accounts": _ACCOUNTS}
CHANGE_ACCOUNT: Final = {
    "state": Field(_ACCOUNT_STATE, required=True),
    "reason": Field(text, required=True),
    "externalReference": Field(text),
}
