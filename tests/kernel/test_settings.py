from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.kernel.money import Money
from loopyard.kernel.settings import read


@dataclass(frozen=True, slots=True)
class Fee:
    flat: Money | None = None
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sample:
    owner: str
    profile: Literal["extended", "published"] = "extended"
    strict: bool = False
    retries: int = 3
    patience: float = 20.0
    tags: tuple[str, ...] = ()
    fees: Mapping[str, Fee] = field(default_factory=dict)
    ratio: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if self.retries < 0:
            raise ValueError("retries must not be negative")


@dataclass(frozen=True, slots=True)
class Impossible:
    what: complex = 0j


def refused(**raw: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(Sample, {"owner": "bank", **raw}, "simulators.bank", "world.toml")
    return caught.value


def test_what_is_left_out_keeps_its_default() -> None:
    assert read(Sample, {"owner": "bank"}, "simulators.bank") == Sample("bank")


def test_every_kind_of_value_is_read() -> None:
    raw = {
        "owner": "bank", "profile": "published", "strict": True, "retries": 5, "patience": 7, "tags": ["a", "b"],
        "fees": {"MWK": {"flat": "2.50 MWK", "percent": "0.5"}}, "ratio": 2,
    }  # fmt: skip
    settings = read(Sample, raw, "simulators.bank")
    fee = Fee(Money("2.5", "MWK"), Decimal("0.5"))
    assert settings == Sample("bank", "published", True, 5, 7.0, ("a", "b"), {"MWK": fee}, Decimal(2))
    assert isinstance(settings.patience, float)


def test_an_unknown_key_is_refused_with_the_known_ones() -> None:
    error = refused(profil="published")
    assert (error.file, error.key) == ("world.toml", "simulators.bank.profil")
    assert "owner, patience, profile" in error.remedy


def test_an_unknown_key_of_a_nested_table_is_named_with_its_whole_path() -> None:
    assert refused(fees={"MWK": {"flatt": "1 MWK"}}).key == "simulators.bank.fees.MWK.flatt"


def test_a_missing_key_without_default_is_refused() -> None:
    with pytest.raises(UsageError, match=r"simulators.bank.owner: is missing; add owner"):
        read(Sample, {}, "simulators.bank")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("owner", 1), ("strict", 1), ("strict", "true"), ("retries", True), ("retries", "3"), ("retries", 3.0),
        ("patience", "20"), ("patience", True), ("patience", float("nan")), ("tags", "a"), ("ratio", 0.5), ("ratio", "half"),
        ("ratio", "NaN"), ("fees", []), ("fees", {"MWK": 1}), ("fees", {"MWK": {"flat": "2.50"}}),
        ("fees", {"MWK": {"flat": 2.5}}), ("fees", {"MWK": {"flat": "1 XQQ"}}),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(key: str, value: Any) -> None:
    error = refused(**{key: value})
    assert error.key.startswith(f"simulators.bank.{key}")
    assert error.remedy.startswith("write ")


def test_a_choice_names_its_alternatives() -> None:
    error = refused(profile="both")
    assert error.remedy == "choose one of extended, published"


def test_the_number_of_a_wrong_item_is_named() -> None:
    assert refused(tags=["a", 2]).key == "simulators.bank.tags[1]"


def test_a_value_that_the_settings_refuse_themselves_is_a_complaint() -> None:
    assert refused(retries=-1).problem == "retries must not be negative"


def test_a_field_that_no_world_file_can_hold_is_a_mistake_of_the_simulator() -> None:
    with pytest.raises(TypeError, match="cannot be of type"):
        read(Impossible, {"what": 1}, "simulators.bank")
