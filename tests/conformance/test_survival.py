"""Whatever breaks, no money is lost and none is doubled: each fault at each operation of the bank and of the hub, each fault of
messages on each message of the hub, and a crash of either connector at each of its boundaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from loopyard.testing.lab import Lab
from tests.conformance import survival
from tests.conformance.survival import BANK, PATIENCE, Journey, Stage, judge, raised

WORLDS: Final = {
    "default": survival.default,
    "reject": lambda: survival.default(duplicate_reserve="reject"),
    "second-hold": lambda: survival.default(duplicate_reserve="second-hold"),
    "published": survival.published,
    "provider": survival.provider,
}

REQUEST_FAULTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "applied-no-reply": ("applied-no-reply", {}),
    "not-applied-no-reply": ("not-applied-no-reply", {}),
    "close": ("close", {}),
    "close-applied": ("close", {"applied": True}),
    "reset": ("reset", {}),
    "reset-applied": ("reset", {"applied": True}),
    "hang": ("hang", {}),
    "hang-applied": ("hang", {"applied": True}),
    "latency": ("latency", {"seconds": 8.0}),
    "slow-drip": ("slow-drip", {}),
    "truncated": ("truncated", {}),
    "garbage": ("garbage", {}),
    "garbage-inside": ("garbage", {"inside": True}),
    "garbage-not-applied": ("garbage", {"applied": False}),
    "empty-body": ("empty-body", {}),
    "empty-body-not-applied": ("empty-body", {"applied": False}),
    "soft-error": ("soft-error", {}),
    "soft-error-applied": ("soft-error", {"applied": True}),
    "status": ("status", {}),
    "status-applied": ("status", {"applied": True}),
    "throttle": ("throttle", {}),
}

MESSAGE_FAULTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "late": ("latency", {"seconds": 40.0}),
    "too-late": ("latency", {"seconds": 100.0}),
    "lost": ("lost", {}),
    "duplicated": ("duplicated", {"copies": 2, "seconds": 1.0}),
    "reordered": ("reordered", {"seconds": 30.0}),
}


@dataclass(frozen=True)
class Blow:
    kind: str
    on: str
    options: Mapping[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def labs() -> Iterator[dict[str, Lab]]:
    """Each world is started once."""
    found: dict[str, Lab] = {}
    try:
        for name, make in WORLDS.items():
            found[name] = Lab(make()).__enter__()
        yield found
    finally:
        for lab in found.values():
            lab.__exit__(None, None, None)


BANK_OPS = [
    ("default", "outbound", "quotes.create", {}), ("default", "outbound", "funds.reserve", {}), ("default", "outbound", "funds.commit", {}),
    ("default", "outbound_refused", "funds.unreserve", {}),
    ("default", "inbound", "accounts.get", {"nth": 1}), ("default", "inbound", "quotes.create", {}), ("default", "inbound", "funds.reserve", {}), ("default", "inbound", "funds.commit", {}),
    ("default", "inbound_expired", "funds.unreserve", {}),
    ("default", "converted", "funds.reserve", {}), ("default", "converted", "funds.commit", {}),
    ("provider", "converting", "funds.reserve", {"nth":1}), ("provider", "converting", "funds.reserve", {"nth": 2}),
    ("provider", "converting", "funds.commit", {"nth":1}),
    ("provider", "converting_refused", "funds.unreserve", {}),
]

@pytest.mark.parametrize("fault", REQUEST_FAULTS)
@pytest.mark.parametrize("op", BANK_OPS, ids=lambda o: f"{o[1]}-{o[2]}-{o[3].get('nth','')}")
def test_bank(labs, op, fault):
    world, journey, name, more = op
    stage = raised(labs[world])
    kind, options = REQUEST_FAULTS[fault]
    stage.lab.world.fault(kind, f"{BANK}.{name}", **{"nth": 1, **options, **more})
    getattr(survival, journey)(stage)
    stage.lab.world.advance(PATIENCE)
    assert stage.control("faults.list")[-1]["hits"]
    judge(stage)


HUB_OPS = [
    ("default", "outbound", ["parties.get", "quotes.request", "transfers.prepare"]),
    ("default", "converted", ["fx-quotes.request", "fx-transfers.prepare", "quotes.request", "transfers.prepare"]),
    ("default", "inbound", ["parties.respond", "quotes.respond", "transfers.fulfil"]),
    ("provider", "converting", ["fx-quotes.respond", "fx-transfers.fulfil"]),
]
HUB = [(w, j, o) for w, j, ops in HUB_OPS for o in ops]


@pytest.mark.parametrize("fault", REQUEST_FAULTS)
@pytest.mark.parametrize("op", HUB, ids=lambda o: f"{o[1]}-{o[2]}")
def test_hub(labs, op, fault):
    world, journey, name = op
    stage = raised(labs[world])
    kind, options = REQUEST_FAULTS[fault]
    stage.lab.world.fault(kind, f"hub.{name}", nth=1, where={"from": BANK}, **options)
    getattr(survival, journey)(stage)
    stage.lab.world.advance(PATIENCE)
    assert stage.control("faults.list")[-1]["hits"]
    judge(stage)


@pytest.mark.parametrize("fault", REQUEST_FAULTS)
@pytest.mark.parametrize("op", HUB, ids=lambda o: f"{o[1]}-{o[2]}")
def test_hub_for_long(labs, op, fault):
    world, journey, name = op
    stage = raised(labs[world])
    kind, options = REQUEST_FAULTS[fault]
    stage.lab.world.fault(kind, f"hub.{name}", times=8, where={"from": BANK}, **options)
    getattr(survival, journey)(stage)
    stage.lab.world.advance(PATIENCE)
    assert stage.control("faults.list")[-1]["hits"]
    judge(stage)


@pytest.mark.parametrize("fault", REQUEST_FAULTS)
@pytest.mark.parametrize("base", ["applied-no-reply", "not-applied-no-reply"])
@pytest.mark.parametrize("op", [("default", "outbound"), ("default", "inbound"), ("provider", "converting")], ids=lambda o: o[1])
def test_query(labs, op, base, fault):
    world, journey = op
    stage = raised(labs[world])
    kind, options = REQUEST_FAULTS[fault]
    stage.lab.world.fault(base, f"{BANK}.funds.reserve", nth=1)
    stage.lab.world.fault(kind, f"{BANK}.funds.get", nth=1, **options)
    getattr(survival, journey)(stage)
    stage.lab.world.advance(PATIENCE)
    assert stage.control("faults.list")[-1]["hits"]
    judge(stage)


MSGS = [
    ("default", "outbound", ["parties.get-notice", "parties.respond-notice", "quotes.request-notice", "quotes.respond-notice", "transfers.prepare-notice", "transfers.fulfil-notice", "transfers.patch-notice"]),
    ("default", "outbound_refused", ["transfers.error-notice"]),
    ("default", "converted", ["fx-quotes.request-notice", "fx-quotes.respond-notice", "fx-transfers.prepare-notice", "fx-transfers.fulfil-notice", "fx-transfers.patch-notice", "transfers.prepare-notice", "transfers.fulfil-notice", "transfers.patch-notice"]),
    ("default", "inbound", ["parties.get-notice", "quotes.request-notice", "transfers.prepare-notice", "transfers.patch-notice", "quotes.respond-notice", "transfers.fulfil-notice"]),
    ("default", "inbound_expired", ["transfers.error-notice"]),
    ("provider", "converting", ["fx-quotes.request-notice", "fx-transfers.prepare-notice", "fx-transfers.patch-notice", "fx-quotes.respond-notice", "fx-transfers.fulfil-notice", "transfers.prepare-notice", "transfers.fulfil-notice"]),
    ("provider", "converting_refused", ["fx-transfers.patch-notice", "transfers.error-notice"]),
]
MSG = [(w, j, o) for w, j, ops in MSGS for o in ops]


@pytest.mark.parametrize("fault", MESSAGE_FAULTS)
@pytest.mark.parametrize("op", MSG, ids=lambda o: f"{o[1]}-{o[2]}")
def test_message(labs, op, fault):
    world, journey, name = op
    stage = raised(labs[world])
    kind, options = MESSAGE_FAULTS[fault]
    stage.lab.world.fault(kind, f"hub.{name}", nth=1, **options)
    getattr(survival, journey)(stage)
    stage.lab.world.advance(PATIENCE)
    assert stage.control("faults.list")[-1]["hits"]
    judge(stage)


SIMPLE = [("default", "outbound"), ("default", "outbound_refused"), ("default", "converted"), ("default", "inbound"), ("default", "inbound_expired"), ("provider", "converting"), ("provider", "converting_refused")]


def crash_points():
    import itertools
    for world, journey in SIMPLE:
        with Lab(WORLDS[world]()) as lab:
            stage = raised(lab)
            getattr(survival, journey)(stage)
            stage.lab.world.advance(PATIENCE)
            for c in survival.SUT:
                seen = stage.passed(c)
                for b in dict.fromkeys(seen):
                    for k in range(1, min(3, seen.count(b)) + 1):
                        yield world, journey, c, b, k


@pytest.mark.parametrize("after", [1, 200])
@pytest.mark.parametrize("point", list(crash_points()), ids=lambda o: f"{o[1]}-{o[3]}-{o[4]}")
def test_crash(labs, point, after):
    world, journey, connector, boundary, passages = point
    stage = raised(labs[world])
    stage.lab.world.crash(connector, at=boundary, passages=passages)
    getattr(survival, journey)(stage)
    stage.lab.world.advance(after)
    while not stage.passed(connector).count(boundary) >= passages:
        stage.lab.world.advance(15)
    stage.lab.world.advance(after)
    stage.lab.world.restart(connector)
    stage.lab.world.advance(PATIENCE)
    judge(stage)
