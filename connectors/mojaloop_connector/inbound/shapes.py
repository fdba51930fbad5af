"""The shapes of inbound messages as the real software's own API document has them: looser than the hub's in two places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from loopyard.protocols import schemas
from loopyard.protocols.fspiop.coercion import coerced
from loopyard.protocols.fspiop.validation import require_headers, validate

_NOT_REQUIRED = "fspiop-destination"


class Shapes:
    """Checks messages of one contract; any further property passes, and no destination is asked for."""

    def __init__(self, contract: str) -> None:
        self._contract = schemas.load(contract)
        self._checkers: dict[str, schemas.Checker | None] = {}

    def checked(self, operation: str, headers: Mapping[str, Any], body: Any) -> Any:
        """The body with texts where the API asks for texts, None where it takes none. Raises FspiopError."""
        required = self._contract.operation(operation).headers
        require_headers(tuple(name for name in required if name != _NOT_REQUIRED), headers)
        checker = self._checker(operation)
        if checker is None:
            return None
        validate(checker, body, "")
        return coerced(checker.schema, body)

    def _checker(self, operation: str) -> schemas.Checker | None:
        if operation not in self._checkers:
            strict = self._contract.request(operation)
            self._checkers[operation] = None if strict is None else schemas.Checker(_open(strict.schema))
        return self._checkers[operation]


@cache
def shapes(contract: str = "fspiop_2.0") -> Shapes:
    """Compiled once in a process: compiling takes longer than starting all the rest."""
    return Shapes(contract)


def _open(schema: Any) -> Any:
    """A schema that lets further properties pass, at every depth."""
    if isinstance(schema, list):
        return [_open(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _open(each) for name, each in schema.items() if not (name == "additionalProperties" and each is False)}
