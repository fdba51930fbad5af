"""Applies contracts to interactions and keeps what it finds. It judges form only; the audit judges money."""

from __future__ import annotations

import json
from collections import Counter

import orjson

from loopyard.engine.contract import Contract, ContractFinding, Level
from loopyard.engine.operations import Message, Operation
from loopyard.engine.traffic import Interaction, parsed

FEW = 10
"""Repeated keys that one message is reported for."""


class Checker:
    """The contract findings of one world, in order."""

    def __init__(self) -> None:
        self.findings: list[ContractFinding] = []
        self.counts: Counter[tuple[Level, str, bool]] = Counter()  # level, party, injected; a reset of the world leaves them

    def bind(self, contract: Contract | None) -> BoundChecker:
        """A checker for the messages of one interface."""
        return BoundChecker(self, contract)

    def report(self, level: Level, party: str, row: Interaction, text: str) -> None:
        injected = row.deliberate or row.fault is not None
        self.counts[level, party, injected] += 1
        self.findings.append(ContractFinding(level, party, row.operation, text, row.seq, injected))


class BoundChecker:
    """Checks against one contract. Who formed a message is found out: the sender of a request, the receiver of its answer."""

    def __init__(self, checker: Checker, contract: Contract | None) -> None:
        self._checker = checker
        self._contract = contract

    def received(self, operation: Operation, row: Interaction) -> None:
        """A request that reached a face."""
        if self._contract is not None:
            for text in self._contract.request_errors(operation.contract_key, row.request()):
                self._checker.report("breach", row.sender, row, text)
        self._note_repeats(row.sender, row, row.request_body, row.request())

    def replied(self, operation: Operation, row: Interaction) -> None:
        """The answer of a face."""
        if self._contract is not None and row.status is not None:
            body = parsed(row.response_body)
            for text in self._contract.response_errors(operation.contract_key, row.status, body):
                self._checker.report("breach", row.receiver, row, text)

    def sent(self, message: Message, row: Interaction) -> None:
        """A message that a simulator sends."""
        if self._contract is not None and not message.relayed:
            for text in self._contract.request_errors(message.contract_key, row.request()):
                self._checker.report("breach", row.sender, row, text)

    def answered(self, message: Message, row: Interaction) -> None:
        """The answer to such a message."""
        body = parsed(row.response_body)
        if self._contract is not None and row.status is not None:
            for text in self._contract.response_errors(message.contract_key, row.status, body):
                self._checker.report("breach", row.receiver, row, text)
        self._note_repeats(row.receiver, row, row.response_body, body)

    def _note_repeats(self, party: str, row: Interaction, body: bytes, content: object) -> None:
        for key in repeated_keys(body, content):
            self._checker.report("note", party, row, f"the key {key!r} stands twice in one object; the last one counts")


def repeated_keys(body: bytes, content: object) -> list[str]:
    """Keys that stand twice in one object of a body, the first few; none where it cannot be read at all. `content` is what
    was read of it: a body that is what its content is written as has every key once, and most are."""
    if content is None or body.count(b":") < 2 or _written(content) == body:
        return []
    twice: dict[str, None] = {}

    def look(pairs: list[tuple[str, object]]) -> None:
        if len(pairs) > len(dict(pairs)):
            twice.update((name, None) for name, count in Counter(name for name, _ in pairs).items() if count > 1)

    try:
        json.loads(body, object_pairs_hook=look, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):  # who needs its content refuses it as malformed
        return []
    return list(twice)[:FEW]


def _written(content: object) -> bytes:
    try:
        return orjson.dumps(content)
    except TypeError:  # an integer beyond 64 bits
        return b""
