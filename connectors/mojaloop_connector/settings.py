"""The settings of the Mojaloop connector: the real software's environment names in lower case, and its defects by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal

from loopyard.kernel import addresses
from loopyard.kernel import settings as reader
from loopyard.kernel.errors import UsageError
from loopyard.transport.service import Surroundings


@dataclass(frozen=True, slots=True)
class LikeSdk:
    """Defects of the real software, all off: one switched on shows whether a scenario catches it."""

    silent_on_empty_body: bool = False
    """A backend's 200 with an empty body brings the hub no callback at all."""
    http_code_as_error_code: bool = False
    """A backend error's `statusCode` goes out as the errorCode whatever it is: "404", or none."""
    quotes_get_2001: bool = False
    """GET /quotes/{ID} of an unknown quote is answered 2001, not 3205."""
    duplicates_reach_backend: bool = False
    """A repeated POST /transfers or /fxTransfers is carried out again, not answered with the stored callback."""
    accepts_expired_prepare: bool = False
    """A prepare whose expiration has passed goes to the backend all the same."""
    ignores_prepare_amount: bool = False
    """A prepare of another amount than the quote's passes when only its condition is right."""
    ignores_errors_to_payee: bool = False
    """The hub's PUT /transfers/{ID}/error to the payee is heard by nobody."""
    repeats_notifications: bool = False
    """A second PATCH reaches the backend as a second final notification."""
    forgets_notifications: bool = False
    """A final notification that failed six times is given up."""
    resync_reports_completed: bool = False
    """GET /transfers/{transferId} says COMPLETED whatever state the hub reports."""
    reserved_is_completed: bool = False
    """The payer's side takes a PUT /transfers/{ID} of RESERVED for final."""
    sends_unsorted: bool = False
    """A body whose sorted form is signed goes out in the order of insertion: verifiers of the other generation refuse it."""
    one_key_per_participant: bool = False
    """Of a participant that has published a new key, the one before is refused at once, overlap or not."""
    unanswered_prepare_is_final: bool = False
    """A prepare that the hub did not answer is reported as an error at once, without waiting for the callback."""
    refuses_bodies_of_the_hub: bool = False
    """A message that the hub takes with a body in its 200 or 202 is reported as an error at once, though it has arrived."""
    request_errors_on_quotes: bool = False
    """A backend that fails on PUT /requestToPay brings the payer's institution an error of a quote, not of the request."""
    swaps_request_roles: bool = False
    """POST /transactionRequests names our customer as the payer, and who shall pay as the payee."""
    pays_requests_again: bool = False
    """A repeated POST /requestToPayTransfer makes a new transfer, whatever became of the first."""

    bulk_refused_for_one_condition: bool = False
    """A POST /bulkTransfers of which one transfer carries another condition than its quote is refused as a whole."""
    bulk_error_without_id: bool = False
    """The error for a whole POST /bulkTransfers goes to /bulkTransfers/undefined/error: the id is read from an element that
    only single transfers have."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Names as in the real environment, in lower case; defaults as the real ones unless the field says otherwise."""

    dfsp_id: str
    """The participant that this connector serves."""
    peer_endpoint: str = "hub.fspiop"
    """The hub: a neighbour and its face, or an address as the real software has it (host:port)."""
    backend_endpoint: str = "core_connector.sdk"
    """The backend, in the same way."""
    api_type: Literal["fspiop", "iso20022"] = "fspiop"
    """The form of bodies to and from the hub; iso20022 takes ILP version 4."""
    iso_profile: Literal["strict", "like_sdk"] = "strict"
    """(ours) How ISO 20022 is written and read: as the standard has it, or with the defects of the real software."""
    cache_url: str = ""
    """Where state is kept: the address of a Redis, redis://[user:password@]host[:port][/database], with TLS rediss://. The real
    software always needs one; empty is SQLite."""
    supported_currencies: tuple[str, ...] = ()
    """Own currencies, for the question whether a conversion is needed; empty: only the payee's are looked at."""
    get_services_fxp_response: tuple[str, ...] = ()
    """FX providers; the first is asked."""
    auto_accept_party: bool = True
    auto_accept_quotes: bool = True
    multiple_parties_response: bool = False
    """Wait for all that answer a lookup, and let the backend choose; not with auto_accept_party, which chooses for it."""
    multiple_parties_response_seconds: int = 30
    auto_accept_r2p_party: bool = False
    """A request to pay goes out without asking whether the party that was found shall pay."""
    auto_accept_r2p_business_quotes: bool = False
    """The payer is not asked about the terms of a request that a business made."""
    auto_accept_r2p_device_otp: bool = False
    """The one-time password that came back is not shown to the backend before the transfer is made."""
    transaction_request_expiry_seconds: int = 600
    """(ours) Seconds until a request to pay of ours expires; the real software sends no expiration. Inferred."""
    reserve_notification: bool = False
    """What a payee answers when its backend states no transferState: RESERVED, else COMMITTED."""
    allow_transfer_without_quote: bool = False
    use_quote_source_fsp_as_transfer_payee_fsp: bool = False
    send_final_notification_if_requested: bool = False
    """The payer itself sends PATCH COMMITTED for a fulfil of RESERVED: for runs without a hub."""
    expiry_seconds: int = 20
    """Seconds until quotes, conversions and prepares expire, unless the request says otherwise."""
    request_processing_timeout_seconds: int = 30
    """Seconds that each phase waits for its callback."""
    http_timeout_seconds: int = 65
    """Seconds for the answer to one HTTP call."""
    check_ilp: bool = True
    ilp_secret: str = "mojaloop-sdk"
    ilp_version: Literal["1", "4"] = "1"
    id_generator: Literal["ulid", "uuid"] = "ulid"
    patch_notification_grace_time_ms: int = 15_000
    """How long a payee in RESERVED waits for the hub's notice before it asks."""
    get_transfer_request_retry_max_retries: int = 3
    """How often it asks in one round; rounds follow at doubling intervals until the state is final."""
    backend_request_retry_max_retries: int = 5
    backend_request_retry_delay_ms: int = 1000
    backend_request_retry_max_delay_ms: int = 10_000
    backend_request_retry_backoff_factor: int = 2
    http_retries: int = 3
    """Repetitions of one and the same call after a broken connection or a status of 408, 429, 5xx."""
    http_retry_delay_ms: int = 10
    reject_expired_quote_responses: bool = False
    reject_transfers_on_expired_quotes: bool = False
    reject_expired_transfer_fulfils: bool = False
    jws_sign: bool = False
    """The real default is true; here a key must be given first."""
    jws_sign_put_parties: bool = False
    jws_signing_key: str = ""
    """A PEM, or the path of one."""
    jws_form: Literal["sorted", "insertion"] = "sorted"
    """Canonical form that is signed and sent; the libraries up to 19.18 take the order of insertion."""
    validate_inbound_jws: bool = False
    """The real default is true; here keys must be given first."""
    validate_inbound_put_parties_jws: bool = False
    jws_verification_keys: Mapping[str, str] = field(default_factory=dict)
    """Public keys by participant, the hub's included: PEMs, or paths."""
    jws_key_overlap_seconds: int = 0
    """How long a key that a connection manager has replaced stays good (ours: the real software forgets it at once)."""
    jws_accept: Literal["either", "sorted", "insertion"] = "either"
    """Which canonical form a signature must hold over."""
    oauth_token_endpoint: str = ""
    """Where access tokens for the hub come from: a neighbour, its face and the path there, such as
    "iam.oidc/realms/dfsps/protocol/openid-connect/token", or an address. Empty: the hub asks for none."""
    oauth_client_key: str = ""
    oauth_client_secret: str = field(default="", repr=False)
    oauth_refresh_seconds: int = 60
    """After this a token is renewed, or when it expires if that is sooner."""
    oauth_refresh_retry_seconds: int = 10
    """How long after a failure the identity provider is not asked again."""
    oidc_auth_failure_request_retries: int = 0
    """How often a call that the hub answers with 401 is repeated with a new token (`requestAuthFailureRetryTimes`)."""
    oidc_bearer_token: str = field(default="", repr=False)
    """A fixed token."""
    egress_address: str = ""
    """(ours) The address of this machine that calls leave from, such as "127.0.0.21": a hub may know its callers by it."""
    outbound_mutual_tls_enabled: bool = False
    """Show a certificate to the hub, and want one of it. Without the paths below both are throw-away ones of the world."""
    out_ca_cert_path: str = ""
    """Who may have signed the hub's certificate: a PEM file."""
    out_client_cert_path: str = ""
    out_client_key_path: str = ""
    resource_versions: Mapping[str, str] = field(default_factory=dict)
    """Versions by resource; 2.0 for those that are not named."""
    mcm_server_endpoint: str = ""
    """The connection manager: a neighbour and its face, or an address with the base of its API; empty: no onboarding."""
    onboard_at_start: bool = True
    """Begin to onboard at the start; else when the management API is asked for it (ours)."""
    refresh_interval_seconds: int = 60
    """How often the connection manager is asked, and how soon a failed step is tried again."""
    private_key_length: int = 4096
    """Bits of the RSA keys of certificates and JWS."""
    callback_url: str = ""
    """Where the hub calls this DFSP; empty: https://<dfsp_id>.example.com."""
    whitelist_ip: tuple[str, ...] = ("203.0.113.20",)
    """Addresses from which this DFSP calls."""
    certificate_hours: int = 8_760
    """For how long this DFSP's own CA and what it signs are good."""
    renew_before_hours: int = 24
    """How long before its end a certificate is renewed (ours: the real software leaves it to its operator)."""
    external_jws_keys: Mapping[str, str] = field(default_factory=dict)
    """Public keys of DFSPs of another scheme, which a proxy brings to the connection manager."""
    outbound_error_statuscode_extension_key: str = ""
    fx_quote_field: Literal["fxQuoteResponse", "fxQuotesResponse"] = "fxQuoteResponse"
    """(ours) What a transferState calls the FX provider's answer: as observed, or as the API's document has it."""
    like_sdk: LikeSdk = field(default_factory=LikeSdk)

    @property
    def packet_version(self) -> Literal["v1", "v4"]:
        return "v4" if self.ilp_version == "4" else "v1"

    def version_of(self, resource: str) -> str:
        return self.resource_versions.get(resource, "2.0")


def read(raw: Mapping[str, Any], name: str) -> Settings:
    """The settings of the instance `name`. Raises UsageError for unknown, missing and wrong values."""
    where = f"connectors.{name}"
    values = dict(raw)
    values.pop("dfsps", None)  # see tenants
    if values.get("api_type") == "iso20022" and values.setdefault("ilp_version", "4") != "4":
        problem = "is too old: ISO 20022 has no place for a condition but in a packet of version 4"
        raise UsageError(reader.WORLD_FILE, f"{where}.ilp_version", problem, 'write ilp_version = "4", or leave it out')
    settings = reader.read(Settings, values, where)
    if settings.auto_accept_party and settings.multiple_parties_response:
        problem = "Conflicting config options provided: autoAcceptParty and multiplePartiesResponse"
        raise UsageError(reader.WORLD_FILE, f"{where}.multiple_parties_response", problem, "write auto_accept_party = false")
    _check_cache(settings.cache_url, f"{where}.cache_url")
    return settings


def _check_cache(url: str, where: str) -> None:
    try:
        if url:
            addresses.redis_server(url)
    except ValueError as error:
        raise UsageError(reader.WORLD_FILE, where, f"is no address of a Redis: it {error}", addresses.REMEDY) from None


def tenants(raw: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """The settings of each DFSP where the table `dfsps` names several: the common ones, and its own beside them. Empty for
    one alone. Raises UsageError."""
    where = f"connectors.{name}.dfsps"
    own = raw.get("dfsps", {})
    common = {key: value for key, value in raw.items() if key != "dfsps"}
    for dfsp, table in own.items() if isinstance(own, Mapping) else [("", None)]:
        if not isinstance(table, Mapping):
            raise UsageError(
                reader.WORLD_FILE, f"{where}.{dfsp}".rstrip("."), "must be a table", f"write [{where}.{dfsp or 'ID'}]"
            )
    return {dfsp: {**common, "dfsp_id": dfsp, **table} for dfsp, table in own.items()}


MANAGEMENT: Final = (
    "mcm_server_endpoint", "onboard_at_start", "refresh_interval_seconds", "private_key_length", "callback_url",
    "whitelist_ip", "certificate_hours", "renew_before_hours", "external_jws_keys",
)  # fmt: skip
"""Settings of the management API, which is a process of its own beside the real connector."""


def signing_settings(surroundings: Surroundings) -> Settings:
    """The settings, with those of signatures that the world asks for where the connector's own say nothing."""
    settings = read(surroundings.settings, surroundings.name)
    world = surroundings.signing(settings.dfsp_id)
    if world is None:
        return settings
    asked: dict[str, Any] = {
        "jws_sign": world.signs,
        "jws_sign_put_parties": world.sign_put_parties,
        "jws_signing_key": world.private_key,
        "jws_form": world.form,
        "validate_inbound_jws": world.validates,
        "validate_inbound_put_parties_jws": world.validate_put_parties,
        "jws_accept": world.accepts,
    }
    return replace(settings, **{name: value for name, value in asked.items() if name not in surroundings.settings})


def environment(surroundings: Surroundings) -> dict[str, str]:
    """The environment of the real software in this connector's place."""
    settings = signing_settings(surroundings)
    named = {each.name: getattr(settings, each.name) for each in fields(Settings)}
    skipped = (*MANAGEMENT, "like_sdk", "iso_profile", "jws_form", "jws_accept", "jws_verification_keys", "jws_signing_key",
               "jws_key_overlap_seconds", "http_retries", "http_retry_delay_ms", "http_timeout_seconds", "fx_quote_field",
               "egress_address", "transaction_request_expiry_seconds")  # fmt: skip
    hub, backend = (
        address(surroundings, place).partition("://")[2] for place in (settings.peer_endpoint, settings.backend_endpoint)
    )
    fixed = {
        "PEER_ENDPOINT": hub,
        "BACKEND_ENDPOINT": backend,
        "ENABLE_BACKEND_EVENT_HANDLER": "false",
        "ENABLE_FSPIOP_EVENT_HANDLER": "false",
        "PM4ML_ENABLED": "false",
        "INBOUND_MUTUAL_TLS_ENABLED": "false",
    }
    env = {name.upper(): _env_text(value) for name, value in named.items() if name not in skipped}
    env["ID_GENERATOR"] = f'{{"type":"{settings.id_generator}"}}'
    return {name: text for name, text in (env | fixed).items() if text}


def address(surroundings: Surroundings, place: str) -> str:
    """The base address of a neighbour's face, written `neighbour.face`, or of what is an address already."""
    if ":" in place:
        return (place if place.startswith("http") else f"http://{place}").rstrip("/")
    party, _, face = place.rpartition(".")
    return surroundings.url(party, face).rstrip("/")


def _env_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ",".join(f"{name}={each}" for name, each in value.items())
    return ",".join(value) if isinstance(value, tuple) else str(value)
