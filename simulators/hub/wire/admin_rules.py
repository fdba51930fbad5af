"""What the bodies, paths and queries of the ledger's administration must look like. Pure declarations."""

from __future__ import annotations

from typing import Final

from loopyard.kernel.currencies import EXPONENTS
from simulators.hub.state.mails import KINDS
from simulators.hub.wire import joi
from simulators.hub.wire.joi import Field

CURRENCIES: Final = tuple(sorted(EXPONENTS))
NAME: Final = joi.text(2, 30)
CURRENCY: Final = joi.one_of(CURRENCIES)
_TRANSFER_ID: Final = joi.pattern(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}",
    "does not match any of the allowed types",
)
_FUNDS_ACTIONS: Final = ("recordFundsIn", "recordFundsOutPrepareReserve")
_FINISH_ACTIONS: Final = ("recordFundsOutCommit", "recordFundsOutAbort")
_ACTION_LABEL: Final = "action is missing or not supported"

PARTICIPANT_PATH: Final = {"name": Field((NAME,))}
ACCOUNT_PATH: Final = PARTICIPANT_PATH | {"id": Field((joi.number, joi.positive, joi.integer))}
ADD_PARTICIPANT: Final = {
    "name": Field((NAME,)),
    "currency": Field((CURRENCY,), required=False),
    "isProxy": Field((joi.one_of((True, False, 0, 1, "0", "1", "true", "false", "", None)),), required=False),
}
IS_ACTIVE: Final = {"isActive": Field((joi.boolean,))}
ENDPOINT: Final = {"type": Field((joi.text(),)), "value": Field((joi.text(),))}
INITIAL: Final = {
    "currency": Field((CURRENCY,)),
    "limit": Field(inner={"type": Field((joi.text(),)), "value": Field((joi.number, joi.not_negative))}),
    "initialPosition": Field((joi.number,), required=False),
}
LIMIT: Final = {
    "currency": Field((CURRENCY,)),
    "limit": Field(
        inner={
            "type": Field((joi.text(),)),
            "value": Field((joi.number,)),
            "alarmPercentage": Field((joi.number, joi.safe)),
        }
    ),
}
LIMIT_QUERY: Final = {"currency": Field((CURRENCY,), required=False), "type": Field((joi.text(),), required=False)}
POSITION_QUERY: Final = {"currency": Field((CURRENCY,), required=False)}
ADD_ACCOUNT: Final = {"type": Field((joi.text(),)), "currency": Field((CURRENCY,))}
FUNDS: Final = {
    "transferId": Field((joi.text(), _TRANSFER_ID)),
    "externalReference": Field((joi.text(),)),
    "action": Field((joi.one_of(_FUNDS_ACTIONS),), label=_ACTION_LABEL),
    "reason": Field((joi.text(),)),
    "amount": Field(
        inner={"amount": Field((joi.number, joi.positive_money)), "currency": Field((CURRENCY,))}, label="No amount provided"
    ),
    "extensionList": Field(
        required=False, inner={"extension": Field(items={"key": Field((joi.text(),)), "value": Field((joi.text(),))})}
    ),
}
FINISH_FUNDS: Final = {
    "action": Field((joi.one_of(_FINISH_ACTIONS),), required=False, label=_ACTION_LABEL),
    "reason": Field((joi.text(),)),
}
SETTLEMENT_MODEL: Final = {
    "name": Field((joi.text(2, 30), joi.pattern("[A-Za-z0-9]+", "must only contain alpha-numeric characters"))),
    "settlementGranularity": Field((joi.one_of(("GROSS", "NET")),)),
    "settlementInterchange": Field((joi.one_of(("BILATERAL", "MULTILATERAL")),)),
    "settlementDelay": Field((joi.one_of(("IMMEDIATE", "DEFERRED")),)),
    "currency": Field((CURRENCY,), required=False),
    "requireLiquidityCheck": Field((joi.boolean,)),
    "ledgerAccountType": Field((joi.text(),)),
    "settlementAccountType": Field((joi.one_of(("SETTLEMENT", "INTERCHANGE_FEE_SETTLEMENT")),)),
    "autoPositionReset": Field((joi.boolean,)),
}

ACCOUNT_TYPE: Final = {
    "name": Field((joi.text(2, 30), joi.pattern(r"\w+", 'with value "{value}" fails to match the required pattern: /^\\w+$/'))),
    "description": Field((joi.text(),)),
    "isActive": Field((joi.boolean,)),
    "isSettleable": Field((joi.boolean,)),
}

_CALLBACKS: Final = (
    "PARTICIPANT_PUT", "PARTICIPANT_PUT_ERROR", "PARTICIPANT_DELETE", "PARTICIPANT_BATCH_PUT", "PARTICIPANT_BATCH_PUT_ERROR",
    "PARTICIPANT_SUB_ID_PUT", "PARTICIPANT_SUB_ID_PUT_ERROR", "PARTICIPANT_SUB_ID_DELETE",
    "PARTIES_GET", "PARTIES_PUT", "PARTIES_PUT_ERROR", "PARTIES_SUB_ID_GET", "PARTIES_SUB_ID_PUT", "PARTIES_SUB_ID_PUT_ERROR",
    "QUOTES", "FX_QUOTES", "BULK_QUOTES", "TRX_REQ_SERVICE", "AUTHORIZATIONS",
    "TRANSFER_POST", "TRANSFER_PUT", "TRANSFER_ERROR", "FX_TRANSFER_POST", "FX_TRANSFER_PUT", "FX_TRANSFER_ERROR",
    "BULK_TRANSFER_POST", "BULK_TRANSFER_PUT", "BULK_TRANSFER_ERROR",
)  # fmt: skip
LISTED_ENDPOINT_TYPES: Final = (*(f"FSPIOP_CALLBACK_URL_{each}" for each in _CALLBACKS), *KINDS)
ENDPOINT_TYPES: Final = frozenset(LISTED_ENDPOINT_TYPES)
