"""The address of a Redis: what can be used, and what is wrong with the rest, without a word of what may be a password."""

from __future__ import annotations

import pytest

from loopyard.kernel.addresses import redis_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("redis://127.0.0.1", ("127.0.0.1", 6379)),
        ("redis://cache.example:7000/", ("cache.example", 7000)),
        ("redis://me:s3%2Fcret@[::1]:7000/2", ("::1", 7000)),
        ("rediss://cache.example", ("cache.example", 6379)),
    ],
)
def test_an_address_has_a_host_and_a_port(url: str, server: tuple[str, int]) -> None:
    assert redis_server(url) == server


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("127.0.0.1:6379", "does not begin with redis:// or rediss://"),
        ("http://127.0.0.1:6379", "does not begin with"),
        ("redis://127.0.0.1:notaport", "has no port"),
        ("redis://127.0.0.1:99999", "has no port"),
        ("redis://127.0.0.1:0", "has no port"),
        ("redis://:s3cret/@127.0.0.1:6379", "has no port"),
        ("redis://[::1", "no host"),
        ("redis://:6379", "names no host"),
        (f"redis://{'a' * 64}.example", "names no host"),
        ("redis://127.0.0.1/cache", "number of a database"),
        ("redis://127.0.0.1:6379?foo=bar", "goes on"),
        ("redis://127.0.0.1:6379/0#s3cret", "goes on"),
    ],
)
def test_what_is_wrong_is_said_without_the_address(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as wrong:
        redis_server(url)
    assert "s3cret" not in str(wrong.value)


def test_who_speaks_without_tls_takes_no_address_of_one_with_it() -> None:
    with pytest.raises(ValueError, match="does not begin with redis://"):
        redis_server("rediss://cache.example", ("redis",))
