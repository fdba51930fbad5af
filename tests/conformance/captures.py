"""Recorded traffic of the real connector: reading it, and the form in which two recordings can be compared. What a recording
proves is said by the tests."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[1] / "vectors" / "captures"
TRANSFER, ERRORS, FX = "fspiop-transfer-send", "fspiop-errors", "fspiop-fx"
JWS, JWS_RESERVED = "fspiop-jws-transfer", "fspiop-jws-reserved-resigned"
ALL = (TRANSFER, ERRORS, FX, JWS, JWS_RESERVED)

TO_HUB, FROM_HUB, TO_BACKEND = "fsp->hub", "hub->fsp", "connector->backend"
PORTS = {24000: "payer", 24100: "payee", 24200: "fxp"}
LIBRARY = frozenset({"user-agent", "accept-encoding", "connection", "content-length", "host"})
"""Headers that the HTTP library makes."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exchange:
    """One recorded request with its answer. `party` is the participant whose connector sent or got it."""

    seq: int
    at: datetime
    leg: str
    party: str
    method: str
    path: str
    headers: Headers
    body: Any
    status: int
    answer: Any

    @property
    def line(self) -> str:
        return f"{self.seq} {self.method} {self.path}"

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def raw(self) -> bytes:
        """The body as it was on the wire."""
        return b"" if self.body is None else compact(self.body)


@dataclass(frozen=True)
class Told:
    """An answer of the outbound API."""

    status: int
    body: Any

    @property
    def state(self) -> dict[str, Any]:
        """The transferState, which stands alone or within an error."""
        state: dict[str, Any] = self.body.get("transferState", self.body)
        return state

    @property
    def began(self) -> datetime:
        return moment(self.state["initiatedTimestamp"])

    @property
    def order(self) -> dict[str, Any]:
        """The POST that this answers: what it repeats, as far as it does not come from the payee."""
        names = ("homeTransactionId", "from", "to", "amountType", "currency", "amount", "transactionType", "note")
        order = {name: self.state[name] for name in names}
        return order | {"to": {name: order["to"][name] for name in ("idType", "idValue")}}


def read(name: str, leg: str | None = None, party: str | None = None) -> list[Exchange]:
    """The exchanges of a recording in order. The recorder's own curl is no traffic of the connector."""
    lines = (VECTORS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [_exchange(json.loads(line)) for line in lines]
    return [
        each
        for each in found
        if leg in (None, each.leg) and party in (None, each.party) and "curl" not in (each.header("user-agent") or "")
    ]


def told(name: str) -> Told:
    """A recorded answer of the outbound API: its body, then its status and how long it took."""
    body, last = (VECTORS / f"{name}.txt").read_text(encoding="utf-8").strip().rsplit("\n", 1)
    return Told(int(last.split()[0]), json.loads(body))


def _exchange(row: dict[str, Any]) -> Exchange:
    leg, url = str(row["leg"]), str(row["url"])
    pairs = row["requestHeadersRaw"] if "requestHeadersRaw" in row else row["requestHeaders"].items()
    headers = tuple((str(key), str(value)) for key, value in pairs)
    if leg.startswith("connector("):
        leg, party = TO_BACKEND, leg[len("connector(") : leg.index(")")]
    elif leg == FROM_HUB:
        port, _, path = url.removeprefix("http://127.0.0.1:").partition("/")
        party, url = PORTS[int(port)], f"/{path}"
    else:
        party = dict(headers).get("fspiop-source", "")
    return Exchange(
        row["seq"], moment(row["ts"]), leg, party, row["method"], url, headers, row.get("requestBody"), row["status"],
        row["responseBody"],
    )  # fmt: skip


def compact(value: Any) -> bytes:
    """JSON as JavaScript writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


# -- the comparable form ----------------------------------------------------------------------------------------------

_ULID = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
_TRACE = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-01")
_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[\w-]{43}")
_PACKET = re.compile(r"[AD][\w-]{500,}")
_MOMENT = re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
_DATE = re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT")
_HOST = re.compile(r"\b127\.0\.0\.1:\d+\b")


class Names:
    """What two runs of the same traffic cannot have in common gets a name by order of its first appearance: ids, traces,
    hashes, packets, signatures. Two runs are the same when, read in the same order, they give the same plain forms."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._kinds: Counter[str] = Counter()

    def name(self, kind: str, value: str) -> str:
        if value not in self._names:
            self._kinds[kind] += 1
            self._names[value] = f"<{kind} {self._kinds[kind]}>"
        return self._names[value]

    def translate(self, text: str, to: Names) -> str:
        """The same text with the other run's values in place of this one's. What the other has no value for stays."""
        values = {name: value for value, name in to._names.items()}
        for value, name in self._names.items():
            text = text.replace(value, values.get(name, value))
        return text

    def plain(self, value: Any, at: datetime) -> Any:
        """A JSON value of a message of the moment `at`. Objects become lists of pairs, so that the order of keys counts;
        moments become their distance from `at` in seconds."""
        if isinstance(value, dict):
            return self._object(value, at)
        if isinstance(value, list | tuple):
            return [self.plain(each, at) for each in value]
        return self._text(value, at) if isinstance(value, str) else value

    def headers(self, headers: Headers, at: datetime, drop: frozenset[str] = frozenset()) -> list[tuple[str, Any]]:
        """Headers as a set; what the HTTP library makes is left out, and what is in `drop`. So is the spelling of names: the
        library that reads them has its own."""
        kept = [(name.lower(), value) for name, value in headers if name.lower() not in LIBRARY | drop]
        return sorted((name, self._text(value, at)) for name, value in kept)

    def _object(self, value: dict[str, Any], at: datetime) -> list[Any]:
        items = value.items()
        if value.get("fspiop-source") == "switch":
            # The recorded hub began no trace of its own; in a virtual world every call is known by one.
            items = {key: each for key, each in items if key != "traceparent"}.items()
        return [(key, self._decoded(each, at) if key == "ilpPacket" else self.plain(each, at)) for key, each in items]

    def _decoded(self, value: Any, at: datetime) -> Any:
        """A packet's content: in which order it was sealed is the library's affair and changed with it."""
        return self.plain(json.loads(json.dumps(value, sort_keys=True)), at)

    def _text(self, text: str, at: datetime) -> Any:
        if text.startswith(('{"signature":', '{"protectedHeader":')):
            return self._signature(json.loads(text), at)
        for kind, whole in (("packet", _PACKET), ("hash", _HASH), ("trace", _TRACE_ID)):
            if whole.fullmatch(text):
                return self.name(kind, text)
        text = _TRACE.sub(lambda found: f"<span of {self.name('trace', found[1])}>", text)
        for kind, part in (("id", _ULID), ("uuid", _UUID)):
            text = part.sub(lambda found, kind=kind: self.name(kind, found[0]), text)  # type: ignore[misc]
        text = _MOMENT.sub(lambda found: _distance(moment(found[0]), at), text)
        text = _DATE.sub(lambda found: _distance(parsedate_to_datetime(found[0]), at), text)
        return _HOST.sub("<host>", text)

    def _signature(self, value: dict[str, str], at: datetime) -> Any:
        """Which of the two members comes first changed with the library that signs."""
        protected = json.loads(base64url(value["protectedHeader"]))
        return (sorted(value), self.plain(protected, at), self.name("signature", value["signature"]))


def base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _distance(moment: datetime, at: datetime) -> str:
    """In whole seconds; a message takes less than two from making to recording."""
    seconds = round((moment.astimezone(UTC) - at).total_seconds())
    return "<now>" if -2 < seconds < 2 else f"<{seconds:+d} s>"


def differences(theirs: Any, ours: Any, where: str = "") -> list[str]:
    """Where two plain forms part."""
    if theirs == ours:
        return []
    if isinstance(theirs, dict) and isinstance(ours, dict) and list(theirs) == list(ours):
        return [line for key in theirs for line in differences(theirs[key], ours[key], f"{where}.{key}")]
    if isinstance(theirs, list | tuple) and isinstance(ours, list | tuple) and len(theirs) == len(ours):
        pairs = zip(theirs, ours, strict=True)
        return [line for number, pair in enumerate(pairs) for line in differences(*pair, f"{where}.{number}")]
    return [f"{where}: recorded {theirs!r}, here {ours!r}"]
