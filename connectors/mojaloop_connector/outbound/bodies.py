"""Bodies of the outbound API as they come in: read, and checked by the API's document and by the few rules of ours that a
message to the hub needs on top of it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from loopyard.protocols import canonical, schemas
from loopyard.protocols.fspiop.coercion import coerced
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.protocols.fspiop.validation import validate
from loopyard.transport.connection import BODY_LIMIT
from loopyard.transport.messages import Request

LONGEST_EXPIRY: Final = 31_536_000
"""Seconds from now, or back, at which a message may be said to expire: a year (ours). The document names no bound."""

_IDENTIFIERS: Final = ("Id", "ID", "idValue", "idSubValue", "partyIdentifier", "partySubIdOrType")
"""How the names of elements end that identify somebody or something."""
_ORDER: Final = "POST /transfers"
_MERGED: Final = ("amount", "to")
"""What a PUT may bring for a transfer beside its yes; the document has it in the order alone."""
_EXPIRIES: Final = ("prepareExpirySeconds", "fxPrepareExpirySeconds", "quoteExpirySeconds", "fxQuoteExpirySeconds")
_EXPIRING: Final = (_ORDER, "POST /requestToPayTransfer")
"""Operations whose messages expire as the body says; of the second the document does not say so."""


def read(request: Request, operation: str) -> Any:
    """The body of an operation, numbers turned into texts where the API asks for those. Raises FspiopError."""
    if len(request.body) > BODY_LIMIT:
        raise FspiopError("3104", f"the body is larger than {BODY_LIMIT} bytes")
    try:
        body = canonical.parse(request.body) if request.body else {}
    except ValueError as cause:
        raise FspiopError("3101", f"the body is not JSON: {cause}") from cause
    for checker in _checkers(operation):
        validate(checker, body, "/requestBody")
        body = coerced(checker.schema, body)
    _refuse_broken_ids(body, "/requestBody")
    return body


def _refuse_broken_ids(value: Any, where: str, name: str = "") -> None:
    """An identifier becomes part of a path, a header or a key, which cannot hold half a character; other texts may have one.
    Raises FspiopError."""
    if isinstance(value, dict):
        for key, each in value.items():
            _refuse_broken_ids(each, f"{where}/{key}", key)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _refuse_broken_ids(each, f"{where}/{number}", name)
    elif isinstance(value, str) and name.endswith(_IDENTIFIERS) and not canonical.is_well_formed(value):
        raise FspiopError("3101", f"{where} has half a character")


@cache
def _checkers(operation: str) -> tuple[schemas.Checker, ...]:
    """What a body must satisfy, one after the other. Compiled once in a process."""
    declared = _declared(operation)
    if operation == "PUT /transfers/{transferId}":
        order: Any = _declared(_ORDER).schema
        return declared, _of({name: order["properties"][name] for name in _MERGED})
    if operation in _EXPIRING:
        seconds = {"type": "integer", "minimum": -LONGEST_EXPIRY, "maximum": LONGEST_EXPIRY}
        return declared, _of(dict.fromkeys(_EXPIRIES, seconds))
    return (declared,)


def _declared(operation: str) -> schemas.Checker:
    checker = schemas.load("outbound_2.1").request(operation)
    assert checker is not None
    return checker


def _of(properties: dict[str, Any]) -> schemas.Checker:
    return schemas.Checker({"type": "object", "properties": properties})
