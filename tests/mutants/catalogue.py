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


def scenarios(feature: str, ids: str) -> tuple[str, ...]:
    """The scenarios of some acceptance ids in one feature."""
    return (f"features/test_{feature}.py", "-k", " or ".join(ids.split()))


MUTANTS: tuple[Mutant, ...] = (
    Mutant("credits-on-transfer", scenarios("inbound", "I08 I11"), parts="credits_on_transfer"),
    Mutant("ignores-duplicate-transfers", scenarios("inbound", "I15"), parts="ignores_duplicate_transfers"),
    Mutant("ignores-duplicate-payments", scenarios("outbound", "O17"), parts="ignores_duplicate_payments"),
    Mutant("refunds-on-timeout", scenarios("resilience", "R01 R05"), parts="refunds_on_timeout"),
    Mutant("forgets-to-release", scenarios("fx", "F09 F10"), parts="forgets_to_release"),
    Mutant("compares-floats", scenarios("outbound", "O12"), parts="compares_floats"),
    Mutant("new-id-each-time", scenarios("resilience", "R08"), parts="new_id_each_time"),
    Mutant("retries-blindly", scenarios("resilience", "R08"), parts="retries_blindly"),
    Mutant("trusts-http-200", scenarios("errors", "E23"), parts="trusts_http_200"),
    Mutant("terms-never-expire", scenarios("outbound", "O22"), parts="terms_never_expire"),
    Mutant("posts-the-fee-twice", scenarios("outbound", "O21"), parts="posts_the_fee_twice"),
    Mutant("silent-on-empty-body", scenarios("inbound", "I19"), parts="silent_on_empty_body"),
    Mutant("accepts-any-fulfilment", scenarios("fx", "F20"), parts="accepts_any_fulfilment"),
    Mutant("accepts-expired-prepare", scenarios("inbound", "I16"), parts="accepts_expired_prepare"),
    Mutant("accepts-any-condition", scenarios("inbound", "I10"), parts="accepts_any_condition"),
    Mutant("pays-requests-again", scenarios("request_to_pay", "I23"), parts="pays_requests_again"),
    Mutant("accepts-any-password", scenarios("request_to_pay", "Q01"), parts="accepts_any_password"),
    Mutant("refunds-without-end", scenarios("refunds", "O25"), parts="refunds_without_end"),
    Mutant("posts-twice", WIRE, sabotage="posts-twice"),
    Mutant("swaps-sides", WIRE, sabotage="swaps-sides"),
    Mutant("any-fulfilment-opens", WIRE, sabotage="any-fulfilment-opens"),
    Mutant("dollars-have-three-decimals", ILP, sabotage="dollars-have-three-decimals"),
    Mutant("condition-is-hashed-twice", ILP, sabotage="condition-is-hashed-twice"),
    Mutant("keys-stay-unsorted", ILP, sabotage="keys-stay-unsorted"),
    Mutant("long-lengths-are-cut", ILP, sabotage="long-lengths-are-cut"),
    Mutant("base64-is-padded", ILP, sabotage="base64-is-padded"),
    Mutant("any-signature-holds", JWS, sabotage="any-signature-holds"),
    Mutant("protected-header-is-unchecked", JWS, sabotage="protected-header-is-unchecked"),
)
