"""Makes a payer's institution at the hub for one process of the generator, as an operator would: over the administration."""

from __future__ import annotations

from uuid import uuid4

from _control import Refused, call
from _fspiop import CAP, endpoints


def onboard(admin: str, name: str, currency: str, callbacks: str) -> None:
    """Participant `name` exists, is funded, and takes callbacks at `callbacks`; of an earlier run only the address is new.
    Raises Unreachable."""
    base = f"{admin}/participants"
    try:
        call("POST", base, {"name": name, "currency": currency})
    except Refused as refused:
        if "already been registered" not in str(refused):
            raise
    else:
        _fund(f"{base}/{name}", currency)
    for endpoint in endpoints(callbacks):
        call("POST", f"{base}/{name}/endpoints", endpoint)


def _fund(participant: str, currency: str) -> None:
    limit = {"type": "NET_DEBIT_CAP", "value": CAP}
    call("POST", f"{participant}/initialPositionAndLimits", {"currency": currency, "limit": limit, "initialPosition": 0})
    accounts = call("GET", f"{participant}/accounts")
    settlement = next(each["id"] for each in accounts if each["ledgerAccountType"] == "SETTLEMENT")
    funds = {
        "transferId": str(uuid4()), "externalReference": "load", "action": "recordFundsIn", "reason": "load",
        "amount": {"amount": str(CAP), "currency": currency},
    }  # fmt: skip
    call("POST", f"{participant}/accounts/{settlement}", funds)
