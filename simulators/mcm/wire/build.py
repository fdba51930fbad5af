"""The bodies that the connection manager answers with, pretty-printed as the real service prints them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import orjson
from cryptography import x509

from loopyard.protocols.fspiop import dates
from loopyard.protocols.x509 import reading
from loopyard.protocols.x509.reading import Unreadable
from loopyard.transport.messages import Reply
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.state.records import Authority, Dfsp, Direct, Enrollment, Item, JwsKey, ServerCertificate
from simulators.mcm.state.verdict import Verdict

Json = dict[str, Any]
JSON: Final = (("Content-Type", "application/json"),)
CREATOR: Final = "loopyard"


def answer(body: Any, status: int = 200) -> Reply:
    return Reply(status, orjson.dumps(body, option=orjson.OPT_INDENT_2), JSON)


def nothing() -> Reply:
    """No body and no media type."""
    return Reply(204)


# -- who is there -----------------------------------------------------------------------------------------------------


def dfsp(of: Dfsp) -> Json:
    return _present(
        id=of.id, name=of.name, monetaryZoneId=of.monetary_zone, isProxy=of.is_proxy, securityGroup=of.security_group
    )


def member(of: Dfsp) -> Json:
    """A DFSP as its monetary zone lists it."""
    return dfsp(of) | _present(dfspId=of.id, fxpCurrencies=list(of.fxp_currencies))


def status(of: Dfsp) -> list[Json]:
    """The steps of the portal. Only the first is ever more than not started: the real service looks at nothing else."""
    technical = ("ENDPOINTS", "CSR_EXCHANGE", "CERTIFICATE_AUTHORITY", "SERVER_CERTIFICATES_EXCHANGE", "JWS_CERTIFICATES")
    steps = [{"identifier": each, "status": "NOT_STARTED"} for each in technical]
    registered = {"identifier": "ID_GENERATION", "status": "COMPLETED"}
    return [{"phase": "BUSINESS_SETUP", "steps": [registered]}, {"phase": "TECHNICAL_SETUP", "steps": steps}]


def states_status(of: Dfsp) -> Json:
    """What a DFSP's connector last reported, and how the hub's watcher finds it."""
    states = [{"state": name, **each} for name, each in of.states.items()]
    found = {"dfspId": of.id, "pingStatus": "SUCCESS" if states else "NOT_REACHABLE", "statesStatus": states}
    return found | ({"lastUpdatedPingStatusAt": date(of.reported)} if of.reported else {})


def credentials(of: tuple[str, str, datetime]) -> Json:
    client, secret, created = of
    return {"clientId": client, "clientSecret": secret, "createdAt": date(created)}


# -- certificates -----------------------------------------------------------------------------------------------------


def verdict(of: Verdict | None) -> Json:
    """Validations and what they say together; nothing where nothing was validated."""
    if of is None:
        return {}
    rows = [
        _present(
            validationCode=each.code, performed=each.performed, result=each.result, message=each.message,
            details=each.details, data=each.data or None,
        )
        for each in of.validations
    ]  # fmt: skip
    return {"validations": rows, "validationState": of.state}


def hub_ca(mcm: Mcm) -> Json:
    pem = mcm.pki.ca(mcm.now).pem
    return {
        "type": "INTERNAL", "rootCertificate": pem, "rootCertificateInfo": certificate_info(pem), "intermediateChainInfo": [],
        **verdict(mcm.rules.authority(pem, "")),
    }  # fmt: skip


def dfsp_ca(of: Authority | None) -> Json:
    """A DFSP's CA; one that was never brought is answered all the same."""
    if of is None:
        return {"rootCertificate": None, "intermediateChain": None, "validations": [], "validationState": "NOT_AVAILABLE"}
    return {"rootCertificate": of.root, "intermediateChain": of.chain, **verdict(of.verdict)}


def server(of: ServerCertificate, dfsp: str | None = None) -> Json:
    chain = of.chain if isinstance(of.chain, str) else list(of.chain)
    links = reading.split(chain if isinstance(chain, str) else "".join(chain))
    return _present(
        dfspId=dfsp, rootCertificate=of.root, rootCertificateInfo=certificate_info(of.root), intermediateChain=chain,
        intermediateChainInfo=[certificate_info(each) for each in links], serverCertificate=of.certificate,
        serverCertificateInfo=certificate_info(of.certificate), **verdict(of.verdict),
    )  # fmt: skip


def enrollment(of: Enrollment) -> Json:
    """An enrollment without its private key."""
    return _present(
        id=of.id, csr=of.csr, csrInfo=request_info(of.csr), state=of.state, certificate=of.certificate,
        certInfo=certificate_info(of.certificate) if of.certificate else None, **verdict(of.verdict),
    )  # fmt: skip


def jws_key(of: JwsKey) -> Json:
    return {"dfspId": of.dfsp, "publicKey": of.public_key, "createdAt": of.created_at, **verdict(of.verdict)}


def certificate_info(pem: str) -> Json | None:
    """What a certificate says; None for what cannot be read."""
    try:
        found = reading.certificate(pem)
    except Unreadable:
        return None
    return {
        **_described(found), "issuer": reading.subject(found.issuer), "serialNumber": f"{found.serial_number:x}",
        "notBefore": date(found.not_valid_before_utc), "notAfter": date(found.not_valid_after_utc),
    }  # fmt: skip


def request_info(pem: str) -> Json:
    """What a request says. Raises Unreadable."""
    return _described(reading.request(pem))


def _described(what: x509.Certificate | x509.CertificateSigningRequest) -> Json:
    return {
        "subject": reading.subject(what.subject), "extensions": {"subjectAltName": reading.alternatives(what)},
        "signatureAlgorithm": reading.algorithm(what), "publicKeyLength": reading.bits(what),
    }  # fmt: skip


# -- addresses --------------------------------------------------------------------------------------------------------


def item(of: Item) -> Json:
    return _present(
        id=of.id, dfspId=of.dfsp, state=of.state, type=of.type, direction=of.direction, createdBy=CREATOR,
        createdDate=date(of.created), value=of.value,
    )  # fmt: skip


def direct(of: Direct) -> Json:
    """What a connector said of one direction. The digest lists a state; an upload is taken as it is, so that it is NEW."""
    shown = {"id": of.id, "dfspId": of.dfsp, "state": "NEW", "direction": of.direction, "createdBy": CREATOR}
    return {**shown, "createdAt": date(of.created), **of.value}


def date(moment: datetime) -> str:
    return dates.to_iso(moment)


def _present(**members: Any) -> Json:
    return {name: value for name, value in members.items() if value is not None}
