"""What a world can do to its hub and ask of it: JSON in, JSON out, amounts as texts of major units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from loopyard.engine.simulator import Control
from loopyard.kernel.errors import UsageError
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop import dates
from simulators.hub.operations.raw import RAW
from simulators.hub.operations.settlement_controls import SETTLEMENT_CONTROLS
from simulators.hub.state import Hub, retention
from simulators.hub.state.errors import ResourceNotFound
from simulators.hub.state.participants import POSITION, SETTLEMENT, Account
from simulators.hub.state.parties import PartyKey
from simulators.hub.state.records import Record
from simulators.hub.wire import bulk_transfers as bulk_wire
from simulators.hub.wire import transfers as wire

Json = dict[str, Any]
Arguments = Mapping[str, Any]


def participants(hub: Hub, arguments: Arguments) -> list[Json]:
    """All participants: id, number, isActive, currencies, providesConversion."""
    return [
        {
            "id": each.name, "number": each.id, "isActive": each.is_active, "providesConversion": each.provides_conversion,
            "currencies": list(dict.fromkeys(account.currency.code for account in each.accounts)),
        }
        for each in hub.participants
    ]  # fmt: skip


def parties(hub: Hub, arguments: Arguments) -> list[Json]:
    """Who holds the party `type`, `id` in the hub's own oracle: fspId, currency, subId, first registered first."""
    found = hub.parties.find(PartyKey(arguments["type"], arguments["id"]))
    return [{"fspId": each.fsp, "currency": each.currency, "subId": each.sub_id} for each in found]


def positions(hub: Hub, arguments: Arguments) -> list[Json]:
    """Position, settlement account and net debit cap; `participant` and `currency` choose among them."""
    rows = [
        {
            "participant": who.name, "currency": account.currency.code, "position": str(account.value),
            "settlement": str(_settlement(hub, who.name, account)), "netDebitCap": _cap(account),
            "isActive": account.is_active,
        }
        for who in hub.participants
        for account in who.accounts
        if account.type == POSITION
    ]  # fmt: skip
    return [row for row in rows if all(row[key] == value for key, value in arguments.items())]


def transfer(hub: Hub, arguments: Arguments) -> Json:
    """One transfer or conversion by `id`, with its history. Raises ResourceNotFound."""
    id_ = str(arguments["id"])
    record = hub.transfers.desk.find(id_) or hub.conversions.desk.find(id_)
    if record is None:
        raise ResourceNotFound(f"the hub has no transfer or conversion {id_}; list them with the control `transfers`")
    history = [{"at": dates.to_iso(at), "state": state} for at, state in record.history]
    return record_json(record) | {"history": history}


def transfers(hub: Hub, arguments: Arguments) -> list[Json]:
    """All transfers and conversions in the order of arrival, those in `state` open, committed or aborted where it is given."""
    wanted = arguments.get("state")
    return [record_json(each) for each in hub.records() if wanted in (None, _state(each))]


def over(hub: Hub, arguments: Arguments) -> list[Json]:
    """Final and expired transfers and conversions that a world may archive which keeps the latest `retain` transfers."""
    return [record_json(each) for each in retention.over(hub, int(arguments["retain"]))]


def transfer_counts(hub: Hub, arguments: Arguments) -> list[Json]:
    """How many transfers and conversions are in each internal state."""
    counts = Counter((each.kind, each.state) for each in hub.records())
    return [{"kind": kind, "internalState": state, "count": count} for (kind, state), count in sorted(counts.items())]


def bulk_transfers(hub: Hub, arguments: Arguments) -> list[Json]:
    """All bulk transfers in the order of arrival, each with its state and the result of each transfer."""
    return [bulk_wire.bulk_json(each) for each in hub.bulks]


def set_limit(hub: Hub, arguments: Arguments) -> Json:
    """Another net debit cap: `participant`, `currency`, `value`."""
    cap, alarm = Money(str(arguments["value"]), arguments["currency"]), Decimal(str(arguments.get("alarmPercentage", 10)))
    hub.operator.change_limit(arguments["participant"], "NET_DEBIT_CAP", cap, alarm)
    return {"participant": arguments["participant"], "currency": arguments["currency"], "netDebitCap": str(cap)}


def speak(hub: Hub, arguments: Arguments) -> None:
    """Tell a participant things in another form from now on, and expect it: `participant`, `api` fspiop or iso20022."""
    if arguments["api"] not in ("fspiop", "iso20022"):
        raise UsageError("control of the hub", "api", f"{arguments['api']!r} is not known", "choose fspiop or iso20022")
    hub.participants.get(arguments["participant"]).api = arguments["api"]


def set_active(hub: Hub, arguments: Arguments) -> Json:
    """Switch a participant, or with `currency` its position account, on or off: `participant`, `isActive`."""
    name, active = arguments["participant"], bool(arguments["isActive"])
    if "currency" not in arguments:
        hub.operator.set_active(name, active)
    else:
        account = _account(hub, name, POSITION, arguments["currency"])
        hub.operator.set_account_active(name, account.id, active)
    return dict(arguments)


def funds_in(hub: Hub, arguments: Arguments) -> Json:
    """Prefund: `participant`, `amount`, `currency`."""
    return _funds(hub, arguments, ("recordFundsIn",))


def funds_out(hub: Hub, arguments: Arguments) -> Json:
    """Withdraw prefunding, both halves at once: `participant`, `amount`, `currency`."""
    return _funds(hub, arguments, ("recordFundsOutPrepareReserve", "recordFundsOutCommit"))


def _funds(hub: Hub, arguments: Arguments, actions: tuple[str, ...]) -> Json:
    name, amount = arguments["participant"], Money(str(arguments["amount"]), arguments["currency"])
    account, id_ = _account(hub, name, SETTLEMENT, amount.currency.code), hub.site.ids.ulid(hub.site.clock.now())
    hub.operator.record_funds(name, account.id, id_, actions[0], amount)
    for action in actions[1:]:
        hub.operator.finish_funds(name, account.id, id_, action)
    return {"transferId": id_, "state": hub.funds.movements[id_].state, "settlement": str(account.value)}


def record_json(record: Record) -> Json:
    """The hub's own record. For a conversion payer is the initiator, payee the provider, amounts are source and target. For a
    participant of another scheme stands the proxy that leads to it."""
    prepare = record.prepare
    amounts = [prepare.amount] if prepare.target is None else [prepare.amount, prepare.target]
    return {
        "id": record.id, "kind": record.kind, "payer": record.payer_at, "payee": record.payee_at,
        "amounts": [{"amount": str(each), "currency": each.currency.code} for each in amounts],
        "state": _state(record), "internalState": record.state, wire.STATE_MEMBER[record.kind]: record.public,
        "determining": prepare.determining, "expiration": dates.to_iso(prepare.expires_at) if prepare.expires_at else None,
        "completedTimestamp": record.completed, "window": record.window,
    }  # fmt: skip


def _state(record: Record) -> str:
    return {"COMMITTED": "committed", "SETTLED": "committed", "ABORTED": "aborted"}.get(record.public, "open")


def _settlement(hub: Hub, name: str, position: Account) -> Money:
    account = hub.participants.get(name).account(SETTLEMENT, position.currency.code)
    return account.value if account is not None else Money.zero(position.currency)


def _cap(account: Account) -> str | None:
    return str(account.limit.value) if account.limit is not None else None


def _account(hub: Hub, name: str, kind: str, code: str) -> Account:
    account = hub.participants.get(name).account(kind, code)
    if account is None:
        raise ResourceNotFound(f"{name} has no {kind} account in {code}; see the control `positions`")
    return account


CONTROLS: Final = (
    Control("participants", participants), Control("parties", parties), Control("positions", positions),
    Control("transfer", transfer),
    Control("transfers", transfers), Control("transfer-counts", transfer_counts), Control("over", over),
    Control("bulk-transfers", bulk_transfers),
    Control("set-limit", set_limit), Control("set-active", set_active), Control("funds-in", funds_in),
    Control("funds-out", funds_out), Control("speak", speak), *SETTLEMENT_CONTROLS, RAW,
)  # fmt: skip
