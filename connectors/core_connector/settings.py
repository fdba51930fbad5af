"""What a user can set. Names are those of the real software's environment in lower case, where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from loopyard.kernel import settings as reader
from loopyard.kernel.errors import UsageError

ErrorBody = Literal["statusCode", "mlCode", "status", "none", "empty-success"]


@dataclass(frozen=True, slots=True)
class LikeOthers:
    """What other core connectors answer and this one does not, all off: one set shows what the scheme makes of it."""

    error_body: ErrorBody = "statusCode"
    """The form of errors towards the Mojaloop connector: statusCode as its API asks; {mlCode, message} or {status, message,
    details}, as circulating documents and templates have it; none; or an empty success in place of the error."""
    acceptance: Literal["acceptQuote", "acceptQuoteOrConversion"] = "acceptQuote"
    """How the last halt is left: by the element for quote or conversion, or by the one for either. Both are legal."""
    transaction_type: str = "TRANSFER"
    """The transactionType of POST /transfers: the API lists TRANSFER alone, older documents more."""
    payer_id_type: str = ""
    """The payer's identifier type, whatever the bank supports: ACCOUNT_NO is in the backend's list, not in the scheme's."""
    birth_date: Literal["yyyy-mm-dd", "dd-mm-yyyy"] = "yyyy-mm-dd"
    """How dates of birth are written: as ISO 8601, or as circulating documents show them."""
    birth_keys: Literal["Dbtr.Id.PrvtId", "Dbtr.PrvtId"] = "Dbtr.Id.PrvtId"
    """Where a payer's birth is said to stand in an ISO 20022 message: at its path, or at that of circulating documents."""
    kyc_in: Literal["body", "from"] = "body"
    """Where what the law wants to know stands in POST /transfers: in the lists of the body, which alone become elements of an
    ISO 20022 message, or in the payer's own list."""
    fulfilment: str = ""
    """A fulfilment of its own in the answer to POST /transfers; empty leaves it to the Mojaloop connector."""


@dataclass(frozen=True, slots=True)
class LikeTemplate:
    """Defects of the template that core connectors start from, all off: one switched on shows which scenario catches it."""

    accepts_before_it_checks: bool = False
    """POST /merchant-payment within one currency, `multiple`: the quote is accepted, the payment made, and then reported as
    failed (4000) for want of a conversion."""
    sending_needs_conversion: bool = False
    """POST /send-money within one currency, `multiple`: refused (5101) for want of a conversion."""
    believes_200: bool = False
    """The answer 200 to the last PUT is success, ABORTED and ERROR_OCCURRED included."""
    refunds_on_time_out: bool = False
    """The payer gets the money back when the Mojaloop connector has not answered in time, whatever the hub does then."""
    fails_after_release: bool = False
    """The notice of an abort is carried out each time it comes, and answered with 500 and 5000, so that it comes again."""
    leaves_out_payee_fee: bool = False
    """The payer's side wants payeeReceiveAmount to be transferAmount less the commission: with a payee's fee nothing passes."""
    compares_floats: bool = False
    """Sums of terms are compared in binary fractions."""
    own_details_for_payee: bool = False
    """fspLEI of the payee's institution is this one's own, all names of a payer are the full name, an unknown province of birth
    is "Not defined"."""
    unread_errors: bool = False
    """Errors towards the Mojaloop connector are {status, message, details}, which it does not read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the core connector; those marked (ours) have no counterpart in the real software."""

    fsp_id: str
    """Participant id of the institution."""
    lei: str = ""
    """Its Legal Entity Identifier."""
    mode: Literal["dfsp", "fxp"] = "dfsp"
    """Whether the institution also provides foreign exchange."""
    currency_mode: Literal["multiple", "single"] = "multiple"
    """single refuses a payment whose two currencies differ, with 5106, before anybody is asked."""
    supported_id_type: tuple[str, ...] = ("MSISDN", "ACCOUNT_ID", "IBAN", "ALIAS")
    """Identifier types of the customers; the first is the type of a payerId."""
    http_timeout_ms: int = 5000
    """How long each call to the Mojaloop connector or the bank may take, in milliseconds."""
    api_type: Literal["fspiop", "iso20022"] = "fspiop"
    """iso20022 sends date and place of birth as quote extensions, whose keys FSPIOP refuses as too long."""

    mojaloop_connector: str = "mojaloop_connector"
    """(ours) Name of the Mojaloop connector in the world."""
    multi_dfsp: bool = False
    """(ours) Whether the Mojaloop connector serves several institutions: its paths then begin with the participant's id."""
    bank: str = ""
    """(ours) Name of the bank in the world; the participant's id unless set."""
    bank_token: str = ""
    """(ours) Bearer token that the bank asks for."""
    profile: Literal["extended", "published"] = "extended"
    """(ours) Which form of the bank API the bank speaks."""
    bank_calls_at_once: int = 0
    """(ours) How many calls to the bank may be under way; others wait in line, at most `http_timeout_ms`. 0 is any number."""
    repeat_is_safe: bool | None = None
    """(ours) Whether the bank replays a repeated reserve. Unless set: extended yes, published no."""

    dfsp_api_access: Literal["open", "local", "key"] = "open"
    """(ours) Who may call the send-money API: whoever reaches it, as in the public template; callers on this machine; or who
    shows the key, as it must be where the API can be reached from outside."""
    dfsp_api_key: str = field(default="", repr=False)
    """(ours) The key, shown as a bearer token or as X-API-Key."""

    pattern: Literal["consent", "single"] = "consent"
    """(ours) Who accepts the terms: the payer in a second call, or this connector within the limits below."""
    max_fee: Mapping[str, Decimal] = field(default_factory=dict)
    """(ours) single: the highest fee in each currency, both banks' fees looked at one by one; none set, no limit."""
    max_amount: Mapping[str, Decimal] = field(default_factory=dict)
    """(ours) single: the highest amount sent, by currency."""
    reference_rates: Mapping[str, Decimal] = field(default_factory=dict)
    """(ours) single: the expected rates, "MWK/ZMW" = "0.0125"."""
    max_rate_deviation: Decimal | None = None
    """(ours) single: how much worse than the reference a rate may be, as a fraction: "0.02"."""
    payee_fsps: tuple[str, ...] = ()
    """(ours) single: participants to whom money may go; empty, to all. A Mojaloop connector that halts for the payee is told no
    there, before anybody is asked for terms."""

    bulk_seconds: int = 3600
    """(ours) How long a bulk may take whose request does not say."""
    bulk_question_seconds: int = 120
    """(ours) How long after accepting payments of a bulk without news each is asked for."""

    receipts: Literal["reserve-then-commit", "single-on-patch"] = "reserve-then-commit"
    """(ours) What the bank does for an incoming transfer, and when."""
    transfer_state: Literal["RESERVED", "COMMITTED"] = "RESERVED"
    """(ours) What POST /transfers is answered with. With COMMITTED too the payee is credited after the hub's commit."""
    inactive_party: Literal["5400", "3204"] = "5400"
    """(ours) How an account that is not active is answered."""
    password_wait_seconds: int = 40
    """(ours) How long to wait for a one-time password: as payer for what the payee's institution hands over, as payee for
    what the merchant types. Longer than the Mojaloop connector's wait."""
    prepare_expiry_seconds: int = 60
    """(ours) How long a prepare of our own, which a refund is, may take."""
    quote_expiry_seconds: int = 60
    """(ours) How long the terms given to payers are valid."""
    notification_wait_seconds: int = 90
    """(ours) How long after reserving an incoming transfer without news the Mojaloop connector is asked for its state."""

    rates: Mapping[str, Decimal] = field(default_factory=dict)
    """(ours) fxp: "MWK/ZMW" = "0.0125", target currency for one of the source."""
    spread: Decimal = Decimal(0)
    """(ours) fxp: what is taken off every rate, as a fraction."""
    charges: Mapping[str, Decimal] = field(default_factory=dict)
    """(ours) fxp: a fixed charge in each source currency, taken before conversion."""
    treasury: str = "treasury-{currency}"
    """(ours) fxp: account number of the institution's own money."""

    retry_first_seconds: int = 2
    """(ours) First pause before an unfinished row is taken up again; doubled each time."""
    retry_longest_seconds: int = 60
    """(ours) Longest pause."""
    absent_after_attempts: int = 3
    """(ours) How often the bank must not know of an operation before that is believed."""
    absent_after_seconds: int = 150
    """(ours) How long after acceptance "the hub does not know the transfer" (3208) becomes final: longer than the
    Mojaloop connector's phases and the expiry of a transfer together."""

    like_others: LikeOthers = field(default_factory=LikeOthers)
    """(ours) Answers of other core connectors, by name."""
    like_template: LikeTemplate = field(default_factory=LikeTemplate)
    """(ours) Defects of the common template, by name."""

    @property
    def http_timeout(self) -> float:
        """In seconds."""
        return self.http_timeout_ms / 1000


def read(raw: Mapping[str, Any], where: str) -> Settings:
    """Raises UsageError naming the key, for an unknown key, a wrong type, or settings that contradict each other."""
    settings = reader.read(Settings, raw, where)
    if settings.mode == "fxp" and settings.profile == "published":
        remedy = 'write profile = "extended"'
        raise UsageError(
            reader.WORLD_FILE, f"{where}.profile", "a published bank cannot hold the money of a conversion", remedy
        )
    if settings.dfsp_api_access == "key" and not settings.dfsp_api_key:
        problem = "has no key to compare with, so that nobody or everybody could pay"
        raise UsageError(reader.WORLD_FILE, f"{where}.dfsp_api_access", problem, 'add dfsp_api_key = "..."')
    return settings
