"""What a world can do with its connection manager: what an operator does by hand, and what goes wrong with certificates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.simulator import Control
from loopyard.kernel.errors import UsageError
from loopyard.protocols.x509 import reading
from simulators.mcm.state import enrollments, jws
from simulators.mcm.state.errors import McmError
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.wire import build

Json = Any
Arguments = Mapping[str, Json]
WHERE: Final = "control of the connection manager"


def states(mcm: Mcm, arguments: Arguments) -> Json:
    """What the connectors of all DFSPs, or of `dfsp`, have reported: {dfsp: {state: {status, ...}}}."""
    listed = [_dfsp(mcm, arguments["dfsp"])] if "dfsp" in arguments else mcm.dfsps.values()
    return {each.id: dict(each.states) for each in listed}


def certificates(mcm: Mcm, arguments: Arguments) -> Json:
    """What is kept of `dfsp`: {ca, server, inbound: [...], outbound: [...], jws}, each as the API shows it, or null."""
    dfsp = _dfsp(mcm, _needed(arguments, "dfsp"))
    key = next((each for each in jws.everybody(mcm) if each.dfsp == dfsp.id), None)
    return {
        "ca": build.dfsp_ca(dfsp.ca) if dfsp.ca else None,
        "server": build.server(dfsp.server, dfsp.id) if dfsp.server else None,
        "inbound": [build.enrollment(each) for each in dfsp.inbound.values()],
        "outbound": [build.enrollment(each) for each in dfsp.outbound.values()],
        "jws": build.jws_key(key) if key else None,
    }


def set_operator(mcm: Mcm, arguments: Arguments) -> Json:
    """Whether the operator signs by itself from now on: {operator: "automatic" | "manual"}."""
    operator = _needed(arguments, "operator")
    if operator not in ("automatic", "manual"):
        raise UsageError(WHERE, "operator", f"{operator!r} is not known", "choose automatic or manual")
    mcm.operator = operator


def sign(mcm: Mcm, arguments: Arguments) -> Json:
    """Sign the last request of `dfsp`, again if it is signed: {dfsp, seconds?}; the certificate is good for `seconds`, or as
    long as usual. The answer is the enrollment."""
    id_ = _dfsp(mcm, _needed(arguments, "dfsp")).id
    try:
        newest = enrollments.newest_inbound(mcm, id_)
        return build.enrollment(enrollments.sign(mcm, id_, newest.id, arguments.get("seconds")))
    except McmError as refused:
        raise UsageError(WHERE, "dfsp", str(refused) or f"{id_} has brought no request", "let it bring one first") from refused


def renew_hub_ca(mcm: Mcm, arguments: Arguments) -> Json:
    """A new CA of the hub with a new key. What the old one has signed is none of it."""
    mcm.pki.renew(mcm.now)
    return build.hub_ca(mcm)


def request_certificate(mcm: Mcm, arguments: Arguments) -> Json:
    """The hub asks the CA of `dfsp` for another client certificate. The answer is the enrollment."""
    return build.enrollment(enrollments.request_outbound(mcm, _dfsp(mcm, _needed(arguments, "dfsp")).id))


def change_jws(mcm: Mcm, arguments: Arguments) -> Json:
    """A peer, or the hub where `dfsp` is absent, takes another JWS key and publishes it: {dfsp?} -> {dfspId, publicKey,
    privateKey}; nobody signs with it before they are told to."""
    who = _dfsp(mcm, arguments["dfsp"]).id if "dfsp" in arguments else mcm.settings.hub_name
    key = jws.change(mcm, who)
    return {"dfspId": who, "publicKey": reading.pem_of(key.public_key()), "privateKey": reading.pem_of(key)}


def publish_jws(mcm: Mcm, arguments: Arguments) -> Json:
    """A peer, or the hub where `dfsp` is absent, publishes this JWS key: {dfsp?, publicKey}."""
    who = _dfsp(mcm, arguments["dfsp"]).id if "dfsp" in arguments else mcm.settings.hub_name
    return build.jws_key(jws.publish(mcm, who, _needed(arguments, "publicKey"), jws.epoch(mcm)))


def _dfsp(mcm: Mcm, id_: str) -> Any:
    if id_ not in mcm.dfsps:
        raise UsageError(WHERE, "dfsp", f"{id_!r} is not registered", f"registered are {', '.join(mcm.dfsps)}")
    return mcm.dfsps[id_]


def _needed(arguments: Arguments, key: str) -> Json:
    if key not in arguments:
        raise UsageError(WHERE, key, "is missing", f"give {key}")
    return arguments[key]


CONTROLS: Final = (
    Control("states", states),
    Control("certificates", certificates),
    Control("set-operator", set_operator),
    Control("sign", sign),
    Control("renew-hub-ca", renew_hub_ca),
    Control("request-certificate", request_certificate),
    Control("change-jws", change_jws),
    Control("publish-jws", publish_jws),
)
