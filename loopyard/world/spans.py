"""Finished interactions as spans of OpenTelemetry. It needs the extra `loopyard[otel]`, so that only tracing.py imports it, and
only on request. A span holds names, sizes and numbers: no body, no query, no header, no path that an id stands in."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from loopyard import __version__
from loopyard.engine.traffic import Interaction
from loopyard.transport import trace
from loopyard.world.composition import Composition
from loopyard.world.labels import Names
from loopyard.world.tally import label

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
METHODS: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")


class Spans:
    """Makes one span of each interaction that ends in a world; `watch` is for `Traffic.watchers`.

    Each simulator is a service of its own, so that a viewer draws the map of the world. What a simulator is asked is a span
    of kind server below its caller's; what it sends is a span of kind client, known to its receiver by `traceparent`.
    """

    def __init__(self, world: Composition, processor: SpanProcessor) -> None:
        self._names = Names(world)
        self._world = world.file.plan.name
        self._processor = processor
        self._ids = _Ids()
        self._services: dict[str, Tracer] = {}

    def watch(self, row: Interaction) -> None:
        name = label(row.operation)
        here = _trace(row)
        served = self._names.served(name)
        trace_id, carried = (_number(here.trace_id), _number(here.span_id)) if here else (0, 0)
        parent = carried if served else _number(row.parent or "")
        self._ids.trace_id, self._ids.span_id = trace_id, 0 if served else carried
        start = _nanoseconds(row.at)
        span = self._service(name.partition(".")[0]).start_span(
            name, _below(trace_id, parent), SpanKind.SERVER if served else SpanKind.CLIENT, self._told(row, name, served),
            start_time=start,
        )  # fmt: skip
        if _failed(row.status, served):
            span.set_attribute("error.type", str(row.status or row.outcome))
            span.set_status(Status(StatusCode.ERROR))
        span.end(max(start, _nanoseconds(row.ended or row.at)))  # a reset may have put the world's clock back meanwhile

    def _service(self, name: str) -> Tracer:
        if name not in self._services:
            about = {"service.name": name, "service.namespace": self._world, "service.version": __version__}
            provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False, id_generator=self._ids)
            provider.add_span_processor(self._processor)
            self._services[name] = provider.get_tracer("loopyard", __version__)
        return self._services[name]

    def _told(self, row: Interaction, name: str, served: bool) -> Mapping[str, str | int]:
        told: dict[str, str | int] = {
            "http.request.method": row.method if row.method in METHODS else "_OTHER",
            "http.request.body.size": len(row.request_body),
            "loopyard.sender": self._names.party(row.sender),
            "loopyard.receiver": self._names.party(row.receiver),
            "loopyard.outcome": row.outcome,
            "loopyard.attempt": row.attempt,
            "loopyard.interaction": row.seq,
            "loopyard.references.count": len(row.refs),
        }
        template = self._names.template(name)
        if template is not None:
            told["http.route" if served else "url.template"] = template
        if row.status is not None:
            told |= {"http.response.status_code": row.status, "http.response.body.size": len(row.response_body)}
        if row.fault is not None:
            told["loopyard.fault"] = row.fault
        return told


class _Ids(IdGenerator):
    """Gives a span the ids that its interaction bore on the wire, and fresh ones where it bore none."""

    def __init__(self) -> None:
        self.trace_id = 0
        self.span_id = 0
        self._random = random.Random()

    def generate_trace_id(self) -> int:
        return self.trace_id or self._random.randrange(1, 1 << 128)

    def generate_span_id(self) -> int:
        return self.span_id or self._random.randrange(1, 1 << 64)


def _trace(row: Interaction) -> trace.Trace | None:
    """The trace on the wire. A hub relays the header of another's message, and logs it before its own."""
    headers = [value for key, value in row.request_headers if key.lower() == trace.HEADER]
    return trace.Trace.parse(headers[-1]) if headers else None


def _below(trace_id: int, parent: int) -> Context:
    """The place of a span below its parent, or at the root. A caller's wish not to be sampled is not heeded: whoever asks a
    harness for spans wants what it has seen; OTEL_TRACES_SAMPLER chooses among them."""
    if not trace_id or not parent:
        return Context()
    return set_span_in_context(NonRecordingSpan(SpanContext(trace_id, parent, True, TraceFlags(TraceFlags.SAMPLED))), Context())


def _failed(status: int | None, served: bool) -> bool:
    """By the conventions for HTTP: a client's error is one for who sent it, and none for who told it so."""
    return status is None or status >= (500 if served else 400)


def _number(text: str) -> int:
    return int(text, 16) if text and HEXADECIMAL.issuperset(text) else 0


def _nanoseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND * 1000
