"""The API against the digest of its interface description: every operation and answer that the README claims is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from loopyard.protocols import schemas
from simulators.mcm import SIMULATOR

ROOT = Path(__file__).parents[3]
DIGEST: dict[str, Any] = json.loads((ROOT / "tests/vectors/openapi-digest/mcm.json").read_text(encoding="utf-8"))
OPERATIONS = sorted(set(DIGEST) - {"_base"})
NOT_SERVED = {"GET /auth/login", "GET /auth/callback", "GET /auth/logout"}


def served() -> set[str]:
    return {operation.contract_key for operation in SIMULATOR.faces[0].operations}


def test_every_operation_of_the_digest_is_served_but_those_that_the_readme_leaves_out() -> None:
    assert served() == set(OPERATIONS) - NOT_SERVED
    readme = (ROOT / "simulators/mcm/README.md").read_text(encoding="utf-8")
    for operation in NOT_SERVED:
        assert operation.partition(" ")[2] in readme, f"the README does not say that {operation} is missing"


def test_each_operation_has_its_own_name() -> None:
    names = [operation.name for operation in SIMULATOR.faces[0].operations]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_contract_knows_the_answers_of_the_digest(operation: str) -> None:
    declared = schemas.load("mcm").operation(operation)
    assert set(declared.responses) == set(DIGEST[operation]["responses"])
    assert (declared.request is None) == (DIGEST[operation]["body"] is None)


ENROLLMENT = "/dfsps/green-bank/enrollments"
IP = {"value": {"address": "198.51.100.7", "ports": ["443", "8000-8010"]}}
URL = {"value": {"url": "https://green-bank.example.com"}}
BODIES: dict[str, Any] = {
    "POST /hub/endpoints/ingress/ips": IP, "PUT /hub/endpoints/ingress/ips/{epId}": IP,
    "POST /hub/endpoints/ingress/urls": URL, "PUT /hub/endpoints/ingress/urls/{epId}": URL,
    "POST /hub/endpoints/egress/ips": IP, "PUT /hub/endpoints/egress/ips/{epId}": IP,
    "PUT /hub/endpoints/{epId}": IP, "PUT /dfsps/{dfspId}/endpoints/{epId}": IP,
    "POST /dfsps/{dfspId}/endpoints/ingress/ips": IP, "PUT /dfsps/{dfspId}/endpoints/ingress/ips/{epId}": IP,
    "POST /dfsps/{dfspId}/endpoints/ingress/urls": URL, "PUT /dfsps/{dfspId}/endpoints/ingress/urls/{epId}": URL,
    "POST /dfsps/{dfspId}/endpoints/egress/ips": IP, "PUT /dfsps/{dfspId}/endpoints/egress/ips/{epId}": IP,
    "POST /dfsps/{dfspId}/endpoints/ingress": {"url": "https://green-bank.example.com"},
    "POST /dfsps/{dfspId}/endpoints/egress": {"ipList": [IP["value"]]},
    "POST /hub/ca": {"CN": "Another CA", "O": "Scheme"}, "PUT /hub/ca": {"privateKey": "KEY", "rootCertificate": "CA"},
    "POST /hub/jwscerts": {"publicKey": "JWS", "createdAt": 1772438400},
    "POST /external-dfsps/jwscerts": [{"dfspId": "far-bank", "publicKey": "JWS", "createdAt": 1772438400}],
    "POST /dfsps": {"dfspId": "new-bank", "name": "New Bank", "monetaryZoneId": "MWK"},
    "PUT /dfsps/{dfspId}": {"name": "Greener Bank"},
    "POST /dfsps/{dfspId}/ca": {"rootCertificate": "CA"},
    "POST /dfsps/{dfspId}/enrollments/inbound": {"clientCSR": "CSR"},
    "POST /dfsps/{dfspId}/enrollments/outbound/{enId}/certificate": {"certificate": "CERTIFICATE"},
    "PUT /dfsps/{dfspId}/servercerts": {"serverCertificate": "SERVER", "rootCertificate": "CA"},
    "POST /dfsps/{dfspId}/servercerts": {"serverCertificate": "SERVER", "rootCertificate": "CA", "intermediateChain": []},
    "POST /dfsps/{dfspId}/jwscerts": {"publicKey": "JWS", "createdAt": 1772438400},
    "POST /dfsps/{dfspId}/states": {"HUB_CA": {"status": "completed", "lastUpdated": "2026-03-02T08:00:00.000Z"}},
}  # fmt: skip
"""A good body for each operation that takes one; words in capitals stand for PEMs."""
SUCCESS = re.compile("2..|302")


@pytest.mark.parametrize("operation", sorted(served()))
def test_what_the_readme_claims_is_answered_as_the_digest_says(operation: str, mcm: Any, pems: dict[str, str]) -> None:
    """Each operation after what makes it possible; the contract is held against every answer at the end (`mcm`)."""
    method, _, path = operation.partition(" ")
    found = prepared(mcm, pems)
    ids = found | {"dfspId": "green-bank", "monetaryZoneId": "MWK", "epId": endpoint(mcm, path)}
    if "outbound" in path:
        ids["enId"] = found["outbound"]
    told = mcm(method, re.sub(r"\{(\w+)\}", lambda name: str(ids[name[1]]), path), filled(BODIES.get(operation), pems))
    if operation == "GET /auth/profile":
        assert told.status == 401
        return
    wanted = [int(code) for code in DIGEST[operation]["responses"] if SUCCESS.fullmatch(code)]
    assert told.status in wanted, f"{operation}: {told}"
    assert (told.body is None) == (told.status == 204)


def prepared(mcm: Any, pems: dict[str, str]) -> dict[str, Any]:
    """A DFSP that has brought all there is to bring."""
    mcm("POST", "/dfsps/green-bank/ca", {"rootCertificate": pems["CA"]})
    mcm("POST", "/dfsps/green-bank/servercerts", {"serverCertificate": pems["SERVER"], "rootCertificate": pems["CA"]})
    mcm("POST", "/dfsps/green-bank/jwscerts", {"publicKey": pems["JWS"], "createdAt": 1772438400})
    mcm("POST", "/dfsps/green-bank/endpoints/ingress", BODIES["POST /dfsps/{dfspId}/endpoints/ingress"])
    mcm("POST", "/dfsps/green-bank/endpoints/egress", BODIES["POST /dfsps/{dfspId}/endpoints/egress"])
    mcm("POST", "/dfsps/green-bank/credentials")
    mcm("POST", "/hub/servercerts")
    inbound = mcm("POST", f"{ENROLLMENT}/inbound", {"clientCSR": pems["CSR"]}).body["id"]
    outbound = mcm("GET", f"{ENROLLMENT}/outbound").body[0]["id"]
    mcm("POST", f"{ENROLLMENT}/outbound/{outbound}/certificate", {"certificate": pems["CERTIFICATE"]})
    return {"enId": inbound, "outbound": outbound}


def endpoint(mcm: Any, path: str) -> int:
    """The id of an address of the owner, direction and type that a path is about."""
    root, _, rest = path.partition("/endpoints")
    direction, type_ = [*rest.split("/"), "", "", ""][1:3]
    kind = f"{direction}/{type_}" if type_ in ("ips", "urls") else "ingress/ips"
    body = URL if kind.endswith("urls") else IP
    if "{epId}" not in path:
        return 0
    return int(mcm("POST", f"{root.replace('{dfspId}', 'green-bank')}/endpoints/{kind}", body).body["id"])


def filled(body: Any, pems: dict[str, str]) -> Any:
    """A body with PEMs in place of the words that stand for them."""
    if isinstance(body, dict):
        return {name: filled(value, pems) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(each, pems) for each in body]
    return pems.get(body, body) if isinstance(body, str) else body
