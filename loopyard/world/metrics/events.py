"""Counters of what has happened since the world was started: interactions, callbacks, faults, contract findings, audits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from prometheus_client.metrics_core import HistogramMetricFamily, Metric

from loopyard.world.composition import Composition
from loopyard.world.labels import Names
from loopyard.world.metrics.families import PREFIX, counter
from loopyard.world.tally import BOUNDS

ENDS: Final = (*(str(bound) for bound in BOUNDS), "+Inf")


def interactions(world: Composition) -> Iterator[Metric]:
    operations = world.tally.operations.items()
    ended = [
        ((name, outcome, str(status or "")), count)
        for name, series in operations
        for (outcome, status), count in series.ends.items()
    ]
    text = "Finished interactions: requests with their answers, and attempts of callbacks."
    yield counter("interactions", text, ("operation", "outcome", "status"), ended)
    text = "How long interactions took, in seconds of the world's clock."
    lasted = HistogramMetricFamily(PREFIX + "interaction_duration_seconds", text, labels=("operation",))
    for name, series in operations:
        lasted.add_metric((name,), list(zip(ENDS, accumulate(series.durations), strict=True)), series.seconds)
    yield lasted


def callbacks(world: Composition) -> Iterator[Metric]:
    names = Names(world)
    sent = {name: series for name, series in world.tally.operations.items() if names.sent(name)}
    attempts: Counter[tuple[str, str]] = Counter()
    refused: Counter[tuple[str, str]] = Counter()
    for name, series in sent.items():
        for (outcome, status), count in series.ends.items():
            attempts[name, outcome] += count
            if status is not None and not 200 <= status < 300:
                refused[name, str(status)] += count
    text = "Attempts to deliver what simulators send on their own."
    yield counter("callback_attempts", text, ("operation", "outcome"), attempts.items())
    text = "Attempts after the first of their message."
    yield counter("callback_retries", text, ("operation",), [((name,), series.retries) for name, series in sent.items()])
    text = "Callbacks that were answered with anything but 2xx."
    yield counter("callbacks_refused", text, ("operation", "status"), refused.items())


def findings(world: Composition) -> Iterator[Metric]:
    text = "Faults that struck, by kind and the operation or message that they struck."
    yield counter("faults", text, ("kind", "operation"), world.faults.hits.items())
    names = Names(world)
    found: Counter[tuple[str, str, str]] = Counter()
    for (level, party, injected), count in world.checker.counts.items():
        found[level, names.party(party), str(injected).lower()] += count
    text = "Messages that broke their contract, by who formed them; what a fault or a scenario injected counts against nobody."
    yield counter("contract_findings", text, ("level", "party", "injected"), found.items())


def life(world: Composition) -> Iterator[Metric]:
    tally = world.tally
    yield counter("world_resets", "Resets of the world; counters go on through them.", (), [((), tally.resets)])
    results = [((name,), tally.audits[clean]) for name, clean in (("clean", True), ("broken", False))]
    text = "Audits by what they came to; what a scenario expected to be found counts, too."
    yield counter("audits", text, ("result",), results)


PARTS: Final = (interactions, callbacks, findings, life)
