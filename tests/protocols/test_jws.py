from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loopyard.protocols import base64url, canonical, jws, jws_header

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "jws" / "vectors.json").read_text(encoding="utf-8")
)
KEYS = DOCUMENT["keys"]
FSPS = ("payerfsp", "payeefsp", "Hub")
RSA = dict.fromkeys(FSPS, KEYS["rsaPublicSpkiPem"])
EC = dict.fromkeys(FSPS, KEYS["ecPublicSpkiPem"])
CHECKS = {check["name"]: check for check in DOCUMENT["checks"]}
QUOTE = next(vector for vector in DOCUMENT["vectors"] if vector["name"] == "post_quotes_rs256")
SIGNER = jws.Signer(KEYS["rsaPrivatePkcs1Pem"])
EC_SIGNER = jws.Signer(KEYS["ecPrivateSec1Pem"])


@pytest.fixture(params=DOCUMENT["vectors"], ids=lambda v: v["name"])
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def keys_for(vector: dict[str, Any]) -> dict[str, str]:
    return EC if vector["alg"] == "ES256" else RSA


def signed(vector: dict[str, Any], signer: jws.Signer) -> dict[str, str]:
    request = vector["request"]
    return signer.sign(request["method"], request["uri"], request["headers"], request["body"])


@pytest.mark.parametrize("form", ["either", "insertion", "sorted"])
def test_the_reference_signer_s_messages_verify_in_every_form(vector: dict[str, Any], form: Any) -> None:
    verdict = jws.Verifier(keys_for(vector), form).verify(vector["signedHeaders"], vector["wireBody"].encode())
    assert verdict.forms == ("raw", "insertion", "sorted")


def test_signing_gives_the_reference_signer_s_headers(vector: dict[str, Any]) -> None:
    signer = EC_SIGNER if vector["alg"] == "ES256" else SIGNER
    added = signed(vector, signer)
    expected = {name: vector["signedHeaders"][name] for name in added}
    if vector["alg"] == "ES256":  # its signatures contain a random number
        for headers in (added, expected):
            headers["fspiop-signature"] = json.loads(headers["fspiop-signature"])["protectedHeader"]
    assert added == expected


def test_own_signatures_verify(vector: dict[str, Any]) -> None:
    signer = EC_SIGNER if vector["alg"] == "ES256" else SIGNER
    headers = vector["request"]["headers"] | signed(vector, signer)
    jws.Verifier(keys_for(vector)).verify(headers, vector["wireBody"].encode())


def test_the_body_may_be_given_as_bytes_in_any_order() -> None:
    request = QUOTE["request"]
    raw = json.dumps(request["body"], indent=2).encode()
    assert SIGNER.sign("POST", request["uri"], request["headers"], raw) == signed(QUOTE, SIGNER)


def reordered(body: bytes) -> bytes:
    return canonical.insertion_json(dict(reversed(canonical.parse(body).items())))


def change(**headers: str | None) -> Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]]:
    def changed(received: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        merged = received | {name.replace("_", "-"): value for name, value in headers.items()}
        return {name: value for name, value in merged.items() if value is not None}, body

    return changed


CHANGES: dict[str, Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]]] = {
    "ok": change(),
    "body_keys_reordered_on_wire": lambda headers, body: (headers, reordered(body)),
    "body_tampered": lambda headers, body: (headers, body.replace(b'"100"', b'"1000"')),
    "method_header_changed": change(fspiop_http_method="PUT"),
    "uri_header_changed": change(fspiop_uri="/transfers"),
    "source_changed_known_key": change(fspiop_source="payeefsp"),
    "destination_removed": change(fspiop_destination=None),
    "destination_changed": change(fspiop_destination="other"),
    "date_removed": change(date=None),
    "date_changed": change(date="Tue, 15 Jan 2030 08:12:32 GMT"),
    "unknown_source_key": change(fspiop_source="nokey"),
    "no_signature_header": change(fspiop_signature=None),
    "empty_body_undefined": lambda headers, body: (headers, b""),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_verifier_says_what_the_reference_validator_says(name: str) -> None:
    headers, body = CHANGES[name](dict(QUOTE["signedHeaders"]), QUOTE["wireBody"].encode())
    verifier = jws.Verifier(RSA, "sorted")
    if CHECKS[name].get("result"):
        verifier.verify(headers, body)
        return
    with pytest.raises(jws.InvalidSignature) as refused:
        verifier.verify(headers, body)
    expected = CHECKS[name]["error"]
    assert refused.value.reason[: len(expected)] == expected


def test_every_recorded_check_has_a_test() -> None:
    elsewhere = {name for name in CHECKS if name.startswith("sign_")} | {"foreign_signer_insertion_order_json"}
    assert set(CHANGES) | elsewhere == set(CHECKS)


@pytest.mark.parametrize("body", [None, "", 0, False, b"null", b'""'])
def test_nothing_is_signed_without_a_body(body: Any) -> None:
    with pytest.raises(jws.CannotSign, match=CHECKS["sign_no_body"]["error"]):
        SIGNER.sign("PUT", "/quotes/1", {"fspiop-source": "a"}, body)


@pytest.mark.parametrize("body", [b"null", b'""', b"0", b"false"])
def test_what_is_no_body_to_a_javascript_peer_is_not_verified(body: bytes) -> None:
    with pytest.raises(jws.InvalidSignature, match="without a body"):
        jws.Verifier(RSA).verify(QUOTE["signedHeaders"], body)


@pytest.mark.parametrize("body", [{}, []])
def test_an_empty_object_or_array_is_a_body(body: Any) -> None:
    headers = {"fspiop-source": "payerfsp"}
    added = SIGNER.sign("PUT", "/quotes/1", headers, body)
    assert jws.Verifier(RSA).verify(headers | added, canonical.sorted_json(body)).forms == ("raw", "insertion", "sorted")


def test_text_that_is_not_json_is_not_signed() -> None:
    with pytest.raises(jws.CannotSign, match="not JSON"):
        SIGNER.sign("PUT", "/quotes/1", {"fspiop-source": "a"}, b"{oops")


@pytest.mark.parametrize(
    "url, path",
    [
        ("http://hub/settlements/1", CHECKS["sign_bad_uri"]["uri"]),
        ("http://hub/", CHECKS["sign_root_uri"]["uri"]),
        ("http://hub/quotes", "/quotes"),
        ("https://hub/fsp/parties/MSISDN/1/HOME?x=1", "/parties/MSISDN/1/HOME?x=1"),
        ("http://hub/transfers/1/error", "/transfers/1/error"),
        ("http://hub/parties/MSISDN/quotes", "/quotes"),
    ],
)
def test_the_signed_path_starts_at_the_last_resource_name_with_the_signer_s_quirks(url: str, path: str) -> None:
    assert jws_header.signed_path(url) == path


def test_a_path_without_a_resource_cannot_be_signed() -> None:
    with pytest.raises(jws.CannotSign, match="URI not valid for protected header: /services/FXP"):
        jws_header.signed_path("/services/FXP")


@pytest.mark.parametrize("form", ["insertion", "sorted"])
@pytest.mark.parametrize("accepted", ["insertion", "sorted", "either"])
def test_each_canonical_form_is_accepted_by_its_profile_only(form: Any, accepted: Any) -> None:
    body = b'{"z": 1, "a": {"y": "2", "b": 3}}'
    headers = {"fspiop-source": "payerfsp"}
    headers |= jws.Signer(KEYS["rsaPrivatePkcs1Pem"], form).sign("PUT", "/transfers/1", headers, body)
    verifier = jws.Verifier(RSA, accepted)
    if accepted in (form, "either"):
        assert verifier.verify(headers, body) == jws.Verdict((form,))
        return
    with pytest.raises(jws.InvalidSignature) as refused:
        verifier.verify(headers, body)
    assert refused.value.reason == CHECKS["foreign_signer_insertion_order_json"]["error"]
    assert refused.value.forms == (form,)
    assert form in str(refused.value)


def signed_by_hand(protected: dict[str, Any], payload: bytes) -> dict[str, str]:
    head = base64url.encode(json.dumps(protected).encode())
    signature = SIGNER._key.sign(f"{head}.{base64url.encode(payload)}".encode())
    return {"fspiop-signature": json.dumps({"protectedHeader": head, "signature": base64url.encode(signature)})}


HAND = {"alg": "RS256", "FSPIOP-URI": "/quotes", "FSPIOP-HTTP-Method": "POST", "FSPIOP-Source": "payerfsp"}
SENT = {"fspiop-uri": "/quotes", "fspiop-http-method": "POST", "fspiop-source": "payerfsp"}


def test_a_signature_over_raw_bytes_alone_is_refused_and_named() -> None:
    body = b'{ "a" : 1 }'
    with pytest.raises(jws.InvalidSignature) as refused:
        jws.Verifier(RSA).verify(SENT | signed_by_hand(HAND, body), body)
    assert refused.value.forms == ("raw",)


@pytest.mark.parametrize("name", ["FSPIOP-URI", "FSPIOP-HTTP-Method", "FSPIOP-Source"])
def test_a_protected_header_without_a_required_element_is_refused(name: str) -> None:
    protected = {key: value for key, value in HAND.items() if key != name}
    with pytest.raises(jws.InvalidSignature) as refused:
        jws.Verifier(RSA).verify(SENT | signed_by_hand(protected, b'{"a":1}'), b'{"a":1}')
    assert refused.value.reason.startswith(f"Decoded protected header does not contain required {name} element: {{")


def test_a_destination_added_after_signing_is_refused() -> None:
    headers = SENT | signed_by_hand(HAND, b'{"a":1}') | {"fspiop-destination": "payeefsp"}
    with pytest.raises(jws.InvalidSignature, match="is present but is not present in protected header"):
        jws.Verifier(RSA).verify(headers, b'{"a":1}')


def test_a_message_without_a_source_is_refused() -> None:
    with pytest.raises(jws.InvalidSignature, match="FSPIOP-Source HTTP header not in request headers"):
        jws.Verifier(RSA).verify({}, b'{"a":1}')


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256", "RS512", None, ["RS256"]])
def test_other_algorithms_are_refused(algorithm: Any) -> None:
    headers = SENT | signed_by_hand(HAND | {"alg": algorithm}, b'{"a":1}')
    with pytest.raises(jws.InvalidSignature, match="invalid algorithm"):
        jws.Verifier(RSA).verify(headers, b'{"a":1}')


def test_an_algorithm_that_does_not_go_with_the_key_is_refused() -> None:
    headers = SENT | signed_by_hand(HAND, b'{"a":1}')
    with pytest.raises(jws.InvalidSignature, match='"alg" parameter for "ec" key type'):
        jws.Verifier(EC).verify(headers, b'{"a":1}')


@pytest.mark.parametrize(
    "header, reason",
    [
        ("{", "invalid token"),
        ("{}", "invalid token"),
        ("[]", "invalid token"),
        ('{"protectedHeader":"a.b","signature":"c"}', "jwt malformed"),
        ('{"protectedHeader":"e30","signature":""}', "jwt signature is required"),
        ('{"protectedHeader":"!!","signature":"AA"}', "invalid token"),
        ('{"protectedHeader":"W10","signature":"AA"}', "invalid token"),
        ('{"protectedHeader":"e30","signature":"AA"}', "invalid algorithm"),
    ],
)
def test_a_malformed_signature_header_is_refused(header: str, reason: str) -> None:
    with pytest.raises(jws.InvalidSignature) as refused:
        jws.Verifier(RSA).verify(SENT | {"fspiop-signature": header}, b'{"a":1}')
    assert refused.value.reason == reason


def test_the_es256_signature_has_two_numbers_of_32_octets() -> None:
    signature = json.loads(signed(QUOTE, EC_SIGNER)["fspiop-signature"])["signature"]
    assert len(base64url.decode(signature)) == 64


def test_a_changed_key_is_used_at_once() -> None:
    keys = dict(EC)
    verifier = jws.Verifier(keys)
    with pytest.raises(jws.InvalidSignature):
        verifier.verify(QUOTE["signedHeaders"], QUOTE["wireBody"].encode())
    keys["payerfsp"] = KEYS["rsaPublicSpkiPem"]
    verifier.verify(QUOTE["signedHeaders"], QUOTE["wireBody"].encode())


def test_a_key_that_is_no_key_is_refused_with_a_remedy() -> None:
    with pytest.raises(jws.CannotSign, match="give a PEM"):
        jws.Signer("nonsense")


def test_of_several_keys_any_may_have_signed() -> None:
    keys = {"payerfsp": (KEYS["ecPublicSpkiPem"], KEYS["rsaPublicSpkiPem"])}
    for signer in (SIGNER, EC_SIGNER):
        headers = QUOTE["request"]["headers"] | signed(QUOTE, signer)
        jws.Verifier(keys).verify(headers, QUOTE["wireBody"].encode())
        with pytest.raises(jws.InvalidSignature, match="not available"):
            jws.Verifier({"payerfsp": ()}).verify(headers, QUOTE["wireBody"].encode())


@pytest.mark.parametrize(
    ("method", "resource", "put_parties", "covered"),
    [
        ("POST", "quotes", False, True), ("PUT", "quotes", False, True), ("PATCH", "transfers", False, True),
        ("GET", "parties", True, False), ("DELETE", "participants", True, False),
        ("PUT", "parties", False, False), ("PUT", "parties", True, True),
    ],
)  # fmt: skip
def test_what_has_a_body_is_signed_but_put_parties_only_where_asked(
    method: str, resource: str, put_parties: bool, covered: bool
) -> None:
    assert jws.is_covered(method, resource, put_parties=put_parties) is covered


def test_a_refusal_quotes_no_token_and_has_a_summary_for_logs() -> None:
    headers = {"fspiop-source": "payerfsp", "fspiop-uri": "/parties/MSISDN/265991000101", "authorization": "Bearer secret"}
    with pytest.raises(jws.InvalidSignature) as refused:
        jws.Verifier(RSA).verify(headers, b'{"a":1}')
    assert "secret" not in refused.value.reason
    assert "265991000101" not in refused.value.summary
    assert refused.value.summary.startswith("fspiop-uri, fspiop-http-method and fspiop-signature")


def test_a_key_whose_parts_are_not_of_one_key_cannot_sign() -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

    one = load_pem_private_key(KEYS["rsaPrivatePkcs1Pem"].encode(), None)
    assert isinstance(one, rsa.RSAPrivateKey)
    of = one.private_numbers()
    mixed = rsa.RSAPrivateNumbers(of.p, of.q, of.d + 2, of.dmp1 + 2, of.dmq1 + 2, of.iqmp, of.public_numbers)
    pem = mixed.private_key(unsafe_skip_rsa_key_validation=True).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(jws.CannotSign, match="cannot be used"):
        jws.Signer(pem)
