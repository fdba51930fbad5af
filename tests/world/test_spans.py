"""Spans of OpenTelemetry against the interactions that they were made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra loopyard[otel] is not installed")

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from loopyard.engine.traffic import Interaction
from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.spans import Spans

PAYER, PAYEE = "265881000201", "265991000101"
PAY = {"fsp": "blue-wallet", "payer": {"id_value": PAYER}, "payee": {"id_value": PAYEE}, "amount": "10"}
TRACE, SPAN = "5bf4c39c88ac841a8c9200e31752c7e3", "fdeeb99c3aa8f35c"


class Watched:
    """A lab whose spans are kept."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.world = lab.world
        self._kept = InMemorySpanExporter()
        lab.composition.traffic.watchers.append(Spans(lab.composition, SimpleSpanProcessor(self._kept)).watch)

    def reset(self) -> None:
        self.world.reset("a")
        self._kept.clear()

    def pay(self) -> str:
        sent = self.world.control("dfsp.send", **PAY)
        self.world.settle()
        return str(sent["transferId"])

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._kept.get_finished_spans())

    @property
    def rows(self) -> list[Interaction]:
        """The interactions in the order of their ends, which is that of spans."""
        by_number = {row.seq: row for row in self.lab.look(lambda world: list(world.traffic))}
        return [by_number[told(span)["loopyard.interaction"]] for span in self.spans]

    def span(self, name: str) -> ReadableSpan:
        found = [each for each in self.spans if each.name == name]
        assert len(found) == 1, (name, [each.name for each in self.spans])
        return found[0]


def told(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(load(default_world())) as lab:
        yield lab


@pytest.fixture
def watched(lab: Lab) -> Iterator[Watched]:
    watched = Watched(lab)
    watched.reset()
    yield watched
    lab.composition.traffic.watchers.pop()


def test_every_interaction_is_one_span_of_its_name_and_time(watched: Watched) -> None:
    watched.pay()
    epoch, rows = datetime(1970, 1, 1, tzinfo=UTC), watched.rows
    assert sorted(row.seq for row in rows) == list(range(1, len(rows) + 1))
    assert len(rows) > 15
    for span, row in zip(watched.spans, rows, strict=True):
        assert span.name == row.operation
        assert span.start_time == (row.at - epoch) // timedelta(microseconds=1) * 1000
        assert row.ended is not None
        assert span.end_time == (row.ended - epoch) // timedelta(microseconds=1) * 1000
        assert told(span)["http.request.method"] == row.method
        assert told(span)["http.response.status_code"] == row.status
        assert told(span)["loopyard.references.count"] == len(row.refs)
        assert span.resource.attributes["service.name"] == row.operation.partition(".")[0]


def test_a_transfer_is_one_trace_and_hangs_together(watched: Watched) -> None:
    watched.pay()
    assert len({span.context.trace_id for span in watched.spans}) == 1
    ask, passed_on = watched.span("dfsp.parties.ask"), watched.span("hub.parties.get-notice")
    assert ask.parent is None
    assert ask.kind is SpanKind.CLIENT
    assert passed_on.parent is not None
    assert passed_on.parent.span_id == ask.context.span_id
    ids = [span.context.span_id for span in watched.spans]
    assert len(set(ids)) == len(ids)
    for span, row in zip(watched.spans, watched.rows, strict=True):
        assert row.span is not None
        if span.kind is SpanKind.CLIENT:  # its receiver knows it by this id
            assert span.context.span_id == int(row.span, 16)
        else:
            assert span.parent is not None
            assert span.parent.span_id == int(row.span, 16)


def test_a_caller_from_outside_is_the_parent_whether_it_wants_samples_or_not(watched: Watched) -> None:
    for flags in ("00", "01"):
        watched.reset()
        headers = {"traceparent": f"00-{TRACE}-{SPAN}-{flags}"}
        row = watched.lab.look(
            lambda world, headers=headers: world.traffic.open(
                "mallory-7",
                "hub",
                "hub.transfers.get",
                "GET",
                "/transfers/1?secret=x",
                tuple(headers.items()),
                b"",
                SPAN,
                (),
                {},
            )
        )
        watched.lab.look(lambda world, row=row: world.traffic.close(row, "answered", 404))
        span = watched.span("hub.transfers.get")
        assert span.parent is not None
        assert (span.context.trace_id, span.parent.span_id) == (int(TRACE, 16), int(SPAN, 16))
        assert span.kind is SpanKind.SERVER
        assert told(span)["loopyard.sender"] == "other"
        assert span.status.status_code is StatusCode.UNSET  # the caller's error, not the hub's


@pytest.mark.parametrize("header", [None, "nonsense", f"00-{'0' * 32}-{SPAN}-01", f"00-{'g' * 32}-{SPAN}-01"])
def test_without_a_sound_trace_a_span_begins_one(watched: Watched, header: str | None) -> None:
    def asked(world) -> None:
        headers = (("traceparent", header),) if header else ()
        row = world.traffic.open("hub", "hub", "hub.fspiop.unknown", "BREW", "/coffee", headers, b"", None, (), {})
        world.traffic.close(row, "answered", 404)

    watched.lab.look(asked)
    span = watched.span("hub.fspiop.unknown")
    assert span.parent is None
    assert span.context.is_valid
    assert told(span)["http.request.method"] == "_OTHER"


@pytest.mark.parametrize(
    ("fault", "operation", "error"),
    [
        ({"kind": "status", "status": 503}, "green-bank.funds.reserve", "503"),
        ({"kind": "applied-no-reply"}, "green-bank.funds.reserve", "closed"),
        ({"kind": "lost"}, "hub.transfers.patch-notice", "lost"),
        ({"kind": "status", "status": 404}, "green-bank.funds.reserve", None),
    ],
)
def test_an_error_is_a_server_that_failed_or_an_answer_that_did_not_come(
    watched: Watched, fault: dict[str, object], operation: str, error: str | None
) -> None:
    watched.world.control("faults.add", on=operation, times=1, **fault)
    watched.pay()
    span = next(each for each in watched.spans if each.name == operation)
    assert told(span)["loopyard.fault"] == fault["kind"]
    assert told(span).get("error.type") == error
    assert span.status.status_code is (StatusCode.ERROR if error else StatusCode.UNSET)


def test_a_refused_message_is_an_error_of_its_sender(watched: Watched) -> None:
    watched.world.control("dfsp.raw", fsp="blue-wallet", method="POST", path="/quotes", body={"nothing": "of a quote"})
    span = watched.span("dfsp.raw.send")
    assert (told(span)["error.type"], span.status.status_code) == ("400", StatusCode.ERROR)


def test_no_body_no_query_no_header_and_no_id_leaves_the_world(watched: Watched) -> None:
    transfer = watched.pay()
    path = f"/transfers/{transfer}?secret=word"
    watched.world.control("channel.call", face="core_connector.dfsp", method="GET", path=path, headers={"X-Key": "secret"})
    rows, whole = watched.rows, "".join(span.to_json() for span in watched.spans)
    references = {reference for row in rows for reference in row.refs}
    assert transfer in references
    for hidden in (*references, PAYER, PAYEE, "secret", "Amina", "Bob", "MSISDN/"):
        assert hidden not in whole
    assert "/transfers/{id}" in whole
