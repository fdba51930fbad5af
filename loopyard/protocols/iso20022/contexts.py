"""The messages that later ones are built on: an answer to a quote request copies the request's parties, a prepare those of the
answer. Kept in memory, for whoever writes ISO 20022 on behalf of a participant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from loopyard.protocols import ilp
from loopyard.protocols.iso20022.errors import Untranslatable
from loopyard.protocols.iso20022.tree import text

_TERMS: Final = "CdtTrfTxInf"
_COPIED: Final = ("Cdtr", "CdtrAgt", "Dbtr", "DbtrAgt", "ChrgBr")
REQUEST: Final = "POST /quotes"
ANSWER: Final = "PUT /quotes/{ID}"
PREPARE: Final = "POST /transfers"


class Contexts:
    """Quote requests by quote and answers by transaction: what of them is copied, and nothing else."""

    def __init__(self) -> None:
        self._transactions: dict[str, str] = {}
        self._requests: dict[str, Mapping[str, Any]] = {}
        self._answers: dict[str, Mapping[str, Any]] = {}

    def note(self, operation: str, id_: str, content: Any) -> None:
        """An ISO 20022 body that was read or written; `id_` is that of the path. Bodies that nothing builds on are passed over,
        and so are those that cannot be read."""
        if operation == REQUEST:
            quote, transaction = _text(content, "PmtId.TxId"), _text(content, "PmtId.EndToEndId")
            if quote and transaction:
                self._transactions[quote] = transaction
                self._requests[quote] = _copied(content)
        elif operation == ANSWER and id_ in self._transactions:
            self._answers[self._transactions[id_]] = _copied(content)

    def answers(self, operation: str, id_: str, body: Any) -> Mapping[str, Any] | None:
        """What the message to be made of an FSPIOP body builds on, if that is known."""
        if operation == ANSWER:
            return self._requests.get(id_)
        if operation == PREPARE:
            return next((self._answers[each] for each in _transactions(body) if each in self._answers), None)
        return None

    def forget(self, transactions: Collection[str]) -> None:
        """Keep nothing of these."""
        for quote in [quote for quote, of in self._transactions.items() if of in transactions]:
            del self._transactions[quote]
            self._requests.pop(quote, None)
        for transaction in transactions:
            self._answers.pop(transaction, None)


def _transactions(body: Any) -> list[str]:
    """What a prepare may belong to: schemes make transfer and transaction one id; where they don't, the packet tells."""
    try:
        told = ilp.decode(str(body.get("ilpPacket"))).data.get("transactionId")
    except ilp.InvalidPacket:
        told = None
    return [each for each in (body.get("transferId"), told) if isinstance(each, str)]


def _copied(content: Mapping[str, Any]) -> Mapping[str, Any]:
    terms = content.get(_TERMS)
    return {_TERMS: {name: terms[name] for name in _COPIED if name in terms} if isinstance(terms, Mapping) else {}}


def _text(content: Any, path: str) -> str | None:
    try:
        return text(content, f"{_TERMS}.{path}", Untranslatable)
    except Untranslatable:
        return None
