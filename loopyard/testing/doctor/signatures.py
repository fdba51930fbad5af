"""Signatures: what the system under test sends, held against the world's keys, and what it says of what others sign. What is
wrong with one is told in the words of the traffic log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loopyard.engine.traffic import Interaction, dig
from loopyard.kernel.keyring import PublishedKey
from loopyard.protocols import jws, jws_diagnosis, jws_octets
from loopyard.protocols.jws_errors import InvalidSignature
from loopyard.testing.doctor.finding import Check, Finding, not_checked, ok, problem, warning
from loopyard.testing.doctor.forms import COUNTED, WRONGLY_SIGNED, header, mine
from loopyard.testing.doctor.patient import HUB
from loopyard.testing.doctor.probes import Probed
from loopyard.testing.doctor.texts import line
from loopyard.world.client import World

SIGNATURE: Final = "FSPIOP-Signature"
SIGN: Final = "sign as [world.jws] says, with the key that `loopyard keys FOLDER` writes for {home} (JWS_SIGNING_KEY_PATH)"
VERIFY: Final = "verify with the keys that `loopyard keys FOLDER` writes (JWS_VERIFICATION_KEYS_DIRECTORY)"
OFF: Final = "switch validation off (VALIDATE_INBOUND_JWS), or let the world sign: [world.jws] on = true"


@dataclass(frozen=True, slots=True)
class Ring:
    """The public keys of a world by party, good ones with the latest first, and those that are good no more."""

    good: dict[str, list[str]]
    past: dict[str, list[str]]

    @classmethod
    def of(cls, world: World) -> Ring:
        now = world.now
        held = {owner: [_published(key) for key in keys] for owner, keys in world.control("jws.keys").items()}
        good = {owner: [key.pem for key in reversed(keys) if key.is_good(now)] for owner, keys in held.items()}
        past = {owner: [key.pem for key in keys if not key.is_good(now)] for owner, keys in held.items()}
        return cls({owner: pems for owner, pems in good.items() if pems}, past)


def _published(key: dict[str, Any]) -> PublishedKey:
    until = datetime.fromisoformat(key["until"]) if key["until"] else None
    return PublishedKey(key["pem"], datetime.fromisoformat(key["since"]), until)


def what_it_signs(seen: Probed) -> Iterator[Finding]:
    """Every message that has to be signed is, with the right key and over a form of the body that is accepted."""
    rows, home = mine(seen), seen.patient.home
    signed = [row for row in rows if header(row, SIGNATURE)]
    if not seen.patient.told["signs"]:
        if signed:
            yield warning(
                f"{len(signed)} messages of {home} carry {SIGNATURE}, and nobody in this world looks at it",
                "switch signing off, or let the world verify: [world.jws] on = true, with your public key; docs/security.md",
            )
        return
    profile = seen.patient.world.control("jws.profile")
    own = profile["parties"].get(home, {})
    yield from _held(seen, signed, profile)
    bare = [row for row in rows if row not in signed and _is_due(row, profile)]
    if bare and own.get("signs") is not False:
        yield problem(f"{len(bare)} messages of {home} are not signed, first {line(bare[0])}", SIGN.format(home=home))
    if not signed and not bare:
        yield not_checked("your system sent nothing that has to be signed")


def _is_due(row: Interaction, profile: dict[str, Any]) -> bool:
    return jws.is_covered(row.method, row.path.split("/")[1], put_parties=profile["validate_put_parties"])


def _held(seen: Probed, signed: list[Interaction], profile: dict[str, Any]) -> Iterator[Finding]:
    ring, good = Ring.of(seen.patient.world), Counter[tuple[str, str]]()
    verifier, wrong = jws.Verifier(ring.good, profile["accept"]), list[Interaction]()
    for row in signed:
        try:
            verdict = verifier.verify(dict(row.request_headers), row.request_body)
            good[_algorithm(row), jws_diagnosis.over(verdict.forms)] += 1
        except InvalidSignature:
            wrong.append(row)
    for (algorithm, over), count in good.items():
        yield ok(f"{count} messages of {seen.patient.home} are signed with {algorithm}; {over}")
    for row in wrong[:COUNTED]:
        why = jws_diagnosis.diagnose(dict(row.request_headers), row.request_body, ring.good, profile["accept"], ring.past)
        yield problem(f"{line(row)}: {why}", SIGN.format(home=seen.patient.home))


def _algorithm(row: Interaction) -> str:
    protected, _ = jws_octets.signature_parts(header(row, SIGNATURE) or "")
    return str(jws_octets.protected_of(protected)["alg"])


def what_it_refuses(seen: Probed) -> Iterator[Finding]:
    """What the hub passed on or said itself, and the system under test took for wrongly signed."""
    home = seen.patient.home
    refused = [row for row in seen.said(HUB, home) if dig(row.response(), "errorInformation.errorCode") == WRONGLY_SIGNED]
    for row in refused[:COUNTED]:
        is_signed = header(row, SIGNATURE) is not None
        how = row.note or "it is signed" if is_signed else "it is not signed"
        yield problem(f"{home} refuses {line(row)} by its signature ({WRONGLY_SIGNED}); {how}", VERIFY if is_signed else OFF)


CHECKS: Final[tuple[Check[Probed], ...]] = (
    Check("signatures", what_it_signs),
    Check("signatures", what_it_refuses),
)
