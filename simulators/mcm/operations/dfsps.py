"""Institutions: who is registered, and how each stands on its way in."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.transport.messages import Reply
from simulators.mcm import webhooks
from simulators.mcm.operations.routing import served
from simulators.mcm.state import enrollments, tokens
from simulators.mcm.state.errors import NotLoggedIn
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.wire import build, parse


@served("health.get", "GET", "/health")
async def get_health(mcm: Mcm, call: Call) -> Reply:
    return build.answer({"status": "OK", "timestamp": build.date(mcm.now), "database": "connected"})


@served("auth.profile", "GET", "/auth/profile")
async def get_profile(mcm: Mcm, call: Call) -> Reply:
    """Who a token says that one is."""
    try:
        claims = await webhooks.claims_of(mcm, call)
    except NotLoggedIn:
        return build.answer({"error": "Not authenticated"}, 401)
    name = claims.get("name") or claims.get("preferred_username") or ""
    return build.answer({"id": str(claims.get("sub", "")), "name": name, "roles": sorted(tokens.groups(claims))})


@served("dfsps.list", "GET", "/dfsps")
async def list_dfsps(mcm: Mcm, call: Call) -> Reply:
    return build.answer([build.dfsp(each) for each in mcm.dfsps.values()])


@served("dfsps.register", "POST", "/dfsps")
async def register(mcm: Mcm, call: Call) -> Reply:
    """A new institution. The real service answers its own id, not a number as its description has it."""
    asked = parse.body(call)
    more = {"security_group": asked["securityGroup"]} if asked.get("securityGroup") else {}
    dfsp = mcm.register(
        asked["dfspId"], asked["name"], monetary_zone=asked.get("monetaryZoneId"), is_proxy=bool(asked.get("isProxy")),
        fxp_currencies=tuple(asked.get("fxpCurrencies", ())), **more,
    )  # fmt: skip
    return build.answer({"id": dfsp.id})


@served("dfsps.update", "PUT", "/dfsps/{dfspId}")
async def update(mcm: Mcm, call: Call) -> Reply:
    dfsp, asked = mcm.dfsp(call.params["dfspId"]), parse.body(call)
    dfsp.name = asked.get("name", dfsp.name)
    dfsp.monetary_zone = asked.get("monetaryZoneId", dfsp.monetary_zone)
    dfsp.is_proxy = asked.get("isProxy", dfsp.is_proxy)
    dfsp.security_group = asked.get("securityGroup", dfsp.security_group)
    return build.answer(build.dfsp(dfsp))


@served("dfsps.status", "GET", "/dfsps/{dfspId}/status")
async def get_status(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.status(mcm.dfsp(call.params["dfspId"])))


@served("dfsps.report", "POST", "/dfsps/{dfspId}/states")
async def report(mcm: Mcm, call: Call) -> Reply:
    """A DFSP's connector reports its connection-health states."""
    mcm.report(call.params["dfspId"], parse.body(call))
    return build.answer({"code": 200, "message": "DFSP states updated", "type": "success"})


@served("dfsps.states-status", "GET", "/dfsps/states-status")
async def states_status(mcm: Mcm, call: Call) -> Reply:
    return build.answer({"dfsps": [build.states_status(each) for each in mcm.dfsps.values()]})


@served("dfsps.onboard", "POST", "/dfsps/{dfspId}/onboard")
async def onboard(mcm: Mcm, call: Call) -> Reply:
    enrollments.onboard(mcm, call.params["dfspId"])
    return build.nothing()


@served("dfsps.get-credentials", "GET", "/dfsps/{dfspId}/credentials")
async def get_credentials(mcm: Mcm, call: Call) -> Reply:
    """Client id and secret with which a DFSP gets tokens."""
    dfsp = mcm.dfsp(call.params["dfspId"])
    if dfsp.credentials is None:
        said = f"Credentials for DFSP {dfsp.id} not found"
        return build.answer({"code": 404, "message": said, "type": "error"}, 404)
    return build.answer(build.credentials(dfsp.credentials))


@served("dfsps.create-credentials", "POST", "/dfsps/{dfspId}/credentials")
async def create_credentials(mcm: Mcm, call: Call) -> Reply:
    """A new secret, in place of the one before."""
    dfsp = mcm.dfsp(call.params["dfspId"])
    dfsp.credentials = (dfsp.id, mcm.site.ids.uuid(), mcm.now)
    return build.answer(build.credentials(dfsp.credentials), 201)


@served("zones.list", "GET", "/monetaryzones")
async def list_zones(mcm: Mcm, call: Call) -> Reply:
    return build.answer([{"monetaryZoneId": each, "name": each} for each in mcm.zones()])


@served("zones.dfsps", "GET", "/monetaryzones/{monetaryZoneId}/dfsps")
async def dfsps_of_zone(mcm: Mcm, call: Call) -> Reply:
    zone = call.params["monetaryZoneId"]
    return build.answer([build.member(each) for each in mcm.dfsps.values() if each.monetary_zone == zone])


OPERATIONS: Final = (
    get_health, get_profile, list_dfsps, register, update, get_status, report, states_status, onboard, get_credentials,
    create_credentials, list_zones, dfsps_of_zone,
)  # fmt: skip
