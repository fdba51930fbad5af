from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopyard.protocols import schemas

ROOT = Path(__file__).parents[2]
MESSAGES: dict[str, Any] = json.loads((ROOT / "tests/vectors/fspiop/messages.json").read_text(encoding="utf-8"))
FSPIOP = schemas.load("fspiop_2.0")
CONTRACTS = {
    "als_admin_1.1",
    "backend_2.1",
    "central_admin_1.0",
    "core_connector",
    "fspiop_1.0",
    "fspiop_1.1",
    "fspiop_2.0",
    "fxp_backend",
    "iso20022_2.0",
    "mcm",
    "outbound_2.1",
    "reference_core_banking",
}
_NAME_CLASS = r"\p{L}\p{gc=Mark}\p{digit}\p{gc=Connector_Punctuation}\p{Join_Control}"


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
    """ECMA-262 patterns for the standard library: \\d and \\w are ASCII, and \\p classes are spelt out."""
    flags = 0 if r"\p{" in pattern else re.ASCII
    if isinstance(instance, str) and not re.search(pattern.replace(_NAME_CLASS, r"\w").replace("$", r"\Z"), instance, flags):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


ORACLE = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from nodes(child, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any]:
    operation = draw(st.sampled_from(sorted(MESSAGES)))
    message = copy.deepcopy(MESSAGES[operation])
    for _ in range(draw(st.integers(0, 2))):
        *parents, last = draw(st.sampled_from([path for path in nodes(message) if path] or [("added",)]))
        node = message
        for parent in parents:
            node = node[parent]
        if draw(st.booleans()):
            node.pop(last, None) if isinstance(node, dict) else node.pop()
        else:
            node[last] = draw(
                st.sampled_from([None, True, 3, "", "x", "10.00", "MWK", " ", "é", [], {}, ["MWK"] * 17, "y" * 200])
            )
    return operation, message


@settings(deadline=None)  # the first violation of a schema compiles it
@given(mutated())
def test_the_fast_validator_agrees_with_the_reference_validator(case: tuple[str, Any]) -> None:
    operation, message = case
    checker = FSPIOP.request(operation)
    assert checker is not None
    oracle = ORACLE(checker.schema)
    assert checker.is_valid(message) == oracle.is_valid(message)
    assert {tuple(error.instance_path) for error in checker.errors(message)} == {
        tuple(error.absolute_path) for error in oracle.iter_errors(message)
    }


def test_all_contracts_are_shipped() -> None:
    assert set(schemas.names()) == CONTRACTS


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_every_schema_of_a_contract_is_a_schema_and_compiles(name: str) -> None:
    contract = schemas.load(name)
    assert contract.operations
    for operation in contract.operations:
        declared = contract.operation(operation)
        for schema in (declared.request, declared.query, declared.path, *declared.responses.values()):
            if schema is not None:
                jsonschema.Draft202012Validator.check_schema(schema, format_checker=None)
                schemas.Checker(schema)


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_no_pattern_is_left_cut_off_and_no_enumeration_abridged(name: str) -> None:
    contract = schemas.load(name)
    text = json.dumps([contract.operation(operation).request for operation in contract.operations])
    for pattern in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', text):
        assert json.loads(pattern).endswith("$")
    for values in re.findall(r'"enum": (\["AED".*?\])', text):
        assert len(json.loads(values)) == 164


def test_operations_are_found_whatever_the_template_s_names() -> None:
    assert FSPIOP.operation("PUT /transfers/{transferId}") is FSPIOP.operation("PUT /transfers/{ID}")


def test_unknown_operations_and_contracts_are_named() -> None:
    with pytest.raises(schemas.UnknownOperation, match="POST /nosuch"):
        FSPIOP.request("POST /nosuch")
    with pytest.raises(schemas.UnknownContract, match=r"fspiop_3\.0"):
        schemas.load("fspiop_3.0")


@pytest.mark.parametrize(
    "method, path, operation, parameters",
    [
        ("GET", "/parties/MSISDN/1", "GET /parties/{Type}/{ID}", {"Type": "MSISDN", "ID": "1"}),
        ("put", "/parties/MSISDN/1/error", "PUT /parties/{Type}/{ID}/error", {"Type": "MSISDN", "ID": "1"}),
        ("GET", "/parties/MSISDN/1/HOME", "GET /parties/{Type}/{ID}/{SubId}", {"Type": "MSISDN", "ID": "1", "SubId": "HOME"}),
        ("POST", "/transfers?x=1", "POST /transfers", {}),
    ],
)
def test_a_concrete_request_is_matched_to_its_operation(
    method: str, path: str, operation: str, parameters: dict[str, str]
) -> None:
    assert FSPIOP.match(method, path) == (operation, parameters)


def test_a_path_that_no_operation_serves_matches_nothing() -> None:
    assert FSPIOP.match("DELETE", "/transfers/1") is None


def test_contracts_are_read_and_checkers_compiled_once() -> None:
    assert FSPIOP.request("POST /transfers") is schemas.load("fspiop_2.0").request("POST /transfers")
    assert FSPIOP.request("POST /transfers") is not schemas.load("fspiop_1.1").request("POST /transfers")


def test_answers_have_their_schema_by_status() -> None:
    error = FSPIOP.response("POST /transfers", 400)
    assert error is not None
    assert error.is_valid({"errorInformation": {"errorCode": "3100", "errorDescription": "d"}})
    assert not error.is_valid({"errorInformation": {"errorCode": 3100, "errorDescription": "d"}})
    assert FSPIOP.response("POST /transfers", 418) is None


def test_an_answer_without_a_body_is_satisfied_by_no_json() -> None:
    empty = FSPIOP.response("POST /transfers", 202)
    assert empty is not None
    bodies: tuple[Any, ...] = ({}, "", None, [])
    assert not any(empty.is_valid(body) for body in bodies)


def test_backend_answers_are_described() -> None:
    answer = schemas.load("backend_2.1").response("GET /parties/{idType}/{idValue}", 200)
    assert answer is not None
    assert not answer.is_valid({"idType": "NOPE"})


@pytest.mark.parametrize("name, valid", [("a" * 128, True), ("寿" * 129, False), ("  ", False), ("", False), ("a/b", False)])
def test_a_counted_pattern_is_judged_by_length_and_told_in_its_own_words(name: str, valid: bool) -> None:
    pattern = r"^(?!\s*$)[\p{L} .,'-]{1,128}$"
    checker = schemas.Checker({"type": "string", "pattern": pattern})
    assert checker.is_valid(name) is valid
    assert all(pattern in violation.message for violation in checker.violations(name))
    assert bool(checker.violations(name)) is not valid


def test_violations_say_where_and_what() -> None:
    checker = FSPIOP.request("POST /transfers")
    assert checker is not None
    body = MESSAGES["POST /transfers"] | {"amount": {"currency": "MWK", "amount": "10.00"}}
    (violation,) = checker.violations(body)
    assert violation.where == "/amount/amount"
    assert "10.00" in violation.message


def test_send_money_is_the_core_connector_s() -> None:
    checker = schemas.load("core_connector").request("PUT /send-money/{transferId}")
    assert checker is not None
    assert checker.is_valid({"acceptQuote": True, "homeTransactionId": "1"})
    assert not checker.is_valid({"acceptQuote": "yes", "homeTransactionId": "1"})


def test_every_hand_correction_gives_its_reason() -> None:
    protocols = ROOT / "loopyard/protocols"
    overlays = [protocols / "fspiop/schemas/overlay.toml", protocols / "iso20022/schemas/overlay.toml"]
    rules: list[dict[str, Any]] = []
    for overlay in (tomllib.loads(path.read_text(encoding="utf-8")) for path in overlays):
        rules += [*overlay["corrections"], *overlay["patterns"], *overlay.get("enumerations", {}).values()]
    assert rules
    assert all(len(rule["reason"]) > 20 for rule in rules)


@pytest.mark.parametrize(
    "message, wrong",
    [
        ({"a": "\ud800"}, []),
        ({"a": "ab\ud800"}, ["/a"]),
        ({"\udfff": 1, "b": ["\ud800"]}, []),
        ({"b": ["\ud800", 1]}, ["/b/1"]),
    ],
)
def test_half_a_surrogate_pair_is_judged_as_one_character(message: Any, wrong: list[str]) -> None:
    text = {"type": "string", "maxLength": 2}
    checker = schemas.Checker({"properties": {"a": text, "b": {"items": text}}})
    assert checker.is_valid(message) is not bool(wrong)
    assert [each.where for each in checker.violations(message)] == wrong
