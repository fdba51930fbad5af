"""Which server the connector takes for the hub, and what it shows of itself. Its own listeners belong to its host, as they
belong to the ingress of a real deployment."""

from __future__ import annotations

import ssl
from pathlib import Path

from connectors.mojaloop_connector.settings import Settings
from loopyard.kernel.errors import UsageError
from loopyard.kernel.settings import WORLD_FILE
from loopyard.transport.pki import Credential, throwaway_pki
from loopyard.transport.tls import client_context


def of_hub(settings: Settings) -> ssl.SSLContext | None:
    """The TLS context for calls to the hub, None where there is to be none. Raises UsageError for files that are no use."""
    if not settings.outbound_mutual_tls_enabled:
        return None
    paths = settings.out_ca_cert_path, settings.out_client_cert_path, settings.out_client_key_path
    if not any(paths):
        pki = throwaway_pki()
        return client_context(pki.credential(settings.dfsp_id), pki.root)
    root, certificate, key = map(Path, paths)
    try:
        return client_context(Credential(certificate, key), root)
    except (OSError, ValueError) as error:
        remedy = "give out_ca_cert_path, out_client_cert_path and out_client_key_path, or none of them"
        raise UsageError(WORLD_FILE, "outbound_mutual_tls_enabled", f"the files cannot be used: {error}", remedy) from error
