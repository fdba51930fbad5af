"""People beyond the cast: computed from the seed and their number, never stored, so that a world may hold a million."""

from __future__ import annotations

from functools import cache
from random import Random

from faker import Faker

from loopyard.engine.plan import Participant, Person
from loopyard.kernel.money import Money

COUNTRY_CODES = {"MWK": "265", "ZMW": "260", "UGX": "256", "KES": "254", "TZS": "255", "NGN": "234", "XOF": "225"}


@cache
def _names() -> Faker:
    return Faker("en_US", use_weighting=False)


def computed(seed: str, index: int, dfsp: Participant, balance: str) -> Person:
    """Person number `index` of a world: the same for the same seed, whoever else exists."""
    chance = Random(f"{seed}/people/{index}")
    names = _names()
    names.seed_instance(chance.getrandbits(32))
    currency = dfsp.currencies[0]
    number = f"{COUNTRY_CODES.get(currency, '999')}{50_000_000 + index * 7:09d}"
    return Person(f"{names.first_name()} {names.last_name()}", dfsp.id, "MSISDN", number, Money(balance, currency))
