"""Applies contracts to interactions and keeps what it finds. It judges form only; the audit judges money."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loopyard.engine.contract import Contract, ContractFinding, Level
from loopyard.engine.traffic import Interaction, parsed

if TYPE_CHECKING:
    from loopyard.engine.operations import Message, Operation


class Checker:
    """The contract findings of one world, in order."""

    def __init__(self) -> None:
        self.findings: list[ContractFinding] = []

    def bind(self, contract: Contract | None) -> BoundChecker:
        """A checker for the messages of one interface."""
        return BoundChecker(self, contract)

    def report(self, level: Level, party: str, row: Interaction, text: str) -> None:
        injected = row.deliberate or row.fault is not None
        self.findings.append(ContractFinding(level, party, row.operation, text, row.seq, injected))


class BoundChecker:
    """Checks against one contract. Who formed a message is found out: the sender of a request, the receiver of its answer."""

    def __init__(self, checker: Checker, contract: Contract | None) -> None:
        self._checker = checker
        self._contract = contract

    def received(self, operation: Operation, row: Interaction) -> None:
        """A request that reached a face."""
        if self._contract is not None:
            for text in self._contract.request_errors(operation.contract_key, parsed(row.request_body)):
                self._checker.report("breach", row.sender, row, text)
        for key in repeated_keys(row.request_body):
            self._checker.report("note", row.sender, row, f"the key {key!r} stands twice in one object; the last one counts")

    def replied(self, operation: Operation, row: Interaction) -> None:
        """The answer of a face."""
        if self._contract is not None and row.status is not None:
            body = parsed(row.response_body)
            for text in self._contract.response_errors(operation.contract_key, row.status, body):
                self._checker.report("breach", row.receiver, row, text)

    def sent(self, message: Message, row: Interaction) -> None:
        """A message that a simulator sends."""
        if self._contract is not None and not message.relayed:
            for text in self._contract.request_errors(message.contract_key, parsed(row.request_body)):
                self._checker.report("breach", row.sender, row, text)

    def answered(self, message: Message, row: Interaction) -> None:
        """The answer to such a message."""
        if self._contract is not None and row.status is not None:
            body = parsed(row.response_body)
            for text in self._contract.response_errors(message.contract_key, row.status, body):
                self._checker.report("breach", row.receiver, row, text)


def repeated_keys(body: bytes) -> list[str]:
    """Keys that stand twice in one object. Cheap for the usual body, which has none."""
    if body.count(b'":') < 2:
        return []
    twice: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice.extend(sorted({name for name in names if names.count(name) > 1}))

    try:
        json.loads(body, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return []
    return twice
