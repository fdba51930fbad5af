"""A scheme as a script: each act is one posting or hold by hand. A test leaves out, repeats or alters acts, and audits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from loopyard.audit import Books, Opening, TransferRecord
from loopyard.audit.books import State
from loopyard.engine.contract import ContractFinding
from loopyard.engine.traffic import Interaction
from loopyard.kernel.ledger import Account, Ledger, Leg, Side, credit, debit
from loopyard.kernel.money import Money

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
AMINA, BOB, CARL = "MSISDN:265991000001", "MSISDN:265992000002", "MSISDN:265993000003"
GREEN, BLUE, FXP = "green-bank", "blue-wallet", "swift-fx"
CUSTOMERS = {GREEN: (AMINA, CARL), BLUE: (BOB, CARL)}
CURRENCIES = ("MWK", "ZMW")
NORMAL: dict[str, Side] = {
    "customer": "credit", "fee-income": "credit", "commission-paid": "debit", "scheme-clearing": "debit", "holding": "credit",
    "opening": "debit", "suspense": "credit", "treasury": "credit", "position": "debit", "settlement": "debit",
    "hub-reconciliation": "debit", "in-flight": "credit",
}  # fmt: skip
OWN_ROLES = ("fee-income", "commission-paid", "scheme-clearing", "holding", "suspense", "opening", "treasury")


@dataclass(frozen=True)
class Act:
    """A posting, `seconds` after the start, by interaction `cause`. Legs: (role, holder, currency, units), debit negative."""

    owner: str
    reference: str
    legs: tuple[tuple[str, str, str, int], ...]
    seconds: int = 0
    cause: int | None = None
    memo: str = ""


@dataclass(frozen=True)
class Held:
    """A hold that is still active."""

    owner: str
    reference: str
    role: str
    holder: str
    amount: Money
    cause: int | None = None


@dataclass(frozen=True)
class Script:
    """All that happens in a scheme after its opening, and what else an audit reads."""

    acts: tuple[Act, ...] = ()
    records: tuple[TransferRecord, ...] = ()
    holds: tuple[Held, ...] = ()
    traffic: tuple[Interaction, ...] = ()
    contract: tuple[ContractFinding, ...] = ()
    pending: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    before: tuple[Act, ...] = field(default=(), repr=False)
    """Acts that happened before the opening was taken."""

    def __add__(self, other: Script) -> Script:
        return Script(
            self.acts + other.acts, self.records + other.records, self.holds + other.holds,
            self.traffic + other.traffic, self.contract + other.contract, self.pending | other.pending,
            self.hidden | other.hidden, self.before + other.before,
        )  # fmt: skip

    def without(self, owner: str, nth: int = 0) -> Script:
        """Leave out the nth posting of an owner."""
        index = self.find(owner, nth)
        return replace(self, acts=self.acts[:index] + self.acts[index + 1 :])

    def doubled(self, owner: str, nth: int = 0) -> Script:
        """The nth posting of an owner, twice."""
        index = self.find(owner, nth)
        return replace(self, acts=(*self.acts[: index + 1], *self.acts[index:]))

    def altered(self, owner: str, nth: int = 0, **changes: Any) -> Script:
        """The nth posting of an owner, changed."""
        index = self.find(owner, nth)
        return replace(self, acts=(*self.acts[:index], replace(self.acts[index], **changes), *self.acts[index + 1 :]))

    def find(self, owner: str, nth: int) -> int:
        return [index for index, act in enumerate(self.acts) if act.owner == owner][nth]

    def with_state(self, state: State) -> Script:
        return replace(self, records=tuple(replace(record, state=state) for record in self.records))

    def books(self) -> Books:
        return Scheme(self.hidden).play(self)


class Scheme:
    """The ledgers of two banks, a provider of conversions and the hub."""

    def __init__(self, hidden: frozenset[str] = frozenset()) -> None:
        self.now = START
        self.cause: str | None = None
        self.ledgers = {owner: Ledger(owner, lambda: self.now, lambda: self.cause) for owner in ("hub", GREEN, BLUE, FXP)}
        for code in CURRENCIES:
            self._open("hub", "in-flight", "", code)
            self._open("hub", "hub-reconciliation", "hub", code)
            for party in (GREEN, BLUE, FXP):
                self._open("hub", "position", party, code)
                self._open("hub", "settlement", party, code)
                for role in OWN_ROLES:
                    self._open(party, role, "", code)
                for holder in CUSTOMERS.get(party, ()):
                    account = self._open(party, "customer", holder, code)
                    self._fund(party, account)
        for party in hidden:
            del self.ledgers[party]

    def _open(self, owner: str, role: str, holder: str, code: str) -> Account:
        return self.ledgers[owner].open(f"{role}:{holder}:{code}", code, NORMAL[role], role, holder)

    def _fund(self, party: str, account: Account) -> None:
        money = Money(1000, account.currency)
        opening = self.account(party, "opening", "", account.currency.code)
        self.ledgers[party].post("opening", (debit(opening, money), credit(account, money)))

    def account(self, owner: str, role: str, holder: str, code: str) -> Account:
        return self.ledgers[owner].account(f"{role}:{holder}:{code}")

    def act(self, act: Act) -> None:
        if act.owner not in self.ledgers:
            return
        self.now, self.cause = START + timedelta(seconds=act.seconds), None if act.cause is None else str(act.cause)
        legs = [Leg(self.account(act.owner, role, holder, code), units) for role, holder, code, units in act.legs]
        self.ledgers[act.owner].post(act.reference, legs, act.memo)

    def hold(self, held: Held) -> None:
        self.cause = None if held.cause is None else str(held.cause)
        account = self.account(held.owner, held.role, held.holder, held.amount.currency.code)
        self.ledgers[held.owner].hold(account, held.amount, held.reference)

    def play(self, script: Script) -> Books:
        for act in script.before:
            self.act(act)
        opening = Opening.of(self.ledgers.values())
        for act in script.acts:
            self.act(act)
        for held in script.holds:
            self.hold(held)
        return Books(
            list(self.ledgers.values()), opening, script.traffic, script.records, script.pending, script.contract, script.hidden
        )


def leg(role: str, units: int, holder: str = "", code: str = "MWK") -> tuple[str, str, str, int]:
    """A credit, or a debit when negative."""
    return role, holder, code, units


def mwk(amount: str | int) -> Money:
    return Money(amount, "MWK")


def transfer(
    id_: str = "T1", amount: Money | None = None, *, payer: str = GREEN, payee: str = BLUE, at: int = 0, home_fee: int = 2,
    fee: int = 1, debtor: str = AMINA, creditor: str = BOB, cause: int | None = None,
) -> Script:  # fmt: skip
    """A committed transfer with a fee on each side: hub reserve, hub commit, payer, payee, in this order."""
    money = amount or mwk(100)
    code, units, taken, kept = money.currency.code, money.units, home_fee * 10_000, fee * 10_000
    causes = [None] * 4 if cause is None else [cause, cause + 1, cause + 2, cause + 3]
    acts = (
        Act("hub", id_, (("position", payer, code, -units), ("in-flight", "", code, units)), at, causes[0]),
        Act("hub", id_, (("position", payee, code, units), ("in-flight", "", code, -units)), at + 2, causes[1]),
        Act(payer, id_, _legs(("customer", debtor, code, -units - taken), ("scheme-clearing", "", code, units),
                              ("fee-income", "", code, taken)), at + 3, causes[2]),
        Act(payee, id_, _legs(("scheme-clearing", "", code, -units), ("customer", creditor, code, units - kept),
                              ("fee-income", "", code, kept)), at + 3, causes[3]),
    )  # fmt: skip
    return Script(acts, (TransferRecord(id_, "transfer", payer, payee, (money,), "committed"),))


def aborted(id_: str = "T1") -> Script:
    """A transfer that the hub reserved and released; no bank posted anything."""
    reserve = transfer(id_).acts[0]
    release = replace(
        reserve, legs=tuple((role, holder, code, -units) for role, holder, code, units in reserve.legs), seconds=60
    )
    return replace(transfer(id_), acts=(reserve, release)).with_state("aborted")


def opened(id_: str = "T1") -> Script:
    """A transfer that the hub has reserved, with the payer's money held."""
    script = transfer(id_)
    held = Held(GREEN, id_, "customer", AMINA, mwk(102))
    return replace(script, acts=script.acts[:1], holds=(held,)).with_state("open")


def conversion(id_: str = "C1", transfer_id: str = "T1") -> Script:
    """100 MWK of Amina become 2 ZMW for Bob, through the provider. Acts: hub (4), payer, provider (2), payee."""
    source, target = 1_000_000, 20_000
    acts = (
        Act("hub", id_, (("position", GREEN, "MWK", -source), ("in-flight", "", "MWK", source))),
        Act("hub", transfer_id, (("position", FXP, "ZMW", -target), ("in-flight", "", "ZMW", target)), 1),
        Act("hub", id_, (("position", FXP, "MWK", source), ("in-flight", "", "MWK", -source)), 2),
        Act("hub", transfer_id, (("position", BLUE, "ZMW", target), ("in-flight", "", "ZMW", -target)), 2),
        Act(GREEN, transfer_id, (("customer", AMINA, "MWK", -source), ("scheme-clearing", "", "MWK", source)), 3),
        Act(FXP, id_, (("scheme-clearing", "", "MWK", -source), ("treasury", "", "MWK", source)), 3),
        Act(FXP, id_, (("treasury", "", "ZMW", -target), ("scheme-clearing", "", "ZMW", target)), 3),
        Act(BLUE, transfer_id, (("scheme-clearing", "", "ZMW", -target), ("customer", BOB, "ZMW", target)), 3),
    )
    amounts = Money.of_units(source, "MWK"), Money.of_units(target, "ZMW")
    records = (
        TransferRecord(transfer_id, "transfer", GREEN, BLUE, amounts[1:], "committed"),
        TransferRecord(id_, "conversion", GREEN, FXP, amounts, "committed", determining=transfer_id),
    )
    return Script(acts, records)


def interaction(
    seq: int, method: str = "POST", path: str = "/transfers", body: Any = None, *, refs_at: tuple[str, ...] = ("transferId",),
    sender: str = "hub", receiver: str = GREEN, status: int | None = 202, answer: Any = None,
    params: dict[str, str] | None = None,
) -> Interaction:  # fmt: skip
    """A row of the log."""
    content = b"" if body is None else json.dumps(body).encode()
    row = Interaction(seq, START, sender, receiver, "op", method, path, (), content, None, refs_at, params or {})
    row.status, row.outcome = status, "answered"
    row.response_body = b"" if answer is None else json.dumps(answer).encode()
    return row


def quoted(
    payee: str = BOB, receives: str = "99", quote: str = "Q1", transfer_id: str = "T1", seq: int = 1, *, payer: str = AMINA,
    refund_of: str = "",
) -> Script:  # fmt: skip
    """A quote's request and answer."""
    kind, value = payee.split(":")
    order = {
        "quoteId": quote,
        "transactionId": transfer_id,
        "payee": {"partyIdInfo": {"partyIdType": kind, "partyIdentifier": value}},
        "payer": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": payer.split(":")[1]}},
        "transactionType": {"refundInfo": {"originalTransactionId": refund_of}} if refund_of else {},
    }
    terms = {"payeeReceiveAmount": {"amount": receives, "currency": "MWK"}}
    asked = interaction(seq, "POST", "/quotes", order, refs_at=("quoteId", "transactionId"))
    answered = interaction(seq + 1, "PUT", f"/quotes/{quote}", terms, refs_at=("{ID}",), params={"ID": quote})
    return Script(traffic=(asked, answered))


def bulk_quoted(*parts: tuple[str, str, str]) -> Script:
    """A bulk quote's request and answer; each part is a transfer, its payee, and what she receives."""
    orders, results = [], []
    for transfer_id, payee, receives in parts:
        kind, value = payee.split(":")
        who = {"partyIdInfo": {"partyIdType": kind, "partyIdentifier": value}}
        orders.append({"quoteId": f"Q-{transfer_id}", "transactionId": transfer_id, "payee": who})
        results.append({"quoteId": f"Q-{transfer_id}", "payeeReceiveAmount": {"amount": receives, "currency": "MWK"}})
    payer = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": AMINA.split(":")[1]}}
    asked = {"bulkQuoteId": "B1", "payer": payer, "individualQuotes": orders}
    return Script(traffic=(
        interaction(1, "POST", "/bulkQuotes", asked, refs_at=("bulkQuoteId",)),
        interaction(2, "PUT", "/bulkQuotes/B1", {"individualQuoteResults": results}, refs_at=("{ID}",), params={"ID": "B1"}),
    ))  # fmt: skip


def _legs(*legs: tuple[str, str, str, int]) -> tuple[tuple[str, str, str, int], ...]:
    return tuple(leg for leg in legs if leg[3])


def kinds(findings: Iterable[Any]) -> list[tuple[str, str]]:
    """Kind and party of findings."""
    return [(finding.kind, finding.party) for finding in findings]


def total(scripts: Sequence[Script]) -> Script:
    return sum(scripts, Script())
