"""How a participant sends through the hub: every message passes `post`, where behaviours, headers and signatures meet it.
Which messages there are is known to each simulator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol
from urllib.parse import quote

from loopyard.engine.operations import Message
from loopyard.engine.plan import HOME_SCHEME
from loopyard.engine.site import Site
from loopyard.protocols import base64url
from loopyard.protocols.fspiop import headers as fspiop
from loopyard.transport.client import Answer
from simulators.participant.behaviour import GOOD, Behaviours, Conduct
from simulators.participant.forging import edited, forged
from simulators.participant.forms import Forms
from simulators.participant.signing import Draft, finished
from simulators.participant.tokens import Tokens

ANOTHER_SECRET: Final = base64url.encode(b"not the preimage anybody expects")


class Ways(Protocol):
    """The settings that sending needs: the hub's name, the version of FSPIOP, and the keys of those who sign."""

    @property
    def hub(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def keys(self) -> Mapping[str, str]: ...


class Member(Protocol):
    """One participant that is played."""

    @property
    def id(self) -> str: ...

    @property
    def scheme(self) -> str: ...


class Group(Protocol):
    """All participants of one simulator: its state."""

    site: Site
    behaviours: Behaviours
    forms: Forms
    tokens: Tokens

    @property
    def settings(self) -> Ways: ...


def post(
    group: Group, member: Member, message: Message, *, to: str | None, params: Mapping[str, str] | None = None,
    body: Any = None, conduct: Conduct = GOOD, query: str = "",
) -> None:  # fmt: skip
    """Send a message to the hub as this member, in the way its conduct says."""
    now = group.site.clock.now()
    for delay in conduct.delays:
        if delay:
            group.site.crew.at(
                now + timedelta(seconds=delay),
                lambda: deliver(group, member, message, to, params, body, conduct, query),
                message.name,
            )
        else:
            group.site.crew.spawn(deliver(group, member, message, to, params, body, conduct, query), message.name)


async def deliver(
    group: Group,
    member: Member,
    message: Message,
    to: str | None,
    params: Mapping[str, str] | None,
    body: Any,
    conduct: Conduct,
    query: str = "",
) -> Answer | None:
    """The call itself; headers are made at the moment of sending."""
    settings, site = group.settings, group.site
    written = group.forms.body(member.id, message, to, params or {}, changed(body, conduct))
    hub = hub_of(group, member)
    base = site.url(hub, "fspiop")
    path = message.path.format(**{name: quote(value, safe="") for name, value in (params or {}).items()})
    altered = conduct.options.get("headers", {}) if conduct.do == "alter" else {}
    headers = standard_headers(group, member, message.method, message.path, to) | altered
    draft = Draft(message.method, base + path, message.path.split("/")[1], headers, written)
    if conduct.do == "forge":
        sent = forged(site, member.id, draft, conduct.options)
    else:
        sent = finished(site, member.id, draft, settings.keys.get(member.id, ""))
    while True:
        with_token = {**sent.headers, **await group.tokens.header(member.id), **altered}
        answer = await site.outbox.deliver(
            message, base, receiver=hub, headers=with_token, body=sent.content, params=params, sender=member.id,
            query=query, deliberate=conduct.deliberate,
        )  # fmt: skip
        if answer is None or not group.tokens.refused(member.id, answer.status):
            return answer


def hub_of(group: Group, member: Member) -> str:
    """The hub that takes a member's messages: that of its scheme."""
    return group.settings.hub if member.scheme == HOME_SCHEME else member.scheme


def standard_headers(group: Group, member: Member, method: str, path: str, to: str | None) -> dict[str, str]:
    """The headers that FSPIOP demands of a message of this method and resource."""
    resource, now, version = path.strip("/").split("/")[0], group.site.clock.now(), group.settings.version
    iso = group.forms.speaks_iso(member.id, resource)
    if method in ("PUT", "PATCH"):
        return fspiop.callback_headers(resource, source=member.id, destination=to, date=now, version=version, iso20022=iso)
    return fspiop.request_headers(resource, source=member.id, destination=to, date=now, version=version, iso20022=iso)


def changed(body: Any, conduct: Conduct) -> Any:
    """The body as conduct has it: `set` and `remove` name members by dotted path, `list.0.name` in a list."""
    if conduct.do == "wrong-fulfilment":
        return {**body, "fulfilment": ANOTHER_SECRET}
    if conduct.do != "alter" or body is None:
        return body
    return edited(body, conduct.options.get("set", {}), conduct.options.get("remove", ()))
