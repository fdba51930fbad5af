"""What a world may set about its hub. The defaults are the public software's; what is inferred stands in the README."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from ipaddress import ip_network
from typing import Final, Literal

from loopyard.engine.site import Site
from loopyard.kernel import settings
from loopyard.protocols import schemas
from loopyard.protocols.fspiop.headers import Served
from loopyard.protocols.fspiop.media import VERSIONS
from loopyard.protocols.jws import Acceptance, Form, Signer, Verifier

PARTY_ID_TYPES: Final = ("MSISDN", "EMAIL", "PERSONAL_ID", "BUSINESS", "DEVICE", "ACCOUNT_ID", "IBAN", "ALIAS")


@dataclass(frozen=True)
class Settings:
    """Settings of one hub. Durations are in seconds. A ValueError names what contradicts itself."""

    hub_name: str = "Hub"
    """FSPIOP-Source of what the hub sends in its own name; some deployments say `switch`."""
    fspiop_versions: tuple[str, ...] = VERSIONS
    """Served versions, ascending. The hub's own messages are in the last one."""
    scan_seconds: float = 15.0
    """How often expired transfers are looked for, counted from midnight as the scheduler does."""
    position_seconds: float = 0.0
    """How long a prepare waits in the queue of the position handler; meanwhile it is RECEIVED."""
    max_fulfil_seconds: float = 300.0
    """The greatest age of a fulfil's completedTimestamp."""
    future_seconds: float = 0.2
    """How far a completedTimestamp may lie in the future."""
    strict_3101: bool = False
    """Report bad enumerations, patterns and formats as 3101, as newer error libraries do, not as 3100."""
    checks_fulfilments: bool = True
    """Hold a fulfilment against its condition. Without it the hub is broken, and its participants must notice (ours)."""
    on_us: bool = False
    """Allow transfers whose payer and payee are one participant."""
    send_transfer_confirmation_to_payee: bool = True
    """Send the payee a copy of its own COMMITTED fulfil."""
    simple_routing: bool = False
    """Quirk: quotes are relayed without a look at duplicates: SIMPLE_ROUTING_MODE, on in real hubs unless set otherwise."""
    over_approving_bin_seconds: float = 0.0
    """Quirk: prepares of one payer within so many seconds are one bin, in which the batch position handler counts what it has
    approved as freed: a burst passes beyond cover and cap. 0 is the rule: each prepare sees the position."""
    ignores_reserved_at_1_0: bool = False
    """Quirk: a payee's RESERVED in version 1.0 is accepted and forgotten, so that the transfer expires."""
    funds_out_ignores_positions: bool = False
    """Quirk: funds out are held against the prefunding alone, so that what covers an open position can be taken out."""
    payee_currency_validation: bool = False
    """Check the payee's account at prepare, as deployments with PAYEE_PARTICIPANT_CURRENCY_VALIDATION do."""
    delete_participant_validation: bool = False
    """Only the owner of a party may delete it from the directory."""
    detailed_party_not_found: bool = False
    """Say why a party was not found, as newest releases do; the assertions in use want the plain text."""
    classic_abort_text: bool = False
    """Tell the payer why a fulfil was refused, as the classic position handler does; the batch handler does not."""
    expire_fulfilled_conversions: bool = False
    """Let a conversion that the provider fulfilled expire by itself when no transfer follows. Real hubs leave it reserved."""
    unwind_refused: bool = True
    """Undo a fulfilled conversion when its transfer is refused at prepare. Inferred: real hubs may leave it reserved."""
    window_close_seconds: float = 0.0
    """How long a closed settlement window stays PROCESSING. Real hubs need up to three seconds."""
    gross_settlement_seconds: float = 1.0
    """How long after its commit a transfer is settled by a gross model."""
    interchange_fees: bool = False
    """Run the rule script that charges committed transfers between wallets an interchange fee."""
    settlement_abort_fails: bool = False
    """Answer the abort of a settlement that is not final with an internal error and do nothing, as a release of the real
    service does by mistake."""
    funds_out_seconds: float = 432_000.0
    """How long the first half of funds out can be finished."""
    provision_settlement_model: bool = True
    """Begin with the default deferred net settlement model, without which no participant can be added."""
    oracle_types: tuple[str, ...] = PARTY_ID_TYPES
    """Kinds of party ids that the directory serves."""
    discovery_seconds: float = 20.0
    """How long the proxies of other schemes may take to find a party before the requester is told 3300. Inferred: the real
    default is not published."""
    asks_oracles: bool = False
    """Ask the oracles that the operator adds at their endpoints. Without it the hub's own parties answer for them too, so that
    a scheme's provisioning leads nowhere that this world does not have."""
    duplicate_oracle_text: bool = False
    """Add the word `Duplicate` to the refusal of an oracle that is there already, as collections of older releases expect."""
    admin_hostname: str = "http://central-ledger"
    """The host in the self links of the administrative API."""
    require_token: bool = False
    """Ask for an access token on the FSPIOP face, as the gateway before a hub does."""
    token_issuer: str = "iam.oidc/realms/dfsps"
    """The realm whose tokens hold: a neighbour, its face and the path there, or an address."""
    token_keys_seconds: float = 300.0
    """How long the realm's keys are taken for known before they are read again: the default of the public gateway."""
    token_binds_source: bool = False
    """Refuse the token of another client than FSPIOP-Source. Inferred: gateways can, whether yours does is to be asked."""
    allowed_addresses: tuple[str, ...] = ()
    """Addresses and networks ("127.0.0.21", "127.0.1.0/24") from which the FSPIOP face may be called; none: from everywhere."""
    jws_sign: bool = False
    """Sign what the hub sends in its own name."""
    jws_validate: bool = False
    """Refuse requests whose signature does not hold."""
    jws_key: str = ""
    """The hub's private key, PEM."""
    jws_public_keys: Mapping[str, str] = field(default_factory=dict)
    """Public keys by participant id, PEM."""
    jws_form: Form = "sorted"
    """The canonical form that the hub signs."""
    jws_accepts: Literal["either", "insertion", "sorted"] = "either"
    """The canonical forms that the hub accepts."""

    def __post_init__(self) -> None:
        unknown = [each for each in self.fspiop_versions if each not in VERSIONS]
        if unknown or not self.fspiop_versions or list(self.fspiop_versions) != sorted(self.fspiop_versions):
            raise ValueError(f"fspiop_versions must be some of {', '.join(VERSIONS)}, ascending")
        for each in self.allowed_addresses:
            ip_network(each)
        if self.scan_seconds <= 0:
            raise ValueError("scan_seconds must be positive")
        if self.jws_sign and not self.jws_key:
            raise ValueError("jws_sign needs jws_key")

    @property
    def own_version(self) -> str:
        """The version of the messages that the hub makes itself."""
        return self.fspiop_versions[-1]

    @cached_property
    def served(self) -> Served:
        """What the header check compares with."""
        return Served(self.fspiop_versions)

    @cached_property
    def served_in_iso(self) -> Served:
        """The same for ISO 20022, which exists from version 2.0 on."""
        return Served(tuple(each for each in self.fspiop_versions if each >= "2.0"), iso20022=True)

    @property
    def contract(self) -> schemas.Contract:
        """The API document that requests are validated against: the newest that is served, as in a real deployment."""
        return _contract(f"fspiop_{self.own_version}")

    @property
    def oracle_contract(self) -> schemas.Contract:
        """The API document of the oracle administration."""
        return _contract("als_admin_1.1")

    @cached_property
    def signer(self) -> Signer | None:
        return Signer(self.jws_key, self.jws_form) if self.jws_sign else None

    @cached_property
    def verifier(self) -> Verifier | None:
        accepts: Acceptance = self.jws_accepts
        return Verifier(self.jws_public_keys, accepts) if self.jws_validate else None


def of(site: Site) -> Settings:
    """The settings of the hub at this site. Raises UsageError."""
    return settings.read(Settings, site.settings, f"simulators.{site.name}")


@cache
def _contract(name: str) -> schemas.Contract:
    """Compiling is dear and its result never changes: a reset of the world must not pay for it again."""
    return schemas.load(name)
