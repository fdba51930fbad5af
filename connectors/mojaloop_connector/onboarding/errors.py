"""What goes wrong in an onboarding. None of it is final: the machine that met it tries again.

LoopyardError
    Setback             a step did not succeed
        Refused         the connection manager, or what it says, refuses it
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError


class Setback(LoopyardError):
    """A step did not succeed; the text is what an operator reads in the state."""


class Refused(Setback):
    """The connection manager refuses, or holds what it got for invalid."""
