"""Generates the contract files from digests of the published API documents: `generate_fspiop_schemas.py DIGEST_DIR`.

A digest names each operation with its parameters, body and answers in a short notation ("string len=1..32", a star for
required). Hand corrections stand in overlay.toml beside the FSPIOP contracts, and in one beside the ISO 20022 contract that
is read after it, each with its reason.
"""

from __future__ import annotations

import fnmatch
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

PROTOCOLS = Path(__file__).resolve().parent.parent / "loopyard" / "protocols"
FSPIOP = PROTOCOLS / "fspiop" / "schemas"
ISO20022 = PROTOCOLS / "iso20022" / "schemas"
CONTRACTS = PROTOCOLS / "contracts"

SOURCES: dict[Path, tuple[str, ...]] = {
    FSPIOP / "fspiop_1.0.json": ("fspiop_1.0",),
    FSPIOP / "fspiop_1.1.json": ("fspiop_1.1",),
    FSPIOP / "fspiop_2.0.json": ("fspiop_2.0",),
    ISO20022 / "iso20022_2.0.json": ("fspiop_2.0_iso20022",),
    CONTRACTS / "backend_2.1.json": ("sdk_backend_2.1",),
    CONTRACTS / "outbound_2.1.json": ("sdk_outbound_2.1",),
    CONTRACTS / "reference_core_banking.json": ("reference_core_banking",),
    # Of an operation in several digests the first counts.
    CONTRACTS / "core_connector.json": ("send_money", "core_connector_dfsp"),
    CONTRACTS / "fxp_backend.json": ("fxp_backend",),
    CONTRACTS / "central_admin_1.0.json": ("central_admin_1.0",),
    CONTRACTS / "als_admin_1.1.json": ("als_admin_1.1",),
}
ERRORS_OF = {"iso20022_2.0": "fspiop_2.0"}
"""Where an answer at once is an error of another document: with ISO bodies it is still FSPIOP's errorInformation."""

Schema = dict[str, Any]

_LEAF = re.compile(
    r"(?P<type>\w+)(?: pattern=(?P<pattern>.*?))?(?: enum=(?P<enum>.*?))?(?: len=(?P<least>\d*)\.\.(?P<most>\d*))?"
)
_SHARED_FROM = 60


class Converter:
    """Turns the digest's notation into JSON schemas."""

    def __init__(self, overlay: dict[str, Any]) -> None:
        self._currency = overlay["enumerations"]["currency"]
        self._patterns = overlay["patterns"]

    def schema(self, node: Any, name: str = "") -> Schema:
        if isinstance(node, str):
            return self._leaf(node, name)
        if "[]" in node:
            return self._array(node, name)
        for keyword in ("oneOf", "anyOf"):
            if keyword in node:
                return {keyword: [self.schema(branch, name) for branch in node[keyword]]}
        required = [key[:-1] for key in node if key.endswith("*")]
        properties = {key.rstrip("*"): self.schema(child, key.rstrip("*")) for key, child in node.items()}
        schema: Schema = {"type": "object", "properties": properties}
        return {**schema, "required": required} if required else schema

    def _array(self, node: dict[str, Any], name: str) -> Schema:
        least, most = node.get("items", (0, None))
        schema: Schema = {"type": "array", "items": self.schema(node["[]"], name)}
        if least:
            schema["minItems"] = least
        if most is not None:
            schema["maxItems"] = most
        return schema

    def _leaf(self, text: str, name: str) -> Schema:
        match = _LEAF.fullmatch(text)
        if not match:
            raise SystemExit(f"cannot read {text!r} of {name!r}; teach the script this notation")
        schema: Schema = {"type": match["type"]}
        if match["pattern"]:
            schema["pattern"] = self._pattern(match["pattern"], name)
        if match["enum"] and match["type"] != "boolean":
            schema["enum"] = self._enum(match["enum"])
        if match["least"]:
            schema["minLength"] = int(match["least"])
        if match["most"]:
            schema["maxLength"] = int(match["most"])
        return schema

    def _enum(self, text: str) -> list[str]:
        if text == "164 values" or text.startswith(self._currency["starts"]):
            return str(self._currency["values"]).split()
        return text.split("|")

    def _pattern(self, pattern: str, name: str) -> str:
        for rule in self._patterns:
            if pattern.startswith(rule["starts"]) and (not rule["properties"] or name in rule["properties"]):
                return str(rule["pattern"])
        return pattern


def operation(converter: Converter, digest: dict[str, Any], error: Schema | None) -> dict[str, Any]:
    """One operation's entry: request schema or null, required headers, query and path schemas, answers by status.

    An answer is a schema, null where the document says nothing, or false where the body must be empty."""
    parameters = [parameter.split(":", 1) for parameter in digest["parameters"]]
    query = {name: "string" for place, name in parameters if place == "query"}
    return {
        "request": converter.schema(digest["body"]) if digest["body"] is not None else None,
        "headers": [name[:-1].lower() for place, name in parameters if place == "header" and name.endswith("*")],
        "query": converter.schema(query) if query else None,
        "path": None,
        "responses": {status: answer(converter, body, error) for status, body in digest["responses"].items()},
    }


def answer(converter: Converter, body: Any, error: Schema | None) -> Any:
    if body is None or body is False:
        return body
    return error if body is True else converter.schema(body)


def correct(contract: str, operations: dict[str, Any], corrections: list[dict[str, Any]]) -> None:
    for correction in corrections:
        assert correction["reason"], correction
        if not any(fnmatch.fnmatch(contract, pattern) for pattern in correction["contracts"]):
            continue
        for name in [name for name in operations if fnmatch.fnmatchcase(name, correction["operation"])]:
            if "at" not in correction:
                del operations[name]
                continue
            *parents, last = correction["at"].split("/")
            node = operations[name]
            for parent in parents:
                node = node[parent]
            if correction.get("remove"):
                node.pop(last, None)
            else:
                node[last] = json.loads(json.dumps(correction["set"]))


class Sharer:
    """Moves repeated schemas into $defs, so that the files stay readable."""

    def __init__(self, operations: dict[str, Any]) -> None:
        self._counts: Counter[str] = Counter()
        self._names: dict[str, str] = {}
        self.definitions: dict[str, Any] = {}
        self._count(operations)

    def _count(self, node: Any) -> None:
        if isinstance(node, dict):
            if _is_schema(node):
                self._counts[json.dumps(node)] += 1
            for child in node.values():
                self._count(child)
        elif isinstance(node, list):
            for child in node:
                self._count(child)

    def share(self, node: Any, hint: str) -> Any:
        if isinstance(node, list):
            return [self.share(child, hint) for child in node]
        if not isinstance(node, dict):
            return node
        text = json.dumps(node)
        if not (_is_schema(node) and self._counts[text] > 1 and len(text) > _SHARED_FROM):
            return self._children(node, hint)
        if text not in self._names:
            name = next(name for name in _numbered(hint) if name not in self.definitions)
            self._names[text] = name
            self.definitions[name] = None
            self.definitions[name] = self._children(node, hint)
        return {"$ref": f"#/$defs/{self._names[text]}"}

    def _children(self, node: dict[str, Any], hint: str) -> dict[str, Any]:
        keep = ("properties", "items", "oneOf", "anyOf", "required", "responses")
        return {
            key: self.share(child, "answer" if key.isdecimal() else hint if key in keep else key) for key, child in node.items()
        }


def _is_schema(node: dict[str, Any]) -> bool:
    return isinstance(node.get("type"), str) or "oneOf" in node or "anyOf" in node


def _numbered(hint: str) -> Any:
    yield hint
    number = 2
    while True:
        yield f"{hint}{number}"
        number += 1


def error_of(digest: dict[str, Any], converter: Converter) -> Schema | None:
    """The error of an API's answers: the body of its first error callback."""
    body = next((e["body"] for name, e in digest.items() if name.startswith("PUT") and name.endswith("/error")), None)
    return converter.schema({key.rstrip("*"): value for key, value in body.items()}) if body else None


def generate(target: Path, digests: list[dict[str, Any]], errors: dict[str, Any] | None, overlay: dict[str, Any]) -> None:
    converter = Converter(overlay)
    merged: dict[str, Any] = {}
    for digest in digests:
        merged = {**{name: entry for name, entry in digest.items() if name != "_base"}, **merged}
    error = error_of(merged if errors is None else errors, converter)
    operations = {name: operation(converter, digest, error) for name, digest in merged.items()}
    operations = json.loads(json.dumps(operations))  # no schema object is shared while corrections are made
    correct(target.stem, operations, overlay["corrections"])
    sharer = Sharer(operations)
    entries = {name: sharer.share(entry, "body") for name, entry in operations.items()}
    contract = {"$defs": dict(sorted(sharer.definitions.items())), **entries}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(contract, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{target.name}: {len(entries)} operations, {target.stat().st_size} octets")


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: generate_fspiop_schemas.py DIGEST_DIR")
    directory = Path(sys.argv[1])
    overlay = tomllib.loads((FSPIOP / "overlay.toml").read_text(encoding="utf-8"))
    after = tomllib.loads((ISO20022 / "overlay.toml").read_text(encoding="utf-8"))
    overlay["patterns"] += after.get("patterns", [])
    overlay["corrections"] += after.get("corrections", [])

    def digest(name: str) -> dict[str, Any]:
        return dict(json.loads((directory / f"{name}.json").read_text(encoding="utf-8")))

    for target, names in SOURCES.items():
        errors = ERRORS_OF.get(target.stem)
        generate(target, [digest(name) for name in names], digest(errors) if errors else None, overlay)


if __name__ == "__main__":
    main()
