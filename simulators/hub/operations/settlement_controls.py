"""What a world can do to its hub's settlement at once, where the service's API wants many requests, and the report that a
settlement bank works from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.simulator import Control
from loopyard.kernel.money import Money
from simulators.hub.state import Hub
from simulators.hub.state.errors import ResourceNotFound
from simulators.hub.state.participants import POSITION, SETTLEMENT, Account
from simulators.hub.state.settlement_records import NEXT, Settlement, SettlementAccount, Wish
from simulators.hub.state.windows import Window

Json = dict[str, Any]
Arguments = Mapping[str, Any]


def windows(hub: Hub, arguments: Arguments) -> list[Json]:
    """All settlement windows: id, state, reason, fulfilled transfers, and the net change of each account so far."""
    return [_window(each) for each in hub.windows]


def close_window(hub: Hub, arguments: Arguments) -> Json:
    """Close the open window: `reason`? -> the closed one."""
    window = hub.windows.current
    hub.windows.close(window.id, str(arguments.get("reason", "closed by the world")))
    return _window(window)


def settle(hub: Hub, arguments: Arguments) -> list[Json]:
    """Settle everything that closed windows hold, model by model, to the end: `model`? -> the settlements' reports."""
    made = []
    for model in list(hub.models):
        if model.granularity == "NET" and model.is_active and arguments.get("model") in (None, model.name):
            open_ = [each.id for each in hub.windows if hub.settlements.contents_for(model, each)]
            if open_:
                made.append(hub.settlements.create(model.name, "settled by the world", open_))
    for settlement in made:
        while settlement.state in NEXT:
            hub.settlements.advance(settlement.id, [_wish(each, NEXT[settlement.state][0]) for each in settlement.accounts])
    return [_report(hub, each) for each in made]


def report(hub: Hub, arguments: Arguments) -> list[Json]:
    """What each settlement says that participants owe, beside what their liquidity accounts paid for it: `settlement`?"""
    wanted = arguments.get("settlement")
    return [_report(hub, each) for each in hub.settlements if wanted in (None, each.id)]


def pay(hub: Hub, arguments: Arguments) -> Json:
    """Be the settlement bank: take what senders owe out of their liquidity accounts and pay it to the recipients:
    `settlement` -> its report. What a sender's account does not cover is not taken, and stays a difference."""
    settlement = hub.settlements.get(int(arguments["settlement"]))
    for each in settlement.accounts:
        left = each.net + hub.funds.paid(_liquidity(hub, settlement, each), settlement.reference)
        if left:
            _move(hub, _liquidity(hub, settlement, each), left, settlement.reference)
    return _report(hub, settlement)


def settle_gross(hub: Hub, arguments: Arguments) -> Json:
    """From now on settle each transfer of `currency` by itself: a gross model is added to the others."""
    code = str(arguments["currency"])
    model = hub.models.add(f"CGS{code}", "GROSS", "BILATERAL", "IMMEDIATE", code, True, POSITION, SETTLEMENT, True)
    return {"model": model.name, "currency": code}


def mails(hub: Hub, arguments: Arguments) -> list[Json]:
    """The e-mails that the hub would have sent: kind, participant, position, addresses, oldest first."""
    return [
        {
            "kind": each.kind, "participant": each.participant, "position": str(each.position),
            "currency": each.position.currency.code, "addresses": list(each.addresses),
        }
        for each in hub.mails.written
    ]  # fmt: skip


def _move(hub: Hub, account: Account, owed: Money, reference: str) -> None:
    id_ = hub.site.ids.ulid(hub.site.clock.now())
    if owed.is_negative:
        hub.funds.record(id_, account, "recordFundsIn", abs(owed), reference)
    else:
        hub.funds.record(id_, account, "recordFundsOutPrepareReserve", owed, reference)
        hub.funds.commit(id_)


def _liquidity(hub: Hub, settlement: Settlement, share: SettlementAccount) -> Account:
    who, code = hub.participants.get(share.account.book.holder), share.net.currency.code
    account = who.account(settlement.model.settlement_account_type, code)
    if account is None:
        raise ResourceNotFound(f"{who.name} has no {settlement.model.settlement_account_type} account in {code}")
    return account


def _report(hub: Hub, settlement: Settlement) -> Json:
    rows = []
    for each in settlement.accounts:
        paid = hub.funds.paid(_liquidity(hub, settlement, each), settlement.reference)
        rows.append(
            {
                "participant": each.account.book.holder, "currency": each.net.currency.code, "net": str(each.net),
                "liquidity": str(paid), "difference": str(each.net + paid),
            }
        )  # fmt: skip
    return {"settlement": settlement.id, "model": settlement.model.name, "state": settlement.state, "participants": rows}


def _window(window: Window) -> Json:
    nets = [
        {"participant": account.book.holder, "account": account.type, "currency": net.currency.code, "net": str(net)}
        for account, net in window.nets.items()
    ]
    return {
        "id": window.id, "state": window.state, "reason": window.reason, "transfers": window.counted, "nets": nets,
    }  # fmt: skip


def _wish(each: SettlementAccount, state: str) -> Wish:
    return Wish(each.participant_id, each.account.id, state, "settled by the world", None)


SETTLEMENT_CONTROLS: Final = (
    Control("windows", windows), Control("close-window", close_window), Control("settle", settle),
    Control("settle-gross", settle_gross), Control("settlement-report", report), Control("pay-settlement", pay),
    Control("mails", mails),
)  # fmt: skip
