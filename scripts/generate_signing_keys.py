"""Makes the fixed pool of key pairs that worlds sign with: throw-away test keys, never to be used anywhere else.

Run `python scripts/generate_signing_keys.py`; it writes loopyard/world/signing_keys.json anew, so that every signature that
a seed had before changes.
"""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

POOL = Path(__file__).parents[1] / "loopyard" / "world" / "signing_keys.json"
PAIRS = 24


def pair(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, form: PrivateFormat) -> dict[str, str]:
    return {
        "private": key.private_bytes(Encoding.PEM, form, NoEncryption()).decode(),
        "public": key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    }


def main() -> None:
    # The scheme's library takes a key for an elliptic one by the words "BEGIN EC", which only the traditional form has.
    pool = {
        "RS256": [pair(rsa.generate_private_key(65537, 2048), PrivateFormat.PKCS8) for _ in range(PAIRS)],
        "ES256": [pair(ec.generate_private_key(ec.SECP256R1()), PrivateFormat.TraditionalOpenSSL) for _ in range(PAIRS)],
    }
    POOL.write_text(json.dumps(pool, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
