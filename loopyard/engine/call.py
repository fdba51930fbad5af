"""A request on its way through a simulator. What it is for is declared in operations.py."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from loopyard.engine.bodies import read_json
from loopyard.engine.traffic import Interaction
from loopyard.transport.messages import Request


class Call:
    """A request on its way through an operation: who asked for what, with the parsed body at hand.

    `operation` is the run-time name of the operation that serves it. The interaction of a call between two simulators bears
    the name of the message that was sent.
    """

    def __init__(
        self, request: Request, template: str, params: Mapping[str, str], interaction: Interaction, operation: str = ""
    ) -> None:
        self.request = request
        self.template = template
        self.params = params
        self.interaction = interaction
        self.operation = operation or interaction.operation

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def raw(self) -> bytes:
        return self.request.body

    def header(self, name: str) -> str | None:
        return self.request.header(name)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Headers by lower-case name; of one that is repeated, the last."""
        return {name.lower(): value for name, value in self.request.headers}

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.request.query, keep_blank_values=True))

    @cached_property
    def body(self) -> Any:
        """The parsed JSON body in the interface's own notation, None when there is none: the copy that contract, faults and
        references read, so a handler must not change it. Raises MalformedBody, and what a notation raises."""
        content, notation = self.interaction.request(), self.interaction.notation
        if content is None and notation is not None:
            return notation.meaning(self.written)
        return read_json(self.request.body) if content is None else content

    @cached_property
    def written(self) -> Any:
        """The parsed JSON body as it came, in whatever notation. Raises MalformedBody."""
        return read_json(self.request.body)
