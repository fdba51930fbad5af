"""Steps that add up whole books: double entry by plain arithmetic over all accounts, beside the audit and without it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Final

from pytest_bdd import then

from loopyard.testing.observation import Observation
from loopyard.world.client import World

OWNED: Final = {"customer": 1, "fee-income": 1, "treasury": 1, "holding": 1, "commission-paid": -1}
"""Roles of accounts whose gain is somebody's gain, and of those whose gain is somebody's cost."""


@then("every book is in balance in every currency")
def books_in_balance(world: World) -> None:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in world.control("ledger.accounts"):
        side = 1 if row["normal"] == "credit" else -1
        sums[row["owner"], row["currency"]] += side * Decimal(row["balance"])
    off = {key: total for key, total in sums.items() if total}
    assert sums
    assert not off, f"credits and debits differ: {off}"


@then("the positions at the hub sum to zero in every currency")
def positions_sum_to_zero(world: World) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    accounts = world.accounts(owner="hub", role="position")
    for each in accounts:
        sums[each.balance.currency.code] += each.balance.decimal
    assert any(each.balance for each in accounts), "no position has moved"
    assert not any(sums.values()), f"positions sum to {dict(sums)}"


@then("what some have paid others have received, in every currency")
def nothing_lost(watch: Observation) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in watch.world.accounts():
        sums[each.balance.currency.code] += OWNED.get(each.role, 0) * each.gained.decimal
    assert not any(sums.values()), f"paid and received differ by {dict(sums)}"
