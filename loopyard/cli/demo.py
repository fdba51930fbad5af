"""`loopyard demo`: one outbound, one inbound and one FXP transfer, shown message by message, with the books at the end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from time import perf_counter

from loopyard.engine.plan import Person
from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.testing.channel import Order
from loopyard.testing.lab import Lab
from loopyard.testing.observation import Observation, watch_world
from loopyard.world.client import AccountState
from loopyard.world.defaults import default_world
from loopyard.world.file import load

FINDINGS = 1


def run(world: Path | None, seed: str | None, api: str | None = None, signed: bool = False) -> int:
    """Print the three transfers; 0 when the audit is clean, 1 when it is not."""
    began = perf_counter()
    with Lab(load(world or default_world(), seed, api, signed)) as lab:
        took, plan = (perf_counter() - began) * 1000, lab.file.plan
        print(f"world {plan.name}: up in {took:.0f} ms, {len(plan.people) + len(plan.crowd)} people")
        watch = watch_world(lab.world, lab.file.plan.seed)
        people = watch.world.cast.people
        _outbound(watch, people["Chikondi"], people["Bob"], "100")
        _inbound(watch, people["Bob"], people["Amina"], "50")
        _outbound(watch, people["Chikondi"], people["Mutale"], "1000")
        lab.world.settle()
        _show_ledgers(watch)
        return _show_verdict(watch)


def _outbound(watch: Observation, payer: Person, payee: Person, amount: str) -> None:
    money = Money(amount, payer.currency)
    kind = "outbound" if payer.currency == payee.currency else "FXP"
    began = _title(watch, f"{kind}: {payer.name} sends {money} {payer.currency} to {payee.name} ({payee.currency})")
    order = watch.channel.initiate(payer, payee, money)
    if order.last.told == "terms":
        _show_terms(order)
        watch.channel.accept(order)
    watch.world.settle()
    _show_path(watch, began)
    print(f"  the customer is told: {order.last.told} {order.last.code or ''} {order.last.message}".rstrip())


def _inbound(watch: Observation, payer: Person, payee: Person, amount: str) -> None:
    began = _title(watch, f"inbound: {payer.name} sends {amount} {payer.currency} to {payee.name}")
    watch.world.control(
        "dfsp.send", fsp=payer.dfsp, payer={"id_type": payer.id_type, "id_value": payer.id_value},
        payee={"id_type": payee.id_type, "id_value": payee.id_value}, amount=amount, currency=payer.currency,
    )  # fmt: skip
    watch.world.settle()
    _show_path(watch, began)


def _title(watch: Observation, text: str) -> int:
    print(f"\n{text}")
    return max((row.seq for row in watch.world.interactions()), default=0)


def _show_terms(order: Order) -> None:
    terms = order.terms.body
    payee, amount, currency = terms["payeeDetails"]["name"], terms["receiveAmount"], terms["receiveCurrency"]
    print(f"  terms: {payee} receives {amount} {currency}")


def _show_path(watch: Observation, began: int) -> None:
    starts = datetime.fromisoformat(watch.world.describe()["starts"])

    def show(row: Interaction) -> str:
        seconds = (row.at - starts).total_seconds()
        how = row.status if row.status is not None else row.outcome
        return f"  +{seconds:7.3f} s  {row.sender:>13} -> {row.receiver:<13} {how}  {row.method:5} {row.path[:70]}"

    print("\n".join(show(row) for row in watch.world.interactions(since=began)))


def _show_ledgers(watch: Observation) -> None:
    print("\nledgers (what moved)")

    def line(each: AccountState) -> str:
        name, currency = f"{each.owner:14} {each.name:30}", each.balance.currency.code
        return f"  {name} {each.before!s:>10} -> {each.balance!s:>10} {currency}  held {each.held}"

    moved = [each for each in watch.world.accounts() if each.gained or each.held]
    print("\n".join(line(each) for each in moved))


def _show_verdict(watch: Observation) -> int:
    verdict = watch.verdict()
    for item in verdict.open_items:
        print(f"  open: {item.text}")
    for finding in verdict.findings:
        print(f"  {finding.kind}: {finding.text}")
    print(f"\naudit: {'clean, every ledger agrees to the minor unit' if verdict.clean else 'NOT clean'}")
    return 0 if verdict.clean else FINDINGS
