"""Whether spans go out, and what is said where they do not."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.lab import Lab
from loopyard.world import tracing
from loopyard.world.defaults import default_world
from loopyard.world.file import load

PAY = {
    "fsp": "blue-wallet", "payer": {"id_value": "265881000201"}, "payee": {"id_value": "265991000101"}, "amount": "10",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*tracing.ENDPOINTS, "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(variable, raising=False)


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Something on loopback that takes what is posted to it: its address, and paths with bodies."""
    posted: list[tuple[str, bytes]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", posted
        finally:
            server.shutdown()
            thread.join(10)


def stub() -> Any:
    return SimpleNamespace(traffic=SimpleNamespace(watchers=[]))


def test_the_spans_of_a_world_reach_a_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra loopyard[otel] is not installed")
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    with collector() as (url, posted), Lab(load(default_world())) as lab:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        traces = tracing.begin(lab.composition)
        assert traces.notice == f"traces go to {url}"
        lab.world.control("dfsp.send", **PAY)
        lab.world.settle()
        rows = lab.look(lambda world: [row.operation for row in world.traffic])
        traces.end()
        assert len(lab.composition.traffic.watchers) == 1  # the tally's
    assert {path for path, _ in posted} == {"/v1/traces"}
    batches = [ExportTraceServiceRequest.FromString(body) for _, body in posted]
    names = [
        span.name
        for each in batches
        for service in each.resource_spans
        for scope in service.scope_spans
        for span in scope.spans
    ]
    assert sorted(names) == sorted(rows)
    assert len(names) > 15


def test_a_collector_that_is_not_there_holds_up_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra loopyard[otel] is not installed")

    with Lab(load(default_world())) as lab:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "4")
        monkeypatch.setattr(tracing, "PATIENCE", 0.1)
        traces = tracing.begin(lab.composition)
        lab.world.control("dfsp.send", **PAY)
        lab.world.settle()
        traces.end()
        (last,) = (each for each in threading.enumerate() if each.name == tracing.LAST)  # it still tries: nobody waited
        last.join(30)  # or it complains of the collector in the middle of somebody else's test
        assert not last.is_alive()


@pytest.mark.parametrize("variables", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318", "OTEL_SDK_DISABLED": "true"}])
def test_nothing_happens_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    world = stub()
    traces = tracing.begin(world)
    assert (traces.notice, world.traffic.watchers) == ("", [])
    traces.end()


def test_a_missing_extra_is_told_with_its_remedy_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:secret@collector:4318/x?key=secret")
    world = stub()
    notice = tracing.begin(world).notice
    assert notice.startswith("no traces go to http://collector:4318: opentelemetry.")
    assert "pip install 'loopyard[otel]', or unset OTEL_EXPORTER_OTLP_ENDPOINT" in notice
    assert "secret" not in notice
    assert "\n" not in notice
    assert world.traffic.watchers == []


@pytest.mark.parametrize("address", ["collector:4318", "grpc://collector:4317", "http://"])
def test_what_is_no_address_is_the_users_mistake(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", address)
    with pytest.raises(UsageError, match=r"environment: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: .*set http://<host>:4318"):
        tracing.begin(stub())
