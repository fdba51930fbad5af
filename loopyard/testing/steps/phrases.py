"""How steps read amounts and names out of their phrases. No step lives here."""

from __future__ import annotations

from typing import Any

from pytest_bdd import parsers

from loopyard.kernel.money import Money


def _money(text: str) -> Money:
    amount, _, currency = text.partition(" ")
    return Money(amount, currency)


_money.pattern = r"[0-9]+(?:\.[0-9]+)? (?-i:[A-Z]{3})"  # type: ignore[attr-defined]


def _name(text: str) -> str:
    return text


_name.pattern = r"(?-i:[A-Z])\w+(?: (?-i:[A-Z])\w+)*"  # type: ignore[attr-defined]

TYPES: dict[str, Any] = {"Money": _money, "Name": _name}


def phrase(text: str) -> parsers.cfparse:
    """A phrase with typed places: `{amount:Money}` is "100 MWK", `{person:Name}` a capitalised name."""
    return parsers.cfparse(text, extra_types=TYPES)
