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


ILP = ("tests/protocols/test_ilp.py",)
JWS = ("tests/protocols/test_jws.py",)
WIRE = ("tests/conformance/test_wire_alone.py",)

MUTANTS: tuple[Mutant, ...] = (
    Mutant("posts-twice", WIRE, sabotage="posts-twice"),
    Mutant("captures-half", WIRE, sabotage="captures-half"),
    Mutant("forgets-cents", WIRE, sabotage="forgets-cents"),
    Mutant("any-fulfilment-opens", WIRE, sabotage="any-fulfilment-opens"),
    Mutant("dollars-have-three-decimals", ILP, sabotage="dollars-have-three-decimals"),
    Mutant("condition-is-hashed-twice", ILP, sabotage="condition-is-hashed-twice"),
    Mutant("keys-stay-unsorted", ILP, sabotage="keys-stay-unsorted"),
    Mutant("long-lengths-are-cut", ILP, sabotage="long-lengths-are-cut"),
    Mutant("base64-is-padded", JWS, sabotage="base64-is-padded"),
    Mutant("any-signature-holds", JWS, sabotage="any-signature-holds"),
    Mutant("protected-header-is-unchecked", JWS, sabotage="protected-header-is-unchecked"),
)
