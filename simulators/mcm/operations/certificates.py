"""CAs and server certificates of hub and DFSPs."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.protocols.x509.issuing import Unissuable
from loopyard.protocols.x509.reading import Unreadable
from loopyard.transport.messages import Reply
from simulators.mcm.operations.routing import served
from simulators.mcm.state.errors import Invalid, Unknown
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.wire import build, parse


@served("hub-ca.get", "GET", "/hub/ca")
async def get_hub_ca(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.hub_ca(mcm))


@served("hub-ca.create", "POST", "/hub/ca")
async def create_hub_ca(mcm: Mcm, call: Call) -> Reply:
    """A new CA of this service's own, in place of the one before."""
    try:
        mcm.pki.renew(mcm.now, {name: str(value) for name, value in parse.body(call).items()})
    except Unissuable as problem:
        raise Invalid(f"Invalid CAInitialInfo document: {problem}") from problem
    return build.answer(build.hub_ca(mcm))


@served("hub-ca.bring", "PUT", "/hub/ca")
async def bring_hub_ca(mcm: Mcm, call: Call) -> Reply:
    """A CA that the operator brings with its key; one that the validations refuse is answered, and not taken."""
    asked = parse.body(call)
    root, chain, key = (
        str(asked.get("rootCertificate") or ""),
        parse.chain(asked.get("intermediateChain")),
        asked.get("privateKey"),
    )
    if not key:
        raise Invalid('Missing "privateKey" property')
    try:
        verdict = mcm.rules.authority(root, chain, str(key))
        if verdict.state == "VALID":
            mcm.pki.adopt(root, str(key))
    except Unreadable as problem:
        raise Invalid(str(problem)) from problem
    return build.answer({"rootCertificate": root, "intermediateChain": chain, **build.verdict(verdict)})


@served("hub-ca.delete", "DELETE", "/hub/ca")
async def delete_hub_ca(mcm: Mcm, call: Call) -> Reply:
    """Forget the CA: the next question makes another."""
    mcm.pki.forget()
    return build.nothing()


@served("hub-servercerts.get", "GET", "/hub/servercerts")
async def get_hub_server(mcm: Mcm, call: Call) -> Reply:
    if mcm.hub_server is None:
        raise Unknown("")
    return build.answer(build.server(mcm.hub_server))


@served("hub-servercerts.create", "POST", "/hub/servercerts")
async def create_hub_server(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.server(mcm.make_hub_server()))


@served("hub-servercerts.delete", "DELETE", "/hub/servercerts")
async def delete_hub_server(mcm: Mcm, call: Call) -> Reply:
    mcm.hub_server = None
    return build.nothing()


@served("ca.get", "GET", "/dfsps/{dfspId}/ca")
async def get_ca(mcm: Mcm, call: Call) -> Reply:
    return build.answer(build.dfsp_ca(mcm.dfsp(call.params["dfspId"]).ca))


@served("ca.upload", "POST", "/dfsps/{dfspId}/ca")
async def upload_ca(mcm: Mcm, call: Call) -> Reply:
    asked = parse.body(call)
    root, chain = str(asked.get("rootCertificate") or ""), parse.chain(asked.get("intermediateChain"))
    return build.answer(build.dfsp_ca(mcm.set_ca(call.params["dfspId"], root, chain)))


@served("servercerts.list", "GET", "/dfsps/servercerts")
async def list_servers(mcm: Mcm, call: Call) -> Reply:
    return build.answer([build.server(each.server, each.id) for each in mcm.dfsps.values() if each.server])


@served("servercerts.get", "GET", "/dfsps/{dfspId}/servercerts")
async def get_server(mcm: Mcm, call: Call) -> Reply:
    id_ = call.params["dfspId"]
    return build.answer(build.server(mcm.server_of(id_), id_))


async def _upload_server(mcm: Mcm, call: Call) -> Reply:
    asked, id_ = parse.body(call), call.params["dfspId"]
    certificate, root = str(asked.get("serverCertificate") or ""), str(asked.get("rootCertificate") or "")
    return build.answer(build.server(mcm.set_server(id_, certificate, parse.chain(asked.get("intermediateChain")), root), id_))


upload_server = served("servercerts.upload", "POST", "/dfsps/{dfspId}/servercerts")(_upload_server)
replace_server = served("servercerts.replace", "PUT", "/dfsps/{dfspId}/servercerts")(_upload_server)


@served("servercerts.delete", "DELETE", "/dfsps/{dfspId}/servercerts")
async def delete_server(mcm: Mcm, call: Call) -> Reply:
    mcm.dfsp(call.params["dfspId"]).server = None
    return build.nothing()


OPERATIONS: Final = (
    get_hub_ca, create_hub_ca, bring_hub_ca, delete_hub_ca, get_hub_server, create_hub_server, delete_hub_server, get_ca,
    upload_ca, list_servers, get_server, upload_server, replace_server, delete_server,
)  # fmt: skip
