"""What scenarios there are and which acceptance ids they prove, read from features and catalogues. Nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gherkin.errors import ParserError
from gherkin.parser import Parser

from loopyard.kernel.errors import UsageError
from loopyard.testing.acceptance import CATALOGUE, Acceptance, catalogue_of, load
from loopyard.testing.evidence.allure import ACCEPTANCE

NEEDS: Final = "needs:"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of a feature as its tags describe it. `rows` counts the examples of an outline, 1 for a plain scenario."""

    name: str
    feature: str
    file: str
    line: int
    ids: tuple[str, ...]
    needs: tuple[str, ...]
    slow: bool
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Inventory:
    """The ids of all catalogues with the scenarios that carry them, and the scenarios whose tags name no id of theirs."""

    ids: Mapping[str, Acceptance]
    scenarios: tuple[Scenario, ...]

    def of(self, id_: str) -> list[Scenario]:
        return [each for each in self.scenarios if id_ in each.ids]

    @property
    def missing(self) -> list[str]:
        """Ids that no scenario proves."""
        carried = {id_ for each in self.scenarios for id_ in each.ids}
        return [id_ for id_ in self.ids if id_ not in carried]

    @property
    def stray(self) -> list[Scenario]:
        """Scenarios that collection would refuse: without exactly one id, or with one that no catalogue has."""
        return [each for each in self.scenarios if len(each.ids) != 1 or each.ids[0] not in self.ids]


def inventory(folder: Path) -> Inventory:
    """All scenarios below a folder, with the catalogues below it and those that its features go by. Raises UsageError."""
    if not folder.is_dir():
        raise UsageError("scenarios", str(folder), "is no folder", "name the folder of your features")
    files = sorted(folder.rglob("*.feature"))
    above = [catalogue_of(file.resolve()) for file in (*files, folder / CATALOGUE)]
    catalogues = {each for each in above if each} | {each.resolve() for each in folder.rglob(CATALOGUE)}
    if not files and not catalogues:
        raise UsageError("scenarios", str(folder), f"has no feature and no {CATALOGUE}", "name the folder of your features")
    ids = {id_: entry for each in sorted(catalogues) for id_, entry in load(each).items()}
    return Inventory(ids, tuple(scenario for file in files for scenario in _read(file, file.relative_to(folder))))


def _read(file: Path, shown: Path) -> Iterator[Scenario]:
    try:
        document: Mapping[str, Any] = Parser().parse(file.read_text(encoding="utf-8"))
    except (ParserError, UnicodeDecodeError) as error:
        raise UsageError(
            str(file), "(file)", f"is no feature: {' '.join(str(error).split())}", "correct the lines that are named"
        ) from error
    if feature := document.get("feature"):
        yield from _scenarios(feature, feature["name"], str(shown), _tags(feature))


def _scenarios(parent: Mapping[str, Any], feature: str, file: str, tags: tuple[str, ...]) -> Iterator[Scenario]:
    for child in parent["children"]:
        if rule := child.get("rule"):
            yield from _scenarios(rule, feature, file, (*tags, *_tags(rule)))
        elif found := child.get("scenario"):
            tables = found.get("examples", ())
            own = (*tags, *_tags(found), *(tag for table in tables for tag in _tags(table)))
            rows = sum(len(table["tableBody"]) for table in tables)
            yield _scenario(found, feature, file, dict.fromkeys(own), rows if tables else 1)


def _scenario(found: Mapping[str, Any], feature: str, file: str, tags: Iterable[str], rows: int) -> Scenario:
    tags = tuple(tags)
    ids = tuple(tag for tag in tags if ACCEPTANCE.fullmatch(tag))
    needs = tuple(tag.removeprefix(NEEDS) for tag in tags if tag.startswith(NEEDS))
    return Scenario(found["name"], feature, file, found["location"]["line"], ids, needs, "slow" in tags, rows)


def _tags(node: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(tag["name"].removeprefix("@") for tag in node.get("tags", ()))
