"""Which bodies on the wire are ISO 20022, and what they say in FSPIOP: for whoever reads messages of both forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, Final

from loopyard.protocols import schemas
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import STRICT
from loopyard.protocols.iso20022.tree import Tree

CONTRACT: Final = "iso20022_2.0"
MARK: Final = ".iso20022."
"""What the media type of the form has in it, and no other."""
_PLACE: Final = re.compile(r"\{[^}]*\}")


class Written:
    """One operation's bodies in ISO 20022."""

    def __init__(self, key: str, message: Message) -> None:
        self.key = key
        self.message = message

    @property
    def contract(self) -> schemas.Contract:
        """The contract of the ISO 20022 messages."""
        return schemas.load(CONTRACT)

    def meaning(self, content: Any) -> Tree:
        """The FSPIOP body that says the same, read strictly. Raises MalformedMessage."""
        return self.message.from_iso(content, STRICT)


@cache
def written(operation: str) -> Written | None:
    """How an operation's bodies are written in ISO 20022, by "METHOD /path/{template}"; None where they have no such form. What
    stands between the braces does not matter."""
    wanted = _PLACE.sub("{}", operation)
    found = next((key for key in MESSAGES if _PLACE.sub("{}", key) == wanted), None)
    return None if found is None else Written(found, MESSAGES[found])


def notation(operation: str, headers: Iterable[tuple[str, str]]) -> Written | None:
    """The same for a message with these headers: None too for one that is not said to be in ISO 20022."""
    found = written(operation)
    return found if found is not None and said_in_iso(headers) else None


def said_in_iso(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether the Content-Type names the form."""
    return any(is_iso(value) for name, value in headers if _is_content_type(name))


@lru_cache(maxsize=256)
def is_iso(media_type: str) -> bool:
    """Whether a media type, well formed or not, is meant for ISO 20022."""
    return MARK in media_type


@lru_cache(maxsize=256)
def _is_content_type(name: str) -> bool:
    return name.lower() == "content-type"
