"""Breaks kernel, protocols or hubs for both sides of every conversation at once, as LOOPYARD_SABOTAGE says. A pytest plugin.

Both sides then agree with each other, so only what was not written from the same code can notice.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from loopyard.kernel import ledger, money
from loopyard.protocols import base64url, canonical, ilp, jws_header


def posts_twice() -> None:
    """Every posting is made twice: balanced, and wrong."""
    once = ledger.Ledger.post

    def post(self: ledger.Ledger, *arguments: Any, **options: Any) -> ledger.Posting:
        once(self, *arguments, **options)
        return once(self, *arguments, **options)

    ledger.Ledger.post = post  # type: ignore[method-assign]


def swaps_sides() -> None:
    """Debits are credits, in every book alike."""
    ledger.debit, ledger.credit = ledger.credit, ledger.debit


def dollars_have_three_decimals() -> None:
    """The exponent of one currency is wrong."""
    money._CURRENCIES = {**money._CURRENCIES, "USD": money.Currency("USD", 3)}  # type: ignore[misc]


def any_fulfilment_opens() -> None:
    """A fulfilment is believed without being hashed."""
    ilp.fulfils = lambda fulfilment, condition: True


def condition_is_hashed_twice() -> None:
    """The condition is the hash of the hash."""
    once = ilp.condition_of
    ilp.condition_of = lambda fulfilment: once(once(fulfilment))


def keys_stay_unsorted() -> None:
    """Canonical JSON keeps the order of insertion."""
    canonical.sorted_json = canonical.insertion_json
    canonical.sorted_bytes = canonical.insertion_bytes


def base64_is_padded() -> None:
    """Base64url keeps its padding."""
    bare = base64url.encode
    base64url.encode = lambda octets: bare(octets) + "=" * (-len(octets) % 3)


def any_signature_holds() -> None:
    """A signature is believed whatever it signs."""
    from loopyard.protocols import jws_keys

    jws_keys.PublicKey.holds = lambda self, signature, message: True  # type: ignore[method-assign]


def protected_header_is_unchecked() -> None:
    """The protected header may say anything."""
    jws_header.check_protected_header = lambda headers, protected: None


def long_lengths_are_cut() -> None:
    """Lengths above 127 are written in one byte."""
    from loopyard.protocols import ilp_octets

    def var_octets(octets: bytes) -> bytes:
        return bytes([len(octets) & 0x7F]) + octets

    ilp_octets.var_octets = var_octets
    ilp.var_octets = var_octets  # type: ignore[attr-defined]


def forwarded_transfers_expire() -> None:
    """A hub lets what a proxy has got expire, as if it were still its own to decide."""
    from simulators.hub.state.transfers import Transfers

    Transfers.forwarded = lambda self, record: None  # type: ignore[method-assign]


def proxies_keep_the_money() -> None:
    """A hub that takes money from another scheme passes on less than its proxy owes."""
    from simulators.hub.state.positions import Positions

    reserve = Positions.reserve

    def less(self: Positions, record: Any, who: str, amount: money.Money) -> None:
        reserve(self, record, who, money.Money.of_units(amount.units - 1, amount.currency) if "proxy" in who else amount)

    Positions.reserve = less  # type: ignore[method-assign]


SABOTAGE: dict[str, Callable[[], None]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        posts_twice, swaps_sides, dollars_have_three_decimals, any_fulfilment_opens, condition_is_hashed_twice,
        keys_stay_unsorted, base64_is_padded, any_signature_holds, protected_header_is_unchecked, long_lengths_are_cut,
        forwarded_transfers_expire, proxies_keep_the_money,
    )
}  # fmt: skip

if chosen := os.environ.get("LOOPYARD_SABOTAGE"):
    SABOTAGE[chosen]()
