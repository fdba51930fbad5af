"""The witness peers among themselves, through a relay that only passes messages on: they must agree before they may judge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.witness import ilp
from tests.witness.books import Books
from tests.witness.mailbox import Mailbox
from tests.witness.messages import Message, call, error, headers, now, packed
from tests.witness.payee import Payee
from tests.witness.peer import Payment, Peer
from tests.witness.seen import Seen, content, opens, segments
from tests.witness.wire_audit import Recomputed, recompute

VECTORS = Path(__file__).parents[1] / "vectors" / "ilp" / "vectors.json"
ANN, BEN = "MSISDN:265991000901", "MSISDN:265991000902"
RATE = Decimal("0.0125")


class Relay:
    """A hub without a ledger: it routes, tells final states, and keeps what went over the wire."""

    def __init__(self) -> None:
        self.places: dict[str, Peer] = {}
        self.log: list[Seen] = []
        self.instead: str | None = None  # a fulfilment to pass on instead of the payee's
        self._prepared: dict[str, dict[str, Any]] = {}
        self._conversions: dict[str, dict[str, Any]] = {}
        self.mailbox = Mailbox("relay", self._take)

    def _take(self, message: Message) -> None:
        heard = 200 if message.method == "PUT" else 202
        self._keep(message.source, "hub", message, heard)
        match message.method, *segments(message.path):
            case "GET", "parties", kind, identifier:
                home = next((each for each in self.places.values() if f"{kind}:{identifier}" in each.payee.people), None)
                if home is None:
                    self._tell(message.source, "PUT", f"{message.path}/error", error("3204", "Party not found"))
                else:
                    self._pass_on(message, home.fsp)
            case "POST", "transfers":
                self._prepared[message.content()["transferId"]] = message.content()
                self._pass_on(message, message.headers["fspiop-destination"])
            case "POST", "fxTransfers":
                self._conversions[message.content()["determiningTransferId"]] = message.content()
                self._pass_on(message, message.headers["fspiop-destination"])
            case "PUT", "transfers", id_:
                self._fulfilled(message, id_)
            case "PUT", "transfers", id_, "error":
                self._pass_on(message, message.headers["fspiop-destination"])
                self._tell_provider(id_, "ABORTED")
            case "GET", "transfers", id_:
                self._tell(message.source, "PUT", f"/transfers/{id_}", {"transferState": "RESERVED"})
            case _:
                self._pass_on(message, message.headers["fspiop-destination"])

    def _fulfilled(self, message: Message, id_: str) -> None:
        asked, answer = self._prepared[id_], message.content()
        if not opens(asked["condition"], answer["fulfilment"]):
            self._tell(asked["payerFsp"], "PUT", f"/transfers/{id_}/error", error("3100", "Generic validation error"))
            self._tell(
                asked["payeeFsp"], "PATCH", f"/transfers/{id_}", {"transferState": "ABORTED", "completedTimestamp": now()}
            )
            self._tell_provider(id_, "ABORTED")
            return
        final = answer | {"transferState": "COMMITTED", "fulfilment": self.instead or answer["fulfilment"]}
        self._tell(asked["payerFsp"], "PUT", f"/transfers/{id_}", final)
        self._tell(asked["payeeFsp"], "PATCH", f"/transfers/{id_}", {"transferState": "COMMITTED", "completedTimestamp": now()})
        self._tell_provider(id_, "COMMITTED")

    def _tell_provider(self, id_: str, state: str) -> None:
        if (asked := self._conversions.get(id_)) is not None:
            path = f"/fxTransfers/{asked['commitRequestId']}"
            self._tell(asked["counterPartyFsp"], "PATCH", path, {"conversionState": state, "completedTimestamp": now()})

    def _tell(self, receiver: str, method: str, path: str, body: dict[str, Any]) -> None:
        head = headers(method, path, "Hub", receiver)
        self._deliver(receiver, Message(method, path, head, packed(body)))

    def _pass_on(self, message: Message, receiver: str) -> None:
        kept = {name: text for name, text in message.headers.items() if name not in ("host", "content-length")}
        self._deliver(receiver, message._replace(headers=kept | {"fspiop-destination": receiver}))

    def _deliver(self, receiver: str, message: Message) -> None:
        status, _ = call(self.places[receiver].url, message.method, message.path, message.headers, message.body)
        self._keep("hub", receiver, message, status)

    def _keep(self, sender: str, receiver: str, message: Message, status: int) -> None:
        head = list(message.headers.items())
        self.log.append(Seen(len(self.log), sender, receiver, message.method, message.path, head, message.body, status))


class Scheme:
    """Two institutions, an FX provider, and the relay between them."""

    def __init__(self, relay: Relay, payer: Peer, payee: Peer, provider: Peer) -> None:
        self.relay, self.payer, self.payee, self.provider = relay, payer, payee, provider

    def quiet(self, payment: Payment) -> Recomputed:
        """Wait until the last notice has come, and read the wire. Nobody may have met something strange."""
        aborted = payment.state != "COMMITTED"
        assert aborted or self.payee.mailbox.until(lambda: self.payee.books.has(payment.transfer_id))
        if payment.conversion_id is not None and not aborted:
            assert self.provider.mailbox.until(lambda: self.provider.books.has(str(payment.conversion_id)))
        assert self.relay.mailbox.until(lambda: self.relay.mailbox.idle)
        strange = [problem for each in (self.payer, self.payee, self.provider) for problem in each.problems]
        assert strange + self.relay.mailbox.problems == []
        return recompute(self.relay.log)

    def positions(self) -> dict[tuple[str, str], Decimal]:
        peers = (self.payer, self.payee, self.provider)
        return {(each.fsp, currency): amount for each in peers for currency, amount in each.books.positions.items()}


@contextmanager
def scheme(**of_payee: Any) -> Iterator[Scheme]:
    relay = Relay()
    hub = relay.mailbox.url
    with (
        Peer("green", hub, people=[ANN], currencies=["MWK"]) as payer,
        Peer("zed", hub, people=[BEN], currencies=["MWK", "ZMW"], **of_payee) as payee,
        Peer("lake", hub, rates={("MWK", "ZMW"): RATE}) as provider,
    ):
        relay.places = {each.fsp: each for each in (payer, payee, provider)}
        try:
            yield Scheme(relay, payer, payee, provider)
        finally:
            relay.mailbox.close()


def quote_of(payee: str, amount: str) -> Message:
    kind, identifier = payee.split(":")
    party = {"partyIdInfo": {"partyIdType": kind, "partyIdentifier": identifier, "fspId": "zed"}}
    body = {"quoteId": "q1", "transactionId": "t1", "payee": party, "payer": party, "amountType": "SEND", "transactionType": {}}
    body |= {"amount": {"amount": amount, "currency": "MWK"}}
    return Message("POST", "/quotes", {"fspiop-source": "green"}, packed(body))


def vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return found


def sealed(vector: dict[str, Any]) -> ilp.Sealed:
    version = 1 if vector["version"] == "v1" else 4
    if vector["kind"] == "fxQuote":
        terms = vector["fxQuoteResponse"]["conversionTerms"]
        return ilp.seal_conversion(vector["conversionRequestId"], terms, vector["secret"], version)
    return ilp.seal_quote(vector["quoteRequest"], vector["quoteResponse"], vector["secret"], version)


def test_packets_conditions_and_fulfilments_are_those_of_the_scheme() -> None:
    for vector in vectors():
        expected = ilp.Sealed(vector["ilpPacket"], vector["condition"], vector["fulfilment"])
        assert sealed(vector) == expected, vector["name"]
        assert opens(vector["condition"], vector["fulfilment"]), vector["name"]


def test_the_vectors_hold_both_versions_of_quotes_and_conversions() -> None:
    kinds = {(vector["kind"], vector["version"]) for vector in vectors()}
    assert kinds == {("quote", "v1"), ("quote", "v4"), ("fxQuote", "v1"), ("fxQuote", "v4")}


def test_a_transfer_is_paid_and_received_once_whoever_commits_it() -> None:
    for answers in ("RESERVED", "COMMITTED"):
        with scheme(fee="1.5") as found:
            found.payee.payee.answers = answers
            payment = found.payer.send(ANN, BEN, "100.25", "MWK")
            wire = found.quiet(payment)
            assert (payment.state, payment.paid["amount"], payment.received["amount"]) == ("COMMITTED", "100.25", "98.75")
            assert found.payer.books.customers == {ANN: Decimal("-100.25")}
            assert found.payee.books.customers == {BEN: Decimal("98.75")}
            assert found.positions() == {("green", "MWK"): Decimal("100.25"), ("zed", "MWK"): Decimal("-100.25")}
            assert (wire.positions, wire.problems, wire.unsure) == (found.positions(), [], frozenset())


def test_a_fixed_amount_arrives_whole_and_the_payer_bears_the_fee() -> None:
    with scheme(fee="1.5", ilp_version=4) as found:
        payment = found.payer.send(ANN, BEN, "100", "MWK", amount_type="RECEIVE")
        found.quiet(payment)
        assert (payment.paid["amount"], payment.received["amount"]) == ("101.5", "100")
        assert found.payer.books.customers == {ANN: Decimal("-101.5")}


def test_a_conversion_moves_the_source_to_the_provider_and_the_target_to_the_payee() -> None:
    with scheme(fee="0.5") as found:
        payment = found.payer.send(ANN, BEN, "1000", "MWK", via="lake", into="ZMW")
        wire = found.quiet(payment)
        assert (payment.state, payment.received) == ("COMMITTED", {"amount": "12", "currency": "ZMW"})
        expected = {
            ("green", "MWK"): 1000,
            ("lake", "MWK"): -1000,
            ("lake", "ZMW"): Decimal("12.5"),
            ("zed", "ZMW"): Decimal("-12.5"),
        }
        assert found.positions() == expected
        assert (wire.positions, wire.problems) == (expected, [])


def test_a_conversion_of_a_fixed_target_asks_the_provider_for_the_source() -> None:
    with scheme(fee="0.5") as found:
        payment = found.payer.send(ANN, BEN, "10", "MWK", amount_type="RECEIVE", via="lake", into="ZMW")
        wire = found.quiet(payment)
        assert (payment.paid["amount"], payment.received["amount"]) == ("840", "10")
        assert wire.positions == found.positions() == {
            ("green", "MWK"): 840, ("lake", "MWK"): -840, ("lake", "ZMW"): Decimal("10.5"), ("zed", "ZMW"): Decimal("-10.5"),
        }  # fmt: skip


def test_who_is_refused_or_cheated_moves_nothing() -> None:
    for answers, code in (("refuse", "5100"), ("wrong fulfilment", "3100")):
        for via in (None, "lake"):
            with scheme() as found:
                found.payee.payee.answers = answers
                payment = found.payer.send(ANN, BEN, "100", "MWK", via=via, into="ZMW" if via else None)
                wire = found.quiet(payment)
                assert (payment.state, payment.code) == ("ABORTED", code)
                assert (found.positions(), dict(found.payer.books.customers)) == ({}, {})
                assert (set(wire.positions.values()), wire.problems) == ({Decimal(0)}, [])


def test_a_provider_s_charge_is_taken_before_it_converts() -> None:
    for amount_type, amount, paid, received in (("SEND", "1000", "1000", "12.4"), ("RECEIVE", "12.4", "1000", "12.4")):
        with scheme() as found:
            found.provider.provider.charge = Decimal(8)
            payment = found.payer.send(ANN, BEN, amount, "MWK", amount_type=amount_type, via="lake", into="ZMW")
            found.quiet(payment)
            assert (payment.paid["amount"], payment.received["amount"]) == (paid, received)


def test_a_payer_believes_in_a_fulfilment_only_when_it_opens_the_condition() -> None:
    with scheme() as found:
        found.provider.provider.answers = "wrong fulfilment"
        payment = found.payer.send(ANN, BEN, "100", "MWK", via="lake", into="ZMW")
        assert (payment.state, payment.code) == ("REFUSED", "fulfilment")
    with scheme() as found:
        found.relay.instead = "A" * 43
        payment = found.payer.send(ANN, BEN, "100", "MWK")
        assert (payment.state, payment.code) == ("UNKNOWN", "fulfilment")
        assert found.payer.books.positions == {}
        assert any("does not open" in problem for problem in found.quiet(payment).problems)


def test_a_payee_who_commits_counts_the_money_only_when_the_hub_takes_the_answer() -> None:
    for status, customers in ((200, {BEN: Decimal(100)}), (400, {})):
        said: list[dict[str, Any] | None] = []

        def say(method: str, path: str, to: str, body: dict[str, Any] | None, into: Any = said, status: int = status) -> int:
            into.append(body)
            return status

        payee = Payee("zed", say, Books(), [BEN], ["MWK"], answers="COMMITTED")
        payee.quote(quote_of(BEN, "100"))
        assert said[0] is not None
        terms = {key: said[0][key] for key in ("ilpPacket", "condition")} | {"amount": said[0]["transferAmount"]}
        prepare = terms | {"transferId": "t1", "payerFsp": "green", "payeeFsp": "zed"}
        payee.prepare(Message("POST", "/transfers", {}, packed(prepare)))
        assert payee.books.customers == customers
        payee.failed("t1")
        assert set(payee.books.customers.values()) <= {Decimal(0)}


def test_an_unknown_payee_and_an_unknown_pair_end_the_payment_before_it_begins() -> None:
    with scheme() as found:
        assert found.payer.send(ANN, "MSISDN:265000000000", "100", "MWK").code == "3204"
        assert found.payer.send(ANN, BEN, "100", "ZMW", via="lake", into="MWK").code == "5001"
        assert recompute(found.relay.log).positions == {}


def test_silence_is_neither_paid_nor_refused() -> None:
    with scheme() as found:
        found.payee.payee.answers = "silence"
        found.payer.payer.patience = 0.3
        payment = found.payer.send(ANN, BEN, "100", "MWK")
        assert payment.state == "UNKNOWN"
        assert found.quiet(payment).positions == {("green", "MWK"): Decimal(100), ("zed", "MWK"): Decimal(0)}


def test_a_repeated_notice_counts_once() -> None:
    with scheme() as found:
        payment = found.payer.send(ANN, BEN, "100", "MWK")
        found.quiet(payment)
        again = {"transferState": "COMMITTED", "completedTimestamp": now()}
        found.payee.payee.notice(Message("PATCH", "", {}, packed(again)), payment.transfer_id)
        assert found.payee.books.customers == {BEN: Decimal(100)}


def test_a_prepare_that_nobody_quoted_is_refused() -> None:
    with scheme() as found:
        payment = found.payer.send(ANN, BEN, "100", "MWK")
        found.quiet(payment)
        prepare = next(each for each in found.relay.log if (each.method, each.path) == ("POST", "/transfers"))
        dearer = content(prepare.body) | {"amount": {"amount": "101", "currency": "MWK"}}
        found.payee.payee.prepare(Message("POST", "/transfers", {}, packed(dearer)))
        arrived = found.relay.mailbox.until(lambda: found.relay.log[-1].path.endswith("/error"))
        assert arrived
        assert found.payee.books.customers == {BEN: Decimal(100)}
