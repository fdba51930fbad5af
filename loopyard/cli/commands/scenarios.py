"""`loopyard scenarios`: which acceptance ids there are and what proves them, without running anything."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopyard.cli.options import AsJson
from loopyard.cli.output import print_json
from loopyard.kernel.errors import InfrastructureError

if TYPE_CHECKING:
    from loopyard.testing.scenarios import Inventory, Scenario


def scenarios(
    folder: Annotated[Path, typer.Argument(help="Where the features lie.")] = Path("features"),
    missing: Annotated[bool, typer.Option("--missing", help="Only ids that no scenario proves yet.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the acceptance ids: what each demands, what proves it, and its scenarios with what they need. Runs nothing.

    \b
    loopyard scenarios                      those of ./features
    loopyard scenarios tests/payments       those of your own repository
    loopyard scenarios --missing            what nobody has written yet
    loopyard scenarios --json | jq '.ids[] | select(.slow) | .id'
    """
    found = _inventory(folder)
    ids = found.missing if missing else list(found.ids)
    if as_json:
        stray = [] if missing else [asdict(each) for each in found.stray]
        print_json({"ids": [_told(found, id_) for id_ in ids], "stray": stray})
        return
    for id_ in ids:
        _show(found, id_)
    for each in () if missing else found.stray:
        carries = ", ".join(each.ids) or "no id"
        print(f"\nnot in the catalogue  {each.file}:{each.line} {each.name} (carries {carries})")
    _count(found)


def _inventory(folder: Path) -> Inventory:
    try:
        from loopyard.testing.scenarios import inventory
    except ModuleNotFoundError as error:
        raise InfrastructureError(f"{error.name} is missing; install it with: pip install 'loopyard[test]'") from error
    return inventory(folder)


def _told(found: Inventory, id_: str) -> dict[str, Any]:
    entry, carrying = found.ids[id_], found.of(id_)
    return {
        "id": id_,
        "text": entry.text,
        "proof": entry.proof,
        "features": list(dict.fromkeys(each.feature for each in carrying)),
        "scenarios": [asdict(each) for each in carrying],
        "needs": sorted({need for each in carrying for need in each.needs}),
        "slow": any(each.slow for each in carrying),
        "missing": not carrying,
    }


def _show(found: Inventory, id_: str) -> None:
    entry, feature = found.ids[id_], ""
    print(f"\n{id_}  {entry.text}")
    print(f"     proof: {entry.proof}")
    for each in found.of(id_):
        if each.feature != feature:
            feature = each.feature
            print(f"     {feature} ({each.file})")
        print(f"       {each.line:>4}  {each.name}{_remarks(each)}")
    if id_ in found.missing:
        print("     missing: no scenario carries it")


def _remarks(scenario: Scenario) -> str:
    words = [f"{scenario.rows} examples"] if scenario.rows != 1 else []
    words += [f"needs {', '.join(scenario.needs)}"] if scenario.needs else []
    words += ["slow"] if scenario.slow else []
    return f"  [{'; '.join(words)}]" if words else ""


def _count(found: Inventory) -> None:
    runs = sum(each.rows for each in found.scenarios)
    proven = len(found.ids) - len(found.missing)
    counts = f"{len(found.ids)} ids: {proven} proven by {len(found.scenarios)} scenarios ({runs} runs)"
    print(f"\n{counts}, {len(found.missing)} missing" + (f", {len(found.stray)} not in the catalogue" if found.stray else ""))
