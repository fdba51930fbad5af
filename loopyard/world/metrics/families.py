"""Metrics made of rows: the prefix of the house, and label values with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

PREFIX: Final = "loopyard_"

Values = Iterable[tuple[Sequence[str], float]]
"""Label values with the number that belongs to them."""


def counter(name: str, text: str, labels: Sequence[str], values: Values) -> Metric:
    """What only grows; `_total` is put behind its name."""
    family = CounterMetricFamily(PREFIX + name, text, labels=labels)
    for where, value in values:
        family.add_metric(where, value)
    return family


def gauge(name: str, text: str, labels: Sequence[str], values: Values) -> Metric:
    """What goes up and down."""
    family = GaugeMetricFamily(PREFIX + name, text, labels=labels)
    for where, value in values:
        family.add_metric(where, value)
    return family
