"""What a world can make FX providers do: change a rate, misbehave, repeat a message, send anything. JSON in, JSON out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from loopyard.engine.simulator import Control
from loopyard.kernel.settings import read
from loopyard.protocols.fspiop.amounts import from_money
from simulators.fxp import webhooks
from simulators.fxp.settings import Options
from simulators.fxp.state.house import Conversion, House
from simulators.fxp.state.houses import Houses
from simulators.fxp.wire import build
from simulators.participant.controls import Arguments, Desk, Json, again

DESK: Final = Desk("fxp", Houses.house)

CHANGEABLE: Final = frozenset({"spread", "charges", "charge_type", "expiry_seconds", "limits", "grace_seconds"})
"""Options that may change while the world runs."""


def conversion(houses: Houses, arguments: Arguments) -> Json:
    """One conversion {fsp?, id}, by its own id or its determining transfer's; null when no FXP knows it."""
    id_ = DESK.needed(arguments, "id")
    rows = [row for row in conversions(houses, arguments) if id_ in (row["conversionId"], row["transferId"])]
    return rows[0] if rows else None


def conversions(houses: Houses, arguments: Arguments) -> Json:
    """All conversions of `fsp`, or of all FXPs."""
    found = [houses.house(arguments["fsp"])] if "fsp" in arguments else houses.all.values()
    return [conversion_json(house, row) for house in found for row in house.conversions.values()]


def set_rate(houses: Houses, arguments: Arguments) -> Json:
    """Change a rate from now on: {fsp, pair: "MWK/ZMW", rate: "0.0125"}; a rate of null takes the pair away."""
    house = houses.house(DESK.needed(arguments, "fsp"))
    pair, rate = DESK.needed(arguments, "pair"), DESK.needed(arguments, "rate")
    if rate is None:
        house.rates.pop(pair, None)
    elif not isinstance(rate, str) or Decimal(rate) <= 0:
        raise DESK.wrong("rate", f"{rate!r} is no rate", 'give a text such as "0.0125"')
    else:
        house.rates[pair] = Decimal(rate)


def set_options(houses: Houses, arguments: Arguments) -> Json:
    """Change options of `fsp` from now on: {fsp, spread?, charges?, charge_type?, expiry_seconds?, limits?, grace_seconds?}."""
    house = houses.house(DESK.needed(arguments, "fsp"))
    changed = {key: value for key, value in arguments.items() if key != "fsp"}
    for key in changed.keys() - CHANGEABLE:
        raise DESK.wrong(key, "cannot be changed", f"choose from {', '.join(sorted(CHANGEABLE))}; rates have set-rate")
    given = read(Options, changed, DESK.where)
    house.options = replace(house.options, **{key: getattr(given, key) for key in changed})


async def resend(houses: Houses, arguments: Arguments) -> Json:
    """Repeat the answer to a conversion: {fsp, id, message = "fulfil" | "terms", set?, remove?, headers?} -> {status, body}.
    `id` is the conversion's, for terms the request's. With none of the last three it is the same message again."""
    house, id_ = houses.house(DESK.needed(arguments, "fsp")), DESK.needed(arguments, "id")
    what = arguments.get("message", "fulfil")
    if what not in ("fulfil", "terms"):
        raise DESK.wrong("message", f"{what!r} is not known", "choose fulfil or terms")
    if what == "terms":
        terms = house.known_terms(id_)
        message, to, body = webhooks.TERMS, terms.order.initiating_fsp, build.answer(terms, house.options.charge_type)
    else:
        row = house.known_conversion(id_)
        message, to, body = webhooks.FULFIL, row.order.initiating_fsp, build.fulfil(row)
    return await again(houses, house, message, to, {"ID": id_}, body, arguments)


def conversion_json(house: House, row: Conversion) -> Json:
    """A conversion; amounts as FSPIOP writes them, `ignored` are notices that changed nothing."""
    order = row.order
    return {
        "conversionId": order.id, "transferId": order.transfer_id, "fsp": house.id, "initiatingFsp": order.initiating_fsp,
        "state": row.state, "sourceAmount": from_money(order.source), "targetAmount": from_money(order.target),
        "error": str(row.refusal) if row.refusal else None, "ignored": list(row.ignored), "asked": row.asked,
    }  # fmt: skip


CONTROLS: Final = (
    Control("conversion", conversion),
    Control("conversions", conversions),
    Control("set-rate", set_rate),
    Control("set-options", set_options),
    Control("resend", resend),
    *DESK.controls,
)
