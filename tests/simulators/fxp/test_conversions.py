"""An FX provider over real sockets: terms to the last unit, a reservation of its treasury, one exchange, never two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from peers_yard import Got, Yard, fxp

from loopyard.kernel.errors import IllegalTransition, UsageError
from loopyard.kernel.money import Money, currency
from loopyard.protocols import ilp
from simulators.fxp import SIMULATOR
from simulators.fxp.settings import Options
from simulators.fxp.state import rates
from simulators.fxp.state.house import CONVERSION

REQUEST, CONVERSION_ID, TRANSFER = "01KJPR0000000000000000REQS", "01KJPR0000000000000000CNVR", "01KJPR0000000000000000TRAN"
Make = Callable[..., Yard]
FUNDS = {"MWK": "100000", "ZMW": "1000", "UGX": "5000"}
RATES = {"MWK/ZMW": "0.0125", "MWK/UGX": "2.15", "ZMW/MWK": "78"}
UNTOUCHED = {f"{role}:{code}": amount for code, amount in FUNDS.items() for role in ("scheme-clearing", "treasury")}


@pytest.fixture
def make() -> Iterator[Make]:
    """Builds a yard with Lake FX; its options by keyword."""
    yards: list[Yard] = []

    def build(settings: Any = None, **options: Any) -> Yard:
        lake = fxp("lake", FUNDS, **{"rates": RATES, **options})
        yards.append(Yard({"fxp": SIMULATOR}, (lake,), settings={"fxp": settings or {}}))
        return yards[-1]

    yield build
    for each in yards:
        each.assert_sound()
        each.close()


def ask_terms(yard: Yard, source: Any = "1000", target: Any = None, amount_type: str = "SEND", **changes: Any) -> Got | None:
    """Ask for terms as green would; amounts of None are left out. The callback, or None when there is none."""
    to = changes.pop("to", "ZMW")
    terms = {
        "conversionId": CONVERSION_ID, "determiningTransferId": TRANSFER, "initiatingFsp": "green", "counterPartyFsp": "lake",
        "amountType": amount_type, "sourceAmount": {"currency": "MWK"} | ({"amount": source} if source is not None else {}),
        "targetAmount": {"currency": to} | ({"amount": target} if target is not None else {}),
        "expiration": yard.in_seconds(60), **changes,
    }  # fmt: skip
    yard.got.clear()
    body = {"conversionRequestId": REQUEST, "conversionTerms": terms}
    answer = yard.tell("POST", "/lake/fxQuotes", body, source="green", destination="lake")
    assert (answer.status, answer.body) == (202, b"")
    return yard.got[-1] if yard.got else None


def prepare(yard: Yard, source: str = "1000", **changes: Any) -> Got | None:
    """Prepare a conversion on fresh terms, or with changes; the callback, or None."""
    got = ask_terms(yard, source)
    assert got is not None
    return send_prepare(yard, got.body, **changes)


def send_prepare(yard: Yard, answer: Any, **changes: Any) -> Got | None:
    terms = answer["conversionTerms"]
    body = {
        "commitRequestId": CONVERSION_ID, "determiningTransferId": TRANSFER, "initiatingFsp": "green",
        "counterPartyFsp": "lake", "amountType": terms["amountType"], "sourceAmount": terms["sourceAmount"],
        "targetAmount": terms["targetAmount"], "condition": answer["condition"], "expiration": yard.in_seconds(30), **changes,
    }  # fmt: skip
    yard.got.clear()
    told = yard.tell("POST", "/lake/fxTransfers", body, source="green", destination="lake")
    assert (told.status, told.body) == (202, b"")
    return yard.got[-1] if yard.got else None


def notice(yard: Yard, state: str = "COMMITTED") -> None:
    body = {"completedTimestamp": yard.in_seconds(0), "conversionState": state}
    assert yard.tell("PATCH", f"/lake/fxTransfers/{CONVERSION_ID}", body).status == 200


def failure(yard: Yard, code: str) -> None:
    body = {"errorInformation": {"errorCode": code, "errorDescription": "said the hub"}}
    assert yard.tell("PUT", f"/lake/fxTransfers/{CONVERSION_ID}/error", body).status == 200


def held(yard: Yard) -> str:
    return str(yard.account("lake", "treasury:ZMW").held)


def books(yard: Yard) -> dict[str, str]:
    return {name: balance for name, balance in yard.balances("lake").items() if not name.startswith("opening")}


def seen(yard: Yard) -> dict[str, Any]:
    found: dict[str, Any] = yard.control("fxp.conversion", id=TRANSFER)
    return found


# -- terms ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, source, target",
    [
        ({}, "1000", "12.5"),
        ({}, "0.4", "0"),
        ({}, "1.2", "0.02"),
        ({}, "2", "0.02"),
        ({}, "2.8", "0.04"),
        ({}, "1000.55", "12.51"),
        ({"charges": "10"}, "1000", "12.38"),
        ({"charges": "1%"}, "1000", "12.38"),
        ({"spread": "0.02"}, "1000", "12.25"),
        ({"rates": {"MWK/ZMW": "0.0129"}}, "50", "0.64"),
        ({"rates": {"MWK/ZMW": "0.0131"}}, "50", "0.66"),
    ],
)
def test_send_keeps_the_source_and_rounds_the_target_half_even(make: Make, options: Any, source: str, target: str) -> None:
    got = ask_terms(make(**options), source)
    assert got is not None
    if target == "0":
        assert got.code == "5200"
        return
    terms = got.body["conversionTerms"]
    assert terms["sourceAmount"] == {"currency": "MWK", "amount": source}
    assert terms["targetAmount"] == {"currency": "ZMW", "amount": target}


@pytest.mark.parametrize(
    "options, target, source",
    [
        ({}, "12.5", "1000"),
        ({"rates": {"MWK/ZMW": "0.03"}}, "10", "333.33"),
        ({"rates": {"MWK/ZMW": "8"}}, "0.04", "0"),
        ({"rates": {"MWK/ZMW": "8"}}, "0.12", "0.02"),
        ({"rates": {"MWK/ZMW": "8"}}, "0.2", "0.02"),
        ({"rates": {"MWK/ZMW": "8"}}, "0.28", "0.04"),
        ({"charges": "10"}, "12.5", "1010"),
        ({"charges": "1%"}, "12.5", "1010"),
        ({"spread": "0.2"}, "12.5", "1250"),
    ],
)
def test_receive_keeps_the_target_and_rounds_the_source_half_even(make: Make, options: Any, target: str, source: str) -> None:
    got = ask_terms(make(**options), None, target, "RECEIVE")
    assert got is not None
    if source == "0":
        assert got.code == "5200"
        return
    terms = got.body["conversionTerms"]
    assert terms["targetAmount"] == {"currency": "ZMW", "amount": target}
    assert terms["sourceAmount"] == {"currency": "MWK", "amount": source}


def test_a_currency_without_decimals_gets_whole_units(make: Make) -> None:
    got = ask_terms(make(), "10.5", to="UGX")
    assert got is not None
    assert got.body["conversionTerms"]["targetAmount"] == {"currency": "UGX", "amount": "23"}


@pytest.mark.parametrize("unknown", [None, "0"])
def test_a_missing_amount_and_a_zero_are_both_unknown(make: Make, unknown: Any) -> None:
    yard = make()
    got = ask_terms(yard, "1000", unknown)
    assert got is not None
    assert got.body["conversionTerms"]["targetAmount"]["amount"] == "12.5"
    got = ask_terms(make(), unknown, "12.5", "RECEIVE")
    assert got is not None
    assert got.body["conversionTerms"]["sourceAmount"]["amount"] == "1000"
    got = ask_terms(make(), unknown)
    assert got is not None
    assert got.code == "3102"


def test_terms_repeat_all_ids_and_list_the_charge(make: Make) -> None:
    more = {"extensionList": {"extension": [{"key": "a", "value": "b"}]}}
    got = ask_terms(make(charges="10", expiry_seconds=45), "1000", **more)
    assert got is not None
    assert (got.path, got.source, got.headers["fspiop-destination"]) == (f"/fxQuotes/{REQUEST}", "lake", "green")
    assert got.body["conversionTerms"] == more | {
        "conversionId": CONVERSION_ID, "determiningTransferId": TRANSFER, "initiatingFsp": "green", "counterPartyFsp": "lake",
        "amountType": "SEND", "sourceAmount": {"currency": "MWK", "amount": "1000"},
        "targetAmount": {"currency": "ZMW", "amount": "12.38"}, "expiration": "2026-03-02T08:00:45.000Z",
        "charges": [{
            "chargeType": "Conversion", "sourceAmount": {"currency": "MWK", "amount": "10"},
            "targetAmount": {"currency": "ZMW", "amount": "0.12"},
        }],
    }  # fmt: skip
    made = ilp.build_fx_quote("v1", "a secret of the yard", REQUEST, got.body["conversionTerms"])
    assert got.body["condition"] == made.condition


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"to": "KES"}, "5106"),
        ({"source": "0.001"}, "3100"),
        ({"source": "9.99"}, "5200"),
        ({"source": "5000.01"}, "5200"),
        ({"counterPartyFsp": "nile"}, "3100"),
        ({"expiration": "2026-03-02T08:00:00.000Z"}, "3302"),
    ],
)
def test_terms_that_cannot_be_given_are_an_error_callback(make: Make, changes: Any, code: str) -> None:
    got = ask_terms(make(limits={"MWK": {"min": "10", "max": "5000"}}), **changes)
    assert got is not None
    assert (got.path, got.code) == (f"/fxQuotes/{REQUEST}/error", code)


def test_the_same_request_gets_the_same_terms_even_when_the_rate_has_changed(make: Make) -> None:
    yard = make()
    first = ask_terms(yard, expiration="2026-03-02T08:01:00.000Z")
    yard.control("fxp.set-rate", fsp="lake", pair="MWK/ZMW", rate="0.02")
    second = ask_terms(yard, expiration="2026-03-02T08:01:00.000Z")
    assert first is not None
    assert second is not None
    assert first.raw == second.raw
    changed = ask_terms(yard, "1001")
    assert changed is not None
    assert changed.code == "3106"
    yard.got.clear()
    yard.tell("GET", f"/lake/fxQuotes/{REQUEST}", source="green")
    assert yard.take("PUT", "fxQuotes").raw == first.raw
    yard.tell("GET", f"/lake/fxQuotes/{TRANSFER}", source="green")
    assert yard.take("PUT", "fxQuotes").code == "3205"


def test_a_changed_rate_and_a_withdrawn_pair(make: Make) -> None:
    yard = make()
    yard.control("fxp.set-rate", fsp="lake", pair="MWK/ZMW", rate="0.02")
    got = ask_terms(yard)
    assert got is not None
    assert got.body["conversionTerms"]["targetAmount"]["amount"] == "20"
    yard = make()
    yard.control("fxp.set-rate", fsp="lake", pair="MWK/ZMW", rate=None)
    got = ask_terms(yard)
    assert got is not None
    assert got.code == "5106"
    with pytest.raises(UsageError, match="is no rate"):
        yard.control("fxp.set-rate", fsp="lake", pair="MWK/ZMW", rate=0.02)


def test_charges_that_change_while_the_world_runs(make: Make) -> None:
    yard = make()
    yard.control("fxp.set-options", fsp="lake", charges="20")
    got = ask_terms(yard)
    assert got is not None
    assert got.body["conversionTerms"]["targetAmount"]["amount"] == "12.25"
    with pytest.raises(UsageError, match="set-rate"):
        yard.control("fxp.set-options", fsp="lake", rates={"MWK/ZMW": "1"})


@given(
    units=some.integers(1, 10**9),
    rate=some.decimals("0.0001", "5000", places=6),
    charge=some.integers(0, 10**4),
    spread=some.decimals("0", "0.5", places=4),
)
def test_what_is_sold_is_the_nearest_amount_and_what_is_fixed_stays(
    units: int, rate: Decimal, charge: int, spread: Decimal
) -> None:
    options = Options(charges=str(Decimal(charge) / 100), spread=spread)
    net = rates.rate_of(options, {"MWK/ZMW": rate}, currency("MWK"), currency("ZMW"))
    source = Money(Decimal(units + charge) / 100, "MWK")
    target = rates.multiplied(source - Money(options.charges, "MWK"), net, currency("ZMW"))
    exact = Decimal(units) / 100 * net
    assert abs(target.decimal - exact) <= Decimal("0.005")
    if target:
        price = rates.sell(options, net, source, currency("ZMW"))
        assert (price.source, price.target) == (source, target)


@given(units=some.integers(1, 10**9), rate=some.decimals("0.0001", "5000", places=6))
def test_what_is_bought_costs_the_nearest_amount(units: int, rate: Decimal) -> None:
    target = Money(Decimal(units) / 100, "ZMW")
    cost = rates.divided(target, rate, currency("MWK"))
    assert abs(cost.decimal * rate - target.decimal) <= Decimal("0.005") * rate


# -- conversions --------------------------------------------------------------------------------------------------------------


def test_a_conversion_holds_the_target_and_exchanges_when_the_hub_has_committed(make: Make) -> None:
    yard = make()
    got = prepare(yard)
    assert got is not None
    assert (got.path, got.body["conversionState"]) == (f"/fxTransfers/{CONVERSION_ID}", "RESERVED")
    terms = yard.states["fxp"].house("lake").known_terms(REQUEST)
    assert ilp.fulfils(got.body["fulfilment"], terms.condition)
    assert (held(yard), books(yard)) == ("12.5", UNTOUCHED)
    notice(yard)
    assert held(yard) == "0"
    assert books(yard) == UNTOUCHED | {
        "scheme-clearing:MWK": "101000", "treasury:MWK": "101000", "scheme-clearing:ZMW": "987.5", "treasury:ZMW": "987.5",
    }  # fmt: skip
    yard.got.clear()
    yard.advance(1000)
    yard.nothing()


def test_a_second_late_and_contrary_notice_change_nothing(make: Make) -> None:
    yard = make()
    prepare(yard)
    notice(yard)
    before = books(yard)
    notice(yard)
    notice(yard, "ABORTED")
    failure(yard, "3303")
    assert books(yard) == before
    assert seen(yard)["ignored"] == [
        "PATCH commit in COMMITTED", "PATCH abort in COMMITTED", "error 3303 abort in COMMITTED",
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["PATCH", "error"])
def test_an_abort_releases_and_a_late_commit_changes_nothing(make: Make, by: str) -> None:
    yard = make()
    prepare(yard)
    notice(yard, "ABORTED") if by == "PATCH" else failure(yard, "3303")
    notice(yard)
    assert (held(yard), books(yard), seen(yard)["state"]) == ("0", UNTOUCHED, "ABORTED")


def test_notices_of_unknown_conversions_are_taken_silently(make: Make) -> None:
    yard = make()
    notice(yard)
    failure(yard, "3208")
    body = {"errorInformation": {"errorCode": "1001", "errorDescription": "x"}}
    assert yard.tell("PUT", f"/lake/fxQuotes/{REQUEST}/error", body).status == 200
    assert books(yard) == UNTOUCHED


def test_the_same_prepare_again_gets_the_same_callback_and_no_second_hold(make: Make) -> None:
    yard = make()
    terms = ask_terms(yard)
    assert terms is not None
    first, second = send_prepare(yard, terms.body), send_prepare(yard, terms.body)
    assert first is not None
    assert second is not None
    assert first.raw == second.raw
    assert held(yard) == "12.5"
    notice(yard)
    third = send_prepare(yard, terms.body)
    assert third is not None
    assert third.raw == first.raw
    changed = send_prepare(yard, terms.body, expiration=yard.in_seconds(31))
    assert changed is not None
    assert changed.code == "3106"
    assert books(yard)["treasury:ZMW"] == "987.5"


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"condition": "A" * 43}, "3100"),
        ({"sourceAmount": {"currency": "MWK", "amount": "999"}}, "3100"),
        ({"targetAmount": {"currency": "ZMW", "amount": "13"}}, "3100"),
        ({"initiatingFsp": "red"}, "3100"),
        ({"counterPartyFsp": "nile"}, "3100"),
        ({"determiningTransferId": REQUEST}, "3100"),
        ({"expiration": "2026-03-02T07:59:59.000Z"}, "3303"),
        ({"commitRequestId": TRANSFER}, "2001"),
    ],
)
def test_a_conversion_that_is_not_its_terms_is_refused_and_holds_nothing(make: Make, changes: Any, code: str) -> None:
    yard = make()
    got = prepare(yard, **changes)
    assert got is not None
    assert (got.path.endswith("/error"), got.code) == (True, code)
    assert (held(yard), books(yard)) == ("0", UNTOUCHED)
    notice(yard)
    assert books(yard) == UNTOUCHED


def test_expired_terms_are_refused(make: Make) -> None:
    yard = make(expiry_seconds=10)
    terms = ask_terms(yard)
    yard.advance(10)
    assert terms is not None
    got = send_prepare(yard, terms.body)
    assert got is not None
    assert got.code == "3302"


def test_an_empty_treasury_refuses_what_it_has_not_beside_what_it_holds(make: Make) -> None:
    yard = make(treasury={"ZMW": "20"})
    assert str(yard.account("lake", "treasury:ZMW").balance) == "20"
    prepare(yard)
    terms = yard.states["fxp"].house("lake").known_terms(REQUEST).order.echo
    other = {"conversionId": TRANSFER}
    yard.tell(
        "POST", "/lake/fxQuotes", {"conversionRequestId": TRANSFER, "conversionTerms": {**terms, **other}}, source="green"
    )
    answer = yard.got[-1].body
    got = send_prepare(yard, answer, commitRequestId=TRANSFER)
    assert got is not None
    assert got.code == "5001"
    assert held(yard) == "12.5"


def test_without_notice_the_hub_is_asked_and_its_answer_counts(make: Make) -> None:
    yard = make()
    prepare(yard)
    yard.got.clear()
    yard.advance(15)
    asked = yard.take("GET", "fxTransfers")
    assert (asked.path, asked.at) == (f"/fxTransfers/{CONVERSION_ID}", 15.0)
    failure(yard, "2001")
    yard.tell("PUT", f"/lake/fxTransfers/{CONVERSION_ID}", {"conversionState": "RESERVED"})
    assert held(yard) == "12.5"
    yard.advance(15)
    yard.tell("PUT", f"/lake/fxTransfers/{CONVERSION_ID}", {"conversionState": "COMMITTED"})
    assert (held(yard), books(yard)["treasury:ZMW"]) == ("0", "987.5")
    notice(yard)
    assert books(yard)["treasury:ZMW"] == "987.5"


def test_it_stops_asking(make: Make) -> None:
    yard = make(settings={"question_tries": 2})
    prepare(yard)
    yard.got.clear()
    yard.advance(1000)
    assert [each.at for each in yard.got] == [15.0, 30.0]


def test_a_question_is_answered(make: Make) -> None:
    yard = make()
    first = prepare(yard)
    yard.got.clear()
    yard.tell("GET", f"/lake/fxTransfers/{CONVERSION_ID}", source="green")
    assert first is not None
    assert yard.take("PUT", "fxTransfers").raw == first.raw
    yard.tell("GET", f"/lake/fxTransfers/{REQUEST}", source="green")
    assert yard.take("PUT", "fxTransfers").code == "3208"


# -- behaviours and triggers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount, code", [("8", "5001"), ("501", "5001")])
def test_source_amounts_that_trigger_an_error_of_terms(make: Make, amount: str, code: str) -> None:
    got = ask_terms(make(), amount)
    assert got is not None
    assert (got.path, got.code) == (f"/fxQuotes/{REQUEST}/error", code)


@pytest.mark.parametrize("amount", ["7", "503"])
def test_source_amounts_that_trigger_late_terms(make: Make, amount: str) -> None:
    yard = make()
    assert ask_terms(yard, amount) is None
    yard.advance(299)
    yard.nothing()
    yard.advance(1)
    assert yard.take("PUT", "fxQuotes").body["conversionTerms"]["sourceAmount"]["amount"] == amount


@pytest.mark.parametrize("amount, code", [("12", "5001"), ("502", "5002"), ("506", "5100"), ("123456", "4200")])
def test_source_amounts_that_trigger_an_error_of_conversions(make: Make, amount: str, code: str) -> None:
    yard = make()
    got = prepare(yard, amount)
    assert got is not None
    assert (got.path, got.code) == (f"/fxTransfers/{CONVERSION_ID}/error", code)
    assert held(yard) == "0"


@pytest.mark.parametrize("amount", ["11", "504"])
def test_source_amounts_that_trigger_a_late_reservation(make: Make, amount: str) -> None:
    yard = make(grace_seconds=1000)
    assert prepare(yard, amount) is None
    assert held(yard) != "0"
    yard.advance(300)
    assert yard.take("PUT", "fxTransfers").body["conversionState"] == "RESERVED"


def test_thirteen_aborts(make: Make) -> None:
    yard = make()
    got = prepare(yard, "13")
    assert got is not None
    assert (got.path, got.body["conversionState"]) == (f"/fxTransfers/{CONVERSION_ID}", "ABORTED")
    assert "fulfilment" not in got.body
    assert (held(yard), seen(yard)["state"]) == ("0", "ABORTED")


def test_without_triggers_an_amount_is_an_amount(make: Make) -> None:
    yard = make(settings={"triggers": False})
    got = prepare(yard, "13")
    assert got is not None
    assert got.body["conversionState"] == "RESERVED"


def test_a_behaviour_comes_before_a_trigger(make: Make) -> None:
    yard = make()
    yard.control("fxp.behave", fsp="lake", on="fxTransfers", do="error", **{"with": {"code": "5300"}})
    got = prepare(yard, "12")
    assert got is not None
    assert got.code == "5300"
    yard.control("fxp.behave-well")
    assert yard.control("fxp.behaviours") == []
    got = ask_terms(make(), "8")
    assert got is not None
    assert got.code == "5001"


def test_behaviours_of_an_fxp(make: Make) -> None:
    def behaving(on: str, do: str, **options: Any) -> tuple[Yard, Got | None]:
        yard = make()
        yard.control("fxp.behave", fsp="lake", on=on, do=do, times=1, **{"with": options})
        return yard, ask_terms(yard) if on == "fxQuotes" else prepare(yard)

    yard, got = behaving("fxTransfers", "wrong-fulfilment")
    assert got is not None
    condition = yard.states["fxp"].house("lake").known_terms(REQUEST).condition
    assert not ilp.fulfils(got.body["fulfilment"], condition)
    yard, got = behaving("fxTransfers", "no-callback")
    assert (got, held(yard)) == (None, "12.5")
    yard, got = behaving("fxTransfers", "ignore")
    assert (got, held(yard)) == (None, "0")
    yard, got = behaving("fxTransfers", "alter", set={"conversionState": "COMMITTED"})
    assert got is not None
    assert got.body["conversionState"] == "COMMITTED"
    yard, got = behaving("fxTransfers", "twice")
    assert len(yard.got) == 2
    yard, got = behaving("fxQuotes", "alter", set={"conversionTerms.sourceAmount.amount": "999"})
    assert got is not None
    assert got.body["conversionTerms"]["sourceAmount"]["amount"] == "999"
    yard, got = behaving("fxQuotes", "integer-error-code", code="5001", description="no")
    assert got is not None
    assert got.code == 5001
    assert [each.injected for each in yard.checker.findings] == [True]


def test_a_wrong_condition_is_that_of_no_fulfilment_and_the_prepare_is_taken(make: Make) -> None:
    yard = make()
    yard.control("fxp.behave", fsp="lake", on="fxQuotes", do="wrong-condition")
    terms = ask_terms(yard)
    assert terms is not None
    got = send_prepare(yard, terms.body)
    assert got is not None
    assert got.body["conversionState"] == "RESERVED"
    assert not ilp.fulfils(got.body["fulfilment"], terms.body["condition"])


def test_a_refused_notice_keeps_the_reservation(make: Make) -> None:
    yard = make()
    prepare(yard)
    yard.control("fxp.behave", fsp="lake", on="patch", do="refuse", times=1, **{"with": {"status": 500}})
    body = {"completedTimestamp": yard.in_seconds(0), "conversionState": "COMMITTED"}
    assert yard.tell("PATCH", f"/lake/fxTransfers/{CONVERSION_ID}", body).status == 500
    assert held(yard) == "12.5"
    notice(yard)
    assert held(yard) == "0"


def test_answers_are_repeated_and_anything_can_be_sent(make: Make) -> None:
    yard = make()
    first = prepare(yard)
    assert first is not None
    yard.got.clear()
    assert yard.control("fxp.resend", fsp="lake", id=CONVERSION_ID) == {"status": 200, "body": None}
    assert yard.take("PUT", "fxTransfers").raw == first.raw
    yard.control("fxp.resend", fsp="lake", id=REQUEST, message="terms", set={"condition": "x"})
    assert yard.take("PUT", "fxQuotes").body["condition"] == "x"
    answer = yard.control("fxp.raw", fsp="lake", method="PUT", path="/fxTransfers/1", body={"conversionState": "COMMITTED"})
    assert answer["status"] == 200
    assert yard.take("PUT", "fxTransfers").source == "lake"


def test_what_cannot_be_asked_for_is_answered_at_once(make: Make) -> None:
    yard = make()
    assert yard.tell("POST", "/nile/fxQuotes", {}).status == 400
    assert yard.tell("POST", "/lake/fxQuotes", {}).status == 400
    assert yard.tell("POST", "/lake/quotes", {}).status == 404
    yard.nothing()


@pytest.mark.parametrize(
    "options, key", [({"rates": {"MWKZMW": "1"}}, "rates"), ({"spread": "2"}, "spread"), ({"rates": {"MWK/ZMW": 0.5}}, "rates")]
)
def test_a_wrong_option_names_the_fxp_and_the_key(make: Make, options: Any, key: str) -> None:
    with pytest.raises(UsageError, match=f"fxp lake.*{key}"):
        make(**options)


@pytest.mark.parametrize("state, event", sorted((s, e) for s in CONVERSION.states for e in CONVERSION.events))
def test_a_conversion_takes_no_step_that_is_not_in_the_table(state: str, event: str) -> None:
    if (state, event) in CONVERSION.transitions:
        assert state not in CONVERSION.final
    else:
        with pytest.raises(IllegalTransition):
            CONVERSION.next(state, event)
