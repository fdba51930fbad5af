"""Bodies as they come from a wire that nobody vouches for."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.engine.bodies import MalformedBody, Unreasonable, read_json


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"", None),
        (b'{"a": [1, "\\u00e9"]}', {"a": [1, "\u00e9"]}),
        (b'{"a": "\\ud83d"}', {"a": "?"}),
        (b'{"\\uDE00": "\\ud83d\\ude00 \\ude00"}', {"?": "\U0001f600 ?"}),
    ],
)
def test_what_javascript_reads_is_read(body: bytes, value: Any) -> None:
    assert read_json(body) == value


@pytest.mark.parametrize(
    "body", [b"{", b'{"a": NaN}', b'{"a": "\\ud83d", "b": Infinity}', b'{"a": "\xe9"}', b'{"a": "\\ud83"}']
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBody) as refused:
        read_json(body)
    assert type(refused.value) is MalformedBody


@pytest.mark.parametrize("levels", [101, 2_000, 100_000])
def test_what_is_nested_to_hurt_is_refused(levels: int) -> None:
    with pytest.raises(Unreasonable):
        read_json(b'{"a": "\\ud83d", "b": ' + b"[" * levels + b"]" * levels + b"}")
