"""What a scenario may need beyond a system under test that answers: declared by tags such as @needs:fx and @slow.

What host, driver or the team's own configuration lack is reported as not applicable, never passed. That a tag is not missing,
and not there for nothing, shows where everything is possible: with the reference on the virtual clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from loopyard.engine.traffic import Interaction
from loopyard.world.channel import CHANNEL

FX, MERCHANT, WORKLIST, BULK, ONBOARDING, FSPIOP, ACCOUNTS = (
    "fx", "merchant-payment", "worklist", "bulk", "onboarding", "fspiop", "accounts",
)  # fmt: skip
REQUESTS, REFUNDS, LOOPBACK = "request-to-pay", "refunds", "loopback"
MANAGEMENT: Final = "mojaloop_connector.management"
"""The face by which a DFSP is told to connect to its scheme, and says how that stands."""
NEEDS: Final[Mapping[str, str]] = {
    FX: "payments in another currency than the payer's, or conversions as a provider",
    MERCHANT: "payments of an exact amount to the payee (POST /merchant-payment)",
    REQUESTS: "requests to pay, made and answered (POST /transactionRequests)",
    REFUNDS: "refunds of what was received (POST /refunds)",
    BULK: "many payments in one order (POST /bulkTransactions), or many received in one message",
    ACCOUNTS: "registration of accounts at the scheme (POST and DELETE /accounts)",
    WORKLIST: "a list of what it has not finished (GET /transfers?unresolved=true)",
    ONBOARDING: "a management API to connect to the scheme by (POST /reonboard, POST /recreate/{SecurityType}, GET /states)",
    LOOPBACK: "a world on loopback: its certificates are for 127.0.0.1, and its institutions call from addresses beside it",
    FSPIOP: "bodies in FSPIOP's own form: it is about an element that ISO 20022 has no place for, or about the form itself",
    "core-restart": "a host that can crash the core connector and start it again",
    "core-settings": "a host that can start the core connector with other settings",
    "core-clock": "a host that can set the core connector's clock wrong",
    "mojaloop-restart": "a host that can crash the Mojaloop connector and start it again",
    "mojaloop-settings": "a host that can start the Mojaloop connector with other settings",
    "mojaloop-signatures": "a Mojaloop connector that signs and verifies: a world with [world.jws] on = true, or --jws",
    "mojaloop-keys": "a Mojaloop connector that follows the world when keys, or the forms of signatures, change",
    "mojaloop-logs": "a host that can show what the Mojaloop connector writes to its log",
    "mojaloop-clock": "a host that can set the Mojaloop connector's clock wrong",
}
"""Every need, and what it asks for. Those of a connector's host are not met where the connector runs elsewhere."""
BY_OPERATION: Final[Mapping[str, str]] = {
    "connectors.crash": "restart",
    "connectors.restart": "restart",
    "connectors.configure": "settings",
    "connectors.skew": "clock",
    "connectors.logs": "logs",
}
SIGNATURES: Final = "mojaloop-signatures"
BY_NAME: Final[Mapping[str, str]] = {
    "jws.profile": SIGNATURES,
    "jws.use": "mojaloop-keys",
    "jws.publish": "mojaloop-keys",
    "jws.sign-with-latest": "mojaloop-keys",
    "tls.enable": LOOPBACK,
    "network.leave-from": LOOPBACK,
}
"""Needs by the operation that shows them, whatever it names. A scenario about signatures asks first whether its world signs."""
PATIENCE: Final = 30.0
"""Seconds that a scenario may wait on the wall clock without being asked for."""


def of_host(connector: str) -> list[str]:
    """The needs that only a host of this connector can meet."""
    return [need for need in NEEDS if need.startswith(f"{connector.removesuffix('_connector')}-")]


def used(
    operations: Iterable[tuple[str, str]], rows: Iterable[Interaction], homes: Collection[str], asked_worklist: bool
) -> set[str]:
    """The needs that a scenario has shown: by the control operations it used, each with the connector it named, and by what was
    said."""
    operations = list(operations)
    found = {f"{of.removesuffix('_connector')}-{BY_OPERATION[name]}" for name, of in operations if name in BY_OPERATION}
    for row in rows:
        if ".fx-" in row.operation and (row.sender in homes or row.receiver in homes):
            found.add(FX)
        if "/bulk" in row.path and (row.sender in homes or row.receiver in homes or row.sender == CHANNEL):
            found.add(BULK)
        if row.path.startswith("/merchant-payment"):
            found.add(MERCHANT)
        if ".transaction-requests." in row.operation and (row.sender in homes or row.receiver in homes):
            found.add(REQUESTS)
        if row.path.startswith(("/request-to-pay", "/payment-requests")):
            found.add(REQUESTS)
        if row.path.startswith("/refunds"):
            found.add(REFUNDS)
        if row.path.startswith("/accounts") and row.sender == CHANNEL:
            found.add(ACCOUNTS)
        if row.path in ("/states", "/reonboard") or row.path.startswith("/recreate/"):
            found.add(ONBOARDING)
    found |= {BY_NAME[name] for name, _ in operations if name in BY_NAME}
    return found | ({WORKLIST} if asked_worklist else set())


def missing(declared: Collection[str], slow: bool, used: Collection[str], seconds: float) -> list[str]:
    """What a scenario needs and does not declare: a line each, with the remedy."""
    lines = [f"it needs {NEEDS[need]}: tag it @needs:{need}" for need in sorted(set(used) - set(declared))]
    if seconds > PATIENCE and not slow:
        lines.append(f"it took {seconds:g} seconds of the world's time: tag it @slow")
    return lines


def idle(declared: Collection[str], slow: bool, used: Collection[str], seconds: float) -> list[str]:
    """What a scenario declares and does not need: a line each. A row of an outline shares its tags with the other rows."""
    lines = [f"it does not use what @needs:{need} declares: drop the tag" for need in sorted(set(declared) - set(used))]
    if seconds <= PATIENCE and slow:
        lines.append(f"it took {seconds:g} seconds of the world's time, no more than {PATIENCE:g}: drop the tag @slow")
    return lines
