"""Serves one face of one simulator: route, log, faults, admission, handler, contract. Meaning lives in the simulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.checker import BoundChecker
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.operations import Operation, name_at
from loopyard.engine.simulator import Face
from loopyard.engine.traffic import Interaction, Traffic, cause, unforeseen
from loopyard.kernel.clock import Crew
from loopyard.transport.endings import Hangup
from loopyard.transport.messages import Reply, Request
from loopyard.transport.router import Match, NoRoute, Router


class FaceServer:
    """The handler behind a face's listener. `state` gives the simulator's present state: a reset replaces it."""

    def __init__(
        self, instance: str, face: Face, state: Callable[[], Any], crew: Crew, traffic: Traffic, faults: FaultSchedule,
        checker: BoundChecker,
    ) -> None:  # fmt: skip
        self._instance = instance
        self._face = face
        self._state = state
        self._crew = crew
        self._traffic = traffic
        self._faults = faults
        self._checker = checker
        self._router = Router((each.method, each.path, each) for each in face.operations)

    async def __call__(self, request: Request) -> Reply:
        with self._crew.guest():
            try:
                match = self._router.find(request.method, request.path)
            except NoRoute as error:
                return await self._unroutable(request, error)
            return await self._served(request, match)

    async def _served(self, request: Request, match: Match[Operation]) -> Reply:
        operation = match.target
        name = name_at(self._instance, operation.name)
        call = Call(request, match.template, match.params, self._interaction(request, operation, name, match.params), name)
        call.interaction.sender = call.interaction.sender or self._face.sender(call)
        row = call.interaction
        self._checker.received(operation, row)
        token = cause.set(row)
        try:
            reply = await self._faults.serve(call, lambda call: self._carry_out(operation, call))
        except Hangup as hangup:
            seen = hangup.seen
            self._traffic.close(row, hangup.outcome, *((seen.status, seen.headers, seen.body) if seen else ()))
            raise
        except Exception as error:  # what `reject` does not know is a defect of the simulator; the caller sees a bare 500
            row.note = unforeseen(error)
            self._traffic.close(row, "answered", 500)
            raise
        finally:
            cause.reset(token)
        self._traffic.close(row, "answered", reply.status, reply.headers, reply.body)
        self._checker.replied(operation, row)
        return reply

    def _interaction(self, request: Request, operation: Operation, name: str, params: dict[str, str]) -> Interaction:
        span = request.trace.span_id if request.trace else None
        ours = self._traffic.opened(span)
        if ours is not None:  # another simulator of this world sent it, and logs it
            notation = self._face.notations(operation.contract_key, request.headers) if ours.notation is None else None
            if notation is not None:  # its sender passes on what it does not read
                ours.notation = notation
                ours.forget()
            return ours
        path = request.path + (f"?{request.query}" if request.query else "")
        return self._traffic.open(
            "", self._instance, name, request.method, path, request.headers, request.body, span, operation.refs, params,
            self._face.notations(operation.contract_key, request.headers),
        )  # fmt: skip

    async def _carry_out(self, operation: Operation, call: Call) -> Reply:
        state = self._state()
        try:
            await self._pass_gate(state, call)
            if self._face.admit is not None:
                self._face.admit(state, call)
            return await operation.handle(state, call)
        except Exception as error:
            return self._face.reject(state, call, error)

    async def _unroutable(self, request: Request, error: NoRoute) -> Reply:
        path = request.path + (f"?{request.query}" if request.query else "")
        row = self._traffic.open(
            "", self._instance, f"{self._instance}.{self._face.name}.unknown", request.method, path, request.headers,
            request.body, None, (), {},
        )  # fmt: skip
        call = Call(request, "", {}, row)
        row.sender = self._face.sender(call)
        reply = self._face.reject(self._state(), call, await self._turned_away(call) or error)
        self._traffic.close(row, "answered", reply.status, reply.headers, reply.body)
        return reply

    async def _turned_away(self, call: Call) -> Exception | None:
        try:
            await self._pass_gate(self._state(), call)
        except Exception as error:
            return error
        return None

    async def _pass_gate(self, state: Any, call: Call) -> None:
        if self._face.gate is None:
            return
        call.interaction.turned_away = True
        await self._face.gate(state, call)
        call.interaction.turned_away = False
