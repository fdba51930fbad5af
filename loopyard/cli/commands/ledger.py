"""`loopyard ledger`: the books of a running world, accounts and postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopyard.cli.options import USUAL_WORLD, AsJson, WorldUrl, running
from loopyard.cli.output import print_json, print_table, printable
from loopyard.kernel.errors import UsageError

if TYPE_CHECKING:
    from loopyard.world.client import World

Rows = list[dict[str, Any]]
Cast = Mapping[str, Mapping[str, Any]]


def ledger(
    owner: Annotated[str | None, typer.Option(metavar="PARTY", help="Only whose book it is: hub, green-bank.")] = None,
    role: Annotated[str | None, typer.Option(help="Only accounts of this role: position, customer, fee-income.")] = None,
    holder: Annotated[
        str | None, typer.Option(metavar="WHO", help="Only whose account it is: Amina, MSISDN:265991000101, green-bank.")
    ] = None,
    moved: Annotated[
        bool, typer.Option("--moved", help="Only accounts that have moved, or on which something is held.")
    ] = False,
    postings: Annotated[bool, typer.Option("--postings", help="The postings on these accounts instead.")] = False,
    world: WorldUrl = USUAL_WORLD,
    as_json: AsJson = False,
) -> None:
    """Show accounts with what stands on them, what is held, and what they have gained since the books were opened.

    Books are opened by a reset and by `loopyard audit --open`. Names of the cast
    may stand for parties and people.

    \b
    loopyard ledger --moved                        what money has done
    loopyard ledger --holder Amina                 her account
    loopyard ledger --owner hub --role position    all positions at the hub
    loopyard ledger --moved --postings             double entries, their causes
    """
    with running(world) as there:
        cast = there.describe()["cast"]
        chosen = {"owner": _party(cast, owner), "role": role, "holder": _holder(cast, holder)}
        accounts = _accounts(there, chosen)
        if moved:
            accounts = [row for row in accounts if row["gained"] != "0" or row["held"] != "0"]
        posted = _postings_on(there, accounts, chosen["owner"]) if postings else []
    if postings:
        _show_postings(posted, as_json)
    elif as_json:
        print_json(accounts)
    elif not accounts:
        print("nothing has moved since the books were opened")
    else:
        _show_accounts(accounts, cast["people"])


def _party(cast: Cast, name: str | None) -> str | None:
    return cast["banks"].get(name, name) if name else None


def _holder(cast: Cast, name: str | None) -> str | None:
    person = cast["people"].get(name) if name else None
    return _id_of(person) if person else _party(cast, name)


def _id_of(person: Mapping[str, Any]) -> str:
    return f"{person['id_type']}:{person['id_value']}"


def _accounts(world: World, chosen: Mapping[str, str | None]) -> Rows:
    """The accounts that answer the choice. Raises UsageError when none does."""
    given = {name: value for name, value in chosen.items() if value is not None}
    rows: Rows = world.control("ledger.accounts", **given)
    if not rows:
        name, *_ = given
        others = [(each, value) for each, value in given.items() if each != name]
        known = ", ".join(sorted({row[name] for row in world.control("ledger.accounts")} - {""})[:24])
        raise UsageError(
            f"--{name}", " ".join([given[name], *(f"--{each} {value}" for each, value in others)]), "no account answers this",
            f"in this world --{name} may be {known}",
        )  # fmt: skip
    return rows


def _show_accounts(accounts: Rows, people: Mapping[str, Any]) -> None:
    names = {_id_of(person): name for name, person in people.items()}
    rows = [
        (
            row["owner"], row["name"], row["role"], names.get(row["holder"], row["holder"]), row["balance"], row["held"],
            row["gained"], row["currency"],
        )
        for row in accounts
    ]  # fmt: skip
    headings = ("owner", "account", "role", "holder", "balance", "held", "gained", "currency")
    print_table(headings, rows, right=("balance", "held", "gained"))


def _postings_on(world: World, accounts: Rows, owner: str | None) -> Rows:
    """The postings since the books were opened that touch any of the accounts."""
    wanted = {(row["owner"], row["name"]) for row in accounts}
    return [
        row
        for row in world.control("ledger.postings", **({"owner": owner} if owner else {}))
        if any((row["owner"], leg["account"]) in wanted for leg in row["legs"])
    ]


def _show_postings(postings: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(postings)
    elif not postings:
        print("nothing was posted since the books were opened")
    for row in () if as_json else postings:
        cause = f"  caused by #{row['cause']}" if row["cause"] else ""
        print(printable(f"{row['at']}  {row['owner']}  {row['reference']}  {row['memo']}{cause}"))
        for leg in row["legs"]:
            debit, credit = (leg["amount"], "") if leg["side"] == "debit" else ("", leg["amount"])
            print(printable(f"    {leg['account']:<36} {debit:>14} {credit:>14} {leg['currency']}"))
