"""The inbound FSPIOP server: checks a message in the real software's order and words, answers at once, works afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from connectors.mojaloop_connector.errors import INTERNAL, StoreUnavailable, information
from connectors.mojaloop_connector.inbound.message import LOG, Inbound, reply_error
from connectors.mojaloop_connector.inbound.shapes import Shapes, shapes
from connectors.mojaloop_connector.kit import Kit
from loopyard.kernel import failures
from loopyard.protocols import canonical, jws
from loopyard.protocols.fspiop import error_codes, media
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.protocols.iso20022.errors import MalformedMessage
from loopyard.protocols.iso20022.notation import CONTRACT
from loopyard.protocols.iso20022.profile import STRICT
from loopyard.transport.connection import BODY_LIMIT
from loopyard.transport.messages import Reply, Request
from loopyard.transport.router import Match, NoRoute, Router

Work = Callable[[Inbound], Awaitable[None]]

# As the real software lists them: a bare array, without the object that the API has around it.
_VERSIONS: Final = [{"key": major, "value": minor} for major, _, minor in (v.partition(".") for v in media.VERSIONS)]
_DECLINED: Final = {
    "POST /quotes": "quoteId",
    "GET /quotes/{ID}": "",
    "POST /fxQuotes": "conversionRequestId",
    "GET /fxQuotes/{ID}": "",
    "POST /transfers": "transferId",
    "GET /transfers/{ID}": "",
    "POST /fxTransfers": "commitRequestId",
    "POST /bulkQuotes": "bulkQuoteId",
    "GET /bulkQuotes/{ID}": "",
    "POST /bulkTransfers": "bulkTransferId",
    "POST /transactionRequests": "transactionRequestId",
    "GET /transactionRequests/{ID}": "",
    "PUT /transactionRequests/{ID}": "",
    "GET /transactions/{ID}": "",
}
"""What needs the store and is answered, and where its body has the id when the path has not. The word on a request to pay is
the one callback among them: the backend has not heard of it, and its sender is told as when the backend fails."""
_JSON: Final = (("Content-Type", "application/json; charset=utf-8"),)


class Refusal(Exception):
    """A message that is answered at once with an error."""

    def __init__(self, code: str, text: str = "", *, status: int | None = None, versions: bool = False) -> None:
        super().__init__(f"{code} {text}")
        self.status = error_codes.http_status(code) if status is None else status
        information: dict[str, Any] = {"errorCode": code, "errorDescription": text or error_codes.standard_text(code)}
        if versions:
            information["extensionList"] = _VERSIONS
        self.body = {"errorInformation": information}


class InboundApi:
    """The handler of the face `inbound`. `routes` maps an operation of FSPIOP 2.0 to the work that it sets off."""

    def __init__(self, kit: Kit, routes: Mapping[str, Work]) -> None:
        self._kit = kit
        self._shapes: Shapes = shapes()
        self._iso_shapes: Shapes = shapes(CONTRACT)
        self._router: Router[tuple[str, Work]] = Router(
            (method, template, (operation, work))
            for operation, work in routes.items()
            for method, _, template in (operation.partition(" "),)
        )

    async def __call__(self, request: Request) -> Reply:
        headers = _headers(request)
        try:
            resource = request.path.strip("/").split("/")[0]
            body = self._read(request, resource, headers)
            match = self._match(request)
            message = self._message(match, headers, body)
        except Refusal as refusal:
            return Reply(refusal.status, canonical.insertion_json(refusal.body), _JSON)
        self._kit.crew.spawn(self._work(match.target, message), match.target[0])
        return Reply(202 if request.method in ("GET", "POST") else 200)

    async def _work(self, target: tuple[str, Work], message: Inbound) -> None:
        operation, work = target
        try:
            await work(message)
        except StoreUnavailable as down:
            LOG.warning("%s: %s is not carried out: %s", self._kit.surroundings.name, operation, down)
            await self._decline(operation, message)
        except Exception as error:
            # The sender has its 202 and hears nothing more: the log is the only place left to say so.
            failures.log(error, f"{self._kit.surroundings.name}: {operation}", LOG)

    async def _decline(self, operation: str, message: Inbound) -> None:
        """Tell a requester that nothing was done: the backend has not been told to do anything yet."""
        if operation in _DECLINED:
            key = message.params.get("ID") or message.body[_DECLINED[operation]]
            resource = operation.split("/")[1]
            await reply_error(self._kit, resource, (key,), information(INTERNAL), message.source)

    def _read(self, request: Request, resource: str, headers: dict[str, Any]) -> Any:
        """Size, headers, body, signature, in this order. Raises Refusal."""
        if len(request.body) > BODY_LIMIT:
            raise Refusal("3104")
        if resource in media.RESOURCES:
            iso = self._kit.forms.media(resource)
            _check_accept(request.method, resource, headers.get("accept"), iso)
            _check_content_type(resource, headers.get("content-type"), iso)
        try:
            body = canonical.parse(request.body) if request.body else {}
        except ValueError as cause:
            raise Refusal("3101") from cause
        try:
            self._kit.security.verify(request.method, resource, dict(request.headers), request.body)
        except jws.InvalidSignature as cause:
            source = headers.get("fspiop-source")
            LOG.warning("%s: a signature of %s is refused: %s", self._kit.surroundings.name, source, cause.summary)
            raise Refusal("3105") from cause
        return body

    def _match(self, request: Request) -> Match[tuple[str, Work]]:
        try:
            return self._router.find(request.method, request.path)
        except NoRoute as unknown:
            if unknown.allowed:
                raise Refusal("3000", "Generic client error - Method Not Allowed", status=405) from unknown
            raise Refusal("3002") from unknown

    def _message(self, match: Match[tuple[str, Work]], headers: dict[str, Any], body: Any) -> Inbound:
        """The message with texts where the API asks for texts; the first violation decides. Raises Refusal."""
        operation, form = match.target[0], self._kit.forms.of(match.target[0])
        try:
            if form is None:
                return Inbound(headers, match.params, self._shapes.checked(operation, headers, body))
            self._iso_shapes.checked(operation, headers, body)
            said = form.message.from_iso(body, self._kit.forms.profile)
            if self._kit.forms.profile is STRICT:  # what today's reader lets pass, FSPIOP may forbid
                self._shapes.checked(operation, headers, form.message.without_extensions(said))
            return Inbound(headers, match.params, said, body)
        except MalformedMessage as error:
            raise Refusal("3100", str(error)) from error
        except FspiopError as error:
            # The real software prints a path that is never set: "undefined must have required property ..."
            _where, must, phrase = (error.detail or "").partition("must ")
            is_missing = error.code == "3102"
            text = f"{'undefined ' if is_missing else ''}{must}{phrase}" if must else error.description
            raise Refusal("3102" if is_missing else "3100", text) from error


def _headers(request: Request) -> dict[str, Any]:
    """Lower-case names; the length as a number, as the real software's validator leaves it."""
    headers: dict[str, Any] = {name.lower(): value for name, value in request.headers}
    if str(headers.get("content-length", "")).isdecimal():
        headers["content-length"] = int(headers["content-length"])
    return headers


def _check_accept(method: str, resource: str, value: str | None, iso: bool) -> None:
    if value is None:
        if method == "GET":
            raise Refusal("3102", "undefined must have required property 'accept'")
        return
    try:
        wanted = media.parse_accept(value)
    except media.InvalidMediaType as cause:
        raise Refusal("3101") from cause
    if any(each.resource != resource or each.iso20022 != iso for each in wanted):
        raise Refusal("3101")
    if not any(each.is_among(media.VERSIONS) for each in wanted):
        raise Refusal("3001", versions=True)


def _check_content_type(resource: str, value: str | None, iso: bool) -> None:
    if value is None:
        raise Refusal("3102", "undefined must have required property 'content-type'", versions=True)
    try:
        sent = media.parse_content_type(value)
    except media.InvalidMediaType as cause:
        raise Refusal("3101") from cause
    if sent.resource != resource or sent.iso20022 != iso:
        raise Refusal("3101")
    if sent.version not in media.VERSIONS:
        raise Refusal("3001", versions=True)
