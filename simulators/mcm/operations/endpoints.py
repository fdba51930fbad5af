"""Addresses of hub and DFSPs. The same five operations exist for each kind of address: one function makes them."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import Operation
from loopyard.transport.messages import Reply
from simulators.mcm.operations.routing import served
from simulators.mcm.state import endpoints
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.state.records import Direction, Item, ItemType
from simulators.mcm.wire import build, parse

HUB: Final = "/hub/endpoints"
DFSP: Final = "/dfsps/{dfspId}/endpoints"


def addresses(owner: str, root: str, direction: Direction, type_: ItemType) -> tuple[Operation, ...]:
    """List, add, get, change and delete the addresses of one direction and type."""
    path = f"{root}/{direction.lower()}/{type_.lower()}s"
    name = f"{owner}-{direction.lower()}-{type_.lower()}s"

    async def list_all(mcm: Mcm, call: Call) -> Reply:
        found = endpoints.listed(mcm, call.params.get("dfspId"), direction, type_)
        return build.answer([build.item(each) for each in found])

    async def add(mcm: Mcm, call: Call) -> Reply:
        value = parse.body(call)["value"]
        return build.answer(build.item(endpoints.add(mcm, call.params.get("dfspId"), direction, type_, value)))

    async def get(mcm: Mcm, call: Call) -> Reply:
        return build.answer(build.item(_one(mcm, call)))

    async def change(mcm: Mcm, call: Call) -> Reply:
        return build.answer(build.item(endpoints.change(_one(mcm, call), parse.body(call)["value"])))

    async def delete(mcm: Mcm, call: Call) -> Reply:
        del mcm.items[_one(mcm, call).id]
        return build.nothing()

    def _one(mcm: Mcm, call: Call) -> Item:
        return endpoints.item(mcm, call.params.get("dfspId"), parse.number(call, "epId"), direction, type_)

    return (
        served(f"{name}.list", "GET", path)(list_all),
        served(f"{name}.add", "POST", path)(add),
        served(f"{name}.get", "GET", f"{path}/{{epId}}")(get),
        served(f"{name}.change", "PUT", f"{path}/{{epId}}")(change),
        served(f"{name}.delete", "DELETE", f"{path}/{{epId}}")(delete),
    )


def any_address(owner: str, root: str) -> tuple[Operation, ...]:
    """List all of an owner's; get, change and delete one of whatever direction and type."""

    async def list_all(mcm: Mcm, call: Call) -> Reply:
        return build.answer([build.item(each) for each in endpoints.listed(mcm, call.params.get("dfspId"))])

    async def get(mcm: Mcm, call: Call) -> Reply:
        return build.answer(build.item(_one(mcm, call)))

    async def change(mcm: Mcm, call: Call) -> Reply:
        found = _one(mcm, call)
        return build.answer(build.item(endpoints.change(found, parse.body(call).get("value", found.value))))

    async def delete(mcm: Mcm, call: Call) -> Reply:
        del mcm.items[_one(mcm, call).id]
        return build.nothing()

    def _one(mcm: Mcm, call: Call) -> Item:
        return endpoints.item(mcm, call.params.get("dfspId"), parse.number(call, "epId"))

    return (
        served(f"{owner}-endpoints.list", "GET", root)(list_all),
        served(f"{owner}-endpoints.get", "GET", f"{root}/{{epId}}")(get),
        served(f"{owner}-endpoints.change", "PUT", f"{root}/{{epId}}")(change),
        served(f"{owner}-endpoints.delete", "DELETE", f"{root}/{{epId}}")(delete),
    )


def direct(direction: Direction) -> tuple[Operation, ...]:
    """What a connector says of one direction as a whole."""
    path, name = f"{DFSP}/{direction.lower()}", f"dfsp-{direction.lower()}"
    member = "url" if direction == "INGRESS" else "ipList"

    async def get(mcm: Mcm, call: Call) -> Reply:
        return build.answer(build.direct(endpoints.direct_of(mcm, call.params["dfspId"], direction)))

    async def put(mcm: Mcm, call: Call) -> Reply:
        value = {name: given for name, given in parse.body(call).items() if name == member}
        return build.answer(build.direct(endpoints.set_direct(mcm, call.params["dfspId"], direction, value)))

    return served(f"{name}.get", "GET", path)(get), served(f"{name}.upload", "POST", path)(put)


@served("dfsp-endpoints.all-unprocessed", "GET", "/dfsps/endpoints/unprocessed")
async def all_unprocessed(mcm: Mcm, call: Call) -> Reply:
    return build.answer([build.item(each) for each in endpoints.unprocessed(mcm)])


@served("dfsp-endpoints.unprocessed", "GET", f"{DFSP}/unprocessed")
async def unprocessed(mcm: Mcm, call: Call) -> Reply:
    return build.answer([build.item(each) for each in endpoints.listed(mcm, call.params["dfspId"], state="NEW")])


@served("dfsp-endpoints.confirm", "POST", f"{DFSP}/{{epId}}/confirmation")
async def confirm(mcm: Mcm, call: Call) -> Reply:
    found = endpoints.item(mcm, call.params["dfspId"], parse.number(call, "epId"))
    return build.answer(build.item(endpoints.confirm(found)))


OPERATIONS: Final = (
    *any_address("hub", HUB),
    *addresses("hub", HUB, "INGRESS", "IP"),
    *addresses("hub", HUB, "INGRESS", "URL"),
    *addresses("hub", HUB, "EGRESS", "IP"),
    all_unprocessed,
    *any_address("dfsp", DFSP),
    unprocessed,
    confirm,
    *direct("INGRESS"),
    *addresses("dfsp", DFSP, "INGRESS", "IP"),
    *addresses("dfsp", DFSP, "INGRESS", "URL"),
    *direct("EGRESS"),
    *addresses("dfsp", DFSP, "EGRESS", "IP"),
)
