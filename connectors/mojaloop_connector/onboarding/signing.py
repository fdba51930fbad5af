"""JWS keys: the DFSP's own is made and published, those of peers are followed, those of another scheme are brought on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.mojaloop_connector.onboarding.errors import Refused
from connectors.mojaloop_connector.onboarding.machine import Machine, Step
from connectors.mojaloop_connector.onboarding.manager import verdict
from loopyard.protocols.jws_keys import load_public
from loopyard.protocols.x509 import reading


class DfspJws(Machine):
    """Makes a signing key and publishes its public half."""

    name = "DFSP_JWS"

    def steps(self) -> Mapping[str, Step]:
        return {"creating": self._create, "uploadingToHub": self._upload}

    async def _create(self) -> str:
        key = self.office.key()
        public, created_at = reading.pem_of(key.public_key()), int(self.office.now.timestamp())
        self.known.update(publicKey=public, privateKey=reading.pem_of(key), createdAt=created_at)
        return "created"

    async def _upload(self) -> str:
        body = {"publicKey": self.known["publicKey"], "createdAt": self.known["createdAt"]}
        why = verdict(await self.office.manager.post(self.office.manager.own("/jwscerts"), body))
        if why is not None:
            raise Refused(why)
        # Only now: a message that is signed with a key that nobody can have is refused by everybody.
        self.office.configures({"jwsSigningKey": self.known["privateKey"]})
        self.complete("DFSP_JWS_PROPAGATED", changed=True)
        return "uploaded"


class PeerJws(Machine):
    """Asks for everybody's public keys again and again. A key replaces the one before when it is not older; those that cannot
    be used are left out, whatever the connection manager says of them (it holds every key that is not of RSA for invalid)."""

    name = "PEER_JWS"

    def steps(self) -> Mapping[str, Step]:
        return {
            "fetchingPeerJWS": self._fetch,
            "comparePeerJWS": self._compare,
            "notifyPeerJWS": self._notify,
            "completed": self._complete,
        }

    async def _fetch(self) -> str:
        told: Sequence[Mapping[str, Any]] = await self.office.manager.get("/dfsps/jwscerts") or ()
        self.known["fetched"] = [
            {"dfspId": each["dfspId"], "publicKey": each["publicKey"], "createdAt": int(each.get("createdAt") or 0)}
            for each in told
            if each.get("dfspId") not in (None, self.office.settings.dfsp_id) and usable(str(each.get("publicKey") or ""))
        ]
        return "fetched"

    async def _compare(self) -> str:
        peers: dict[str, Any] = self.known.setdefault("peers", {})
        changes = [each for each in self.known.pop("fetched") if is_news(each, peers.get(each["dfspId"]))]
        peers.update({each["dfspId"]: each for each in changes})
        return "changed" if changes else "same"

    async def _notify(self) -> str:
        keys = {dfsp: each["publicKey"] for dfsp, each in self.known["peers"].items()}
        self.office.configures({"peerJWSKeys": keys})
        self.complete("PEER_JWS_CONFIGURED", changed=True)
        return "notified"

    async def _complete(self) -> str:
        self.complete("PEER_JWS_CONFIGURED")
        return "noted"


class UploadPeerJws(Machine):
    """Brings the keys of another scheme's DFSPs to the connection manager: the work of a proxy. Others bring nothing."""

    name = "UPLOAD_PEER_JWS"

    def steps(self) -> Mapping[str, Step]:
        return {"comparePeerJWS": self._compare, "uploadingPeerJWS": self._upload}

    async def _compare(self) -> str:
        if dict(self.office.settings.external_jws_keys) != self.known.get("brought", {}):
            return "changed"
        self.complete("NO_PEER_JWS_CHANGES")
        return "same"

    async def _upload(self) -> str:
        keys, now = dict(self.office.settings.external_jws_keys), int(self.office.now.timestamp())
        rows = [{"dfspId": dfsp, "publicKey": key, "createdAt": now} for dfsp, key in keys.items()]
        for each in await self.office.manager.post("/external-dfsps/jwscerts", rows) or ():
            if (why := verdict(each)) is not None:
                raise Refused(f"{each.get('dfspId')}: {why}")
        self.known["brought"] = keys
        self.complete("UPLOAD_PEER_JWS_COMPLETED", changed=True)
        return "uploaded"


def usable(pem: str) -> bool:
    """Whether signatures can be held against this key."""
    try:
        load_public(pem)
    except ValueError:
        return False
    return True


def is_news(key: Mapping[str, Any], known: Mapping[str, Any] | None) -> bool:
    """Whether a key is another one than was known, and not an older one."""
    if known is None:
        return True
    return bool(key["publicKey"] != known["publicKey"] and key["createdAt"] >= known["createdAt"])
