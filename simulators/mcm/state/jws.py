"""Public JWS keys: each DFSP's own, the hub's, and those of other schemes that a proxy brings. Private keys stay with whom
they belong to. In a world that signs its key ring is the one place of keys: those of peers and hub are read from it, and what
is published here goes into it, at once in place of the key before. Elsewhere peers and hub have keys of the pool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from loopyard.kernel.keyring import KeyRing
from loopyard.protocols.jws_keys import load_public
from loopyard.protocols.x509 import reading
from loopyard.protocols.x509.keys import pooled
from simulators.mcm.state.errors import Invalid, Unknown
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.state.records import JwsKey

BITS: Final = 2048


def publish(mcm: Mcm, dfsp: str, public_key: str, created_at: int) -> JwsKey:
    """A DFSP's key, in place of the one before. It is kept whatever the validation says. Raises Unknown."""
    if dfsp != mcm.settings.hub_name:
        mcm.dfsp(dfsp)
    _provide(mcm)
    mcm.published[dfsp] = JwsKey(dfsp, public_key, created_at, mcm.rules.jws(public_key))
    ring = _ring(mcm)
    if ring is not None and _usable(public_key):
        ring.replace(dfsp, (public_key,))
    return mcm.published[dfsp]


def published(mcm: Mcm, dfsp: str) -> JwsKey:
    """Raises Unknown."""
    if dfsp != mcm.settings.hub_name:
        mcm.dfsp(dfsp)
    _provide(mcm)
    if dfsp not in mcm.published:
        raise Unknown("")
    return mcm.published[dfsp]


def withdraw(mcm: Mcm, dfsp: str) -> None:
    """Raises Unknown."""
    mcm.dfsp(dfsp)
    _provide(mcm)
    mcm.published.pop(dfsp, None)
    ring = _ring(mcm)
    if ring is not None:
        ring.replace(dfsp, ())


def everybody(mcm: Mcm) -> list[JwsKey]:
    """The keys of the scheme, the hub's among them, and those of other schemes."""
    _provide(mcm)
    return [*mcm.published.values(), *mcm.external.values()]


def bring(mcm: Mcm, keys: Iterable[Mapping[str, Any]]) -> list[JwsKey]:
    """Keys of DFSPs of another scheme; those of this one's are passed over. Raises Invalid for a key of nobody."""
    taken = []
    for each in keys:
        dfsp, public_key = each.get("dfspId"), each["publicKey"]
        if not dfsp:
            raise Invalid("a key without a dfspId")
        if dfsp in mcm.dfsps:
            continue
        mcm.external[dfsp] = JwsKey(dfsp, public_key, each.get("createdAt") or 0, mcm.rules.jws(public_key))
        taken.append(mcm.external[dfsp])
    return taken


def change(mcm: Mcm, who: str) -> RSAPrivateKey:
    """A peer, or the hub, takes another key of the pool and publishes it. The answer is the private half: a world that lets
    messages be signed has use for it. Raises Unknown."""
    _provide(mcm)
    key = _next_key(mcm, who)
    publish(mcm, who, reading.pem_of(key.public_key()), epoch(mcm))
    return key


def epoch(mcm: Mcm) -> int:
    """Now, in whole seconds since 1970."""
    return int(mcm.now.timestamp())


def _provide(mcm: Mcm) -> None:
    """The keys that are there from the start, of the hub and of peers, not of who is under test; and what the world has made of
    them since."""
    if not (mcm.published or mcm.jws_keys):
        start = int(mcm.site.plan.starts.timestamp())
        given = {
            who: mcm.settings.jws_keys.get(who) or reading.pem_of(_next_key(mcm, who).public_key()) for who in _others(mcm)
        }
        for who, pem in (given | dict(mcm.settings.jws_keys)).items():
            mcm.published[who] = JwsKey(who, pem, start, mcm.rules.jws(pem))
        mcm.jws_keys = max(mcm.jws_keys, 1)
    ring = _ring(mcm)
    if ring is not None:
        _follow(mcm, ring)


def _follow(mcm: Mcm, ring: KeyRing) -> None:
    """What the world has published last of peers and hub, but for those whose keys the settings give."""
    for who in _others(mcm):
        good = [each for each in ring.all_of(who) if each.pem in ring.get(who, ())]
        if who in mcm.settings.jws_keys or not good or not _differs(mcm.published.get(who), good[-1].pem):
            continue
        pem, since = good[-1].pem, int(good[-1].since.timestamp())
        mcm.published[who] = JwsKey(who, pem, since, mcm.rules.jws(pem))


def _differs(known: JwsKey | None, pem: str) -> bool:
    """Whether this is another key than is published; one that nobody can use stays where it was published."""
    return known is None or (known.public_key != pem and _usable(known.public_key))


def _others(mcm: Mcm) -> list[str]:
    """The hub and the peers."""
    return [mcm.settings.hub_name, *(each.id for each in mcm.site.plan.participants if each.play == "peer")]


def _ring(mcm: Mcm) -> KeyRing | None:
    """The key ring of a world that signs: everybody's part in it shows the same one."""
    parts = (mcm.site.signing(who) for who in _others(mcm))
    return next((part.keys for part in parts if part is not None), None)


def _usable(pem: str) -> bool:
    """Whether signatures can be held against this key."""
    try:
        load_public(pem)
    except ValueError:
        return False
    return True


def _next_key(mcm: Mcm, who: str) -> RSAPrivateKey:
    mcm.jws_keys += 1
    return pooled("hub" if who == mcm.settings.hub_name else "peer", BITS, mcm.jws_keys - 1)
