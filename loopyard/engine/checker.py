"""Applies contracts to interactions and keeps what it finds. It judges form only; the audit judges money."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from loopyard.engine.contract import Contract, ContractFinding, Level
from loopyard.engine.operations import Message, Operation
from loopyard.engine.traffic import Interaction

FEW = 10
"""Repeated keys that one message is reported for."""
MANY = 256
"""Messages that wait for judgement at most."""

Found = Iterable[tuple[Level, str, str]]
"""Level, the party that formed the message, and what is wrong."""
Judge = Callable[[Any, Interaction], Found]


class Checker:
    """The contract findings of one world, in order. Messages are judged together, when findings are asked for or many wait:
    nobody's answer waits for it, and what judges is in the processor's cache then."""

    def __init__(self) -> None:
        self._findings: list[ContractFinding] = []
        self._counts: Counter[tuple[Level, str, bool]] = Counter()
        self._due: list[tuple[Judge, Operation | Message, Interaction, bool]] = []

    def bind(self, contract: Contract | None) -> BoundChecker:
        """A checker for the messages of one interface."""
        return BoundChecker(self, contract)

    @property
    def findings(self) -> list[ContractFinding]:
        """All that was found since they were last forgotten."""
        self._judge()
        return self._findings

    @property
    def counts(self) -> Counter[tuple[Level, str, bool]]:
        """How much was found, by level, party, and whether it was made on purpose; a reset of the world leaves them."""
        self._judge()
        return self._counts

    def forget(self) -> None:
        """Drop the findings, and keep the counts."""
        self.findings.clear()

    def later(self, judge: Judge, declared: Operation | Message, row: Interaction) -> None:
        """Have a message judged. Whether it was made on purpose is decided now: a fault may strike its answer yet."""
        self._due.append((judge, declared, row, row.deliberate or row.fault is not None))
        if len(self._due) >= MANY:
            self._judge()

    def _judge(self) -> None:
        due, self._due = self._due, []
        for judge, declared, row, injected in due:
            for level, party, text in judge(declared, row):
                self._counts[level, party, injected] += 1
                self._findings.append(ContractFinding(level, party, row.operation, text, row.seq, injected))


class BoundChecker:
    """Checks against one contract. Who formed a message is found out: the sender of a request, the receiver of its answer."""

    def __init__(self, checker: Checker, contract: Contract | None) -> None:
        self._later = checker.later
        self._contract = contract

    def received(self, operation: Operation, row: Interaction) -> None:
        """A request that reached a face."""
        self._later(self._received, operation, row)

    def replied(self, operation: Operation, row: Interaction) -> None:
        """The answer of a face."""
        self._later(self._replied, operation, row)

    def sent(self, message: Message, row: Interaction) -> None:
        """A message that a simulator sends."""
        if not message.relayed:
            self._later(self._sent, message, row)

    def answered(self, message: Message, row: Interaction) -> None:
        """The answer to such a message."""
        self._later(self._answered, message, row)

    def _received(self, operation: Operation, row: Interaction) -> Found:
        body, contract = row.written(), self._contract_of(row)
        if contract is not None:
            yield from (("breach", row.sender, text) for text in contract.request_errors(operation.contract_key, body))
        yield from _repeats(row.sender, row.request_body, body)

    def _replied(self, operation: Operation, row: Interaction) -> Found:
        return self._wrong_answer(operation.contract_key, row, row.response())

    def _sent(self, message: Message, row: Interaction) -> Found:
        contract = self._contract_of(row)
        if contract is not None:
            for text in contract.request_errors(message.contract_key, row.written()):
                is_known = text.partition(":")[0] in message.deviates
                yield "deviation" if is_known else "breach", row.sender, text

    def _contract_of(self, row: Interaction) -> Contract | None:
        """What a request is judged by: its notation's contract, where it is not in the interface's own."""
        return self._contract if self._contract is None or row.notation is None else row.notation.contract

    def _answered(self, message: Message, row: Interaction) -> Found:
        body = row.response()
        yield from self._wrong_answer(message.contract_key, row, body)
        yield from _repeats(row.receiver, row.response_body, body)

    def _wrong_answer(self, key: str, row: Interaction, body: object) -> Found:
        if self._contract is not None and row.status is not None and not row.turned_away:
            for text in self._contract.response_errors(key, row.status, body):
                yield "breach", row.receiver, text


def _repeats(party: str, body: bytes, content: object) -> Found:
    for key in repeated_keys(body, content):
        yield "note", party, f"the key {key!r} stands twice in one object; the last one counts"


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
