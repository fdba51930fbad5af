"""The wire audit on traffic made by hand: one test a rule, and beside what is right what must be noticed."""

from __future__ import annotations

import base64
import hashlib
import json
from decimal import Decimal
from typing import Any

from tests.witness.seen import opens
from tests.witness.wire_audit import Recomputed, Seen, compare, recompute

SECRET = b"s" * 32
FULFILMENT = base64.urlsafe_b64encode(SECRET).rstrip(b"=").decode()
CONDITION = base64.urlsafe_b64encode(hashlib.sha256(SECRET).digest()).rstrip(b"=").decode()
WRONG = "A" * 43
ANN, BEN = "MSISDN:265991000901", "MSISDN:265991000902"


class Wire:
    """Writes messages down as they would have gone over the wire."""

    def __init__(self) -> None:
        self.log: list[Seen] = []

    def say(
        self, sender: str, receiver: str, method: str, path: str, body: dict[str, Any] | None = None,
        status: int | None = 200, answer: dict[str, Any] | None = None,
    ) -> Wire:  # fmt: skip
        seq = len(self.log)
        said = json.dumps(answer).encode() if answer is not None else b""
        sent = json.dumps(body).encode() if body is not None else b""
        self.log.append(Seen(seq, sender, receiver, method, path, [], sent, status, said))
        return self

    # -- the scheme

    def prepare(self, id_: str = "t1", amount: str = "100", currency: str = "MWK", forwarded: bool = True) -> Wire:
        body = {
            "transferId": id_, "payerFsp": "green", "payeeFsp": "blue", "condition": CONDITION,
            "amount": {"amount": amount, "currency": currency},
        }  # fmt: skip
        self.say("green", "hub", "POST", "/transfers", body, 202)
        return self.say("hub", "blue", "POST", "/blue/transfers", body, 202) if forwarded else self

    def fulfil(self, id_: str = "t1", fulfilment: str = FULFILMENT, status: int | None = 200) -> Wire:
        body = {"fulfilment": fulfilment, "transferState": "RESERVED"}
        return self.say("blue", "hub", "PUT", f"/transfers/{id_}", body, status)

    def commit(self, id_: str = "t1", fulfilment: str = FULFILMENT) -> Wire:
        body = {"fulfilment": fulfilment, "transferState": "COMMITTED"}
        return self.say("hub", "green", "PUT", f"/transfers/{id_}", body)

    def fail(self, code: str = "3303", to: str = "green", path: str = "/transfers/t1/error") -> Wire:
        return self.say("hub", to, "PUT", path, {"errorInformation": {"errorCode": code, "errorDescription": "x"}})

    def convert(self, target: str = "10", promised: bool = True) -> Wire:
        body = {
            "commitRequestId": "c1", "determiningTransferId": "t1", "initiatingFsp": "green", "counterPartyFsp": "lake",
            "sourceAmount": {"amount": "800", "currency": "MWK"}, "targetAmount": {"amount": target, "currency": "ZMW"},
            "condition": CONDITION,
        }  # fmt: skip
        self.say("green", "hub", "POST", "/fxTransfers", body, 202).say("hub", "lake", "POST", "/lake/fxTransfers", body, 202)
        answer = {"fulfilment": FULFILMENT, "conversionState": "RESERVED"}
        if promised:
            self.say("lake", "hub", "PUT", "/fxTransfers/c1", answer).say("hub", "green", "PUT", "/fxTransfers/c1", answer)
        return self

    def tell_provider(self, state: str) -> Wire:
        return self.say("hub", "lake", "PATCH", "/fxTransfers/c1", {"conversionState": state})

    # -- the bank

    def bank(self, path: str, body: dict[str, Any], answer: dict[str, Any] | None, status: int | None = 200) -> Wire:
        return self.say("core_connector", "green", "POST", path, body, status, answer)

    def reserve(
        self,
        side: str,
        who: str,
        amount: str = "100",
        fees: str = "0",
        id_: str = "r1",
        transfer: str = "t1",
        heard: bool = True,
    ) -> Wire:
        kind, value = who.split(":")
        body = {
            "transferId": transfer, side: {"partyIdType": kind, "partyIdentifier": value},
            "amount": {"amount": float(amount), "amountDecimal": amount, "currency": "MWK"},
        }  # fmt: skip
        answer = {"reserveId": id_, "transferId": transfer, "status": "RESERVED", "feesDecimal": fees}
        return self.bank("/funds/reserve", body, answer if heard else None, 200 if heard else None)

    def end(self, path: str, status: str | None, id_: str = "r1") -> Wire:
        return self.bank(
            path, {"reserveId": id_}, {"reserveId": id_, "status": status} if status else None, 200 if status else None
        )

    def query(self, *reserves: dict[str, Any]) -> Wire:
        answer = {"transferId": "t1", "reserves": list(reserves)}
        return self.say("core_connector", "green", "GET", "/funds/t1", None, 200, answer)

    def read(self) -> Recomputed:
        return recompute(self.log, banks={"green"}, aliases={"ACCOUNT_NUMBER:7": ANN})

    def positions(self) -> dict[str, Decimal]:
        """Only what is not zero, as "owner currency"."""
        return {f"{owner} {currency}": each for (owner, currency), each in self.read().positions.items() if each}


# -- positions ------------------------------------------------------------------------------------------------------------


def test_a_prepare_counts_when_the_hub_forwards_it() -> None:
    assert Wire().prepare(forwarded=False).positions() == {}
    assert Wire().prepare().positions() == {"green MWK": 100}


def test_a_prepare_that_is_forwarded_twice_counts_once() -> None:
    wire = Wire().prepare()
    wire.log.append(wire.log[-1]._replace(seq=9))
    assert wire.positions() == {"green MWK": 100}


def test_a_commit_passes_the_amount_on_to_the_payee() -> None:
    found = Wire().prepare(amount="100.0001").fulfil().commit().read()
    assert found.positions == {("green", "MWK"): Decimal("100.0001"), ("blue", "MWK"): Decimal("-100.0001")}
    assert found.problems == []


def test_the_notice_to_the_payee_alone_tells_of_a_commit() -> None:
    wire = Wire().prepare().fulfil().say("hub", "blue", "PATCH", "/blue/transfers/t1", {"transferState": "COMMITTED"})
    assert wire.positions() == {"green MWK": 100, "blue MWK": -100}
    assert wire.read().problems == []


def test_amounts_are_decimals_however_they_are_written() -> None:
    wire = Wire().prepare()
    wire.log = [each._replace(body=each.body.replace(b'"100"', b"0.1")) for each in wire.log]
    assert wire.positions() == {"green MWK": Decimal("0.1")}


def test_order_is_by_number_and_not_by_place() -> None:
    wire = Wire().prepare().fulfil().commit()
    wire.log.reverse()
    assert wire.read().problems == []


def test_a_commit_needs_a_fulfilment_of_the_payee_that_opens_the_condition() -> None:
    assert "without a fulfilment" in Wire().prepare().commit().read().problems[0]
    assert "without a fulfilment" in Wire().prepare().fulfil(fulfilment=WRONG).commit().read().problems[0]
    assert "without a fulfilment" in Wire().prepare().fulfil(status=400).commit().read().problems[0]
    stolen = (
        Wire().prepare().say("lake", "hub", "PUT", "/transfers/t1", {"fulfilment": FULFILMENT, "transferState": "RESERVED"})
    )
    assert "without a fulfilment of blue" in stolen.commit().read().problems[0]


def test_a_fulfilment_whose_answer_was_lost_counts() -> None:
    assert Wire().prepare().fulfil(status=None).commit().read().problems == []


def test_the_hub_may_not_pass_on_another_fulfilment() -> None:
    assert "does not open" in Wire().prepare().fulfil().commit(fulfilment=WRONG).read().problems[0]


def test_a_commit_of_what_was_never_forwarded_is_noticed() -> None:
    assert "never forwarded" in Wire().prepare(forwarded=False).commit().read().problems[0]


def test_a_failure_gives_the_payer_back_what_was_reserved() -> None:
    assert Wire().prepare().fail().positions() == {}
    aborted = {"transferState": "ABORTED"}
    assert Wire().prepare().say("hub", "green", "PUT", "/transfers/t1", aborted).positions() == {}


def test_a_failure_after_the_commit_and_a_commit_after_the_failure_are_noticed() -> None:
    late = Wire().prepare().fulfil().commit().fail()
    assert "after it was committed" in late.read().problems[0]
    assert late.positions() == {"green MWK": 100, "blue MWK": -100}
    assert "after it was aborted" in Wire().prepare().fulfil().fail().commit().read().problems[0]


def test_an_error_about_another_request_leaves_the_transfer_as_it_is() -> None:
    assert Wire().prepare().fail("3106").positions() == {"green MWK": 100}
    assert Wire().prepare().fail("3208", to="lake").positions() == {"green MWK": 100}
    assert Wire().fail("3208").prepare().read().problems == []


def test_a_prepare_that_nobody_sent_or_that_was_altered_is_noticed() -> None:
    wire = Wire().prepare()
    wire.log[1] = wire.log[1]._replace(body=wire.log[1].body.replace(b'"100"', b'"99"'))
    assert "nobody sent" in wire.read().problems[0]
    assert wire.positions() == {"green MWK": 99}


def test_a_prepare_that_goes_to_the_wrong_party_is_noticed() -> None:
    wire = Wire().prepare()
    wire.log[1] = wire.log[1]._replace(receiver="lake")
    assert "is for blue" in wire.read().problems[0]


def test_a_prepare_that_is_forwarded_after_its_refusal_is_noticed() -> None:
    wire = Wire().prepare(forwarded=False).fail("4001").prepare()
    assert "told that it failed" in wire.read().problems[0]


def test_what_the_hub_sends_must_be_readable() -> None:
    wire = Wire().prepare()
    wire.log[1] = wire.log[1]._replace(body=b"{")
    assert "not JSON" in wire.read().problems[0]
    wire.log[1] = wire.log[1]._replace(body=b"[]")
    assert "not a JSON object" in wire.read().problems[0]
    for amount in ("-5", "NaN", "ten"):
        assert any("is not an amount" in problem for problem in Wire().prepare(amount=amount).read().problems)


def test_a_fulfilment_has_32_bytes_and_nothing_else() -> None:
    short = base64.urlsafe_b64encode(SECRET[1:]).decode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(SECRET[1:]).digest()).decode()
    assert opens(CONDITION, FULFILMENT)
    assert not opens(digest, short)
    assert not opens(CONDITION, "no base64 é")


def test_a_stranger_s_nonsense_is_the_hub_s_to_refuse() -> None:
    found = Wire().say("green", "hub", "POST", "/transfers", {"transferId": "t1", "amount": "?"}, 202).read()
    assert (found.positions, found.problems, found.unsure) == ({}, [], frozenset())


def test_messages_between_others_are_not_the_hub_s() -> None:
    body = {"transferId": "t1", "payerFsp": "a", "payeeFsp": "b", "condition": CONDITION, "amount": {}}
    assert Wire().say("core_connector", "mojaloop_connector", "POST", "/transfers", body).read().positions == {}


def test_a_decision_that_never_went_out_leaves_positions_unsure() -> None:
    assert Wire().prepare(forwarded=False).read().unsure == {("green", "MWK")}
    assert Wire().prepare().fulfil().read().unsure == {("green", "MWK"), ("blue", "MWK")}
    late = Wire().prepare().say("hub", "blue", "PATCH", "/transfers/t1", {"transferState": "ABORTED"})
    assert late.read().unsure == {("green", "MWK"), ("blue", "MWK")}
    assert late.fail().read().unsure == frozenset()
    assert Wire().prepare().fail(to="blue").read().unsure == {("green", "MWK"), ("blue", "MWK")}
    assert Wire().prepare().fail(to="blue").positions() == {"green MWK": 100}
    assert Wire().prepare().read().unsure == frozenset()


# -- conversions ----------------------------------------------------------------------------------------------------------


def test_a_conversion_is_owed_by_its_initiator_before_the_transfer() -> None:
    assert Wire().convert().positions() == {"green MWK": 800}


def test_the_transfer_behind_a_conversion_is_owed_by_the_provider() -> None:
    assert Wire().convert().prepare(amount="10", currency="ZMW").positions() == {"green MWK": 800, "lake ZMW": 10}


def test_a_committed_conversion_pays_the_provider_the_source_and_takes_the_target() -> None:
    wire = Wire().convert().prepare(amount="10", currency="ZMW").fulfil().commit().tell_provider("COMMITTED")
    assert wire.positions() == {"green MWK": 800, "lake MWK": -800, "lake ZMW": 10, "blue ZMW": -10}
    assert wire.read().problems == []


def test_the_notice_to_the_provider_alone_tells_of_a_commit() -> None:
    wire = Wire().convert().prepare(amount="10", currency="ZMW").fulfil().tell_provider("COMMITTED")
    assert wire.positions() == {"green MWK": 800, "lake MWK": -800, "lake ZMW": 10, "blue ZMW": -10}


def test_a_failed_transfer_takes_its_conversion_along() -> None:
    wire = Wire().convert().prepare(amount="10", currency="ZMW").fail().tell_provider("ABORTED")
    assert wire.positions() == {}
    assert wire.read().problems == []


def test_a_conversion_that_fails_before_its_transfer_is_released() -> None:
    assert Wire().convert(promised=False).fail("5100", path="/fxTransfers/c1/error").positions() == {}


def test_a_transfer_after_a_failed_conversion_is_owed_by_its_payer() -> None:
    wire = Wire().convert(promised=False).fail("5100", path="/fxTransfers/c1/error").prepare(amount="10", currency="ZMW")
    assert wire.positions() == {"green ZMW": 10}
    assert wire.read().problems == []


def test_a_refused_transfer_releases_the_conversion_when_the_provider_is_told() -> None:
    wire = Wire().convert().prepare(amount="10", currency="ZMW", forwarded=False).fail("4001")
    assert wire.positions() == {"green MWK": 800}
    assert wire.tell_provider("ABORTED").positions() == {}
    assert wire.read().unsure == frozenset()


def test_a_provider_who_is_told_of_a_failure_alone_leaves_the_conversion_unsure() -> None:
    assert ("green", "MWK") in Wire().convert().tell_provider("ABORTED").read().unsure


def test_a_conversion_must_be_fulfilled_before_its_transfer_and_give_what_that_moves() -> None:
    early = Wire().convert(promised=False).prepare(amount="10", currency="ZMW").read()
    assert "before its conversion" in early.problems[0]
    other = Wire().convert(target="11").prepare(amount="10", currency="ZMW").read()
    assert "its conversion gives 11 ZMW" in other.problems[0]


def test_a_provider_may_not_be_told_the_opposite_of_what_happened() -> None:
    done = Wire().convert().prepare(amount="10", currency="ZMW").fulfil().commit().tell_provider("ABORTED")
    assert "after it was committed" in done.read().problems[0]
    assert "without its determining transfer" in Wire().convert().tell_provider("COMMITTED").read().problems[0]


# -- customers ------------------------------------------------------------------------------------------------------------


def test_a_committed_reserve_costs_the_payer_amount_and_fee_and_gives_the_payee_the_rest() -> None:
    assert Wire().reserve("payer", ANN, "100.01", "2").end("/funds/commit", "COMMITTED").read().customers == {
        ANN: Decimal("-102.01")
    }
    assert Wire().reserve("payee", BEN, "100", "2").end("/funds/commit", "COMMITTED").read().customers == {BEN: Decimal(98)}


def test_a_reserve_alone_a_release_and_a_refusal_move_nothing() -> None:
    wire = Wire().reserve("payer", ANN)
    assert wire.read().customers == {ANN: 0}
    assert wire.end("/funds/unreserve", "RELEASED").read().customers == {ANN: 0}
    assert wire.end("/funds/commit", "FAILED").read() == wire.read()


def test_repeats_by_reserve_id_count_once_and_a_second_hold_twice() -> None:
    once = (
        Wire().reserve("payer", ANN).reserve("payer", ANN).end("/funds/commit", "COMMITTED").end("/funds/commit", "COMMITTED")
    )
    assert once.read().customers == {ANN: -100}
    assert once.reserve("payer", ANN).read().customers == {ANN: -100}
    twice = once.reserve("payer", ANN, id_="r2").end("/funds/commit", "COMMITTED", "r2")
    assert twice.read().customers == {ANN: -200}


def test_an_account_number_is_its_customer() -> None:
    wire = Wire().reserve("payer", "ACCOUNT_NUMBER:7").end("/funds/commit", "COMMITTED")
    assert wire.read().customers == {ANN: -100}


def test_a_reserve_whose_answer_was_lost_is_known_from_the_query() -> None:
    row = {"reserveId": "r1", "side": "payer", "status": "COMMITTED", "feesDecimal": "3"}
    wire = Wire().reserve("payer", ANN, heard=False)
    assert wire.read().customers == {}
    assert wire.query(row).read().customers == {ANN: -103}


def test_a_commit_whose_answer_was_lost_leaves_the_customer_unsure_until_it_is_known() -> None:
    wire = Wire().reserve("payer", ANN).end("/funds/commit", None)
    assert wire.read().unsure == {ANN}
    known = wire.end("/funds/commit", "COMMITTED").read()
    assert (known.customers, known.unsure) == ({ANN: Decimal(-100)}, frozenset())


def test_a_fee_that_the_reserve_does_not_state_is_the_quote_s_and_unknown_without_one() -> None:
    party = {"partyIdType": "MSISDN", "partyIdentifier": BEN.removeprefix("MSISDN:")}
    money = {"amount": 100, "currency": "MWK"}
    wish = {"transferId": "t1", "payee": party, "amount": money}
    silent = Wire().bank("/funds/reserve", wish, {"reserveId": "r1", "transferId": "t1", "status": "RESERVED"})
    assert silent.read().unsure == frozenset()
    assert silent.end("/funds/commit", "COMMITTED").read().unsure == {BEN}
    quoted = Wire().bank("/quotes", {"payee": party, "amount": money}, {"sendAmount": 100, "fees": 3})
    quoted.log += [each._replace(seq=each.seq + 1) for each in silent.log]
    assert (quoted.read().customers, quoted.read().unsure) == ({BEN: Decimal(97)}, frozenset())


def test_a_bank_that_contradicts_itself_is_noticed() -> None:
    both = Wire().reserve("payer", ANN).end("/funds/commit", "COMMITTED").end("/funds/unreserve", "RELEASED")
    assert "both committed and released" in both.read().problems[0]
    assert "never said that it made" in Wire().end("/funds/commit", "COMMITTED", "r9").read().problems[0]
    assert "not JSON" in Wire().bank("/funds/commit", {"reserveId": "r1"}, None, 200).read().problems[0]


def test_a_refund_gives_back_what_the_channel_took_once() -> None:
    debit = {"id_type": "MSISDN", "id_value": "265991000901", "homeTransactionId": "h1", "amount": "50"}
    wire = Wire().say("channel", "green", "CONTROL", "/debit-for-transfer", debit, 200, {"fee": "1"})
    assert wire.read().customers == {ANN: -51}
    for _ in range(2):
        wire.bank("/funds/refund", {"homeTransactionId": "h1", "reason": "ERROR"}, {"refundCompleted": True})
    assert wire.read().customers == {ANN: 0}
    wire.say("channel", "green", "CONTROL", "/debit-for-transfer", debit, 200, {"fee": "1"})
    assert wire.read().customers == {ANN: 0}
    stranger = wire.bank("/funds/refund", {"homeTransactionId": "h2", "reason": "ERROR"}, {"refundCompleted": True})
    assert "nobody was seen to be debited" in stranger.read().problems[0]


def test_messages_of_the_hub_to_a_participant_named_like_its_bank_are_no_bank_calls() -> None:
    committed = {"reserveId": "r1", "status": "COMMITTED"}
    assert Wire().say("hub", "green", "POST", "/funds/commit", {"reserveId": "r1"}, 200, committed).read().problems == []


# -- the comparison -------------------------------------------------------------------------------------------------------


def test_equal_books_have_no_differences_and_zero_is_absence() -> None:
    found = Wire().prepare().fulfil().commit().read()
    books = {("green", "MWK"): Decimal("100.00"), ("blue", "MWK"): Decimal(-100), ("lake", "MWK"): Decimal(0)}
    assert compare(found, books, {ANN: Decimal(0)}) == []


def test_a_ledger_that_says_otherwise_is_named_with_both_amounts() -> None:
    wire = Wire().prepare().fulfil().commit().reserve("payer", ANN).end("/funds/commit", "COMMITTED")
    lines = compare(wire.read(), {("green", "MWK"): Decimal("100.0001"), ("blue", "MWK"): Decimal(-100)}, {BEN: Decimal(1)})
    assert lines == [
        "position of green in MWK: the wire says 100, the hub's ledger 100.0001",
        f"customer {ANN}: the wire says -100, the bank's ledger 0",
        f"customer {BEN}: the wire says 0, the bank's ledger 1",
    ]


def test_what_the_wire_does_not_tell_is_not_compared() -> None:
    found = Wire().prepare(forwarded=False).read()
    assert compare(found, {("green", "MWK"): Decimal(100)}, {}) == []
    assert compare(found, {("blue", "MWK"): Decimal(100)}, {}) != []


# -- other schemes --------------------------------------------------------------------------------------------------------


def crossing(wire: Wire) -> Wire:
    """A payment of green, by the proxy p of another scheme, to far: told to that scheme's hub, `there`."""
    body = {
        "transferId": "t1", "payerFsp": "green", "payeeFsp": "far", "condition": CONDITION,
        "amount": {"amount": "100", "currency": "MWK"},
    }  # fmt: skip
    wire.say("green", "hub", "POST", "/transfers", body, 202).say("hub", "p", "POST", "/p/hub/transfers", body, 202)
    return wire.say("p", "there", "POST", "/transfers", body, 202).say("there", "far", "POST", "/far/transfers", body, 202)


def seen_at(wire: Wire, hub: str) -> Recomputed:
    return recompute(wire.log, hub=hub, proxies={"p"})


def test_what_crosses_moves_the_proxys_position_in_both_schemes() -> None:
    wire = crossing(Wire())
    told = {"fulfilment": FULFILMENT, "transferState": "RESERVED"}
    over = {"fulfilment": FULFILMENT, "transferState": "COMMITTED"}
    wire.say("far", "there", "PUT", "/transfers/t1", told).say("there", "p", "PUT", "/p/there/transfers/t1", over)
    assert seen_at(wire, "there").positions == {("p", "MWK"): Decimal(100), ("far", "MWK"): Decimal(-100)}
    assert seen_at(wire, "hub").positions == {("green", "MWK"): Decimal(100), ("p", "MWK"): Decimal(0)}, "not told yet"
    wire.say("p", "hub", "PUT", "/transfers/t1", over).say("hub", "green", "PUT", "/transfers/t1", over)
    assert seen_at(wire, "hub").positions == {("green", "MWK"): Decimal(100), ("p", "MWK"): Decimal(-100)}
    assert seen_at(wire, "hub").problems == seen_at(wire, "there").problems == []


def test_a_commit_that_did_not_come_by_the_proxy_is_a_problem() -> None:
    over = {"fulfilment": FULFILMENT, "transferState": "COMMITTED"}
    wire = crossing(Wire()).say("blue", "hub", "PUT", "/transfers/t1", over).say("hub", "green", "PUT", "/transfers/t1", over)
    assert "without a fulfilment of p" in seen_at(wire, "hub").problems[0]


def test_not_known_in_the_other_scheme_ends_a_transfer_and_not_known_here_is_an_answer() -> None:
    unknown = {"errorInformation": {"errorCode": "3208", "errorDescription": "x"}}
    asked_here = crossing(Wire()).say("hub", "green", "PUT", "/transfers/t1/error", unknown)
    assert seen_at(asked_here, "hub").positions[("green", "MWK")] == 100
    ended = crossing(Wire()).say("p", "hub", "PUT", "/transfers/t1/error", unknown)
    ended.say("hub", "green", "PUT", "/transfers/t1/error", unknown)
    assert seen_at(ended, "hub").positions.get(("green", "MWK"), Decimal(0)) == 0
