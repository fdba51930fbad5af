"""Public JWS keys: published, asked for, withdrawn; the hub's own is rotated."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.transport.messages import Reply
from simulators.mcm.operations.routing import served
from simulators.mcm.state import jws
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.wire import build, parse


@served("jws.list", "GET", "/dfsps/jwscerts")
async def list_keys(mcm: Mcm, call: Call) -> Reply:
    return build.answer([build.jws_key(each) for each in jws.everybody(mcm)])


@served("jws.get", "GET", "/dfsps/{dfspId}/jwscerts")
async def get_key(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.jws_key(jws.published(mcm, call.params["dfspId"])))


@served("jws.publish", "POST", "/dfsps/{dfspId}/jwscerts")
async def publish(mcm: Mcm, call: Call) -> Reply:
    asked = parse.body(call)
    return build.answer(build.jws_key(jws.publish(mcm, call.params["dfspId"], asked["publicKey"], asked.get("createdAt", 0))))


@served("jws.withdraw", "DELETE", "/dfsps/{dfspId}/jwscerts")
async def withdraw(mcm: Mcm, call: Call) -> Reply:
    jws.withdraw(mcm, call.params["dfspId"])
    return build.nothing()


@served("jws.bring", "POST", "/external-dfsps/jwscerts")
async def bring(mcm: Mcm, call: Call) -> Reply:
    """Keys of another scheme, brought by a proxy."""
    return build.answer([build.jws_key(each) for each in jws.bring(mcm, call.body or ())])


@served("hub-jws.get", "GET", "/hub/jwscerts")
async def get_hub_key(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.jws_key(jws.published(mcm, mcm.settings.hub_name)))


@served("hub-jws.publish", "POST", "/hub/jwscerts")
async def publish_hub_key(mcm: Mcm, call: Call) -> Reply:
    asked = parse.body(call)
    key = jws.publish(mcm, mcm.settings.hub_name, asked["publicKey"], asked.get("createdAt", 0))
    return build.answer(build.jws_key(key))


@served("hub-jws.rotate", "PUT", "/hub/jwscerts/rotate")
async def rotate_hub_key(mcm: Mcm, call: Call) -> Reply:
    """Another key for the hub. Whoever signs in its name must take it: see the control `change-jws`."""
    jws.change(mcm, mcm.settings.hub_name)
    return build.answer({"message": "Hub JWS certificate rotation triggered"})


OPERATIONS: Final = (list_keys, get_key, publish, withdraw, bring, get_hub_key, publish_hub_key, rotate_hub_key)
