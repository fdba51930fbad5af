"""The catalogue of acceptance ids: each scenario proves exactly one, and collection stops at anything else."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_bdd.parser import ScenarioTemplate
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.steps import step_function_context_registry

from loopyard.kernel.errors import UsageError

CATALOGUE = "acceptance.toml"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an id demands, and the assertion that proves it."""

    id: str
    text: str
    proof: str


def load(file: Path) -> Mapping[str, Acceptance]:
    """Read a catalogue. Raises UsageError."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(str(file), "(file)", f"is not TOML: {error}", "correct the line that is named") from None
    found = {}
    for id_, entry in raw.items():
        if not isinstance(entry, dict) or set(entry) != {"text", "proof"}:
            raise UsageError(
                str(file), id_, "needs a text and a proof, and nothing else", f'write [{id_}] text = "..." proof = "..."'
            )
        found[id_] = Acceptance(id_, entry["text"], entry["proof"])
    return found


def check_items(items: Iterable[pytest.Item]) -> None:
    """Every scenario carries exactly one id of the catalogue beside its feature. Raises pytest.UsageError."""
    catalogues: dict[Path, Mapping[str, Acceptance]] = {}
    for item in items:
        if scenario_of(item) is None:
            continue
        file = catalogue_of(item.path)
        if file is None:
            continue
        if file not in catalogues:
            catalogues[file] = load(file)
        known = catalogues[file]
        ids = ids_of(item)
        if len(ids) != 1:
            raise pytest.UsageError(
                f"{item.nodeid}: carries {', '.join(ids) or 'no acceptance id'}; give it exactly one tag such as @O01"
            )
        if ids[0] not in known:
            raise pytest.UsageError(
                f"{item.nodeid}: @{ids[0]} is not in {file}; correct the tag, or add the id with text and proof"
            )


def scenario_of(item: pytest.Item) -> ScenarioTemplate | None:
    """The scenario that a test runs, as its feature has it; None for any other test."""
    return scenario_wrapper_template_registry.get(item.function) if isinstance(item, pytest.Function) else None


def ids_of(item: pytest.Item) -> Sequence[str]:
    """The acceptance ids that a test carries."""
    ids: Sequence[str] = getattr(getattr(item, "function", None), "loopyard_acceptance", ())
    return ids


def check_steps() -> None:
    """No two steps of one kind answer one phrase: the later would silently replace the earlier. Raises pytest.UsageError."""
    phrases = Counter((context.type or "step", context.parser.name) for context in step_function_context_registry.values())
    twice = sorted(f"{kind} {name!r}" for (kind, name), count in phrases.items() if count > 1)
    if twice:
        raise pytest.UsageError(f"two steps answer the same phrase: {', '.join(twice)}; rename one, or use it twice")


def catalogue_of(path: Path) -> Path | None:
    """The catalogue that a feature or a module of scenarios goes by: the nearest one above it."""
    return next((folder / CATALOGUE for folder in path.parents if (folder / CATALOGUE).is_file()), None)
