"""What a world can make every participant do: misbehave, repeat a message, send anything. JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.engine.simulator import Control
from loopyard.kernel.errors import UsageError
from loopyard.protocols import canonical
from loopyard.transport.packing import prepared
from simulators.participant import sending
from simulators.participant.behaviour import Behaviour, Conduct
from simulators.participant.sending import Group, Member

Json = Any
Arguments = Mapping[str, Json]
Played = TypeVar("Played", bound=Group)


@dataclass(frozen=True, slots=True)
class Desk(Generic[Played]):
    """The controls that participants of each kind have; `find` gives the one of an id, or raises NotPlayed."""

    kind: str
    find: Callable[[Played, str], Member]

    @property
    def controls(self) -> tuple[Control, ...]:
        """By the names under which a world offers them; a repeated message is each simulator's own."""
        return (
            Control("behave", self.behave),
            Control("behaviours", self.behaviours),
            Control("behave-well", self.behave_well),
            Control("raw", self.raw),
            Control("speak", self.speak),
        )

    @property
    def where(self) -> str:
        """The place that errors name."""
        return f"control of the {self.kind} simulator"

    def wrong(self, key: str, problem: str, remedy: str) -> UsageError:
        return UsageError(self.where, key, problem, remedy)

    def needed(self, arguments: Arguments, key: str) -> Json:
        """An argument that has no default. Raises UsageError."""
        if key not in arguments:
            raise self.wrong(key, "is missing", f"give {key}")
        return arguments[key]

    def behave(self, group: Played, arguments: Arguments) -> Json:
        """Misbehave: {fsp?, on, do, with?, times?, where?}; see the README."""
        if "fsp" in arguments:
            self.find(group, arguments["fsp"])
        return behaviour_json(group.behaviours.add(arguments, self.where))

    def behaviours(self, group: Played, arguments: Arguments) -> Json:
        """The deviations in force, with their hits."""
        return [behaviour_json(each) for each in group.behaviours.all]

    def behave_well(self, group: Played, arguments: Arguments) -> Json:
        """Drop the deviations of `fsp`, or all."""
        kept = [each for each in group.behaviours.all if "fsp" in arguments and each.fsp != arguments["fsp"]]
        group.behaviours.all[:] = kept

    def speak(self, group: Played, arguments: Arguments) -> Json:
        """Write bodies in another form from now on: {fsp, api = "fspiop" | "iso20022"}. The hub is told by its own control."""
        member, api = self.find(group, self.needed(arguments, "fsp")), self.needed(arguments, "api")
        if api not in ("fspiop", "iso20022"):
            raise self.wrong("api", f"{api!r} is not known", "choose fspiop or iso20022")
        group.forms.speak(member.id, api)

    async def raw(self, group: Played, arguments: Arguments) -> Json:
        """Send anything to the hub as `fsp`: {fsp, method, path, headers?, body?, says?, destination?, padding?, packing?} ->
        {status, headers, body}. Headers are added to the standard ones; a header of null is left out. A body goes as it is,
        with `padding` octets behind it and in the `packing` gzip or damaged, if any; what it `says`, in FSPIOP, is written in
        the form of `fsp`."""
        member = self.find(group, self.needed(arguments, "fsp"))
        method, path = self.needed(arguments, "method"), self.needed(arguments, "path")
        path, _, query = path.partition("?")
        headers = sending.standard_headers(group, member, method, path, arguments.get("destination"))
        headers |= await group.tokens.header(member.id)
        headers |= {name.lower(): value for name, value in arguments.get("headers", {}).items()}
        message = Message(f"{self.kind}.raw.send", method, path.replace("{", "{{").replace("}", "}}"))
        hub = sending.hub_of(group, member)
        body = arguments.get("body")
        if "says" in arguments:
            body = group.forms.body(member.id, message, arguments.get("destination"), {}, arguments["says"])
        content = b"" if body is None else body.encode() if isinstance(body, str) else canonical.sorted_json(body)
        content, packed = prepared(content, arguments.get("padding", 0), arguments.get("packing", ""))
        headers = packed | headers
        answer = await group.site.outbox.deliver(
            message, group.site.url(hub, "fspiop"), receiver=hub, sender=member.id, query=query,
            headers={name: value for name, value in headers.items() if value is not None}, body=content, deliberate=True,
        )  # fmt: skip
        if answer is None:
            return {"status": None, "headers": [], "body": None}
        return {"status": answer.status, "headers": [list(pair) for pair in answer.headers], "body": json_of(answer)}


async def again(
    group: Group, member: Member, message: Message, to: str | None, params: Mapping[str, str], body: Json, arguments: Arguments
) -> Json:
    """A message built again and sent with the changes that the arguments ask for, if any: {set?, remove?, headers?}."""
    changes = {key: arguments[key] for key in ("set", "remove", "headers") if key in arguments}
    answer = await sending.deliver(group, member, message, to, params, body, Conduct("alter" if changes else "", changes))
    return {"status": answer.status if answer else None, "body": json_of(answer)}


def behaviour_json(each: Behaviour) -> Json:
    return {
        "fsp": each.fsp, "on": each.on, "do": each.do, "with": dict(each.options), "times": each.times,
        "where": dict(each.where), "hits": each.hits,
    }  # fmt: skip
