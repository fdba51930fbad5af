"""The form of bodies on the way to and from the hub: FSPIOP's JSON, or ISO 20022. Everything between speaks FSPIOP.
Source: docs/sources/iso20022.md, "The connector"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.mojaloop_connector.settings import Settings
from loopyard.protocols.fspiop import dates
from loopyard.protocols.iso20022.messages import is_iso_media
from loopyard.protocols.iso20022.notation import Written, written
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Envelope
from loopyard.transport.service import Surroundings

REPEATED = tuple(
    f"CdtTrfTxInf.{part}." for part in ("Cdtr", "CdtrAcct", "CdtrAgt", "InstrForCdtrAgt", "InstrForNxtAgt")
)  # fmt: skip
"""What a prepare repeats of the elements that only the ISO 20022 form of its quote had."""


class Forms:
    """Turns bodies into the form that the settings say; where that is FSPIOP, nothing changes."""

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self.profile = LIKE_SDK if settings.iso_profile == "like_sdk" else STRICT

    @property
    def iso(self) -> bool:
        return self._settings.api_type == "iso20022"

    def media(self, resource: str) -> bool:
        """Whether the media type of a resource is that of ISO 20022."""
        return self.iso and is_iso_media(resource)

    def of(self, operation: str) -> Written | None:
        """How an operation's bodies are written in ISO 20022; None where they are FSPIOP."""
        return written(operation) if self.iso else None

    def body(
        self,
        method: str,
        resource: str,
        ids: tuple[str, ...],
        destination: str | None,
        body: Any,
        answers: Mapping[str, Any] | None,
    ) -> Any:
        """A body as it goes to the hub; `answers` is the ISO 20022 body that it is built on. Raises NoIsoForm."""
        form = None if body is None else self.of(_operation(method, resource, ids))
        if form is None:
            return body
        ids_, now = self._surroundings.ids, self._surroundings.clock.now()
        return form.message.to_iso(
            body,
            Envelope(
                ids_.ulid(now),
                dates.to_iso(now),
                self._settings.dfsp_id,
                destination or "",
                ids[0] if ids else "",
                ids_.ulid(now),
                answers or None,
            ),
            self.profile,
        )


def _operation(method: str, resource: str, ids: tuple[str, ...]) -> str:
    places = ["error" if each == "error" and at == len(ids) - 1 else "{}" for at, each in enumerate(ids)]
    return " ".join((method, "/".join(("", resource, *places))))
