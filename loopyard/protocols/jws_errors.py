"""Why a message cannot be signed, or its signature is refused.

LoopyardError
    CannotSign              no body, no such resource in the URL, or a key of the wrong kind
    InvalidSignature        the verifier refuses; the reason is the reference validator's own text
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols import canonical

Matched = Literal["raw", "insertion", "sorted"]
"""A form of the body over which a signature may hold."""
DOES_NOT_HOLD: Final = "invalid signature"
"""The reason when a signature is none of the body, or not in an accepted form."""


class CannotSign(LoopyardError):
    """There is nothing to sign, no resource name in the URL, or the key is of the wrong kind."""


class InvalidSignature(LoopyardError):
    """The signature is refused. `reason` is the reference validator's text; `forms` are those of the body over which the
    signature holds although none of them is accepted."""

    def __init__(self, reason: str, forms: tuple[Matched, ...] = ()) -> None:
        hint = f" (the signature holds over the {forms[0]} form of the body; sign the accepted form)" if forms else ""
        super().__init__(reason + hint)
        self.reason = reason
        self.forms = forms

    @property
    def summary(self) -> str:
        """The reason without what it quotes of the message: paths and headers have no place in a line of a log."""
        return re.split(r"[:{]", self.reason, maxsplit=1)[0].strip()


def quoted(value: Any) -> str:
    """What a refusal quotes of a message. It gets into logs, so all but what gives access."""
    if isinstance(value, Mapping):
        value = {name: each for name, each in value.items() if name != "authorization"}
    return canonical.sorted_json(value).decode()
