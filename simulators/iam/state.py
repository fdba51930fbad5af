"""An identity provider's realm: clients with secrets, the keys that sign, and what tokens say. No HTTP and no form of a body.

LoopyardError
    IamError
        NoSuchRealm
        GrantMissing, GrantNotSupported     the request names no grant, or another than client credentials
        SecretMissing                       a known client gives no secret
        UnknownClient                       no such client, or a disabled one: told alike, so that nobody learns which
        WrongSecret
        NoServiceAccount                    the client may not act in its own name
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final

from loopyard.engine.site import Site
from loopyard.kernel.errors import LoopyardError
from loopyard.protocols import oauth
from loopyard.protocols.jws_keys import PublicKey
from simulators.iam.settings import ClientSettings, Settings

GRANT: Final = "client_credentials"
SCOPE: Final = "profile email"
KEYS: Final = 2
"""How many signing keys there are to change between."""


class IamError(LoopyardError):
    """The identity provider says no."""


class NoSuchRealm(IamError):
    """There is no such realm."""


class GrantMissing(IamError):
    """The request names no grant."""


class GrantNotSupported(IamError):
    """The request names a grant that is not served."""


class SecretMissing(IamError):
    """A known client gives no secret."""


class UnknownClient(IamError):
    """There is no such client, or it is disabled."""


class WrongSecret(IamError):
    """The secret is not the client's."""


class NoServiceAccount(IamError):
    """The client may not ask in its own name."""


@dataclass(slots=True)
class Client:
    """A client as it is now. `not_before` is the moment before which its tokens were issued in vain."""

    id: str
    account: str
    secret: str
    enabled: bool
    service_account: bool
    lifetime: int
    issued: int = 0
    not_before: datetime | None = None


class Realm:
    """The realm of one world."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self.site = site
        self.settings = settings
        self._key = 1
        self._served = [1]
        given = {each.id: ClientSettings(f"{each.id}-secret") for each in site.plan.participants} | dict(settings.clients)
        self.clients = {id_: self._client(id_, each) for id_, each in given.items()}

    def _client(self, id_: str, given: ClientSettings) -> Client:
        lifetime = given.lifetime_seconds or self.settings.lifetime_seconds
        return Client(id_, self.site.ids.uuid(), given.secret, given.enabled, given.service_account, lifetime)

    @property
    def issuer(self) -> str:
        """The address by which tokens name this realm."""
        return f"{self.site.url(self.site.name, 'oidc')}/realms/{self.settings.realm}"

    def check_realm(self, name: str) -> None:
        """Raises NoSuchRealm."""
        if name != self.settings.realm:
            raise NoSuchRealm(f"there is no realm {name!r}; this provider has {self.settings.realm!r}")

    def authenticated(self, id_: str | None, secret: str | None) -> Client:
        """The client that gives its own secret. Raises UnknownClient, SecretMissing, WrongSecret."""
        client = self.clients.get(id_ or "")
        if client is None or not client.enabled:
            raise UnknownClient(f"there is no client {id_!r} that is enabled")
        if not secret:
            raise SecretMissing(f"{id_} gave no secret")
        if not compare_digest(secret.encode(), client.secret.encode()):
            raise WrongSecret(f"the secret is not that of {id_}")
        return client

    def grant(self, kind: str | None, id_: str | None, secret: str | None) -> tuple[str, Client]:
        """A token for a client that asks in its own name. Raises IamError."""
        if not kind:
            raise GrantMissing("name the grant")
        if kind != GRANT:
            raise GrantNotSupported(f"{kind!r} is not served; ask for {GRANT}")
        client = self.authenticated(id_, secret)
        if not client.service_account:
            raise NoServiceAccount(f"{id_} may not ask in its own name")
        client.issued += 1
        return oauth.issue(oauth.throwaway_key(self._key), self._claims(client)), client

    def _claims(self, client: Client) -> dict[str, Any]:
        now = int(self.site.clock.now().timestamp())
        return {
            "exp": now + client.lifetime, "iat": now, "jti": self.site.ids.uuid(), "iss": self.issuer, "aud": "account",
            "sub": client.account, "typ": "Bearer", "azp": client.id, "acr": "1", "scope": SCOPE, "email_verified": False,
            "preferred_username": f"service-account-{client.id}", "client_id": client.id,
        }  # fmt: skip

    def active(self, token: str) -> Mapping[str, Any] | None:
        """The claims of a token that is good now and was not taken back; None for any other."""
        now = self.site.clock.now()
        try:
            claims = oauth.verified(token, oauth.keys_of(oauth.key_set(*self.keys)), self.issuer, now)
        except oauth.InvalidToken:
            return None
        client = self.clients.get(str(claims.get("azp")))
        if client is None or not client.enabled or claims["exp"] <= now.timestamp():
            return None
        return None if client.not_before is not None and claims["iat"] <= client.not_before.timestamp() else claims

    @property
    def keys(self) -> list[PublicKey]:
        """The keys that verify, the newest first."""
        return [oauth.public_half(oauth.throwaway_key(number)) for number in self._served]

    # -- what a world does to it --------------------------------------------------------------------------------------

    def client(self, id_: str) -> Client:
        """Raises UnknownClient."""
        if id_ not in self.clients:
            raise UnknownClient(f"there is no client {id_!r}; there are {', '.join(self.clients)}")
        return self.clients[id_]

    def change_key(self, keep: bool) -> None:
        """Sign with the other key from now on; without `keep` what the old one signed holds no more."""
        self._key = self._key % KEYS + 1
        self._served = [self._key, *(each for each in self._served if keep and each != self._key)]
