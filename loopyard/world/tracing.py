"""Whether and whereto the spans of a world go. The standard environment variables of OpenTelemetry decide; how a span is made
stands in spans.py."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from loopyard.kernel.errors import UsageError
from loopyard.world.composition import Composition

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""Where the collector listens, the first that is set; the second is of all signals, and gets the path /v1/traces."""
PATIENCE: Final = 5.0
"""Real seconds that a collector has at the end to take what has not gone out yet: Ctrl-C must end a world without one, too."""
LAST: Final = "last spans"
"""The thread that sends them. Behind a collector that does not answer it lives on until the exporter's own time is over."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Tracing:
    """The traces of one world under way. `notice` is one line for who started it; `end` sends what has not gone out yet."""

    notice: str = ""
    end: Callable[[], None] = _nothing


def begin(world: Composition) -> Tracing:
    """Export the spans of a world from now on, if the environment names a collector. Without the extra nothing goes out, and
    the notice says so: the variable may be meant for another program. Raises UsageError for what is no address."""
    variable = next((each for each in ENDPOINTS if os.environ.get(each)), None)
    if variable is None or os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return Tracing()
    where = _shown(variable, os.environ[variable])
    try:
        return _exported(world, where)
    except ImportError as missing:
        remedy = f"pip install 'loopyard[otel]', or unset {variable}"
        return Tracing(f"no traces go to {where}: {missing.name} is not installed; {remedy}")


def _exported(world: Composition, where: str) -> Tracing:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # here: an extra
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from loopyard.world.spans import Spans

    processor: SpanProcessor = BatchSpanProcessor(OTLPSpanExporter())
    watch = Spans(world, processor).watch
    world.traffic.watchers.append(watch)

    def end() -> None:
        world.traffic.watchers.remove(watch)
        last = Thread(target=processor.shutdown, name=LAST, daemon=True)
        last.start()
        last.join(PATIENCE)

    return Tracing(f"traces go to {where}", end)


def _shown(variable: str, address: str) -> str:
    """The address of a collector without what may be secret in it. Raises UsageError."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("environment", variable, f"{parts.path!r} is no address of a collector", "set http://<host>:4318")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
