"""The identity provider over real sockets: tokens, refusals in the public software's words, and what a world does to it.
Signatures and key sets are recomputed with `cryptography` alone, from the bytes that came over the wire."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from loopyard.kernel.errors import UsageError
from loopyard.transport.client import Answer
from loopyard.world import control
from loopyard.world.composition import Composition
from loopyard.world.file import parse

DFSP = {"id": "green-bank", "play": "external", "callback_url": "http://127.0.0.1:1", "currencies": {}}
WORLD: dict[str, Any] = {
    "world": {"starts": datetime(2026, 3, 2, 8, 0, tzinfo=UTC)},
    "dfsp": [DFSP | {"currencies": {"MWK": {"cap": "1", "funds": "1"}}}],
    "simulators": {"iam": {"clients": {"batch": {"secret": "s%:cret", "service_account": False}}}},
}
TOKEN = "/realms/dfsps/protocol/openid-connect/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Provider:
    """An identity provider in a world of its own."""

    def __init__(self, world: Composition) -> None:
        self.world = world

    async def call(self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
        body = urlencode(fields).encode() if fields is not None else None
        url = self.world.url("iam", "oidc") + path
        return await self.world.clock.drive(
            self.world.channel.client.call(method, url, headers={**(FORM if body else {}), **headers}, body=body)
        )

    async def ask(self, grant: str = "client_credentials", id_: str = "green-bank", secret: str = "green-bank-secret") -> Any:
        fields = {"grant_type": grant, "client_id": id_, "client_secret": secret}
        return await self.call("POST", TOKEN, {name: value for name, value in fields.items() if value})

    async def token(self) -> str:
        return str(json.loads((await self.ask()).body)["access_token"])

    async def introspected(self, token: str) -> Any:
        fields = {"client_id": "green-bank", "client_secret": "green-bank-secret", "token": token}
        return json.loads((await self.call("POST", TOKEN + "/introspect", fields)).body)

    async def control(self, name: str, **arguments: Any) -> Any:
        return await control.call(self.world, f"iam.{name}", arguments)


def run(test: Any) -> None:
    async def whole() -> None:
        world = Composition(parse(WORLD, "world.toml"))
        await world.start()
        try:
            await test(Provider(world))
        finally:
            await world.stop()

    asyncio.run(whole())


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(token: str, key_set: dict[str, Any]) -> dict[str, Any]:
    """The claims of a token, recomputed. Raises InvalidSignature."""
    head, claims, signature = token.split(".")
    row = next(each for each in key_set["keys"] if each["kid"] == json.loads(octets(head))["kid"])
    numbers = RSAPublicNumbers(int.from_bytes(octets(row["e"]), "big"), int.from_bytes(octets(row["n"]), "big"))
    numbers.public_key().verify(octets(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    loaded: dict[str, Any] = json.loads(octets(claims))
    return loaded


def test_a_token_is_signed_by_a_key_of_the_key_set_and_says_for_whom_and_how_long() -> None:
    async def test(iam: Provider) -> None:
        answer = await iam.ask()
        assert answer.status == 200
        assert answer.header("cache-control") == "no-store"
        told = json.loads(answer.body)
        assert (told["expires_in"], told["token_type"], told["refresh_expires_in"]) == (300, "Bearer", 0)
        described = json.loads((await iam.call("GET", "/realms/dfsps/.well-known/openid-configuration")).body)
        path = described["jwks_uri"].removeprefix(iam.world.url("iam", "oidc"))
        claims = verify(told["access_token"], json.loads((await iam.call("GET", path)).body))
        assert claims["iss"] == described["issuer"]
        assert claims["azp"] == "green-bank"
        assert claims["exp"] - claims["iat"] == 300
        assert datetime.fromtimestamp(claims["iat"], UTC) == iam.world.clock.now()

    run(test)


def test_a_token_that_was_touched_does_not_verify() -> None:
    async def test(iam: Provider) -> None:
        key_set = json.loads((await iam.call("GET", "/realms/dfsps/protocol/openid-connect/certs")).body)
        head, claims, signature = (await iam.token()).split(".")
        other = base64.urlsafe_b64encode(octets(claims).replace(b"green-bank", b"other-bank")).decode().rstrip("=")
        with pytest.raises(InvalidSignature):
            verify(f"{head}.{other}.{signature}", key_set)

    run(test)


def test_credentials_are_taken_from_the_basic_header_too_percent_encoded() -> None:
    async def test(iam: Provider) -> None:
        await iam.control("rotate-secret", client="green-bank", secret="s%:cret")
        header = "Basic " + base64.b64encode(b"green-bank:s%25%3Acret").decode()
        answer = await iam.call("POST", TOKEN, {"grant_type": "client_credentials"}, Authorization=header)
        assert answer.status == 200

    run(test)


@pytest.mark.parametrize(
    "asked, status, code, words",
    [
        ({"grant": ""}, 400, "invalid_request", "Missing form parameter: grant_type"),
        ({"grant": "password"}, 400, "unsupported_grant_type", "Unsupported grant_type"),
        ({"id_": "nobody"}, 401, "invalid_client", "Invalid client or Invalid client credentials"),
        ({"id_": ""}, 401, "invalid_client", "Invalid client or Invalid client credentials"),
        ({"secret": "wrong"}, 401, "unauthorized_client", "Invalid client or Invalid client credentials"),
        ({"secret": ""}, 401, "unauthorized_client", "Client secret not provided in request"),
        (
            {"id_": "batch", "secret": "s%:cret"},
            401, "unauthorized_client", "Client not enabled to retrieve service account",
        ),
    ],
)  # fmt: skip
def test_a_refusal_has_the_words_of_the_public_software(asked: dict[str, str], status: int, code: str, words: str) -> None:
    async def test(iam: Provider) -> None:
        answer = await iam.ask(**asked)
        assert (answer.status, json.loads(answer.body)) == (status, {"error": code, "error_description": words})

    run(test)


def test_an_unknown_realm_or_path_is_not_found() -> None:
    async def test(iam: Provider) -> None:
        answer = await iam.call("POST", TOKEN.replace("dfsps", "other"), {"grant_type": "client_credentials"})
        assert (answer.status, json.loads(answer.body)) == (404, {"error": "Realm does not exist"})
        assert (await iam.call("GET", TOKEN)).status == 405
        assert (await iam.call("GET", "/nowhere")).status == 404

    run(test)


def test_a_disabled_client_gets_nothing_and_its_tokens_are_no_longer_active() -> None:
    async def test(iam: Provider) -> None:
        token = await iam.token()
        other = {"client_id": "batch", "client_secret": "s%:cret", "token": token}
        assert json.loads((await iam.call("POST", TOKEN + "/introspect", other)).body)["active"]
        await iam.control("set-enabled", client="green-bank", enabled=False)
        assert (await iam.ask()).status == 401
        assert json.loads((await iam.call("POST", TOKEN + "/introspect", other)).body) == {"active": False}

    run(test)


def test_a_rotated_secret_replaces_the_old_one_and_tokens_live_on() -> None:
    async def test(iam: Provider) -> None:
        token = await iam.token()
        await iam.control("rotate-secret", client="green-bank", secret="new")
        assert (await iam.ask()).status == 401
        assert (await iam.ask(secret="new")).status == 200
        fields = {"client_id": "green-bank", "client_secret": "new", "token": token}
        assert json.loads((await iam.call("POST", TOKEN + "/introspect", fields)).body)["active"]

    run(test)


def test_tokens_end_by_time_by_order_and_with_their_key() -> None:
    async def test(iam: Provider) -> None:
        by_time = await iam.token()
        await iam.world.clock.advance(299)
        assert (await iam.introspected(by_time))["active"]
        await iam.world.clock.advance(1)
        assert await iam.introspected(by_time) == {"active": False}
        by_order = await iam.token()
        await iam.control("expire-tokens", client="green-bank")
        assert await iam.introspected(by_order) == {"active": False}
        await iam.world.clock.advance(1)
        with_key = await iam.token()
        await iam.control("rotate-keys")
        assert (await iam.introspected(with_key))["active"]
        await iam.control("rotate-keys", keep=False)
        await iam.control("rotate-keys", keep=False)
        assert await iam.introspected(await iam.token()) != {"active": False}
        key_set = json.loads((await iam.call("GET", "/realms/dfsps/protocol/openid-connect/certs")).body)
        assert len(key_set["keys"]) == 1

    run(test)


def test_a_lifetime_holds_for_tokens_to_come() -> None:
    async def test(iam: Provider) -> None:
        await iam.control("set-lifetime", client="green-bank", seconds=5)
        assert json.loads((await iam.ask()).body)["expires_in"] == 5
        assert [each for each in await iam.control("clients") if each["id"] == "green-bank"] == [
            {"id": "green-bank", "enabled": True, "issued": 1}
        ]

    run(test)


def test_one_seed_gives_one_token() -> None:
    tokens = []

    async def test(iam: Provider) -> None:
        tokens.append(json.loads(octets((await iam.token()).split(".")[1])))

    run(test)
    run(test)
    first, second = ({**each, "iss": ""} for each in tokens)  # the port differs
    assert first == second


def test_a_wrong_setting_is_named_with_its_place() -> None:
    async def test(iam: Provider) -> None:
        with pytest.raises(UsageError, match=r"simulators\.iam.*lifetime_seconds"):
            iam.world.configure("iam", {"lifetime_seconds": 0})

    run(test)
