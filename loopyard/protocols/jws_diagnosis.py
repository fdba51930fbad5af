"""Why a signature was refused, in a sentence for whoever has to repair it: over which bytes it would have held, and under whose
key. It judges nothing: `jws` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from loopyard.protocols import jws
from loopyard.protocols.jws import Acceptance, Keys, Pem
from loopyard.protocols.jws_errors import DOES_NOT_HOLD, InvalidSignature, Matched

_BYTES: Final[Mapping[Matched, str]] = {"raw": "raw", "insertion": "insertion-order", "sorted": "sorted"}
_ALL: Final[tuple[Matched, ...]] = ("raw", "insertion", "sorted")
_MANY: Final = 100
"""So many strangers' keys are tried, and no more: in a world of a thousand institutions it would take seconds."""


def diagnose(
    headers: Mapping[str, str],
    body: bytes,
    keys: Keys,
    accepts: Acceptance = "either",
    past: Mapping[str, Sequence[Pem]] | None = None,
) -> str:
    """What there is to say of a message whose signature was refused. `past` are keys that are not good any more.

    The verdict is that of a verifier that takes `accepts`; where it finds nothing wrong, the receiver alone did.
    """
    try:
        verdict = jws.Verifier(keys, accepts).verify(headers, body)
    except InvalidSignature as refused:
        if refused.reason != DOES_NOT_HOLD:
            return f"signature: {refused.reason}"
        return f"signature: {refused.reason}; " + "; ".join(_why(headers, body, keys, accepts, refused.forms, past or {}))
    return f"signature: it is the sender's, and {over(verdict.forms)}; the receiver takes another form, or another key"


def over(forms: tuple[Matched, ...]) -> str:
    """Over which of the three a signature holds, and over which it does not."""
    held = [_BYTES[each] for each in _ALL if each in forms]
    others = [_BYTES[each] for each in _ALL if each not in forms]
    if not held:
        return "it holds over none of raw, insertion-order and sorted bytes"
    return f"it holds over {_and(held)} bytes" + (f", not over {_or(others)} bytes" if others else "")


def _why(
    headers: Mapping[str, str], body: bytes, keys: Keys, accepts: Acceptance, forms: tuple[Matched, ...],
    past: Mapping[str, Sequence[Pem]],
) -> Iterator[str]:  # fmt: skip
    yield over(forms)
    if forms:
        yield f"{accepts} is accepted"
        return
    sent = {name.lower(): value for name, value in headers.items()}
    found = _under_another(sent["fspiop-signature"], body, sent["fspiop-source"], keys, past)
    yield found or "the body was changed after it was signed, or the key is nobody's here"


def _under_another(signature: str, body: bytes, source: str, keys: Keys, past: Mapping[str, Sequence[Pem]]) -> str | None:
    """Whose key it is, when it is not the one that the source has now."""
    if forms := _held(signature, body, past.get(source, ())):
        return f"it was made with a key that {source} has replaced, and {over(forms)} under that"
    for owner in [each for each in keys if each != source][:_MANY]:
        if forms := _held(signature, body, keys[owner]):
            return f"it was made with the key of {owner}, and {over(forms)} under that"
    return None


def _held(signature: str, body: bytes, held: Pem | Sequence[Pem]) -> tuple[Matched, ...]:
    pems = [held] if isinstance(held, str | bytes) else held
    return next((forms for pem in pems if (forms := jws.forms_under(pem, signature, body))), ())


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
