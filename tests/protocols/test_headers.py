from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.kernel.errors import InvalidAmount
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop import amounts, dates, media, relay
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.protocols.fspiop.headers import Served, callback_headers, check_headers, request_headers

AT = datetime(2026, 1, 1, 12, 30, 5, 678_900, tzinfo=UTC)
TYPE = "application/vnd.interoperability.transfers+json;version=1.1"
GOOD = {
    "Accept": TYPE,
    "Content-Type": TYPE,
    "Date": "Thu, 01 Jan 2026 12:30:05 GMT",
    "FSPIOP-Source": "payerfsp",
    "Content-Length": "5242880",
}
ACCEPT_3001 = (
    "Unacceptable version requested - The Client requested an unsupported version, see extension list for supported version(s)."
)
TYPE_3001 = "Unacceptable version requested - Client supplied a protocol version which is not supported by the server"
VERSIONS = (("1", "0"), ("1", "1"), ("2", "0"))
NO_ACCEPT = "Missing mandatory element - Accept is required"
BAD_ACCEPT = "Malformed syntax - Invalid accept header"
NO_DATE = "Missing mandatory element - Missing required date header"
BAD_DATE = "Malformed syntax - Invalid date header"
TOO_LARGE = "Too large payload - Payload size is too large"
NO_TYPE = "Missing mandatory element - Content-type is required"
BAD_TYPE = "Malformed syntax - Invalid content-type header"
BAD_SOURCE = "Generic validation error - Invalid fspiop-source header"
BAD_PROXY = "Generic validation error - Invalid fspiop-proxy header"


def fault(method: str, changes: dict[str, str | None], served: Served, path: str = "/transfers/1") -> FspiopError | None:
    merged = GOOD | changes
    try:
        check_headers(method, path, {name.lower(): value for name, value in merged.items() if value is not None}, served)
    except FspiopError as error:
        return error
    return None


def media_type(version: str, resource: str = "transfers", form: str = "") -> str:
    return f"application/vnd.interoperability.{form}{resource}+json;version={version}"


@pytest.mark.parametrize(
    "method, changes, status, code, description",
    [
        ("GET", {"Accept": None}, 400, "3102", NO_ACCEPT),
        ("POST", {"Accept": None}, 400, "3102", NO_ACCEPT),
        ("DELETE", {"Accept": None}, 400, "3102", NO_ACCEPT),
        ("GET", {"Accept": "application/json"}, 400, "3101", BAD_ACCEPT),
        ("GET", {"Accept": "*/*"}, 400, "3101", BAD_ACCEPT),
        ("GET", {"Accept": media_type("1.1", "quotes")}, 400, "3101", BAD_ACCEPT),
        ("GET", {"Accept": media_type("1.1", form="iso20022.")}, 400, "3101", BAD_ACCEPT),
        ("PUT", {"Accept": "application/json"}, 400, "3101", BAD_ACCEPT),
        ("GET", {"Accept": media_type("3.0")}, 406, "3001", ACCEPT_3001),
        ("GET", {"Accept": media_type("3")}, 406, "3001", ACCEPT_3001),
        ("GET", {"Accept": media_type("1.2")}, 406, "3001", ACCEPT_3001),
        ("PATCH", {"Accept": media_type("3.0")}, 406, "3001", ACCEPT_3001),
        ("GET", {"Date": None}, 400, "3102", NO_DATE),
        ("PUT", {"Date": "2026-01-01T12:30:05.000Z"}, 400, "3101", BAD_DATE),
        ("PUT", {"Date": "Thu, 32 Jan 2026 12:30:05 GMT"}, 400, "3101", BAD_DATE),
        ("PUT", {"Date": "Thu, 01 Foo 2026 12:30:05 GMT"}, 400, "3101", BAD_DATE),
        ("POST", {"Content-Length": "5242881"}, 400, "3104", TOO_LARGE),
        ("POST", {"Content-Type": None}, 400, "3102", NO_TYPE),
        ("GET", {"Content-Type": None}, 400, "3102", NO_TYPE),
        ("POST", {"Content-Type": "application/json"}, 400, "3101", BAD_TYPE),
        ("POST", {"Content-Type": media_type("2")}, 400, "3101", BAD_TYPE),
        ("POST", {"Content-Type": media_type("1.1", "quotes")}, 400, "3101", BAD_TYPE),
        ("POST", {"Content-Type": media_type("1.1", form="iso20022.")}, 400, "3101", BAD_TYPE),
        ("POST", {"Content-Type": media_type("1.2")}, 406, "3001", TYPE_3001),
        ("GET", {"x-client-id": "other"}, 400, "3100", BAD_SOURCE),
        ("GET", {"x-client-id": "payerfsp", "fspiop-proxy": "proxy"}, 400, "3100", BAD_PROXY),
        ("GET", {"x-client-id": "payerfsp", "fspiop-proxy": "payerfsp"}, 400, "3100", BAD_PROXY),
    ],
)
def test_a_faulty_header_is_answered_in_the_hub_s_words(
    method: str, changes: dict[str, str | None], status: int, code: str, description: str
) -> None:
    error = fault(method, changes, Served())
    assert error is not None
    assert (error.http_status, error.code, error.description) == (status, code, description)
    assert error.extensions == (VERSIONS if code == "3001" else ())


@pytest.mark.parametrize(
    "method, changes",
    [
        ("GET", {}),
        ("PUT", {"Accept": None}),
        ("PATCH", {"Accept": None}),
        ("GET", {"Accept": media_type("2")}),
        ("GET", {"Accept": "application/vnd.interoperability.transfers+json ; version=2.0"}),
        ("GET", {"Accept": f"{media_type('3.0')}, {media_type('1.0')}"}),
        ("POST", {"Content-Length": None}),
        ("POST", {"FSPIOP-Source": None}),
        ("POST", {"Date": "Mon, 01 Jan 2026 12:30:05 GMT"}),
        ("GET", {"x-client-id": "payerfsp"}),
        ("GET", {"x-client-id": "proxy", "fspiop-proxy": "proxy"}),
    ],
)
def test_good_headers_pass(method: str, changes: dict[str, str | None]) -> None:
    assert fault(method, changes, Served()) is None


def test_faults_are_reported_in_the_hub_s_order() -> None:
    broken: dict[str, str | None] = {"x-client-id": "other", **dict.fromkeys(("Accept", "Date", "Content-Type"))}
    broken["Content-Length"] = "9999999"
    seen = []
    for repaired in ("x-client-id", "Accept", "Date", "Content-Length", "Content-Type"):
        error = fault("POST", broken, Served())
        assert error is not None
        seen.append(error.description)
        del broken[repaired]
    assert seen == [BAD_SOURCE, NO_ACCEPT, NO_DATE, TOO_LARGE, NO_TYPE]


@pytest.mark.parametrize("path", ["/health", "/services/FXP", "/participants/a/accounts", "/nosuch"])
def test_paths_of_other_resources_are_not_checked(path: str) -> None:
    assert fault("GET", dict.fromkeys(GOOD), Served(resources=frozenset({"transfers"})), path) is None


def test_only_the_served_versions_and_body_form_are_accepted() -> None:
    iso = Served(versions=("2.0",), iso20022=True)
    good: dict[str, str | None] = {name: media_type("2.0", form="iso20022.") for name in ("Accept", "Content-Type")}
    assert fault("POST", good, iso) is None
    error = fault("POST", good | {"Accept": media_type("1.1", form="iso20022.")}, iso)
    assert error is not None
    assert error.extensions == (("2", "0"),)


def test_request_headers_carry_the_major_version_in_accept_and_pass_the_check() -> None:
    headers = request_headers("parties", source="payerfsp", date=AT)
    assert headers == {
        "content-type": "application/vnd.interoperability.parties+json;version=2.0",
        "accept": "application/vnd.interoperability.parties+json;version=2",
        "date": "Thu, 01 Jan 2026 12:30:05 GMT",
        "fspiop-source": "payerfsp",
    }
    check_headers("GET", "/parties/MSISDN/1", headers, Served())


def test_callback_headers_have_no_accept_and_name_method_and_uri_when_asked() -> None:
    own = callback_headers(
        "transfers", source="hub", destination="a", date=AT, version="1.1", method="patch", uri="/transfers/1"
    )
    assert "accept" not in own
    assert own["fspiop-http-method"] == "PATCH"
    assert own["fspiop-uri"] == "/transfers/1"
    assert "fspiop-uri" not in callback_headers("transfers", source="a", destination="b", date=AT)
    check_headers("PATCH", "/transfers/1", own, Served())


def test_a_relayed_message_keeps_all_but_what_the_hub_owns() -> None:
    received = {
        "host": "hub",
        "content-length": "10",
        "accept": TYPE,
        "content-type": TYPE,
        "date": "Thu, 01 Jan 2026 12:30:05 GMT",
        "fspiop-source": "payeefsp",
        "fspiop-signature": "s",
        "fspiop-http-method": "POST",
        "traceparent": "t",
        "x-custom": "c",
    }
    sent = relay.relay_headers(received, method="PUT", source="payeefsp", destination="payerfsp", uri="/transfers/1")
    assert sent == {
        "content-type": TYPE,
        "date": "Thu, 01 Jan 2026 12:30:05 GMT",
        "fspiop-source": "payeefsp",
        "fspiop-destination": "payerfsp",
        "fspiop-signature": "s",
        "fspiop-http-method": "PUT",
        "fspiop-uri": "/transfers/1",
        "traceparent": "t",
        "x-custom": "c",
    }


def test_the_hub_s_own_message_loses_the_signature_and_speaks_the_hub_s_version() -> None:
    received = {"accept": TYPE, "content-type": TYPE, "fspiop-signature": "s", "tracestate": "t"}
    sent = relay.own_headers(
        received, method="post", resource="transfers", hub="hub", destination="a", uri="/transfers", version="2.0"
    )
    assert "fspiop-signature" not in sent
    assert sent["content-type"] == sent["accept"] == media_type("2.0")
    assert (sent["fspiop-source"], sent["fspiop-http-method"], sent["tracestate"]) == ("hub", "POST", "t")


@pytest.mark.parametrize("resource", media.RESOURCES)
@pytest.mark.parametrize("version", media.VERSIONS)
@pytest.mark.parametrize("iso20022", [False, True])
def test_media_types_read_back_as_they_were_written(resource: str, version: str, iso20022: bool) -> None:
    written = media.content_type(resource, version, iso20022=iso20022)
    assert media.parse_content_type(written) == media.MediaType(resource, version, iso20022)
    accepted = media.accept(resource, version, iso20022=iso20022)
    assert media.parse_accept(accepted)[0].is_among((version,))


@given(st.integers(-(10**12), 10**13).map(lambda micros: AT + timedelta(microseconds=micros * 1000 + 7)))
def test_dates_read_back_to_the_precision_that_they_carry(at: datetime) -> None:
    assert dates.from_iso(dates.to_iso(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert dates.from_http(dates.to_http(at)) == at.replace(microsecond=0)


def test_iso_dates_carry_milliseconds_and_z() -> None:
    assert dates.to_iso(AT) == "2026-01-01T12:30:05.678Z"
    assert dates.from_iso("2026-01-01T14:30:05.678+02:00") == AT.replace(microsecond=678_000)


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000", "2026-13-01T00:00:00.000Z", "", 5])
def test_iso_dates_without_milliseconds_or_zone_are_refused(text: str) -> None:
    with pytest.raises(dates.InvalidDateTime, match="write it as"):
        dates.from_iso(text)


def test_amounts_read_and_write_the_fspiop_form() -> None:
    assert amounts.to_money({"currency": "MWK", "amount": "100.5"}) == Money("100.50", "MWK")
    assert amounts.from_money(Money("100.50", "MWK")) == {"currency": "MWK", "amount": "100.5"}


@pytest.mark.parametrize("amount", [{"amount": "1"}, {"currency": "MWK", "amount": "1.50"}, {"currency": "MWK", "amount": 1}])
def test_amounts_in_another_form_are_refused(amount: dict[str, str]) -> None:
    with pytest.raises(InvalidAmount):
        amounts.to_money(amount)


def test_a_negative_amount_cannot_be_written() -> None:
    with pytest.raises(InvalidAmount, match="no sign"):
        amounts.from_money(Money("-1", "MWK"))
