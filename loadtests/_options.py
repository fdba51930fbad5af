"""The options that these load tests add to Locust's own. What is chosen on the master goes to its workers with each spawn."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from _curves import CURVES

HERE: Final = Path(__file__).parent
USERS: Final = 10
FASTEST: Final = 100
"""Users a second on one worker; beyond that Locust itself warns."""


def declare(parser: ArgumentParser) -> None:
    """Add the options. Those that choose a world are no matter of the web page: the world is there before the page is."""
    quiet: Any = {"include_in_web_ui": False}
    parser.add_argument("--shape", choices=list(CURVES), default="steady", help="How users come and go. Default: steady.")
    parser.add_argument(
        "--control", metavar="<url>", env_var="LOOPYARD_CONTROL", default="",
        help="Control of a running world: for its people, inbound payments and the audit.", **quiet,
    )  # fmt: skip
    parser.add_argument(
        "--hub", metavar="<url>", default="", help="The hub's FSPIOP face, for the journey over the hub alone.", **quiet
    )
    parser.add_argument(
        "--world", metavar="<file>", default=str(HERE / "world.toml"), help="World file of the own world.", **quiet
    )
    parser.add_argument(
        "--world-processes", type=int, choices=(1, 3), default=1, help="Run the own world in one process or in three.", **quiet
    )
    parser.add_argument(
        "--people", metavar="<file>", default="", help="JSON file of who pays whom, without a control.", **quiet
    )
    parser.add_argument("--slo", metavar="<file>", default=str(HERE / "slo.toml"), help="What the journeys must keep.", **quiet)
    parser.add_argument(
        "--verdict", metavar="<file>", default="", help="Write what is printed at the end as JSON, for programs.", **quiet
    )
    parser.add_argument(
        "--seed", default="", help="Repeats who pays whom how much, not the order. Default: a new one.", **quiet
    )
    parser.add_argument(
        "--patience", type=float, default=60.0, help="Seconds that a journey may take to its final state.", **quiet
    )
    parser.add_argument("--think", type=float, default=0.0, help="Seconds between a user's journeys. Default: none.")
    parser.add_argument(
        "--callback-host", metavar="<host>", default="127.0.0.1",
        help="The name under which a hub elsewhere reaches this machine, for the journey over the hub alone.", **quiet,
    )  # fmt: skip


def complete(options: Namespace) -> None:
    """Say what nobody has said. Locust's default of one new user a second would make every short run a ramp."""
    options.seed = options.seed or token_hex(4)
    if options.num_users is None:
        options.num_users = USERS
    if options.spawn_rate is None:
        options.spawn_rate = float(min(options.num_users, FASTEST))
