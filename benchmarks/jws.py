"""Whether signatures cost the hub what signatures cost, and nothing beside: its CPU with JWS on, against its CPU with JWS off
plus the signatures that it makes and checks at the measured cost of one. The ends sign in both runs.

Run `python -m benchmarks.jws [transfers a run]`. The last line is for programs. Exit code 4 when the bar is missed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from benchmarks.ends import CONDITION, MONEY, PACKET, Ends
from benchmarks.hub import alternate
from benchmarks.process import Program
from benchmarks.report import Bar, conclude
from loopyard.protocols.jws import Signer, Verifier
from loopyard.transport import runtime

MADE, CHECKED = 1, 5
"""Signatures of one transfer: the hub signs the payee's copy of its fulfil, and checks every POST and PUT of the ends."""
EACH = 200
HEADERS = {"FSPIOP-Source": "green", "FSPIOP-Destination": "blue", "Date": "Mon, 02 Mar 2026 08:00:00 GMT"}
BODY = orjson.dumps({"amount": MONEY, "condition": CONDITION, "ilpPacket": PACKET})


class Keys:
    """A key pair for the hub and for each end, as PEM."""

    def __init__(self) -> None:
        self.private: dict[str, str] = {}
        self.public: dict[str, str] = {}
        for name in ("Hub", "green", "blue"):
            key = rsa.generate_private_key(65537, 2048)
            pem, raw = serialization.Encoding.PEM, serialization.NoEncryption()
            self.private[name] = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, raw).decode()
            self.public[name] = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        self._signers = {name: Signer(key) for name, key in self.private.items()}

    def sign(self, sender: str, method: str, path: str, headers: dict[str, str], body: Any) -> dict[str, str]:
        return self._signers[sender].sign(method, path, headers, body)

    def costs(self) -> tuple[float, float]:
        """Milliseconds of CPU to make and to check one signature."""
        signer, verifier = self._signers["green"], Verifier(self.public)
        signed = HEADERS | signer.sign("POST", "/transfers", HEADERS, BODY)
        return _each(lambda: signer.sign("POST", "/transfers", HEADERS, BODY)), _each(lambda: verifier.verify(signed, BODY))


def _each(work: Callable[[], object]) -> float:
    before = time.process_time()
    for _ in range(EACH):
        work()
    return (time.process_time() - before) / EACH * 1e3


async def measure(keys: Keys, transfers: int) -> list[float]:
    """CPU milliseconds a transfer, with JWS off and on."""
    on = {"jws_sign": True, "jws_validate": True, "jws_key": keys.private["Hub"], "jws_public_keys": keys.public}
    ends = Ends(keys.sign)
    await ends.start()
    try:
        with ExitStack() as stack:
            hubs = [
                stack.enter_context(Program("hub", ends.urls["green"], ends.urls["blue"], json.dumps(settings)))
                for settings in ({}, on)
            ]
            return await alternate(ends, hubs, transfers)
    finally:
        await ends.stop()


def main(transfers: int = 200) -> int:
    keys = Keys()
    off, on = runtime.run(measure(keys, transfers))
    make, check = keys.costs()
    expected = off + MADE * make + CHECKED * check
    print(f"hub, JWS off  {off:6.3f} ms of CPU a transfer")
    print(f"hub, JWS on   {on:6.3f} ms of CPU a transfer; expected {expected:.3f}")
    print(f"a signature   {make:6.3f} ms to make, {check:.3f} ms to check")
    share = on / expected
    return conclude((Bar("at most of expected", share, at_most=1.15), Bar("at least of expected", share, at_least=0.85)))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
