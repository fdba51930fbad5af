"""What came of holding something against rules: each rule's result in the vendor's words, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Result = Literal["VALID", "INVALID", "NOT_AVAILABLE"]


@dataclass(frozen=True, slots=True)
class Validation:
    """One rule, and what came of it. `details` and `data` say more where there is more."""

    code: str
    result: Result
    message: str
    details: Any = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def performed(self) -> bool:
        return self.result != "NOT_AVAILABLE"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all rules say together."""

    validations: tuple[Validation, ...] = ()

    @property
    def state(self) -> Result:
        return "INVALID" if self.failures else "VALID"

    @property
    def failures(self) -> tuple[Validation, ...]:
        return tuple(each for each in self.validations if each.result == "INVALID")
