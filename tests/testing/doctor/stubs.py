"""Tiny systems under test on loopback, standard library only, each with the faults that a test gives it."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loopyard.testing.config import Sut
from loopyard.testing.doctor.examination import examine
from loopyard.testing.doctor.finding import Finding, Section
from loopyard.world.defaults import default_world
from tests.foreign.yard import free_ports

Answer = tuple[int, Any]
JSON = {"Content-Type": "application/json"}
QUOTE = "01KB00000000000000000000QT"


@dataclass
class Bench:
    """A world file with free ports, and where its faces and those of a system under test will be."""

    world: Path
    ports: dict[str, int]

    def url(self, face: str) -> str:
        return f"http://127.0.0.1:{self.ports[face]}"

    def examined(self, *places: str, faces: Mapping[str, str], patience: float = 2, world: str = "") -> list[Section]:
        sut = Sut(runs="url", places=places, faces=faces, capabilities={})
        return list(examine(world or str(self.world), sut, patience))


def bench(folder: Path, signs: bool = False) -> Bench:
    """The default world at ports that nobody uses; one that signs, if asked for."""
    text = default_world().read_text(encoding="utf-8")
    text = text.replace("[world.jws]\non = false", f"[world.jws]\non = {str(signs).lower()}")
    names = re.findall(r'^"?([a-z_.-]+)"? = \d{4}$', text, re.M)
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    for name, port in ports.items():
        text = re.sub(rf'^("?{re.escape(name)}"?) = \d{{4}}$', rf"\1 = {port}", text, flags=re.M)
    file = folder / "world.toml"
    file.write_text(text, encoding="utf-8")
    return Bench(file, ports)


def findings(sections: list[Section], level: str) -> list[Finding]:
    return [each for section in sections for each in section.findings if each.level == level]


def told(sections: list[Section], level: str) -> str:
    return "\n".join(f"{each.seen} -> {each.remedy}" for each in findings(sections, level))


@contextmanager
def listening(
    port: int, answer: Callable[[str, str, Any], Answer], headers: Mapping[str, str] = JSON, ahead: float = 0
) -> Iterator[None]:
    """An HTTP server that answers with `answer(method, path, body)`, by a clock that is `ahead` by so many seconds."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content = answer(self.command, self.path, json.loads(body) if body else None)
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True))
            text = content if isinstance(content, bytes) else json.dumps(content).encode() if content is not None else b""
            for name, value in {**(headers if text else {}), "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call(method: str, url: str, body: Any = None, headers: Mapping[str, str] = JSON) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, parts.path, content, {k: v for k, v in headers.items() if v})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else {}
    except OSError as error:
        return 503, {"statusCode": "2003", "message": str(error)}
    finally:
        connection.close()


@dataclass
class Core:
    """A core connector that does enough for terms; every address and member can be wrong."""

    sdk: str
    bank: str
    without: tuple[str, ...] = ()
    lifetime: float = 60
    holds_at_once: bool = False

    def dfsp(self, method: str, path: str, body: Any) -> Answer:
        if path == "/health":
            return 200, {"status": "OK"}
        if method == "POST" and path == "/send-money":
            return self._terms(body)
        if method == "PUT":
            return 400, {"statusCode": "4101", "message": "refused"}
        return 404, {"statusCode": "3002", "message": f"{path} is not known here"}

    def _terms(self, wish: Any) -> Answer:
        payer = {"idType": "MSISDN", "idValue": wish["payer"]["payerId"], "fspId": "green-bank", "type": "CONSUMER"}
        amount, currency = wish["sendAmount"], wish["sendCurrency"]
        payee = {"idType": wish["payeeIdType"], "idValue": wish["payeeId"]}
        order = {"from": payer, "to": payee, "amountType": "SEND", "amount": amount, "currency": currency}
        status, answer = call(
            "POST", f"{self.sdk}/transfers",
            {"homeTransactionId": wish["homeTransactionId"], "transactionType": "TRANSFER", **order},
        )  # fmt: skip
        if status != 200:
            return 500, {"statusCode": str(answer.get("statusCode", "2001")), "message": str(answer.get("message"))}
        if self.holds_at_once:
            call("POST", f"{self.bank}/funds/reserve", {"transferId": answer["transferId"], **self._hold(wish)})
        call("POST", f"{self.bank}/quotes", self._hold(wish))
        quote = answer["quoteResponse"]["body"]
        terms = {
            "payeeDetails": {"name": answer["to"].get("displayName", "?")}, "sendAmount": amount, "sendCurrency": currency,
            "receiveAmount": quote["payeeReceiveAmount"]["amount"], "receiveCurrency": currency, "targetFees": "1",
            "sourceFees": "0", "transactionId": answer["transferId"], "homeTransactionId": wish["homeTransactionId"],
        }  # fmt: skip
        return 200, {name: value for name, value in terms.items() if name not in self.without}

    @staticmethod
    def _hold(wish: Any) -> dict[str, Any]:
        payer = {"partyIdType": "MSISDN", "partyIdentifier": wish["payer"]["payerId"]}
        amount = {"amount": int(wish["sendAmount"]), "currency": wish["sendCurrency"]}
        return {"payer": payer, "amount": amount}

    def backend(self, method: str, path: str, body: Any) -> Answer:
        if path == "/health":
            return 200, {"status": "OK"}
        if method == "GET" and path.startswith("/parties/"):
            status, account = call("GET", f"{self.bank}/accounts/{path.removeprefix('/parties/')}")
            _, _, id_type, id_value = path.split("/")
            if status != 200:
                return 404, {"statusCode": "3204", "message": "not found"}
            name = account["name"]
            party = {"idType": id_type, "idValue": id_value, "displayName": name, "firstName": name, "fspId": "green-bank"}
            return 200, {"type": "CONSUMER", "supportedCurrencies": [account["currency"]], **party}
        if method == "POST" and path == "/quoterequests":
            expires = datetime.now(UTC) + timedelta(seconds=self.lifetime)
            amount, currency = body["amount"], body["currency"]
            return 200, {
                "quoteId": body["quoteId"], "transactionId": body["transactionId"], "transferAmount": amount,
                "transferAmountCurrency": currency, "payeeReceiveAmount": amount, "payeeReceiveAmountCurrency": currency,
                "expiration": expires.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            }  # fmt: skip
        return 404, {"statusCode": "3002", "message": f"{path} is not known here"}


@contextmanager
def core(at: Bench, stub: Core | None = None, headers: Mapping[str, str] = JSON, ahead: float = 0) -> Iterator[dict[str, str]]:
    """A core connector for the bench's world, listening; gives the addresses of its faces."""
    here = stub or Core(at.url("mojaloop_connector.outbound"), at.url("green-bank.core"))
    dfsp, sdk = at.ports["core_connector.dfsp"], at.ports["core_connector.sdk"]
    with listening(dfsp, here.dfsp, headers, ahead), listening(sdk, here.backend):
        yield {face: at.url(face) for face in ("core_connector.dfsp", "core_connector.sdk")}


Sign = Callable[[str, str, Mapping[str, str], bytes], Mapping[str, str]]
"""The headers that a signature adds to method, path, headers and body."""


@dataclass
class Mojaloop:
    """A Mojaloop connector that asks the hub once for the payee, with these headers, and takes every callback in silence.

    With `signs` it asks for terms as well, with the headers that this adds to a body; `answer` is what callbacks hear."""

    hub: str
    headers: dict[str, str] = field(default_factory=dict)
    ahead: float = 0
    callback_status: int = 202
    signs: Sign | None = None
    answer: Any = None

    def outbound(self, method: str, path: str, body: Any) -> Answer:
        if method != "POST":
            return 200, {}
        kind = "application/vnd.interoperability.parties+json;version="
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=self.ahead), usegmt=True)
        headers = {"Content-Type": f"{kind}2.0", "Accept": f"{kind}2", "Date": date, "FSPIOP-Source": "green-bank"}
        to = body["to"]
        status, answer = call("GET", f"{self.hub}/parties/{to['idType']}/{to['idValue']}", None, headers | self.headers)
        if self.signs is not None:
            self._ask_for_terms(body, date, self.signs)
        return 500, {"statusCode": "2001", "message": f"the hub said {status} {answer}"}

    def inbound(self, method: str, path: str, body: Any) -> Answer:
        return (200, None) if path == "/health" else (self.callback_status, self.answer)

    def _ask_for_terms(self, wish: Any, date: str, signs: Sign) -> None:
        def party(who: Any, fsp: str) -> Any:
            return {"partyIdInfo": {"partyIdType": who["idType"], "partyIdentifier": who["idValue"], "fspId": fsp}}

        body = {
            "amount": {"amount": str(wish["amount"]), "currency": wish["currency"]}, "amountType": "SEND",
            "payee": party(wish["to"], "blue-wallet"), "payer": party(wish["from"], "green-bank"), "quoteId": QUOTE,
            "transactionId": QUOTE,
            "transactionType": {"initiator": "PAYER", "initiatorType": "CONSUMER", "scenario": "TRANSFER"},
        }  # fmt: skip
        kind = "application/vnd.interoperability.quotes+json;version="
        headers = {
            "Content-Type": f"{kind}2.0", "Accept": f"{kind}2", "Date": date, "FSPIOP-Source": "green-bank",
            "FSPIOP-Destination": "blue-wallet",
        }  # fmt: skip
        call("POST", f"{self.hub}/quotes", body, headers | dict(signs("POST", "/quotes", headers, json.dumps(body).encode())))


@contextmanager
def mojaloop(at: Bench, stub: Mojaloop) -> Iterator[dict[str, str]]:
    inbound, outbound = at.ports["mojaloop_connector.inbound"], at.ports["mojaloop_connector.outbound"]
    with listening(inbound, stub.inbound), listening(outbound, stub.outbound):
        yield {face: at.url(face) for face in ("mojaloop_connector.inbound", "mojaloop_connector.outbound")}
