"""Bulks as the customer's app starts and follows them: the payments of an order, known by the names of the payees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from loopyard.engine.plan import Person
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.testing.drivers.base import Driver, Talk
from loopyard.testing.drivers.bulk import BulkDriver, BulkOrder, BulkOutcome, BulkPayment, BulkTransactions, Word
from loopyard.world.client import World

Result = TypeVar("Result")
Payee = Person | tuple[str, str]
"""A person of the world, or an identifier that may belong to nobody."""


class Bulks:
    """Starts and steers bulks; every call runs in the world. Afterwards all happens that is due at that moment."""

    def __init__(self, world: World, driver: Driver, ids: Ids) -> None:
        self._world = world
        self._face = driver.calls
        self._driver: BulkDriver = getattr(driver, "bulk", BulkTransactions())
        self._ids = ids
        self._references: dict[str, str] = {}
        self.order: BulkOrder | None = None
        self.told: list[BulkOutcome] = []

    def start(self, payer: Person, payments: Sequence[tuple[str, Payee, Money]], **options: Any) -> BulkOutcome:
        """Order payments, each with the name that the scenario calls its payee by."""
        skips = bool(options.get("skips_lookup"))
        made = [_payment(self._ids.uuid(), payee, amount, skips) for _, payee, amount in payments]
        self._references = {name: each.reference for (name, _, _), each in zip(payments, made, strict=True)}
        self.order = BulkOrder(self._ids.uuid(), payer.id_type, payer.id_value, payer.name, made, **options)
        return self._said(self._driver.initiate(self.order))

    def again(self) -> BulkOutcome:
        """Ask for the same once more, as an app does that has lost the answer."""
        assert self.order is not None, "no bulk was ordered"
        return self._said(self._driver.initiate(self.order))

    def decide(self, word: Word, decisions: Mapping[str, bool]) -> BulkOutcome:
        """Say yes or no to payments, by the names of the payees."""
        results = self.stands().results
        ids = {name: str(results[self._references[name]]["transferId"]) for name in decisions}
        return self._said(self._driver.decide(self.id, word, {ids[name]: yes for name, yes in decisions.items()}))

    @property
    def id(self) -> str:
        found = next((each.bulk_id for each in self.told if each.bulk_id), None)
        assert found is not None, f"there is no bulk: {self.told}"
        return found

    @property
    def names(self) -> list[str]:
        return list(self._references)

    def stands(self) -> BulkOutcome:
        """How it stands, from the system under test itself."""
        return self._said(self._driver.ask(self.id))

    def result(self, name: str) -> Mapping[str, Any]:
        """What the customer reads of the payment to a payee."""
        results = self.stands().results
        assert self._references[name] in results, f"nothing is said of the payment to {name}: {self.told[-1]}"
        return results[self._references[name]]

    def _said(self, talk: Talk[BulkOutcome]) -> BulkOutcome:
        outcome = talk.heard(self._world.control("channel.call", face=self._face, **talk.call))
        self._world.settle()
        self.told.append(outcome)
        return outcome


def _payment(reference: str, payee: Payee, amount: Money, skips: bool) -> BulkPayment:
    if isinstance(payee, Person):
        return BulkPayment(
            reference, payee.id_type, payee.id_value, amount, payee.sub_id, payee.dfsp if skips else None
        )  # fmt: skip
    return BulkPayment(reference, *payee, amount)
