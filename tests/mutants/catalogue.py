"""The mutants: what each breaks, through which seam, and which checks must catch it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """One thing broken on purpose. `parts` replaces parts of the reference; `sabotage` names a breach of kernel or protocols.

    `caught_by` is a selection for pytest: as small as the proof allows.
    """

    name: str
    caught_by: tuple[str, ...]
    parts: str = ""
    sabotage: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        if self.parts:
            return (f"--parts=tests.mutants.reference:{self.parts}",)
        return ("-p", "tests.mutants.sabotage")


MUTANTS: tuple[Mutant, ...] = ()
