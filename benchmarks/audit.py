"""How fast the audit is: postings a second, and against a bare pass that only groups and sums the same postings.

Run `python benchmarks/audit.py [postings] [--traffic]`. Exit code 4 when 100,000 postings take a second or more.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks.report import MISSED
from loopyard.audit import Books, Opening, TransferRecord, audit
from loopyard.engine.traffic import Interaction
from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Money

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
A_TRANSFER = 4  # postings: two at the hub, one at each bank
PEOPLE = 100
ROUNDS = 3
BAR = 100_000  # postings in less than a second


def books(postings: int, with_traffic: bool) -> Books:
    """Committed transfers between two banks, each with a fee on both sides."""
    now = [START]
    hub, green, blue = (Ledger(owner, lambda: now[0], lambda: None) for owner in ("hub", "green", "blue"))
    flight = hub.open("in-flight", "MWK", "credit", "in-flight")
    position = {each: hub.open(f"{each} position", "MWK", "debit", "position", each) for each in ("green", "blue")}
    clearing = {each.owner: each.open("clearing", "MWK", "debit", "scheme-clearing") for each in (green, blue)}
    income = {each.owner: each.open("fees", "MWK", "credit", "fee-income") for each in (green, blue)}
    people = {
        each.owner: [each.open(f"{n}", "MWK", "credit", "customer", f"MSISDN:{each.owner}{n}") for n in range(PEOPLE)]
        for each in (green, blue)
    }
    opening = Opening.of((hub, green, blue))
    amount, fee, net = Money(100, "MWK"), Money(1, "MWK"), Money(99, "MWK")
    records: list[TransferRecord] = []
    traffic: list[Interaction] = []
    for number in range(postings // A_TRANSFER):
        now[0] += timedelta(milliseconds=20)
        id_, payer, payee = f"01HZ{number:022d}", people["green"][number % PEOPLE], people["blue"][number % PEOPLE]
        hub.post(id_, (debit(position["green"], amount), credit(flight, amount)), "reserve")
        hub.post(id_, (debit(flight, amount), credit(position["blue"], amount)), "commit")
        green.post(
            id_, (debit(payer, amount + fee), credit(clearing["green"], amount), credit(income["green"], fee)), "payer commit"
        )
        blue.post(id_, (debit(clearing["blue"], amount), credit(payee, net), credit(income["blue"], fee)), "payee commit")
        records.append(TransferRecord(id_, "transfer", "green", "blue", (amount,), "committed"))
        traffic += _interactions(len(traffic), id_) if with_traffic else []
    return Books((hub, green, blue), opening, traffic, records)


def _interactions(seq: int, id_: str) -> list[Interaction]:
    """The prepare and its relay, the fulfil and its relay, with bodies as large as real ones."""
    money = {"amount": "100", "currency": "MWK"}
    prepare = json.dumps({"transferId": id_, "amount": money, "ilpPacket": "A" * 1200, "condition": "c" * 43}).encode()
    fulfil = json.dumps({"transferState": "RESERVED", "fulfilment": "f" * 43}).encode()
    calls = ("POST", "/transfers", prepare, ("transferId",)), ("PUT", f"/transfers/{id_}", fulfil, ("{ID}",))
    return [
        Interaction(seq + index, START, "hub", "green", "op", method, path, (), body, None, refs_at, {"ID": id_}, status=200)
        for index, (method, path, body, refs_at) in enumerate((calls[0], calls[0], calls[1], calls[1]), start=1)
    ]


def group_and_sum(what: Books) -> dict[tuple[str, str], int]:
    """The least that any audit does: every leg added to its reference and account."""
    sums: dict[tuple[str, str], int] = {}
    for ledger in what.ledgers:
        for posting in ledger.postings:
            for leg in posting.legs:
                key = posting.reference, leg.account.name
                sums[key] = sums.get(key, 0) + leg.units
    return sums


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process; nothing that others do counts."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


def main(arguments: list[str]) -> int:
    postings = next((int(each) for each in arguments if each.isdigit()), BAR)
    what = books(postings, "--traffic" in arguments)
    assert audit(what).clean
    bare, full = [], []
    for _ in range(ROUNDS):
        bare.append(seconds(lambda: group_and_sum(what)))
        full.append(seconds(lambda: audit(what)))
    took, least = statistics.median(full), statistics.median(bare)
    print(f"loopyard.audit.audit   {took:6.3f} s  {postings / took:9,.0f} postings/s  {len(what.traffic):,} interactions")
    print(f"group_and_sum          {least:6.3f} s  {postings / least:9,.0f} postings/s")
    print(f"ratio                  {least / took:6.2f}    bar: {BAR:,} postings < 1 s")
    print(json.dumps({"seconds": round(took, 3), "ratio": round(least / took, 3)}))
    return 0 if took * BAR / postings < 1 else MISSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
