"""Client certificates: a DFSP's request that the hub signs (inbound), and the hub's that a DFSP signs (outbound)."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.transport.messages import Reply
from simulators.mcm.operations.routing import served
from simulators.mcm.state import enrollments
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.wire import build, parse

ENROLLMENTS: Final = "/dfsps/{dfspId}/enrollments"


@served("inbound.list", "GET", f"{ENROLLMENTS}/inbound")
async def list_inbound(mcm: Mcm, call: Call) -> Reply:
    state, rows = call.query.get("state"), mcm.dfsp(call.params["dfspId"]).inbound.values()
    return build.answer([build.enrollment(each) for each in rows if state in (None, each.state)])


@served("inbound.enroll", "POST", f"{ENROLLMENTS}/inbound")
async def enroll(mcm: Mcm, call: Call) -> Reply:
    """A DFSP's request. It is answered whole: whether it will be signed is in its validations."""
    return build.answer(build.enrollment(enrollments.enroll(mcm, call.params["dfspId"], parse.body(call)["clientCSR"])))


@served("inbound.get", "GET", f"{ENROLLMENTS}/inbound/{{enId}}")
async def get_inbound(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.enrollment(enrollments.inbound(mcm, call.params["dfspId"], parse.number(call, "enId"))))


@served("inbound.sign", "POST", f"{ENROLLMENTS}/inbound/{{enId}}/sign")
async def sign(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.enrollment(enrollments.sign(mcm, call.params["dfspId"], parse.number(call, "enId"))))


@served("outbound.list", "GET", f"{ENROLLMENTS}/outbound")
async def list_outbound(mcm: Mcm, call: Call) -> Reply:
    state, rows = call.query.get("state"), enrollments.outbound_of(mcm, call.params["dfspId"])
    return build.answer([build.enrollment(each) for each in rows if state in (None, each.state)])


@served("outbound.request", "POST", f"{ENROLLMENTS}/outbound/csr")
async def request_outbound(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.enrollment(enrollments.request_outbound(mcm, call.params["dfspId"])))


@served("outbound.get", "GET", f"{ENROLLMENTS}/outbound/{{enId}}")
async def get_outbound(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.enrollment(enrollments.outbound(mcm, call.params["dfspId"], parse.number(call, "enId"))))


@served("outbound.certify", "POST", f"{ENROLLMENTS}/outbound/{{enId}}/certificate")
async def certify(mcm: Mcm, call: Call) -> Reply:
    certificate = str(parse.body(call).get("certificate", ""))
    dfsp, enrollment_id = call.params["dfspId"], parse.number(call, "enId")
    return build.answer(build.enrollment(enrollments.certify(mcm, dfsp, enrollment_id, certificate)))


@served("outbound.validate", "POST", f"{ENROLLMENTS}/outbound/{{enId}}/validate")
async def validate(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.enrollment(enrollments.validate(mcm, call.params["dfspId"], parse.number(call, "enId"))))


OPERATIONS: Final = (
    list_inbound, enroll, get_inbound, sign, list_outbound, request_outbound, get_outbound, certify, validate,
)  # fmt: skip
