"""The two signature algorithms that FSPIOP allows, over keys in PEM. Nothing here knows headers or bodies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature as _DoesNotHold
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

ALGORITHMS: Final = ("RS256", "ES256")
KEPT: Final = 4096
"""Keys that stay loaded: reading one costs more than using it."""
_COORDINATE: Final = 32
_PROOF: Final = b"signed to see whether a key is one"


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A signing key; the algorithm follows from its kind."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def algorithm(self) -> str:
        return "RS256" if isinstance(self.key, rsa.RSAPrivateKey) else "ES256"

    def sign(self, message: bytes) -> bytes:
        """The signature in JOSE form: PKCS#1 v1.5, or the two 32-octet numbers r and s, made without chance (RFC 6979), so that
        one seed gives one history."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), SHA256())
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True)))
        return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A verification key; the algorithm follows from its kind."""

    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey

    @property
    def algorithm(self) -> str:
        return "RS256" if isinstance(self.key, rsa.RSAPublicKey) else "ES256"

    @property
    def kind(self) -> str:
        return "rsa" if isinstance(self.key, rsa.RSAPublicKey) else "ec"

    @property
    def allowed(self) -> tuple[str, ...]:
        """The algorithms that JOSE allows for this kind of key, in the order the reference library lists them."""
        families = ("RS", "PS") if self.kind == "rsa" else ("ES",)
        return tuple(f"{family}{bits}" for family in families for bits in (256, 384, 512))

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature was made over the message with the private half."""
        try:
            if isinstance(self.key, rsa.RSAPublicKey):
                self.key.verify(signature, message, padding.PKCS1v15(), SHA256())
            elif len(signature) == 2 * _COORDINATE:
                r, s = signature[:_COORDINATE], signature[_COORDINATE:]
                encoded = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
                self.key.verify(encoded, message, ec.ECDSA(SHA256()))
            else:
                return False
        except _DoesNotHold:
            return False
        return True


@lru_cache(maxsize=KEPT)
def load_private(pem: str | bytes) -> PrivateKey:
    """A private key from PEM (PKCS#1, SEC1 or PKCS#8). ValueError for other keys, and for one whose parts are not of
    one key."""
    try:
        # The library's own proof of an RSA key takes 40 ms; one signature shows as well whether its parts belong together.
        key = load_pem_private_key(_octets(pem), password=None, unsafe_skip_rsa_key_validation=True)
    except (TypeError, UnsupportedAlgorithm) as cause:
        raise ValueError(str(cause)) from cause
    if not (isinstance(key, rsa.RSAPrivateKey) or _is_p256(key)):
        raise ValueError(f"{type(key).__name__} is neither RSA nor EC P-256")
    made = PrivateKey(key)  # type: ignore[arg-type]
    if not PublicKey(made.key.public_key()).holds(made.sign(_PROOF), _PROOF):
        raise ValueError("its parts do not belong together")
    return made


@lru_cache(maxsize=KEPT)
def load_public(pem: str | bytes) -> PublicKey:
    """A public key from PEM. ValueError for other keys."""
    try:
        key = load_pem_public_key(_octets(pem))
    except UnsupportedAlgorithm as cause:
        raise ValueError(str(cause)) from cause
    if isinstance(key, rsa.RSAPublicKey) or _is_p256(key):
        return PublicKey(key)  # type: ignore[arg-type]
    raise ValueError(f"{type(key).__name__} is neither RSA nor EC P-256")


def _is_p256(key: object) -> bool:
    return isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def _octets(pem: str | bytes) -> bytes:
    return pem.encode("ascii") if isinstance(pem, str) else pem
