"""Access tokens of the participants that a world plays: each fetches its own, and another when it grows old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.engine.site import Site
from loopyard.protocols import oauth

MARGIN: Final = 10
"""Seconds before its end at which a token is old."""


class Tokens:
    """Tokens by participant. `realm` is a neighbour, its face and the path there; empty where nobody asks for tokens."""

    def __init__(self, site: Site, kind: str, realm: str) -> None:
        self._site = site
        self._realm = realm
        self._message = Message(f"{kind}.token.ask", "POST", "/protocol/openid-connect/token", schema="token")
        self._held: dict[str, tuple[str, datetime]] = {}

    async def header(self, member: str) -> Mapping[str, str]:
        """What to add to a call of this participant; nothing when it gets no token."""
        if not self._realm:
            return {}
        token, until = self._held.get(member, ("", self._site.clock.now()))
        if self._site.clock.now() >= until:
            token = await self._fetched(member)
        return {"authorization": f"Bearer {token}"} if token else {}

    def refused(self, member: str, status: int | None) -> bool:
        """Whether an answer says that the token is good no more, so that the call is worth another try with a new one."""
        return status == 401 and self._held.pop(member, None) is not None

    async def _fetched(self, member: str) -> str:
        face, slash, path = self._realm.partition("/")
        party, name = face.split(".", 1)
        answer = await self._site.outbox.deliver(
            self._message, self._site.url(party, name) + slash + path, receiver=party, sender=member,
            headers={"Content-Type": oauth.FORM, "Authorization": oauth.basic(member, f"{member}-secret")},
            body=b"grant_type=client_credentials",
        )  # fmt: skip
        told = json_of(answer)
        if answer is None or answer.status != 200 or not isinstance(told, dict):
            return ""
        until = self._site.clock.now() + timedelta(seconds=told["expires_in"] - MARGIN)
        self._held[member] = (str(told["access_token"]), until)
        return self._held[member][0]
