"""A face: which function answers a request, and how results and refusals look in HTTP. The words of each API are its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from connectors.core_connector import body
from connectors.core_connector.errors import Refusal
from connectors.core_connector.settings import ErrorBody
from loopyard.transport.connection import BODY_LIMIT
from loopyard.transport.messages import Reply, Request
from loopyard.transport.router import NoRoute, Router

JSON = (("Content-Type", "application/json"),)
CHALLENGE = (("WWW-Authenticate", "Bearer"),)


@dataclass(frozen=True)
class Call:
    """One request, taken apart. Reading `content` or `listed` raises Malformed."""

    params: Mapping[str, str]
    query: Mapping[str, list[str]]
    raw: bytes

    @cached_property
    def content(self) -> Mapping[str, Any]:
        return body.parse_object(self.raw)

    @cached_property
    def listed(self) -> Sequence[Mapping[str, Any]]:
        return body.parse_objects(self.raw)


Handler = Callable[[Call], Awaitable[Any]]
"""Returns the body of a 200, or a Reply that is another."""
Route = tuple[str, str, Handler]


class Replies:
    """Results and refusals as replies: errors are {statusCode, message} with a Mojaloop code, unless `error_body` names another
    form. Replaceable as part "replies"."""

    def __init__(self, error_body: ErrorBody = "statusCode") -> None:
        self._error_body = error_body

    def done(self, result: Any) -> Reply:
        """200; without a body when there is nothing to say."""
        return Reply(200) if result is None else Reply(200, body.build(result), JSON)

    def refused(self, no: Refusal) -> Reply:
        match self._error_body:
            case "none":
                return Reply(no.status)
            case "empty-success":
                return Reply(200)
            case "status":
                told = {"status": no.status, "message": no.message, "details": {"code": no.code}}
            case member:
                told = {member: no.code, "message": no.message, **no.more}
        return Reply(no.status, body.build(told), (*JSON, *(CHALLENGE if no.status == 401 else ())))


def accepted(result: Any) -> Reply:
    """202: what was asked for goes on by itself, and stands like this now."""
    return Reply(202, body.build(result), JSON)


class Face:
    """The handler of one listener. `admit` raises the Refusal of whoever may not call it."""

    def __init__(
        self, routes: Iterable[Route], replies: Replies, admit: Callable[[Request], None] = lambda request: None
    ) -> None:
        self._router: Router[Handler] = Router(routes)
        self._replies = replies
        self._admit = admit

    async def __call__(self, request: Request) -> Reply:
        try:
            self._admit(request)
            if len(request.body) > BODY_LIMIT:
                raise Refusal("3104", f"the body is larger than {BODY_LIMIT} bytes")
            match = self._router.find(request.method, request.path)
            call = Call(match.params, parse_qs(request.query), request.body)
            result = await match.target(call)
            return result if isinstance(result, Reply) else self._replies.done(result)
        except Refusal as no:
            return self._replies.refused(no)
        except NoRoute as nowhere:
            return self._replies.refused(_no_route(nowhere))


def _no_route(nowhere: NoRoute) -> Refusal:
    if nowhere.allowed:
        return Refusal("3000", f"{nowhere} is not allowed; use {', '.join(nowhere.allowed)}", status=405)
    return Refusal("3002", f"{nowhere} is not known here", status=404)
