"""One-line wording for diagrams and lists: addresses, bodies, spans of time. It reads bodies only to show them and
decides nothing about them."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

_STATES = (
    *("transferState", "conversionState", "bulkTransferState", "currentState", "authorizationState", "consentState"),
    *("transactionRequestState", "responseType", "transactionState"),
    *("state", "TxSts", "TransferState", "status", "Status", "HostTransaction"),
)
_AMOUNTS = (
    *("transferAmount", "amount", "sourceAmount", "sendAmount", "receiveAmount", "IntrBkSttlmAmt", "InstdAmt"),
    *("payeeReceiveAmount", "Amount", "transactionAmount", "amountValue", "debitAmount"),
)
_ERROR_CODES = ("errorCode", "statusCode", "code", "Cd", "Prtry", "ErrorCode", "errorcode")
_ERROR_TEXTS = ("errorDescription", "message", "detail", "AddtlInf", "ErrorDesc", "ResponseMessage")
_CURRENCIES = ("currency", "Ccy", "currencyCode", "sendCurrency", "currencyId")
_ELEMENT = re.compile(r"<(?:[\w.\-]+:)?([\w.\-]+)(?:\s[^<>]*)?>([^<>]+)</")
_LONG_ID = re.compile(r"(?<![\w.\-])(?=[\w\-]*\d)[0-9A-Za-z][0-9A-Za-z_\-]{15,}(?![\w.\-])")


def path(url: str) -> str:
    """The path of an address, its long ids shortened; the host is told by the lifeline."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return shorten_ids((parts.path or "/") + query)


def shorten_ids(text: str) -> str:
    """Ids of 16 characters and more as their first and last four, as a reader compares them."""
    return _LONG_ID.sub(lambda found: f"{found[0][:4]}…{found[0][-4:]}", text)


def clip_path(text: str, length: int) -> str:
    """An address in at most `length` characters; its leading segments go first: the last ones say more."""
    while len(text) > length and "/" in text.removeprefix("…").lstrip("/"):
        text = "…/" + text.removeprefix("…").lstrip("/").partition("/")[2]
    return clip(text, length)


def clip(text: str, length: int) -> str:
    """At most `length` characters."""
    return text if len(text) <= length else text[: max(1, length - 1)].rstrip() + "…"


def summary(body: bytes, failed: bool = False) -> str:
    """What a body says in a few words: its error or its state, and its amount. Empty when it says neither."""
    found = dict(reversed(list(_leaves(body.decode("utf-8", errors="replace")))))
    words = _error(found) if failed or "errorCode" in found else []
    state = next((found[key] for key in _STATES if found.get(key)), "")
    if state and not words:
        words.append(state if state.lower() not in ("true", "false") else f"status {state.lower()}")
    amounts = [found[key] for key in _AMOUNTS if found.get(key)]
    words += [next((amount for amount in amounts if amount.strip("0. ")[:1].isdigit()), amounts[0])] if amounts else []
    if original := found.get("originalTransactionId"):
        words.append(f"gives back {shorten_ids(original)}")
    return " · ".join(" ".join(words_.split()) for words_ in words)


def _error(found: dict[str, str]) -> list[str]:
    code = next((found[key] for key in _ERROR_CODES if found.get(key)), "")
    text = next((found[key] for key in _ERROR_TEXTS if found.get(key)), "")
    return [f"{code} {text}".strip()] if code or text else []


def _leaves(text: str) -> Iterator[tuple[str, str]]:
    """Names and values, the outermost first."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            document = json.loads(text, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            return
        yield from _leaves_of(document)
    elif text.lstrip()[:1] == "<":
        pairs = [(found[1], found[2].strip()) for found in _ELEMENT.finditer(text)]
        for (key, value), (next_key, next_value) in zip_longest(pairs, pairs[1:], fillvalue=("", "")):
            yield key, _money(value, next_value) if key in _AMOUNTS and next_key in _CURRENCIES else value


def _leaves_of(document: object) -> Iterator[tuple[str, str]]:
    """An amount is shown with the currency that stands in its own object, never with one from elsewhere."""
    waiting: deque[tuple[str, object]] = deque([("", document)])
    while waiting:
        key, node = waiting.popleft()
        if isinstance(node, dict):
            currency = next((str(node[name]) for name in _CURRENCIES if name in node), "")
            amount = node.get("amount", node.get("ActiveCurrencyAndAmount"))
            if key in _AMOUNTS and isinstance(amount, str):
                yield key, _money(amount, currency)
            waiting.extend(
                (name, _money(value, currency) if name in _AMOUNTS and isinstance(value, str) else value)
                for name, value in node.items()
            )
        elif isinstance(node, list):
            waiting.extend((key, item) for item in node)
        elif node is not None:
            yield key, str(node)


def _money(amount: str, currency: str) -> str:
    return f"{amount} {currency}".strip()


def since_start(span: timedelta) -> str:
    """Time since the first interaction: "+0.214 s", "+1:04.500", "+3:05:00.000"."""
    milliseconds = span // timedelta(milliseconds=1)
    seconds, rest = divmod(milliseconds, 1000)
    if seconds < 60:
        return f"+{seconds}.{rest:03d} s"
    minutes, hours = seconds // 60 % 60, seconds // 3600
    clock = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"+{clock}:{seconds % 60:02d}.{rest:03d}"


def later(gap: timedelta) -> str:
    """A gap in words: "1.5 s later", "40 s later", "2 min later", "3 h 5 min later"."""
    total = gap.total_seconds()
    if total < 10:
        return f"{total:.1f}".removesuffix(".0") + " s later"
    rounded = round(total)
    parts = ((rounded // 86400, "d"), (rounded // 3600 % 24, "h"), (rounded // 60 % 60, "min"), (rounded % 60, "s"))
    return " ".join([f"{count} {unit}" for count, unit in parts if count][:2]) + " later"
