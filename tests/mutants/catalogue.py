"""The mutants: what each breaks, through which seam, and which checks must catch it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Tests of one module: those whose names bear one of the words, or all."""

    module: str
    words: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """As pytest takes them."""
        return (self.module, "-k", " or ".join(self.words)) if self.words else (self.module,)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One thing broken on purpose. `parts` replaces parts of the reference; `sabotage` names a breach of what both sides share;
    `setting` switches a known defect of other software on, as `--setting` does.

    `caught_by` is as small as the proof allows.
    """

    name: str
    caught_by: Selection
    parts: str = ""
    sabotage: str = ""
    setting: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        if self.parts:
            return (f"--parts=tests.mutants.reference:{self.parts}",)
        if self.setting:
            return (f"--setting={self.setting}=true", *(f"--setting={each}" for each in BESIDE.get(self.setting, ())))
        return ("-p", "tests.mutants.sabotage")


BESIDE = {"core_connector.like_template.own_details_for_payee": ("core_connector.lei=2138008NKTVMLHCCMG95",)}
"""Settings without which a defect cannot show."""
ILP = Selection("tests/protocols/test_ilp.py")
JWS = Selection("tests/protocols/test_jws.py")
WIRE = Selection("tests/conformance/test_wire_alone.py")


TEMPLATE, SDK = "core_connector.like_template", "mojaloop_connector.like_sdk"


def scenarios(feature: str, ids: str) -> Selection:
    """The scenarios of some acceptance ids in one feature."""
    return Selection(f"features/test_{feature}.py", tuple(ids.split()))


MUTANTS: tuple[Mutant, ...] = (
    Mutant("credits-on-transfer", scenarios("inbound", "I08 I11"), parts="credits_on_transfer"),
    Mutant("ignores-duplicate-transfers", scenarios("inbound", "I15"), parts="ignores_duplicate_transfers"),
    Mutant("ignores-duplicate-payments", scenarios("outbound", "O17"), parts="ignores_duplicate_payments"),
    Mutant("refunds-on-timeout", scenarios("resilience", "R01 R05"), setting=f"{TEMPLATE}.refunds_on_time_out"),
    Mutant("forgets-to-release", scenarios("fx", "F09 F10"), parts="forgets_to_release"),
    Mutant("compares-floats", scenarios("outbound", "O12"), setting=f"{TEMPLATE}.compares_floats"),
    Mutant("new-id-each-time", scenarios("resilience", "R08"), parts="new_id_each_time"),
    Mutant("retries-blindly", scenarios("resilience", "R08"), parts="retries_blindly"),
    Mutant("trusts-http-200", scenarios("errors", "E23"), setting=f"{TEMPLATE}.believes_200"),
    Mutant("accepts-before-it-checks", scenarios("outbound", "O06"), setting=f"{TEMPLATE}.accepts_before_it_checks"),
    Mutant("sending-needs-conversion", scenarios("outbound", "O07"), setting=f"{TEMPLATE}.sending_needs_conversion"),
    Mutant("fails-after-release", scenarios("inbound", "I11"), setting=f"{TEMPLATE}.fails_after_release"),
    Mutant("leaves-out-payee-fee", scenarios("outbound", "O08"), setting=f"{TEMPLATE}.leaves_out_payee_fee"),
    Mutant("own-names-for-all", scenarios("outbound", "O20"), setting=f"{TEMPLATE}.own_details_for_payee"),
    Mutant("own-lei-for-payee", scenarios("outbound", "O21"), setting=f"{TEMPLATE}.own_details_for_payee"),
    Mutant("errors-nobody-reads", scenarios("errors", "E21"), setting=f"{TEMPLATE}.unread_errors"),
    Mutant("reports-completed-when-asked", scenarios("resilience", "R13"), setting=f"{SDK}.resync_reports_completed"),
    Mutant("hands-repeats-on", scenarios("inbound", "I15"), setting=f"{SDK}.duplicates_reach_backend"),
    Mutant("ignores-prepare-amount", scenarios("inbound", "I10"), setting=f"{SDK}.ignores_prepare_amount"),
    Mutant("refuses-bodies-of-the-hub", scenarios("errors", "E22"), setting=f"{SDK}.refuses_bodies_of_the_hub"),
    Mutant("unknown-quote-is-2001", scenarios("inbound", "I25"), setting=f"{SDK}.quotes_get_2001"),
    Mutant("gives-up-without-redis", scenarios("resilience", "R12"), parts="gives_up_without_redis"),
    Mutant("terms-never-expire", scenarios("outbound", "O22"), parts="terms_never_expire"),
    Mutant("posts-the-fee-twice", scenarios("outbound", "O21"), parts="posts_the_fee_twice"),
    Mutant("silent-on-empty-body", scenarios("inbound", "I19"), parts="silent_on_empty_body"),
    Mutant("accepts-any-fulfilment", scenarios("fx", "F20"), parts="accepts_any_fulfilment"),
    Mutant("accepts-expired-prepare", scenarios("inbound", "I16"), parts="accepts_expired_prepare"),
    Mutant("accepts-any-condition", scenarios("inbound", "I10"), parts="accepts_any_condition"),
    Mutant("pays-requests-again", scenarios("request_to_pay", "I23"), parts="pays_requests_again"),
    Mutant("accepts-any-password", scenarios("request_to_pay", "Q01"), parts="accepts_any_password"),
    Mutant("refunds-without-end", scenarios("refunds", "O25"), parts="refunds_without_end"),
    Mutant("fills-one-list", scenarios("accounts", "10001"), parts="fills_one_list"),
    Mutant("forgets-sub-ids", scenarios("accounts", "A04"), parts="forgets_sub_ids"),
    Mutant("converts-for-no-currency", scenarios("outbound", "O23"), parts="converts_for_no_currency"),
    Mutant("asks-no-provider", scenarios("fx", "F04"), parts="asks_no_provider"),
    Mutant("asks-the-first", scenarios("schemes", "shown_with_both"), parts="asks_the_first"),
    Mutant("forwarded-transfers-expire", scenarios("schemes", "link_is_cut_for_longer"), sabotage="forwarded-transfers-expire"),
    Mutant("proxies-keep-the-money", scenarios("schemes", "amina_pays_somebody"), sabotage="proxies-keep-the-money"),
    Mutant("believes-any-signature", scenarios("security", "S02"), parts="believes_any_signature"),
    Mutant("reads-no-protected-header", scenarios("security", "S05"), parts="reads_no_protected_header"),
    Mutant("lets-the-message-choose-the-algorithm", scenarios("security", "S09"), parts="lets_the_message_choose"),
    Mutant("never-forgets-a-key", scenarios("security", "S10"), parts="never_forgets_a_key"),
    Mutant("signs-no-refusals", scenarios("security", "S01"), parts="signs_no_refusals"),
    Mutant("keeps-old-keys", scenarios("onboarding", "new_key"), parts="keeps_old_keys"),
    Mutant("trusts-the-manager", scenarios("onboarding", "wrong_size"), parts="trusts_the_manager"),
    Mutant("keeps-refused-tokens", scenarios("access", "S14"), parts="keeps_refused_tokens"),
    Mutant("trusts-any-hub", scenarios("access", "S13"), parts="trusts_any_hub"),
    Mutant("opens-the-door", scenarios("access", "S22"), parts="opens_the_door"),
    Mutant("accepts-any-fee", scenarios("bulk", "B02"), parts="accepts_any_fee"),
    Mutant("accepts-unheld", scenarios("bulk", "B03"), parts="accepts_unheld"),
    Mutant("one-for-all", scenarios("bulk", "B03"), parts="one_for_all"),
    Mutant("forgets-to-release-in-bulks", scenarios("bulk", "B03 B04"), parts="forgets_to_release"),
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
