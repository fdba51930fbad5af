"""What a world can make FX providers do: change a rate, misbehave, repeat a message, send anything. JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.engine.simulator import Control
from loopyard.kernel.errors import UsageError
from loopyard.kernel.settings import read
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.amounts import from_money
from simulators.fxp import webhooks
from simulators.fxp.settings import Options
from simulators.fxp.state.house import Conversion, House
from simulators.fxp.state.houses import Houses
from simulators.fxp.wire import build
from simulators.participant import sending
from simulators.participant.behaviour import Behaviour, Conduct

Json = Any
Arguments = Mapping[str, Json]

CHANGEABLE: Final = frozenset({"spread", "charges", "charge_type", "expiry_seconds", "limits", "grace_seconds"})
"""Options that may change while the world runs."""


def wrong(key: str, problem: str, remedy: str) -> UsageError:
    return UsageError("control of the fxp simulator", key, problem, remedy)


def needed(arguments: Arguments, key: str) -> Json:
    """An argument that has no default. Raises UsageError."""
    if key not in arguments:
        raise wrong(key, "is missing", f"give {key}")
    return arguments[key]


def conversion(houses: Houses, arguments: Arguments) -> Json:
    """One conversion {fsp?, id}, by its own id or its determining transfer's; null when no FXP knows it."""
    id_ = needed(arguments, "id")
    rows = [row for row in conversions(houses, arguments) if id_ in (row["conversionId"], row["transferId"])]
    return rows[0] if rows else None


def conversions(houses: Houses, arguments: Arguments) -> Json:
    """All conversions of `fsp`, or of all FXPs."""
    found = [houses.house(arguments["fsp"])] if "fsp" in arguments else houses.all.values()
    return [conversion_json(house, row) for house in found for row in house.conversions.values()]


def set_rate(houses: Houses, arguments: Arguments) -> Json:
    """Change a rate from now on: {fsp, pair: "MWK/ZMW", rate: "0.0125"}; a rate of null takes the pair away."""
    house, pair, rate = houses.house(needed(arguments, "fsp")), needed(arguments, "pair"), needed(arguments, "rate")
    if rate is None:
        house.rates.pop(pair, None)
    elif not isinstance(rate, str) or Decimal(rate) <= 0:
        raise wrong("rate", f"{rate!r} is no rate", 'give a text such as "0.0125"')
    else:
        house.rates[pair] = Decimal(rate)


def set_options(houses: Houses, arguments: Arguments) -> Json:
    """Change options of `fsp` from now on: {fsp, spread?, charges?, charge_type?, expiry_seconds?, limits?, grace_seconds?}."""
    house = houses.house(needed(arguments, "fsp"))
    changed = {key: value for key, value in arguments.items() if key != "fsp"}
    for key in changed.keys() - CHANGEABLE:
        raise wrong(key, "cannot be changed", f"choose from {', '.join(sorted(CHANGEABLE))}; rates have set-rate")
    given = read(Options, changed, "control of the fxp simulator")
    house.options = replace(house.options, **{key: getattr(given, key) for key in changed})


def behave(houses: Houses, arguments: Arguments) -> Json:
    """Misbehave: {fsp?, on, do, with?, times?, where?}; see the README."""
    if "fsp" in arguments:
        houses.house(arguments["fsp"])
    return behaviour_json(houses.behaviours.add(arguments, "control of the fxp simulator"))


def behaviours(houses: Houses, arguments: Arguments) -> Json:
    """The deviations in force, with their hits."""
    return [behaviour_json(each) for each in houses.behaviours.all]


def behave_well(houses: Houses, arguments: Arguments) -> Json:
    """Drop the deviations of `fsp`, or all."""
    kept = [each for each in houses.behaviours.all if "fsp" in arguments and each.fsp != arguments["fsp"]]
    houses.behaviours.all[:] = kept


async def resend(houses: Houses, arguments: Arguments) -> Json:
    """Repeat the answer to a conversion: {fsp, id, message = "fulfil" | "terms", set?, remove?, headers?} -> {status, body}.
    `id` is the conversion's, for terms the request's. With none of the last three it is the same message again."""
    house, id_ = houses.house(needed(arguments, "fsp")), needed(arguments, "id")
    changes = {key: arguments[key] for key in ("set", "remove", "headers") if key in arguments}
    conduct, what = Conduct("alter" if changes else "", changes), arguments.get("message", "fulfil")
    if what not in ("fulfil", "terms"):
        raise wrong("message", f"{what!r} is not known", "choose fulfil or terms")
    if what == "terms":
        terms = house.known_terms(id_)
        message, to, body = webhooks.TERMS, terms.order.initiating_fsp, build.answer(terms, house.options.charge_type)
    else:
        row = house.known_conversion(id_)
        message, to, body = webhooks.FULFIL, row.order.initiating_fsp, build.fulfil(row)
    answer = await sending.deliver(houses, house, message, to, {"ID": id_}, body, conduct)
    return {"status": answer.status if answer else None, "body": json_of(answer)}


async def raw(houses: Houses, arguments: Arguments) -> Json:
    """Send anything to the hub as `fsp`: {fsp, method, path, headers?, body?, destination?} -> {status, headers, body}.
    Headers are added to the standard ones; a header of null is left out. A text body goes as it is."""
    house = houses.house(needed(arguments, "fsp"))
    method, path = needed(arguments, "method"), needed(arguments, "path")
    path, _, query = path.partition("?")
    headers = sending.standard_headers(houses, house, method, path, arguments.get("destination"))
    headers |= {name.lower(): value for name, value in arguments.get("headers", {}).items()}
    body = arguments.get("body")
    content = b"" if body is None else body.encode() if isinstance(body, str) else canonical.sorted_json(body)
    message = Message("fxp.raw.send", method, path.replace("{", "{{").replace("}", "}}"))
    answer = await houses.site.outbox.deliver(
        message, houses.site.url(houses.settings.hub, "fspiop"), receiver=houses.settings.hub, sender=house.id, query=query,
        headers={name: value for name, value in headers.items() if value is not None}, body=content, deliberate=True,
    )  # fmt: skip
    if answer is None:
        return {"status": None, "headers": [], "body": None}
    return {"status": answer.status, "headers": [list(pair) for pair in answer.headers], "body": json_of(answer)}


def conversion_json(house: House, row: Conversion) -> Json:
    """A conversion; amounts as FSPIOP writes them, `ignored` are notices that changed nothing."""
    order = row.order
    return {
        "conversionId": order.id, "transferId": order.transfer_id, "fsp": house.id, "initiatingFsp": order.initiating_fsp,
        "state": row.state, "sourceAmount": from_money(order.source), "targetAmount": from_money(order.target),
        "error": str(row.refusal) if row.refusal else None, "ignored": list(row.ignored), "asked": row.asked,
    }  # fmt: skip


def behaviour_json(each: Behaviour) -> Json:
    return {
        "fsp": each.fsp, "on": each.on, "do": each.do, "with": dict(each.options), "times": each.times,
        "where": dict(each.where), "hits": each.hits,
    }  # fmt: skip


CONTROLS: Final = (
    Control("conversion", conversion),
    Control("conversions", conversions),
    Control("set-rate", set_rate),
    Control("set-options", set_options),
    Control("behave", behave),
    Control("behaviours", behaviours),
    Control("behave-well", behave_well),
    Control("resend", resend),
    Control("raw", raw),
)
