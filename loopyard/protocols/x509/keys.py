"""A fixed pool of RSA keys, because to make one takes longer than a whole world needs to start. They protect nothing: take
them for worlds, never for anything else."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from loopyard.kernel.errors import LoopyardError

Owner = Literal["hub", "dfsp", "peer"]
_POOL: Final = "loopyard.protocols.x509.pool"
_KEY: Final = re.compile(r"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n", re.DOTALL)


class NoSuchKey(LoopyardError):
    """The pool has no keys of this owner and length."""


def pooled(owner: Owner, bits: int, number: int) -> RSAPrivateKey:
    """The key of this number; after the last one comes the first again. No two owners share a key. Raises NoSuchKey."""
    pems = _pems(owner, bits)
    return _loaded(pems[number % len(pems)])


@cache
def _pems(owner: Owner, bits: int) -> tuple[str, ...]:
    file = resources.files(_POOL) / f"{owner}_{bits}.pem"
    if not file.is_file():
        raise NoSuchKey(f"there are no keys of {bits} bits for {owner}; give one of the lengths that lie in {_POOL}")
    return tuple(_KEY.findall(file.read_text(encoding="ascii")))


@cache
def _loaded(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode("ascii"), None, unsafe_skip_rsa_key_validation=True)  # to check one costs 0.3 s
    assert isinstance(key, RSAPrivateKey)
    return key
