"""Tokens, key sets and credentials, against the examples of the public specifications where they have one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loopyard.protocols import oauth
from loopyard.protocols.jws_keys import load_public

RFC7515_N = (
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRP"
    "EwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qC"
    "o5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
)
RFC7515_TOKEN = (
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKB"
    "YNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6Bf"
    "I7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
"""RFC 7515, A.2: a token that somebody else has signed. Its header names no key."""
EXPIRES = datetime.fromtimestamp(1300819380, UTC)
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KEY = oauth.throwaway_key(1)
KEYS = oauth.keys_of(oauth.key_set(oauth.public_half(KEY)))


def token(**claims: Any) -> str:
    return oauth.issue(KEY, {"iss": "me", "exp": int(NOW.timestamp()) + 300, **claims})


def test_the_example_of_the_specification_holds_under_its_key() -> None:
    keys = oauth.keys_of({"keys": [{"kty": "RSA", "kid": "None", "n": RFC7515_N, "e": "AQAB"}]})
    claims = oauth.verified(RFC7515_TOKEN, keys, "joe", EXPIRES - timedelta(seconds=1))
    assert claims == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    with pytest.raises(oauth.InvalidToken, match="Jwt verification fails"):
        oauth.verified(RFC7515_TOKEN[:-4] + "AAAA", keys, "joe", EXPIRES)
    with pytest.raises(oauth.InvalidToken, match="Jwt is expired"):
        oauth.verified(RFC7515_TOKEN, keys, "joe", EXPIRES + timedelta(seconds=oauth.SKEW + 1))


def test_what_is_issued_holds_and_repeats_itself_to_the_byte() -> None:
    assert oauth.verified(token(azp="green-bank"), KEYS, "me", NOW)["azp"] == "green-bank"
    assert token() == token()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_no_part_of_a_token_can_be_changed(place: int) -> None:
    parts, others = token().split("."), token(azp="another").split(".")
    others[0] = oauth.issue(oauth.throwaway_key(2), {}).split(".")[0]
    parts[place] = others[place]
    with pytest.raises(oauth.InvalidToken):
        oauth.verified(".".join(parts), KEYS, "me", NOW)


@pytest.mark.parametrize(
    "key_set",
    [None, [], {}, {"keys": [{}]}, {"keys": ["x"]}, {"keys": [{"kid": "1", "n": "???", "e": "AQAB"}]},
     {"keys": [{"kid": "1", "n": "AQ", "e": "AQ"}]}],
)  # fmt: skip
def test_what_is_no_key_is_left_out(key_set: Any) -> None:
    assert oauth.keys_of(key_set) == {}


def test_a_key_as_text_is_the_key() -> None:
    public = oauth.public_half(KEY)
    assert oauth.key_id(load_public(oauth.pem(public))) == oauth.key_id(public)


def test_credentials_are_read_as_they_were_written() -> None:
    assert oauth.basic_pair(oauth.basic("bank: one", "s%:ä")) == ("bank: one", "s%:ä")
    assert oauth.basic_pair("Basic " + base64.b64encode(b"s6BhdRkqt3:7Fjfp0ZBr1KtDRbnfVdmIw").decode()) == (
        "s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw",
    )  # fmt: skip


@pytest.mark.parametrize("header", [None, "", "Bearer x", "Basic", "Basic ???", "Basic bm9jb2xvbg=="])
def test_what_are_no_credentials_are_none(header: str | None) -> None:
    assert oauth.basic_pair(header) is None


def test_a_token_is_quoted_in_no_error() -> None:
    with pytest.raises(oauth.InvalidToken) as refused:
        oauth.verified(token(iss="other"), KEYS, "me", NOW)
    assert token(iss="other") not in str(refused.value)
