"""What can be known after asking another system: it was done, it was refused, or nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Done(Generic[Value]):
    """Carried out, as an explicit answer says."""

    value: Value


@dataclass(frozen=True, slots=True)
class Refused:
    """Not carried out, as an explicit answer says. `reason` is the other system's own code."""

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer, or none that can be read as a decision: it may have been carried out."""

    why: str


Outcome = Done[Value] | Refused | Unknown
