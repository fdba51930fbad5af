from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.protocols import base64url, ilp
from loopyard.protocols.ilp_octets import Reader, var_octets

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "ilp" / "vectors.json").read_text(encoding="utf-8")
)


def made_from(vector: dict[str, Any], secret: str | None = None) -> ilp.Ilp:
    key = secret or vector["secret"]
    if vector["kind"] == "fxQuote":
        terms = vector["fxQuoteResponse"]["conversionTerms"]
        return ilp.build_fx_quote(vector["version"], key, vector["conversionRequestId"], terms)
    return ilp.build_quote(vector["version"], key, vector["quoteRequest"], vector["quoteResponse"])


@pytest.fixture(params=VECTORS, ids=lambda v: f"{v['version']}-{v['name']}")
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def test_packet_condition_and_fulfilment_equal_the_reference_library_s(vector: dict[str, Any]) -> None:
    expected = ilp.Ilp(vector["ilpPacket"], vector["condition"], vector["fulfilment"])
    assert made_from(vector) == expected


def test_decoding_tells_what_the_reference_decoder_tells(vector: dict[str, Any]) -> None:
    packet, expected = ilp.decode(vector["ilpPacket"]), vector["decoded"]
    assert packet.version == vector["version"]
    assert str(packet.amount_units) == expected["amount"]
    assert packet.account == expected.get("account", expected.get("destination"))
    assert (
        json.dumps(packet.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        == vector["transactionObjectCanonicalJson"]
        if "transactionObjectCanonicalJson" in vector
        else packet.data["conversionRequestId"]
    )
    if vector["version"] == "v4":
        assert packet.expires_at == datetime.fromisoformat(expected["expiresAt"])
        assert packet.condition == vector["condition"]


def test_the_fulfilment_answers_its_condition_and_no_other(vector: dict[str, Any]) -> None:
    assert ilp.fulfils(vector["fulfilment"], vector["condition"])
    assert ilp.condition_of(vector["fulfilment"]) == vector["condition"]
    assert not ilp.fulfils(vector["condition"], vector["fulfilment"])


def test_the_fulfilment_follows_from_secret_and_packet(vector: dict[str, Any]) -> None:
    assert ilp.fulfilment_of(vector["secret"], vector["ilpPacket"]) == vector["fulfilment"]


def test_another_secret_gives_another_fulfilment(vector: dict[str, Any]) -> None:
    assert made_from(vector, secret="another").fulfilment != vector["fulfilment"]


@pytest.mark.parametrize(
    "fulfilment, condition",
    [
        (None, "x" * 43),
        ("x" * 43, None),
        ("", ""),
        ("ü", "x" * 43),
        ("not base64url!", "x" * 43),
        (VECTORS[0]["fulfilment"][:-1], VECTORS[0]["condition"]),
        (VECTORS[0]["fulfilment"], VECTORS[0]["condition"][:-1]),
        (17, b"x"),
    ],
)
def test_malformed_fulfilments_and_conditions_do_not_fulfil(fulfilment: object, condition: object) -> None:
    assert not ilp.fulfils(fulfilment, condition)


def test_a_preimage_of_another_length_does_not_fulfil_even_if_its_hash_matches() -> None:
    short = base64url.encode(b"short")
    assert not ilp.fulfils(short, ilp.condition_of(short))


def quote(amount: str, currency: str) -> tuple[dict[str, Any], dict[str, Any]]:
    request = dict(VECTORS[0]["quoteRequest"])
    return request, {"transferAmount": {"currency": currency, "amount": amount}, "expiration": "2030-01-01T00:00:00.000Z"}


@pytest.mark.parametrize(
    "amount, currency, units", [("1", "JPY", 1), ("12.3", "MWK", 1230), ("1.234", "BHD", 1234), ("10", "XXX", 100_000)]
)
def test_amounts_are_counted_in_minor_units_of_the_currency(amount: str, currency: str, units: int) -> None:
    assert ilp.decode(ilp.build_quote("v4", "s", *quote(amount, currency)).packet).amount_units == units


@pytest.mark.parametrize("version", ["v1", "v4"])
@pytest.mark.parametrize("amount, currency", [("1.5", "JPY"), ("1.234", "MWK"), ("1.50", "MWK"), ("1", "ZZZ"), ("-1", "MWK")])
def test_amounts_finer_than_the_minor_unit_or_malformed_are_refused(version: Any, amount: str, currency: str) -> None:
    with pytest.raises(ilp.InvalidPacket, match="transferAmount"):
        ilp.build_quote(version, "s", *quote(amount, currency))


def test_an_expiration_that_is_no_date_is_refused_in_version_4() -> None:
    request, response = quote("1", "MWK")
    with pytest.raises(ilp.InvalidPacket, match="no date"):
        ilp.build_quote("v4", "s", request, response | {"expiration": "tomorrow"})


def test_a_missing_element_is_named() -> None:
    request, response = quote("1", "MWK")
    del request["payee"]
    with pytest.raises(ilp.InvalidPacket, match="'payee'"):
        ilp.build_quote("v1", "s", request, response)


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "!",
        "AQ",
        "AQA",
        "Ag",
        base64url.encode(b"\x02\x01\x00"),
        VECTORS[0]["ilpPacket"][:-40],
        VECTORS[5]["ilpPacket"][:60],
    ],
)
def test_what_is_no_packet_is_refused(packet: str) -> None:
    with pytest.raises(ilp.InvalidPacket):
        ilp.decode(packet)


@given(st.binary(max_size=100).map(base64url.encode) | st.text(max_size=50))
def test_decoding_raises_nothing_but_invalid_packet(packet: str) -> None:
    try:
        ilp.decode(packet)
    except ilp.InvalidPacket:
        return


@given(
    version=st.sampled_from(["v1", "v4"]),
    amount=st.integers(0, 2**64 - 1),
    account=st.text(st.characters(max_codepoint=0x7F), max_size=300),
    data=st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=10),
    millis=st.integers(0, 4_000_000_000_000),
    condition=st.binary(min_size=32, max_size=32),
)
def test_packets_read_back_as_they_were_written(
    version: Any, amount: int, account: str, data: dict[str, Any], millis: int, condition: bytes
) -> None:
    expires = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
    packet = ilp.Packet(version, amount, account, data)
    if version == "v4":
        packet = ilp.Packet(version, amount, account, data, expires, base64url.encode(condition))
    assert ilp.decode(ilp.encode(packet)) == packet


@pytest.mark.parametrize(
    "length, prefix", [(0, "00"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100"), (65536, "83010000")]
)
def test_octet_strings_carry_their_length_in_oer_form(length: int, prefix: str) -> None:
    assert var_octets(bytes(length)) == bytes.fromhex(prefix) + bytes(length)


@given(st.lists(st.binary(max_size=400), max_size=5))
def test_octet_strings_read_back_one_after_another(strings: list[bytes]) -> None:
    reader = Reader(b"".join(map(var_octets, strings)))
    assert [reader.var_octets() for _ in strings] == strings
    with pytest.raises(ValueError, match="octets are wanted"):
        reader.octet()
