"""Client certificates in both directions. `inbound` are a DFSP's requests that the hub's CA signs, for its calls to the hub;
`outbound` are the hub's requests that the DFSP's CA signs, for the hub's calls to the DFSP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.issuing import Unissuable
from loopyard.protocols.x509.reading import Unreadable
from simulators.mcm.state.errors import Invalid, Unknown, Unprocessable
from simulators.mcm.state.mcm import Mcm
from simulators.mcm.state.records import ENROLLMENT, Dfsp, Enrollment
from simulators.mcm.state.verdict import Verdict

LOADED: Final = ENROLLMENT.next(ENROLLMENT.initial, "load")


def enroll(mcm: Mcm, id_: str, csr: str) -> Enrollment:
    """A DFSP brings a request; the same request that still waits is not taken twice. One that the validations refuse is kept,
    and its verdict says why. Raises Invalid for what is no request, Unknown."""
    dfsp = mcm.dfsp(id_)
    for known in dfsp.inbound.values():
        if known.csr == csr and known.state == LOADED:
            return known
    try:
        reading.request(csr)
    except Unreadable as problem:
        raise Invalid("Could not parse the CSR content", str(problem)) from problem
    enrollment = Enrollment(mcm.next_id(), csr, LOADED, mcm.rules.inbound(csr))
    dfsp.inbound[enrollment.id] = enrollment
    if mcm.operator == "automatic" and not _refused(mcm, enrollment):
        _let_sign(mcm, id_, enrollment.id)
    return enrollment


def sign(mcm: Mcm, id_: str, enrollment_id: int, seconds: float | None = None) -> Enrollment:
    """The operator signs a DFSP's request with the hub's CA, for the usual time or `seconds`. Raises Unprocessable for a
    request that the validations refuse, Unknown."""
    dfsp = mcm.dfsp(id_)
    enrollment = inbound(mcm, id_, enrollment_id)
    if _refused(mcm, enrollment):
        assert enrollment.verdict is not None
        raise Unprocessable("; ".join(each.message for each in enrollment.verdict.failures))
    try:
        certificate = mcm.pki.sign(enrollment.csr, mcm.now, seconds)
    except Unissuable as problem:
        raise Unprocessable(str(problem)) from problem
    dfsp.inbound[enrollment_id] = enrollment.signed(certificate, mcm.rules.inbound(enrollment.csr, certificate))
    return dfsp.inbound[enrollment_id]


def inbound(mcm: Mcm, id_: str, enrollment_id: int) -> Enrollment:
    """Raises Unknown."""
    return _known(mcm.dfsp(id_).inbound, enrollment_id)


def newest_inbound(mcm: Mcm, id_: str) -> Enrollment:
    """A DFSP's last request. Raises Unknown."""
    rows = mcm.dfsp(id_).inbound
    return _known(rows, max(rows, default=0))


def request_outbound(mcm: Mcm, id_: str) -> Enrollment:
    """The hub asks a DFSP's CA for a certificate. Raises Unknown."""
    dfsp, key = mcm.dfsp(id_), mcm.pki.key()
    csr = reading.pem_of(issuing.request({"CN": mcm.settings.switch_fqdn, "O": "Scheme"}, key, [mcm.settings.switch_fqdn]))
    enrollment = Enrollment(mcm.next_id(), csr, LOADED, private_key=reading.pem_of(key))
    dfsp.outbound[enrollment.id] = enrollment
    return enrollment


def outbound_of(mcm: Mcm, id_: str) -> list[Enrollment]:
    """What the hub asks of a DFSP's CA. The first request is there since the DFSP was registered. Raises Unknown."""
    if not mcm.dfsp(id_).outbound:
        request_outbound(mcm, id_)
    return list(mcm.dfsp(id_).outbound.values())


def outbound(mcm: Mcm, id_: str, enrollment_id: int) -> Enrollment:
    """Raises Unknown."""
    outbound_of(mcm, id_)
    return _known(mcm.dfsp(id_).outbound, enrollment_id)


def certify(mcm: Mcm, id_: str, enrollment_id: int, certificate: str) -> Enrollment:
    """The DFSP brings the certificate; it is kept whatever the validations say. Raises Invalid for what is none, Unknown."""
    try:
        reading.certificate(certificate)
    except Unreadable as problem:
        raise Invalid("Could not parse the Certificate content", str(problem)) from problem
    enrollment, dfsp = outbound(mcm, id_, enrollment_id), mcm.dfsp(id_)
    dfsp.outbound[enrollment_id] = enrollment.signed(certificate, _judged(mcm, dfsp, enrollment, certificate))
    return dfsp.outbound[enrollment_id]


def validate(mcm: Mcm, id_: str, enrollment_id: int) -> Enrollment:
    """Hold an outbound enrollment against the rules as of now. Raises Unknown."""
    dfsp = mcm.dfsp(id_)
    enrollment = outbound(mcm, id_, enrollment_id)
    dfsp.outbound[enrollment_id] = replace(enrollment, verdict=_judged(mcm, dfsp, enrollment, enrollment.certificate))
    return dfsp.outbound[enrollment_id]


def onboard(mcm: Mcm, id_: str) -> None:
    """The hub begins to use what the DFSP's CA has signed. Raises Unprocessable while nothing is signed, Unknown."""
    dfsp = mcm.dfsp(id_)
    if not any(each.state == "CERT_SIGNED" for each in dfsp.outbound.values()):
        raise Unprocessable(f"no client certificate of the hub is signed by {id_}")
    dfsp.onboarded = True


def _judged(mcm: Mcm, dfsp: Dfsp, enrollment: Enrollment, certificate: str | None) -> Verdict:
    return mcm.rules.outbound(enrollment.csr, certificate, enrollment.private_key, dfsp.ca)


def _refused(mcm: Mcm, enrollment: Enrollment) -> bool:
    refused = enrollment.verdict is not None and enrollment.verdict.state == "INVALID"
    return refused and not mcm.settings.signs_invalid


def _let_sign(mcm: Mcm, id_: str, enrollment_id: int) -> None:
    """What an automatic operator does with a request: it takes its time, or none."""
    if not mcm.settings.sign_seconds:
        sign(mcm, id_, enrollment_id)
        return

    async def signing() -> None:
        if inbound(mcm, id_, enrollment_id).state == LOADED:
            sign(mcm, id_, enrollment_id)

    mcm.site.crew.at(mcm.now + timedelta(seconds=mcm.settings.sign_seconds), signing, f"sign for {id_}")


def _known(rows: dict[int, Enrollment], enrollment_id: int) -> Enrollment:
    if enrollment_id not in rows:
        raise Unknown("")
    return rows[enrollment_id]
