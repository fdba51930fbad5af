"""The eleven machines of an onboarding as the real software draws them, and the health that each of them shows.

They run side by side. A state is either worked on or rested in; how it is worked on stands in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loopyard.kernel.lifecycle import Lifecycle

HEALTH: Final = Lifecycle(
    "connection health",
    initial="pending",
    final=(),
    transitions={
        ("pending", "begin"): "inProgress",
        ("inProgress", "complete"): "completed",
        ("inProgress", "fail"): "inError",
        ("completed", "begin"): "inProgress",  # something is made anew
        ("completed", "fail"): "inError",
        ("inError", "begin"): "inProgress",
    },
)
"""What an operator sees of each machine."""

HUB_CA: Final = Lifecycle(
    "fetchingHubCA",
    initial="gettingHubCA",
    final=(),
    transitions={
        ("gettingHubCA", "new"): "gotNewCA",
        ("gettingHubCA", "same"): "retry",
        ("gotNewCA", "noted"): "retry",
        ("retry", "due"): "gettingHubCA",
    },
)

DFSP_CA: Final = Lifecycle(
    "creatingDFSPCA",
    initial="gettingPrebuiltCA",
    final=(),
    transitions={
        ("gettingPrebuiltCA", "found"): "uploadingToHub",
        ("gettingPrebuiltCA", "missing"): "creatingIntCA",
        ("creatingIntCA", "created"): "uploadingToHub",
        ("uploadingToHub", "uploaded"): "idle",
        ("idle", "due"): "creatingIntCA",  # its end is near
        **{(state, "create"): "creatingIntCA" for state in ("gettingPrebuiltCA", "creatingIntCA", "uploadingToHub", "idle")},
    },
)

CLIENT_CERT: Final = Lifecycle(
    "creatingDfspClientCert",
    initial="creatingDfspCsr",
    final=(),
    transitions={
        ("creatingDfspCsr", "created"): "uploadingDfspCsr",
        ("uploadingDfspCsr", "uploaded"): "gettingDfspClientCert",
        ("gettingDfspClientCert", "signed"): "completed",
        ("gettingDfspClientCert", "unsigned"): "retry",
        ("gettingDfspClientCert", "lost"): "creatingDfspCsr",  # the connection manager does not know the request any more
        ("completed", "noted"): "retry",
        ("retry", "due"): "gettingDfspClientCert",
        ("retry", "ending"): "creatingDfspCsr",
        **{
            (state, "create"): "creatingDfspCsr"
            for state in ("creatingDfspCsr", "uploadingDfspCsr", "gettingDfspClientCert", "completed", "retry")
        },
    },
)

SERVER_CERT: Final = Lifecycle(
    "creatingDfspServerCert",
    initial="idle",
    final=(),
    transitions={
        ("requestedNewDfspServerCert", "requested"): "creatingDfspServerCert",
        ("creatingDfspServerCert", "created"): "uploadingDfspServerCertToHub",
        ("uploadingDfspServerCertToHub", "uploaded"): "idle",
        ("idle", "due"): "requestedNewDfspServerCert",
        **{
            (state, "create"): "requestedNewDfspServerCert"
            for state in ("idle", "requestedNewDfspServerCert", "creatingDfspServerCert", "uploadingDfspServerCertToHub")
        },
    },
)

HUB_CERT: Final = Lifecycle(
    "creatingHubClientCert",
    initial="idle",
    final=(),
    transitions={
        ("resettingHubClientCerts", "reset"): "fetchingHubCSR",
        ("fetchingHubCSR", "fetched"): "signingHubCSR",
        ("fetchingHubCSR", "nothing"): "completed",
        ("fetchingHubCSR", "none"): "retry",  # the hub has asked for nothing yet
        ("signingHubCSR", "signed"): "uploadingHubCert",
        ("uploadingHubCert", "uploaded"): "completed",
        ("completed", "noted"): "retry",
        ("retry", "due"): "fetchingHubCSR",
        **{
            (state, "create"): "resettingHubClientCerts"
            for state in (
                "idle", "resettingHubClientCerts", "fetchingHubCSR", "signingHubCSR", "uploadingHubCert", "completed", "retry",
            )
        },
    },
)  # fmt: skip

PEER_JWS: Final = Lifecycle(
    "pullingPeerJWS",
    initial="fetchingPeerJWS",
    final=(),
    transitions={
        ("fetchingPeerJWS", "fetched"): "comparePeerJWS",
        ("comparePeerJWS", "changed"): "notifyPeerJWS",
        ("comparePeerJWS", "same"): "completed",
        ("notifyPeerJWS", "notified"): "completed",
        ("completed", "noted"): "retry",
        ("retry", "due"): "fetchingPeerJWS",
    },
)

UPLOAD_PEER_JWS: Final = Lifecycle(
    "uploadingPeerJWS",
    initial="comparePeerJWS",
    final=(),
    transitions={
        ("comparePeerJWS", "changed"): "uploadingPeerJWS",
        ("comparePeerJWS", "same"): "idle",
        ("uploadingPeerJWS", "uploaded"): "idle",
        ("idle", "upload"): "comparePeerJWS",
    },
)

DFSP_JWS: Final = Lifecycle(
    "creatingJWS",
    initial="creating",
    final=(),
    transitions={
        ("creating", "created"): "uploadingToHub",
        ("uploadingToHub", "uploaded"): "idle",
        **{(state, "create"): "creating" for state in ("creating", "uploadingToHub", "idle")},
    },
)

ENDPOINT_CONFIG: Final = Lifecycle(
    "endpointConfig",
    initial="fetchingHubEndpoints",
    final=(),
    transitions={
        ("fetchingHubEndpoints", "fetched"): "uploadingEndpoints",
        ("uploadingEndpoints", "uploaded"): "completed",
        ("completed", "noted"): "retry",
        ("retry", "due"): "fetchingHubEndpoints",
    },
)

CONNECTOR_CONFIG: Final = Lifecycle(
    "connectorConfig",
    initial="idle",
    final=(),
    transitions={
        ("updatingConfig", "updated"): "propagatingConnectorConfig",
        ("propagatingConnectorConfig", "propagated"): "idle",
        **{(state, "update"): "updatingConfig" for state in ("idle", "updatingConfig", "propagatingConnectorConfig")},
    },
)

PROGRESS_MONITOR: Final = Lifecycle(
    "progressMonitor",
    initial="idle",
    final=(),
    transitions={
        ("handlingProgressChange", "complete"): "notifyingCompleted",
        ("handlingProgressChange", "incomplete"): "idle",
        ("notifyingCompleted", "notified"): "idle",
        ("idle", "due"): "handlingProgressChange",
        **{(state, "changed"): "handlingProgressChange" for state in ("idle", "handlingProgressChange", "notifyingCompleted")},
    },
)

MACHINES: Final[Mapping[str, Lifecycle]] = MappingProxyType(
    {
        "HUB_CA": HUB_CA,
        "DFSP_CA": DFSP_CA,
        "DFSP_CLIENT_CERT": CLIENT_CERT,
        "DFSP_SERVER_CERT": SERVER_CERT,
        "HUB_CERT": HUB_CERT,
        "PEER_JWS": PEER_JWS,
        "UPLOAD_PEER_JWS": UPLOAD_PEER_JWS,
        "DFSP_JWS": DFSP_JWS,
        "ENDPOINT_CONFIG": ENDPOINT_CONFIG,
        "CONNECTOR_CONFIG": CONNECTOR_CONFIG,
        "PROGRESS_MONITOR": PROGRESS_MONITOR,
    }
)
"""The eleven, by the names under which their health is shown. The last two are ours: the real software gives them none."""

REPORTED: Final = tuple(name for name in MACHINES if name not in ("CONNECTOR_CONFIG", "PROGRESS_MONITOR"))
"""What the connection manager is told of."""
