"""FSPIOP errors: built from a code, or read from another party's errorInformation. The codes stand in `error_codes`.

LoopyardError
    FspiopError             an errorInformation with the HTTP status that goes with it
    NoErrorInformation      a body that should have carried one and does not
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols.fspiop import error_codes

LONGEST_TEXT: Final = 128
UNDEFINED_CODE: Final = "API specification undefined errorCode"
"""What the hub says instead of a code outside the families that it relays."""

Extension = tuple[str, str]


class NoErrorInformation(LoopyardError):
    """A body that should carry errorInformation with an errorCode, and does not."""


class FspiopError(LoopyardError):
    """An FSPIOP error. Its description is `<standard text> - <detail>`, or the standard text alone, cut at 128.

    `description` overrides that with another party's words, verbatim; `status` overrides the HTTP status that follows
    from the code. Source: docs/sources/fspiop.md, Errors.
    """

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        extensions: Iterable[Extension] = (),
        *,
        description: str | None = None,
        status: int | None = None,
    ) -> None:
        standard = error_codes.standard_text(code)
        composed = " - ".join(part for part in (standard, detail) if part)
        self.code = code
        self.detail = detail
        self.description = composed[:LONGEST_TEXT] if description is None else description
        self.extensions = tuple((key, value[:LONGEST_TEXT]) for key, value in extensions)
        self.http_status = error_codes.http_status(code) if status is None else status
        super().__init__(f"{code} {self.description}")

    @property
    def body(self) -> dict[str, Any]:
        """The error as a message body."""
        information: dict[str, Any] = {"errorCode": self.code, "errorDescription": self.description}
        if self.extensions:
            pairs = [{"key": key, "value": value} for key, value in self.extensions]
            information["extensionList"] = {"extension": pairs}
        return {"errorInformation": information}

    @property
    def body_bytes(self) -> bytes:
        """The error as compact JSON with sorted keys: the form that every verifier of signatures accepts."""
        return orjson.dumps(self.body, option=orjson.OPT_SORT_KEYS)


def method_not_allowed(method: str, path: str) -> FspiopError:
    """405 with code 3000, in the words of the services that validate against an API document."""
    return FspiopError("3000", f"Method Not Allowed - {method.lower()} {path}", status=405)


def unknown_uri(method: str, path: str) -> FspiopError:
    """404 with code 3002; the hub's services say method and path twice."""
    where = f"{method.lower()} {path}"
    return FspiopError("3002", f"{where} {where}")


def from_body(body: Any) -> FspiopError:
    """Another party's error, code and description verbatim; integer codes, seen in the wild, become strings.

    Raises NoErrorInformation.
    """
    information = body.get("errorInformation") if isinstance(body, Mapping) else None
    code = information.get("errorCode") if isinstance(information, Mapping) else None
    if not isinstance(information, Mapping) or isinstance(code, bool) or not isinstance(code, str | int) or code == "":
        raise NoErrorInformation(f"{body!r} has no errorInformation.errorCode; send one of four digits, as a string")
    text = information.get("errorDescription")
    description = text if isinstance(text, str) else error_codes.standard_text(str(code))
    return FspiopError(str(code), extensions=_extensions(information.get("extensionList")), description=description)


def _extensions(extension_list: Any) -> list[Extension]:
    # Connectors are seen to send the bare array where the API has an object around it.
    pairs = extension_list.get("extension") if isinstance(extension_list, Mapping) else extension_list
    if not isinstance(pairs, list):
        return []
    return [(str(pair.get("key", "")), str(pair.get("value", ""))) for pair in pairs if isinstance(pair, Mapping)]
