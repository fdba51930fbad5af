"""What a world file may set for this bank. The facts leave open what stands here; the defaults are our choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.money import currency
from simulators.cbs.engine.accounts import Limits
from simulators.cbs.engine.tariff import Tariff


@dataclass(frozen=True, slots=True)
class DueDiligence:
    """Rules of the screening call. Identifiers and codes are compared as they are."""

    sanctioned: tuple[str, ...] = ()
    """Party identifiers on a sanctions list."""
    high_risk_countries: tuple[str, ...] = ()
    """Citizenship and residency countries, ISO 3166 alpha-2."""
    restricted_purposes: tuple[str, ...] = ()
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    """The greatest amount by currency that passes."""
    valid_seconds: float = 300.0
    """How long an answer holds."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`[simulators.<bank>]` of a world file."""

    participant: str = ""
    """The participant whose customers bank here; empty means the one with the instance's name."""
    profile: Literal["extended", "published"] = "extended"
    """`published` is the public document and nothing else; `extended` adds payer reserves, query, decimals as texts."""
    duplicate_reserve: Literal["replay", "reject", "second-hold"] = "replay"
    """What a second reserve of one transfer and side does. The document says nothing; real banks do all three."""
    fees: Mapping[str, Tariff] = field(default_factory=dict)
    """Charges by currency: `sending` on top of what a customer sends, `receiving` out of what arrives."""
    limits: Mapping[str, Limits] = field(default_factory=dict)
    """Limits by currency, the same for every customer until a control changes one."""
    overdraft: Mapping[str, Decimal] = field(default_factory=dict)
    """Agreed overdraft of every customer, by currency."""
    treasury: Mapping[str, Decimal] = field(default_factory=dict)
    """Own money of an FX provider by currency; left out, as much as it prefunded at the hub."""
    account_type: Literal["SAVINGS", "CURRENT", "LOAN", "WALLET"] = "SAVINGS"
    """The product of every customer's account."""
    quote_seconds: float = 60.0
    """How long a quote holds. The bank states it and doesn't enforce it: the scheme does."""
    hold_seconds: float = 0.0
    """After how long a reserve lapses; 0 means never. The document knows no expiry."""
    recheck_at_commit: Literal["none", "payee", "both"] = "payee"
    """Whose account must still be usable when a reserve is committed."""
    password_tries: int = 3
    """How often a customer may give a wrong one-time password."""
    token: str = ""
    """The bearer token that every call but /health must carry; empty means none."""
    due_diligence: DueDiligence = field(default_factory=DueDiligence)

    def __post_init__(self) -> None:
        for code, tariff in self.fees.items():
            try:
                tariff.check(currency(code))
            except LoopyardError as error:
                raise ValueError(f"fees.{code}: {error}") from error
