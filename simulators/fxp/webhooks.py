"""What FX providers send through the hub: terms, reservations, errors, and questions when a word is missing.
How a message is sent is known to `participant.sending`."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from loopyard.engine.operations import Message
from simulators.fxp.state.house import Conversion, House, Terms
from simulators.fxp.state.houses import Houses
from simulators.fxp.wire import build
from simulators.participant.behaviour import GOOD, Conduct
from simulators.participant.sending import ANOTHER_SECRET, deliver, post

TERMS: Final = Message("fxp.fx-quotes.answer", "PUT", "/fxQuotes/{ID}", refs=("{ID}", "conversionTerms.conversionId"))
TERMS_ERROR: Final = Message("fxp.fx-quotes.error", "PUT", "/fxQuotes/{ID}/error", refs=("{ID}",))
FULFIL: Final = Message("fxp.fx-transfers.fulfil", "PUT", "/fxTransfers/{ID}", refs=("{ID}",))
CONVERSION_ERROR: Final = Message("fxp.fx-transfers.error", "PUT", "/fxTransfers/{ID}/error", refs=("{ID}",))
QUESTION: Final = Message("fxp.fx-transfers.ask", "GET", "/fxTransfers/{ID}", refs=("{ID}",))

MESSAGES: Final = (TERMS, TERMS_ERROR, FULFIL, CONVERSION_ERROR, QUESTION)


def quote(houses: Houses, house: House, terms: Terms, conduct: Conduct = GOOD) -> None:
    """Terms for the initiator. A wrong condition is one that the fulfilment will not answer."""
    if conduct.do == "wrong-condition":
        terms.condition = ANOTHER_SECRET
    body = build.answer(terms, house.options.charge_type)
    post(houses, house, TERMS, to=terms.order.initiating_fsp, params={"ID": terms.order.id}, body=body, conduct=conduct)


def fulfil(houses: Houses, house: House, row: Conversion, conduct: Conduct = GOOD) -> None:
    """The answer to a prepare. A reservation waits for the hub's word, and asks when none comes."""
    to, params = row.order.initiating_fsp, {"ID": row.order.id}
    post(houses, house, FULFIL, to=to, params=params, body=build.fulfil(row), conduct=conduct)
    if row.state == "RESERVED" and row.timer is None:
        wait_for_notice(houses, house, row)


def wait_for_notice(houses: Houses, house: House, row: Conversion) -> None:
    """Ask the hub after the grace time, a few times, while the conversion is reserved."""

    async def ask() -> None:
        row.timer = None
        if row.state != "RESERVED" or row.asked >= houses.settings.question_tries:
            return
        row.asked += 1
        wait_for_notice(houses, house, row)
        await deliver(houses, house, QUESTION, row.order.initiating_fsp, {"ID": row.order.id}, None, GOOD)

    at = houses.site.clock.now() + timedelta(seconds=house.options.grace_seconds)
    row.timer = houses.site.crew.at(at, ask, f"{house.id} misses the notice of {row.order.id}")
