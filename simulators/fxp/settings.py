"""What a world file may say about FX providers: the simulator's own settings, and the options of each FXP it plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """The table `[simulators.fxp]`."""

    hub: str = "hub"
    """Instance name of the hub whose face `fspiop` takes all messages."""
    version: str = "2.0"
    """FSPIOP version of the media types that are sent; conversions exist from 2.0."""
    secret: str = "a secret of the yard"
    """From which fulfilments are made; the same for every FXP, so that a world is repeatable."""
    question_tries: int = 10
    """How often the hub is asked for the state of a reserved conversion (ours: nothing is published)."""
    triggers: bool = True
    """Whether the source amounts that existing suites use as triggers (README) bring about their behaviours."""
    token_realm: str = ""
    """Where each participant gets an access token with the secret `<id>-secret`: "iam.oidc/realms/dfsps"; empty: none."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Private key in PEM by participant id; who has one signs."""
    ilp_version: Literal["", "1", "4"] = ""
    """Version of ILP packets, conditions and fulfilments; by default 4 where any participant speaks ISO 20022, else 1."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Smallest and largest amount of one conversion, in its source currency."""

    min: str | None = None
    max: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one `[[fxp]]`."""

    rates: Mapping[str, Decimal] = field(default_factory=dict)
    """Target currency per one of source: "MWK/ZMW" = "0.0125". A pair that is not here is refused with 5106."""
    spread: Decimal = Decimal(0)
    """What the FXP keeps of the rate: "0.01" makes a rate of 100 one of 99."""
    charges: str = "0"
    """Charge in source currency: an amount ("1.5") or a share ("1%") of what is converted."""
    charge_type: str = "Conversion"
    """How the charge is called."""
    expiry_seconds: float = 60.0
    """How long terms are good."""
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """Limits by source currency; outside them a quote is refused with 5200."""
    treasury: Mapping[str, str] = field(default_factory=dict)
    """Own money by currency; by default what is prefunded at the hub."""
    grace_seconds: float = 15.0
    """Without notice of a reserved conversion, the hub is asked after this, again and again."""
    iso_profile: Literal["strict", "like_sdk"] = "strict"
    """How ISO 20022 is written by one whose api that is: as the standard has it, or as today's connectors do."""
    behaviour: tuple[Mapping[str, Any], ...] = ()
    """Behaviours from the start, each a table of `on`, `do`, `with`, `times`, `where`; see the README."""

    def __post_init__(self) -> None:
        for pair, rate in self.rates.items():
            if len(pair) != 7 or pair[3] != "/" or rate <= 0:
                raise ValueError(f'rates: {pair!r} = {rate} is no rate, write "MWK/ZMW" = "0.0125"')
        if not 0 <= self.spread < 1:
            raise ValueError(f'spread: {self.spread} is no share, write "0.01"')
