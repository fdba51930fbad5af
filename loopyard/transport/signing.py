"""How one party of a world signs and verifies messages: what a world tells its simulators and connectors. What a signature is
lies with the protocols, and who has which key with the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from loopyard.kernel.keyring import KeyRing

Form = Literal["insertion", "sorted"]
Translated = Literal["none", "sender"]
Acceptance = Literal["either", "insertion", "sorted"]


@dataclass(frozen=True, slots=True)
class Signing:
    """One party's part in a world that signs. Without a private key the party signs elsewhere, with a key of its own."""

    keys: KeyRing
    """Everybody's public keys."""
    private_key: str = field(repr=False)
    signs: bool = True
    validates: bool = True
    form: Form = "sorted"
    """The canonical form of the body that it signs."""
    sends: Form = "sorted"
    """The order of keys in the body that it sends."""
    accepts: Acceptance = "either"
    """The canonical forms that it takes for signed."""
    sign_put_parties: bool = False
    validate_put_parties: bool = False
    translated: Translated = "none"
    """Of a hub: what becomes of the signature of a message that it puts into another form of body."""
    earlier_key: str = field(default="", repr=False)
    """The private key that it had before; empty when there was none."""


SigningOf = Callable[[str], Signing | None]
"""A party's part by participant id; None in a world that does not sign."""


def nobody_signs(participant: str) -> Signing | None:
    """A world in which nobody signs."""
    return None
