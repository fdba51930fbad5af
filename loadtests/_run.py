"""Begins and ends a run: finds or starts the world, tells every process of it, and judges at the end. It hears Locust's events;
whoever imports it takes part. Only the local or master runner starts, judges and stops; workers only make journeys."""

from __future__ import annotations

import atexit
import json
import signal
import sys
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

import _options
import _slo
import gevent
import psutil
from _audit import audit
from _control import Control, Unreachable, exchange
from _figures import finish_csv, journeys, measured
from _memory import LOOK, Growth
from _people import Nobody
from _processes import Watch
from _session import SEND_MONEY, Missing, Session
from _users import Traveller
from _verdict import NO_LAB, PASSED, Verdict
from _world import Misused, OwnWorld
from locust import events
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner, Runner, WorkerRunner

USAGE = 2


class Run:
    """One run, as one process of it sees it."""

    def __init__(self) -> None:
        self.own: OwnWorld | None = None
        self.verdict = Verdict()
        self._began = monotonic()
        self._watch = Watch()
        self._growth = Growth()
        self._looking: gevent.Greenlet | None = None
        self._objectives = _slo.Objectives()
        self._callback_host = ""

    def listen(self) -> None:
        """Take part in what Locust does."""
        events.init_command_line_parser.add_listener(_options.declare)
        events.init.add_listener(self.on_init)
        events.test_start.add_listener(self.on_test_start)
        events.test_stopping.add_listener(self.on_test_stopping)
        events.quitting.add_listener(self.on_quitting)
        events.quit.add_listener(self.on_quit)

    def on_init(self, environment: Environment, runner: Runner, **_: Any) -> None:
        """Before anything is measured: is everything there that the chosen journeys need?"""
        options: Any = environment.parsed_options
        if isinstance(runner, WorkerRunner):
            self._callback_host = options.callback_host
            return
        # until a headless run is over Locust has no ear for SIGTERM, by which CI ends what takes too long: treat it as Ctrl-C
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        _options.complete(options)
        try:
            self._objectives = _slo.read(Path(options.slo))
        except _slo.BadObjectives as error:
            stop(USAGE, error)
        try:
            self._find_world(environment, options)
            session = Session(environment, 0)
            for kind in travellers(environment):
                kind.check(session)
        except (Unreachable, Misused, Missing, Nobody) as error:
            self._stop_world()
            stop(NO_LAB if isinstance(error, Unreachable) else USAGE, error)

    def _find_world(self, environment: Environment, options: Any) -> None:
        """The world that is named, or one of our own. Raises Unreachable, Misused."""
        if not (environment.host or options.control or options.hub):
            self.own = OwnWorld(Path(options.world), options.world_processes, options.seed)
            atexit.register(self._stop_world)
            self.own.start()
            options.control = self.own.faces["control"]
        for url in (environment.host, options.hub, options.control):
            if url:
                exchange("GET", f"{url.rstrip('/')}/health", timeout=10)
        if options.control:
            faces = Control(options.control)("world.describe")["faces"]
            environment.host = environment.host or faces.get(SEND_MONEY)
        else:
            self.verdict.no_audit = "because no world is known; name its control with --control"
            print(f"loadtests: there will be no audit, {self.verdict.no_audit}", file=sys.stderr)

    def on_test_start(self, environment: Environment, **_: Any) -> None:
        """Open the books where the run is judged, and the session where journeys are made."""
        options: Any = environment.parsed_options
        if not isinstance(environment.runner, WorkerRunner):
            self._began = monotonic()
            if options.control:
                Control(options.control)("audit.open")
            self._watch.start(self._running())
            self._looking = gevent.spawn(self._look, environment)
        if not isinstance(environment.runner, MasterRunner):
            self._open_session(environment)

    def _look(self, environment: Environment) -> None:
        while self.own is not None:
            self._growth.look(journeys(environment), self.own.running())
            gevent.sleep(LOOK)

    def on_test_stopping(self, environment: Environment, **_: Any) -> None:
        """Look at the processes while all of them live: workers go before their master judges."""
        if not isinstance(environment.runner, WorkerRunner):
            self._watch.stop(self._running())
            if self._looking is not None:
                self._looking.kill()

    def _open_session(self, environment: Environment) -> None:
        options: Any = environment.parsed_options
        options.callback_host = self._callback_host or options.callback_host  # a worker's own, which the master's came over
        number = max(getattr(environment.runner, "worker_index", 0), 0) + 1
        try:
            session = Session(environment, number)
            environment.session = session  # type: ignore[attr-defined]
            for kind in travellers(environment):
                kind.check(session)
                kind.prepare(session)
        except (Unreachable, Missing, Nobody) as error:  # on a worker: its master has looked already, from where it stands
            stop(NO_LAB, error)

    def on_quitting(self, environment: Environment, **_: Any) -> None:
        """Judge. What a worker has seen is judged by its master."""
        runner = environment.runner
        if isinstance(runner, WorkerRunner):
            environment.process_exit_code = environment.process_exit_code or PASSED
            return
        assert isinstance(runner, LocalRunner | MasterRunner)
        runner.stop()
        finish_csv(environment)
        self._judge(environment)
        environment.process_exit_code = self.verdict.exit_code

    def _judge(self, environment: Environment) -> None:
        options: Any = environment.parsed_options
        self.verdict.seconds, self.verdict.seed = monotonic() - self._began, options.seed
        self.verdict.measured, self.verdict.grown = measured(environment), self._growth.kib_per_journey
        self.verdict.misses = _slo.judge(self._objectives, self.verdict.measured, self.verdict.grown)
        try:
            if options.control:
                self.verdict.audit = audit(Control(options.control), environment.host)
        except Unreachable as error:
            self.verdict.broken = (self.own.dead() if self.own else None) or str(error)
        self.verdict.used = self._watch.used()
        if options.verdict:
            Path(options.verdict).write_text(json.dumps(self.verdict.as_json(), indent=2) + "\n", encoding="utf-8")

    def _running(self) -> dict[int, str]:
        """The names of the run's processes on this machine, by their numbers."""
        world = self.own.running() if self.own else {}
        me = psutil.Process()
        return world | {each.pid: "generator" for each in (me, *me.children()) if each.pid not in world}

    def on_quit(self, **_: Any) -> None:
        """The verdict is the last that is said."""
        self._stop_world()
        if self.verdict.journeys or self.verdict.misses or self.verdict.broken:
            print(f"\n{self.verdict.text()}", flush=True)

    def _stop_world(self) -> None:
        own, self.own = self.own, None
        if own is not None:
            own.stop()


def travellers(environment: Environment) -> list[type[Traveller]]:
    """The kinds of users that were chosen."""
    return [kind for kind in environment.user_classes if issubclass(kind, Traveller)]


def stop(code: int, why: Exception) -> NoReturn:
    """End this process at once, with one message, and the workers that it has forked: they would wait a minute for a master."""
    print(f"loadtests: {why}", file=sys.stderr, flush=True)
    for child in psutil.Process().children():
        child.terminate()
    sys.exit(code)


Run().listen()
