"""What is taken from Locust's statistics for the verdict, and what Locust must be told to leave them whole."""

from __future__ import annotations

import _slo
import gevent
from _users import KIND
from locust import stats
from locust.env import Environment


def measured(environment: Environment) -> list[_slo.Measured]:
    """The journeys that stand in the statistics, then the requests of which they are made."""
    found = [_measured(each, kind == KIND) for (_, kind), each in environment.stats.entries.items()]
    return sorted(found, key=lambda each: not each.is_journey)


def journeys(environment: Environment) -> int:
    """How many journeys have ended so far."""
    return sum(each.num_requests for (_, kind), each in environment.stats.entries.items() if kind == KIND)


def _measured(entry: stats.StatsEntry, is_journey: bool) -> _slo.Measured:
    p50, p95, p99 = (float(entry.get_response_time_percentile(share)) for share in (0.5, 0.95, 0.99))
    succeeded = entry.total_rps - entry.total_fail_per_sec
    return _slo.Measured(entry.name, entry.num_requests, entry.num_failures, p50, p95, p99, succeeded, is_journey)


def finish_csv(environment: Environment) -> None:
    """Let Locust write its CSV files a last time, and then no more: otherwise they may lack the last second, or Locust may trip
    over a file that it has closed itself."""
    if getattr(environment.parsed_options, "csv_prefix", None):
        interval, stats.CSV_STATS_INTERVAL_SEC = stats.CSV_STATS_INTERVAL_SEC, 86_400
        gevent.sleep(interval)
