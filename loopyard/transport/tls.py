"""TLS contexts for listeners and clients, and why a handshake was refused. Whose certificates they are is decided elsewhere."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loopyard.transport.pki import Credential

Complain = Callable[[str], None]
"""Takes the reason for which a handshake was refused."""
_VERIFIED = {
    10: "the certificate has expired",
    18: "the certificate is signed by itself",
    19: "the certificate is of an authority that is not trusted",
    20: "the certificate is of an authority that is not trusted",
    23: "the certificate is revoked",
}
"""OpenSSL's codes of a verification that failed."""
_ALERTS = ("ALERT_UNKNOWN_CA", "ALERT_CERTIFICATE", "ALERT_BAD_CERTIFICATE")


class ServerContext(ssl.SSLContext):
    """A listener's context; `complain` hears why a caller was refused, for no protocol above ever does."""

    complain: Complain


class _Watched(ssl.SSLObject):
    """A server's side of one connection."""

    def do_handshake(self) -> None:
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            if isinstance(self.context, ServerContext):
                self.context.complain(reason(error))
            raise


def server_context(
    own: Credential, roots: Path, crl: Path | None, complain: Complain, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
) -> ServerContext:
    """For a listener that wants certificates of its callers, signed by `roots` and not on the list `crl`.

    With 1.2 a caller hears of a refusal before it can send anything, and always in the same way; with 1.3 it has sent its
    request by then, and its connection just ends."""
    context = ServerContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = _Watched
    context.complain = complain
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, newest
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(roots)
    if crl is not None:
        context.load_verify_locations(crl)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    context.load_cert_chain(own.certificate, own.key)
    return context


def client_context(own: Credential | None, roots: Path | None) -> ssl.SSLContext:
    """For a caller that shows `own`, or no certificate, and wants one of its server that `roots` have signed; without roots,
    those that the machine trusts. ValueError for files that are none of these."""
    context = ssl.create_default_context()
    if roots is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(roots)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if own is not None:
        context.load_cert_chain(own.certificate, own.key)
    return context


def reason(error: ssl.SSLError) -> str:
    """Why a handshake was refused, in plain words; OpenSSL's own where there are none."""
    if isinstance(error, ssl.SSLCertVerificationError):
        known = _VERIFIED.get(error.verify_code)
        return known or error.verify_message.rstrip(".")
    text: Any = error.reason or str(error)
    if text == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return "there was no certificate"
    if any(each in text for each in _ALERTS):
        return f"the caller refused the certificate shown to it ({text})"
    return str(text)
