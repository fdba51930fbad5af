"""Contracts: the JSON schemas of an API's operations, read from package data and compiled on first use. Which breach counts
against whom is decided elsewhere.

    LoopyardError
        UnknownContract         no contract file of this name
        UnknownOperation        the contract has no such operation
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

import jsonschema_rs

from loopyard.kernel.errors import LoopyardError

_FOLDERS: Final = (
    "loopyard.protocols.fspiop.schemas",
    "loopyard.protocols.iso20022.schemas",
    "loopyard.protocols.contracts",
)
_HALF: Final = re.compile("[\ud800-\udfff]")
_TEMPLATE: Final = re.compile(r"\{[^}]*\}")
_COUNTED_CLASS: Final = re.compile(r"(\^(?:\(\?!\\s\*\$\))?\[[^\]]*\])\{1,([0-9]+)\}\$")
"""A pattern that is one character class, counted: not all of it white space, where that is asked."""

Schema = dict[str, Any] | bool


class UnknownContract(LoopyardError):
    """No contract file of this name."""


class UnknownOperation(LoopyardError):
    """The contract has no such operation."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of a schema: what is wrong, and where, as a JSON pointer into the message."""

    where: str
    message: str


class Checker:
    """A compiled schema. `schema` is the source of it, references resolved.

    It judges by an equal schema of lighter patterns; the schema itself is compiled when a violation must be told in its words.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._judge = jsonschema_rs.Draft202012Validator(_lightened(schema))

    @cached_property
    def _teller(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(self.schema)

    def is_valid(self, message: Any) -> bool:
        try:
            return self._judge.is_valid(message)
        except UnicodeEncodeError:
            return self._judge.is_valid(_whole(message))

    def errors(self, message: Any) -> list[jsonschema_rs.ValidationError]:
        """All violations as the library reports them."""
        if self.is_valid(message):
            return []
        try:
            return list(self._teller.iter_errors(message))
        except UnicodeEncodeError:
            return list(self._teller.iter_errors(_whole(message)))

    def violations(self, message: Any) -> list[Violation]:
        """All violations, for reports."""
        return [Violation(pointer(error.instance_path), error.message) for error in self.errors(message)]


def _whole(message: Any) -> Any:
    """A copy for the library to judge. It does not take half a surrogate pair, which JSON may spell out and UTF-8 cannot: a
    replacement character stands for it."""
    if isinstance(message, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", message)
    if isinstance(message, Mapping):
        return {_whole(key): _whole(value) for key, value in message.items()}
    return [_whole(each) for each in message] if isinstance(message, list) else message


@dataclass(frozen=True, slots=True)
class Operation:
    """The declared parts of one operation; a None schema means that the document does not say.

    An answer of `false` in `responses` is an empty body: no JSON at all satisfies it.
    """

    name: str
    request: Schema | None
    headers: tuple[str, ...]
    query: Schema | None
    path: Schema | None
    responses: Mapping[str, Schema | None]


class Contract:
    """The operations of one API, asked by "METHOD /path/{template}"; what stands between the braces does not matter."""

    def __init__(self, name: str, operations: Mapping[str, Operation]) -> None:
        self.name = name
        self.operations = tuple(operations)
        self._operations = {_key(operation): declared for operation, declared in operations.items()}
        self._paths = [(operation, _matcher(operation)) for operation in sorted(operations, key=_specificity)]
        self._checkers: dict[tuple[str, str], Checker | None] = {}

    def operation(self, operation: str) -> Operation:
        """The declaration of an operation. Raises UnknownOperation."""
        try:
            return self._operations[_key(operation)]
        except KeyError:
            raise UnknownOperation(f"{self.name} has no operation {operation!r}; see Contract.operations") from None

    def match(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The operation that serves a concrete request, with its path parameters, or None."""
        asked = f"{method.upper()} {path.partition('?')[0]}"
        for operation, matcher in self._paths:
            if found := matcher.fullmatch(asked):
                names = (name[1:-1] for name in _TEMPLATE.findall(operation))
                return operation, dict(zip(names, found.groups(), strict=True))
        return None

    def request(self, operation: str) -> Checker | None:
        """The checker of a request's body; None when the operation takes none. Raises UnknownOperation."""
        return self._checker(operation, "request", self.operation(operation).request)

    def query(self, operation: str) -> Checker | None:
        """The checker of a request's query, a JSON object of strings. Raises UnknownOperation."""
        return self._checker(operation, "query", self.operation(operation).query)

    def path(self, operation: str) -> Checker | None:
        """The checker of a request's path parameters. Raises UnknownOperation."""
        return self._checker(operation, "path", self.operation(operation).path)

    def response(self, operation: str, status: int) -> Checker | None:
        """The checker of an answer's body; None when the document does not say. Raises UnknownOperation."""
        responses = self.operation(operation).responses
        return self._checker(operation, str(status), responses.get(str(status), responses.get("default")))

    def request_errors(self, operation: str, body: Any) -> list[str]:
        """What is wrong with the body of a request, in words; nothing for an operation that the document does not know."""
        declared = self._operations.get(_key(operation))
        if declared is None:
            return []
        return _errors(self._checker(operation, "request", declared.request), declared.request, body)

    def response_errors(self, operation: str, status: int, body: Any) -> list[str]:
        """What is wrong with the body of an answer, in words; None is an empty body."""
        declared = self._operations.get(_key(operation))
        if declared is None:
            return []
        schema = declared.responses.get(str(status), declared.responses.get("default"))
        return _errors(self._checker(operation, str(status), schema), schema, body)

    def _checker(self, operation: str, part: str, schema: Schema | None) -> Checker | None:
        key = (_key(operation), part)
        if key not in self._checkers:
            self._checkers[key] = None if schema is None else Checker(schema)
        return self._checkers[key]


def _errors(checker: Checker | None, schema: Schema | None, body: Any) -> list[str]:
    if checker is None:
        return []
    if body is None or schema is False:
        return (
            []
            if (body is None) == (schema is False)
            else ["the body must be empty" if schema is False else "the body is missing"]
        )
    return [] if checker.is_valid(body) else [f"{each.where or '/'}: {each.message}" for each in checker.violations(body)]


@cache
def load(name: str) -> Contract:
    """The contract of this name, such as "fspiop_2.0": one instance, whose schemas are compiled when first asked for.

    Raises UnknownContract.
    """
    document = json.loads(_read(name))
    definitions = _Definitions(document.pop("$defs"))
    operations = {}
    for operation, entry in document.items():
        whole = definitions.resolved(entry)
        operations[operation] = Operation(
            operation, whole["request"], tuple(whole["headers"]), whole["query"], whole["path"], whole["responses"]
        )
    return Contract(name, operations)


def names() -> tuple[str, ...]:
    """The names of all contracts that are shipped."""
    return tuple(sorted(name.removesuffix(".json") for folder in _FOLDERS for name in _files(folder)))


def pointer(path: list[str | int]) -> str:
    """A JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


class _Definitions:
    """Replaces references by the definitions themselves; one object serves all its uses."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._raw = definitions
        self._resolved: dict[str, Any] = {}

    def resolved(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.resolved(child) for child in node]
        if not isinstance(node, dict):
            return node
        if "$ref" not in node:
            return {key: self.resolved(child) for key, child in node.items()}
        name = node["$ref"].rpartition("/")[2]
        if name not in self._resolved:
            self._resolved[name] = self.resolved(self._raw[name])
        return self._resolved[name]


@cache
def _read(name: str) -> str:
    for folder in _FOLDERS:
        file = resources.files(folder) / f"{name}.json"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise UnknownContract(f"there is no contract {name!r}; there are {', '.join(names())}")


def _files(folder: str) -> Iterator[str]:
    return (entry.name for entry in resources.files(folder).iterdir() if entry.name.endswith(".json"))


@cache
def _key(operation: str) -> str:
    return _TEMPLATE.sub("{}", operation)


def _lightened(schema: Any) -> Any:
    """An equal schema. Counting in a class of all letters of the world costs the compiler thirteen megabytes; the length of
    the text says the same."""
    if isinstance(schema, list):
        return [_lightened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    lighter = {key: _lightened(each) for key, each in schema.items()}
    counted = _COUNTED_CLASS.fullmatch(schema["pattern"]) if isinstance(schema.get("pattern"), str) else None
    if counted is not None:
        longest = int(counted[2])
        lighter |= {"pattern": f"{counted[1]}+$", "maxLength": min(longest, schema.get("maxLength", longest))}
    return lighter


def _specificity(operation: str) -> int:
    return operation.count("{")


def _matcher(operation: str) -> re.Pattern[str]:
    return re.compile("([^/]+)".join(map(re.escape, _TEMPLATE.split(operation))))
