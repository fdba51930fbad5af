"""Whatever is sent to the connection manager, it answers as itself: never with a 500, and it goes on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.mcm import SIMULATOR

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20), st.just("x" * 5000),
    st.sampled_from(["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "\u0000", "é", "../..", "ZAM"]),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip
MEMBERS = [
    "CN", "O", "C", "E", "dfspId", "name", "monetaryZoneId", "isProxy", "fxpCurrencies", "securityGroup", "privateKey",
    "rootCertificate", "intermediateChain", "serverCertificate", "clientCSR", "certificate", "publicKey", "createdAt", "url",
    "ipList", "value", "HUB_CA", "status", "lastUpdated", "address", "ports",
]  # fmt: skip
BODIES = st.recursive(
    JUNK,
    lambda inner: st.one_of(st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5), st.lists(inner, max_size=2)),
    max_leaves=6,
)
WRITING = sorted(each.contract_key for each in SIMULATOR.faces[0].operations if each.method in ("POST", "PUT"))


@pytest.mark.parametrize("operation", WRITING)
def test_no_body_breaks_it(operation: str, mcm: Any) -> None:
    method, _, path = operation.partition(" ")
    concrete = re.sub(r"\{(\w+)\}", lambda name: "1" if name[1] in ("epId", "enId") else "green-bank", path)

    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(BODIES)
    def broken(body: Any) -> None:
        told = mcm(method, concrete, body)
        assert told.status < 500, f"{operation} {body!r}: {told}"

    broken()
    assert mcm("GET", "/health").status == 200


@pytest.mark.parametrize(
    "subject", [{"CN": "a" * 65, "O": "x"}, {"CN": "x", "O": "x", "C": "ZAM"}, {"CN": "x", "O": "x", "C": "é"}]
)
def test_a_name_that_no_certificate_may_bear(mcm: Any, subject: dict[str, str]) -> None:
    told = mcm("POST", "/hub/ca", subject)
    assert (told.status, told.body["message"].startswith("Invalid CAInitialInfo document")) == (400, True)


@pytest.mark.parametrize("id_", ["%2e%2e", "a%2fb", "é", "green-bank%00", "a b"])
def test_strange_ids_are_ids_of_nobody(mcm: Any, id_: str) -> None:
    assert mcm("GET", f"/dfsps/{id_}/ca").status == 404
