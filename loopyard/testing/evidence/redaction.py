"""Takes secrets and personal data out of evidence: out of headers, addresses, JSON, forms, XML and plain text. What a
structured field gave away is then hunted for in every other text of the same scenario. Names of fields: `sensitive`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, quote, urlencode

from loopyard.protocols.oauth import basic_pair
from loopyard.testing.evidence.model import AccountView, Exchange, Finding, Headers, OpenItem
from loopyard.testing.evidence.sensitive import (
    AMBIGUOUS,
    DOTS,
    ID_TYPES,
    REDACTED,
    Kind,
    kind_of,
    mask,
    normal,
)

SHORTEST = 4  # shorter values would strike out half of a report and identify nobody

_QUERY = re.compile(r"(?P<head>[?&](?P<key>[\w.\-]+)=)(?P<value>[^&#\s\"<]+)")
_ELEMENT = re.compile(
    r"(?P<head>(?:<|&lt;)(?P<key>[\w.:\-]+)(?:\s[^<>&]*)?(?:>|&gt;))(?P<value>[^<>&]+)(?=(?:</|&lt;/)(?P=key)(?:>|&gt;))"
)
_PAIR = re.compile(r"(?P<head>\\?\"(?P<key>[\w.\-]+)\\?\"\s*:\s*\\?\")(?P<value>[^\"\\]+)")
_PARTY_PATH = re.compile(rf"(?P<head>/(?:{ID_TYPES})/)(?P<value>[^/?#\s\"]+)")
_HOLDER = re.compile(rf"^(?P<head>(?:{ID_TYPES}):)(?P<value>.+)$")
_NUMBER = re.compile(r"\+?\d{6,}")
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(Bearer|Basic)\s+(?!\[)[A-Za-z0-9._~+/=\-]{4,}", re.I), rf"\1 {REDACTED}"),
    (re.compile(r"\beyJ[\w\-]{8,}\.[\w\-]*(?:\.[\w\-]*)?"), REDACTED),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.S), REDACTED),
    (re.compile(r"\b(?:[sr]k_(?:test|live)_|whsec_|FLWSECK[_-])[\w\-]+"), REDACTED),
    # T24's sign-on stands in the third field of an OFS line: USER/PASSWORD[/COMPANY].
    (re.compile(r"^([A-Z][A-Z0-9.]*,[^,\n]*,)(?!\[)[^,/\n]*/[^,/\n]+", re.M), rf"\1{REDACTED}"),
    (re.compile(r"(?<![\w+])\+\d{6,12}(\d{3})(?!\d)"), rf"{DOTS}\1"),
)
_SUSPICIOUS = re.compile(r'[?&<"/+,\s-]|eyJ|_test_|_live_|whsec_|FLWSECK')  # every pattern above needs one of these
_JSON_NUMBER = re.compile(r'"\\u0000(-?\d[\d.eE+\-]*)"')
DEEPEST = 100
"""Levels of JSON beyond which a message is read as text: it was nested to hurt its reader."""
_NUMBER_MARK = re.compile(r"\0-?\d[\d.eE+\-]*")


class RedactedExchange(Exchange):
    """An exchange that has passed a `Redactor`; drawing functions redact whatever is not one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Redactor:
    """Redacts the texts of one scenario. `known` maps every value learned from a structured field to its mask."""

    known: Mapping[str, str]
    _pattern: re.Pattern[str] | None

    @classmethod
    def knowing(cls, found: Iterable[tuple[Kind, str]]) -> Redactor:
        """A redactor that also hunts for these values, plain or URL-encoded, in any text."""
        return cls(known := _masks(found), _hunting(known))

    @classmethod
    def of(cls, exchanges: Iterable[Exchange]) -> Redactor:
        """A redactor that knows what these exchanges say in structured fields."""
        return cls.knowing(found for exchange in exchanges for found in _learn(exchange))

    def learning(self, exchanges: Iterable[Exchange]) -> Redactor:
        """This redactor, knowing also what these exchanges say: for a log that is still being written."""
        new = _masks(found for exchange in exchanges for found in _learn(exchange))
        if new.keys() <= self.known.keys():
            return self
        known = {**self.known, **new}
        return Redactor(known, _hunting(known))

    def text(self, text: str) -> str:
        """Any text: an address, a memo, an XML document, a line of a log."""
        if _SUSPICIOUS.search(text):
            for pattern in (_QUERY, _ELEMENT, _PAIR):
                text = pattern.sub(_mask_by_key, text)
            text = _PARTY_PATH.sub(lambda found: found["head"] + mask(Kind.IDENTIFIER, found["value"]), text)
            for pattern, replacement in _PATTERNS:
                text = pattern.sub(replacement, text)
        return self._pattern.sub(lambda found: self.known[found[0]], text) if self._pattern else text

    def headers(self, headers: Headers) -> Headers:
        """Headers in their order, the sensitive ones masked."""
        return tuple((name, self._leaf(kind_of(name), value)) for name, value in headers)

    def body(self, body: bytes, content_type: str = "") -> bytes:
        """A body in the form it was sent in: JSON stays JSON, number literals stay as they were written."""
        text = body.decode("utf-8", errors="replace")
        if "form-urlencoded" in content_type:
            return urlencode([(key, self._leaf(kind_of(key), value)) for key, value in parse_qsl(text)], safe="[]•").encode()
        document = _parse(text)
        if document is None:
            return self.text(text).encode()
        return _dump(self._tree(document)).encode("utf-8", "backslashreplace")  # half a surrogate pair, as JSON spells it

    def exchange(self, exchange: Exchange) -> RedactedExchange:
        """The exchange as it may be shown."""
        if isinstance(exchange, RedactedExchange):
            return exchange
        values = {field.name: getattr(exchange, field.name) for field in fields(exchange)}
        values |= {
            "url": self.text(exchange.url),
            "refs": tuple(map(self.text, exchange.refs)),
            "note": self.text(exchange.note) if exchange.note else None,
            "request_headers": self.headers(exchange.request_headers),
            "request_body": self.body(exchange.request_body, _content_type(exchange.request_headers)),
            "response_headers": self.headers(exchange.response_headers),
            "response_body": self.body(exchange.response_body, _content_type(exchange.response_headers)),
        }
        return RedactedExchange(**values)

    def account(self, view: AccountView) -> AccountView:
        """The account as it may be shown. A holder stays who is a role of the cast; numbers of people and accounts don't."""
        holder, name = (_HOLDER.sub(_mask_holder, each) for each in (view.holder, view.name))
        lines = tuple(line._replace(reference=self.text(line.reference), memo=self.text(line.memo)) for line in view.lines)
        name = mask(Kind.IDENTIFIER, name) if _NUMBER.fullmatch(name) else self.text(name)
        return replace(view, name=name, holder=holder, lines=lines)

    def finding(self, finding: Finding) -> Finding:
        """The finding as it may be shown."""
        return replace(finding, text=self.text(finding.text), where=self.text(finding.where))

    def open_item(self, item: OpenItem) -> OpenItem:
        """The open item as it may be shown."""
        return replace(item, text=self.text(item.text), reference=self.text(item.reference))

    def _leaf(self, kind: Kind | None, value: str) -> str:
        return self.text(value) if kind is None else mask(kind, value)

    def _tree(self, node: object, key: str = "", ancestors: tuple[str, ...] = ()) -> object:
        kind = kind_of(key, ancestors) if key else None
        if isinstance(node, dict) and kind is not Kind.SECRET:
            inside = (*ancestors, normal(key))
            return {self.text(name): self._tree(value, name, inside) for name, value in node.items()}
        if isinstance(node, list) and kind is not Kind.SECRET:
            return [self._tree(value, key, ancestors) for value in node]
        if node is None or isinstance(node, bool):
            return node
        if isinstance(node, str) and not _NUMBER_MARK.fullmatch(node):
            return self._leaf(kind, node)
        return mask(kind, str(node).lstrip("\0")) if kind else node


def redacted(exchanges: Iterable[Exchange]) -> list[RedactedExchange]:
    """The exchanges as they may be shown; those redacted before pass unchanged."""
    given = list(exchanges)
    done = [exchange for exchange in given if isinstance(exchange, RedactedExchange)]
    if len(done) == len(given):
        return done
    redactor = Redactor.of(given)
    return [redactor.exchange(exchange) for exchange in given]


def _masks(found: Iterable[tuple[Kind, str]]) -> dict[str, str]:
    return {spelling: mask(kind, value) for kind, value in found for spelling in _spellings(value)}


def _hunting(known: Mapping[str, str]) -> re.Pattern[str] | None:
    words = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])") if words else None


def _mask_holder(found: re.Match[str]) -> str:
    return str(found["head"]) + mask(Kind.IDENTIFIER, found["value"])


def _mask_by_key(found: re.Match[str]) -> str:
    kind = kind_of(found["key"])
    return found[0] if kind is None else found["head"] + mask(kind, found["value"])


def _content_type(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _spellings(value: str) -> Iterator[str]:
    for spelling in {value, value.removeprefix("+")}:
        if len(spelling) >= SHORTEST:
            yield spelling
            yield quote(spelling, safe="")
            yield json.dumps(spelling)[1:-1]


def _learn(exchange: Exchange) -> Iterator[tuple[Kind, str]]:
    yield from ((Kind.IDENTIFIER, found["value"]) for found in _PARTY_PATH.finditer(exchange.url))
    yield from _learn_text(exchange.url)
    for headers, body in (
        (exchange.request_headers, exchange.request_body),
        (exchange.response_headers, exchange.response_body),
    ):
        for name, value in headers:
            if kind_of(name) is Kind.SECRET:
                yield Kind.SECRET, value.removeprefix("Bearer ").removeprefix("Basic ")
                if (pair := basic_pair(value)) is not None:
                    yield Kind.SECRET, pair[1]
        text = body.decode("utf-8", errors="replace")
        if "form-urlencoded" in _content_type(headers):
            yield from _worth_learning(parse_qsl(text), kind_of)
        elif (document := _parse(text)) is not None:
            yield from _learn_tree(document)
        else:
            yield from _learn_text(text)


def _learn_text(text: str) -> Iterator[tuple[Kind, str]]:
    for pattern in (_QUERY, _ELEMENT, _PAIR):
        yield from _worth_learning(((found["key"], found["value"]) for found in pattern.finditer(text)), kind_of)


def _learn_tree(node: object, key: str = "", ancestors: tuple[str, ...] = ()) -> Iterator[tuple[Kind, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _learn_tree(value, name, (*ancestors, normal(key)))
    elif isinstance(node, list):
        for value in node:
            yield from _learn_tree(value, key, ancestors)
    elif node is not None and not isinstance(node, bool):
        yield from _worth_learning([(key, str(node).lstrip("\0"))], lambda name: kind_of(name, ancestors))


def _worth_learning(pairs: Iterable[tuple[str, str]], classify: Callable[[str], Kind | None]) -> Iterator[tuple[Kind, str]]:
    for key, value in pairs:
        kind = classify(key)
        if kind in (None, Kind.BULK, Kind.BIRTH) or normal(key) in AMBIGUOUS or DOTS in value:
            continue
        yield kind, value


def _parse(text: str) -> Mapping[str, object] | Sequence[object] | None:
    """JSON with every number kept as it was written, marked by a NUL that no valid JSON text can contain raw."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        document = json.loads(text, parse_float=lambda literal: f"\0{literal}", parse_int=lambda literal: f"\0{literal}")
    except (ValueError, RecursionError):
        return None
    if sum(map(text.count, "{[")) > DEEPEST and _depth(document) > DEEPEST:
        return None
    return document if isinstance(document, (dict, list)) else None


def _depth(document: object) -> int:
    """How deep it is nested, found without nesting calls."""
    level, depth = [document], 0
    while level := [each for each in level if isinstance(each, (dict, list))]:
        depth += 1
        level = [child for each in level for child in (each.values() if isinstance(each, dict) else each)]
    return depth


def _dump(document: object) -> str:
    return _JSON_NUMBER.sub(r"\1", json.dumps(document, ensure_ascii=False, separators=(",", ":")))
