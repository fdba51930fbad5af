"""The one shape that a run has, chosen by `--shape`. Locust takes the first concrete shape that it finds and is silent about
the others, so there is exactly one here, and every locustfile has it by name."""

from __future__ import annotations

from _curves import LENGTHS, users_at
from locust import LoadTestShape


class Chosen(LoadTestShape):
    """As many users as the curve of `--shape` says: at most `--users`, for `--run-time`."""

    use_common_options = True

    def tick(self) -> tuple[int, float] | None:
        """Users now and how fast they may come, or None at the end of the run."""
        assert self.runner is not None
        options = self.runner.environment.parsed_options
        assert options is not None
        length = options.run_time or LENGTHS[options.shape]
        seconds = self.get_run_time()  # type: ignore[no-untyped-call]
        users = users_at(options.shape, seconds, options.num_users, length)
        return None if users is None else (users, options.spawn_rate)
