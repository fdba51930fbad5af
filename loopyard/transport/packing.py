"""Bodies that are made to hurt: padded, packed, or packed so that nobody can unpack them. Only scenarios send such."""

from __future__ import annotations

import zlib
from typing import Final, Literal

Packing = Literal["", "gzip", "damaged"]
"""Not at all; well; or so that unpacking fails in the middle."""
_CHUNK: Final = 1 << 20
_GZIP: Final = zlib.MAX_WBITS | 16


def prepared(body: bytes, padding: int = 0, packing: Packing = "") -> tuple[bytes, dict[str, str]]:
    """The body with so many octets of white space behind it, packed, and the header that says so."""
    if not packing:
        return body + b" " * padding, {}
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    pieces = [packer.compress(body)]
    pieces += [packer.compress(b" " * min(_CHUNK, padding - at)) for at in range(0, padding, _CHUNK)]
    packed = b"".join(pieces) + packer.flush()
    return (packed if packing == "gzip" else packed[:-8] + b"not that"), {"content-encoding": "gzip"}
