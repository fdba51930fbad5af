"""What FX providers send through the hub: terms, reservations, errors, and questions when a word is missing.
Every message passes `post`, where behaviours, headers and signatures meet it."""

from __future__ import annotations

import copy
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any, Final

from loopyard.engine.operations import Message
from loopyard.protocols import base64url, canonical
from loopyard.protocols.fspiop import headers as fspiop
from loopyard.protocols.jws import Signer
from simulators.fxp.state.house import Conversion, House, Terms
from simulators.fxp.state.houses import Houses
from simulators.fxp.wire import build
from simulators.participant.behaviour import GOOD, Conduct

TERMS: Final = Message("fxp.fx-quotes.answer", "PUT", "/fxQuotes/{ID}", refs=("{ID}", "conversionTerms.conversionId"))
TERMS_ERROR: Final = Message("fxp.fx-quotes.error", "PUT", "/fxQuotes/{ID}/error", refs=("{ID}",))
FULFIL: Final = Message("fxp.fx-transfers.fulfil", "PUT", "/fxTransfers/{ID}", refs=("{ID}",))
CONVERSION_ERROR: Final = Message("fxp.fx-transfers.error", "PUT", "/fxTransfers/{ID}/error", refs=("{ID}",))
QUESTION: Final = Message("fxp.fx-transfers.ask", "GET", "/fxTransfers/{ID}", refs=("{ID}",))

MESSAGES: Final = (TERMS, TERMS_ERROR, FULFIL, CONVERSION_ERROR, QUESTION)
ANOTHER_SECRET: Final = base64url.encode(b"not the preimage anybody expects")


def post(
    houses: Houses, house: House, message: Message, *, to: str | None, params: Mapping[str, str] | None = None,
    body: Any = None, conduct: Conduct = GOOD,
) -> None:  # fmt: skip
    """Send a message to the hub as this FXP, in the way its conduct says."""
    now = houses.site.clock.now()
    for delay in conduct.delays:
        if delay:
            houses.site.crew.at(
                now + timedelta(seconds=delay), lambda: deliver(houses, house, message, to, params, body, conduct), message.name
            )
        else:
            houses.site.crew.spawn(deliver(houses, house, message, to, params, body, conduct), message.name)


def deliver(
    houses: Houses,
    house: House,
    message: Message,
    to: str | None,
    params: Mapping[str, str] | None,
    body: Any,
    conduct: Conduct,
) -> Coroutine[Any, Any, Any]:
    """The call itself; headers are made at the moment of sending."""
    settings, site = houses.settings, houses.site
    altered = changed(body, conduct)
    content = canonical.sorted_json(altered) if altered is not None else b""
    headers = standard_headers(houses, house, message.method, message.path, to)
    base = site.url(settings.hub, "fspiop")
    if content and (key := settings.keys.get(house.id)):
        path = message.path.format(**(params or {}))
        headers |= Signer(key).sign(message.method, base + path, headers, altered)
    headers |= conduct.options.get("headers", {}) if conduct.do == "alter" else {}
    return site.outbox.deliver(
        message, base, receiver=settings.hub, headers=headers, body=content, params=params, sender=house.id,
        deliberate=conduct.deliberate,
    )  # fmt: skip


def standard_headers(houses: Houses, house: House, method: str, path: str, to: str | None) -> dict[str, str]:
    """The headers that FSPIOP demands of a message of this method and resource."""
    resource, now, version = path.strip("/").split("/")[0], houses.site.clock.now(), houses.settings.version
    if method in ("PUT", "PATCH"):
        return fspiop.callback_headers(resource, source=house.id, destination=to, date=now, version=version)
    return fspiop.request_headers(resource, source=house.id, destination=to, date=now, version=version)


def changed(body: Any, conduct: Conduct) -> Any:
    """The body as conduct has it: `set` and `remove` name members by dotted path."""
    if conduct.do == "wrong-fulfilment":
        return {**body, "fulfilment": ANOTHER_SECRET}
    if conduct.do != "alter" or body is None:
        return body
    altered = copy.deepcopy(body)
    for path, value in conduct.options.get("set", {}).items():
        *parents, last = path.split(".")
        _at(altered, parents)[last] = value
    for path in conduct.options.get("remove", ()):
        *parents, last = path.split(".")
        _at(altered, parents).pop(last, None)
    return altered


def _at(body: dict[str, Any], parents: list[str]) -> dict[str, Any]:
    for step in parents:
        body = body.setdefault(step, {})
    return body


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
