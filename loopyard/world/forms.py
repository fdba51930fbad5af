"""What the form of the home participants' bodies means for the connectors that serve them. Which form that is, the world file
says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loopyard.engine.plan import Participant

Instances = dict[str, tuple[str, Mapping[str, Any]]]
"""Kind and settings by instance name."""
_SERVES = {"mojaloop_connector": "dfsp_id", "core_connector": "fsp_id"}
"""The setting by which the reference's connectors name their participant. Others are configured by their own team."""


def speaking(connectors: Instances, participants: Iterable[Participant], *, told: str | None) -> Instances:
    """The connectors with `api_type` as their participant's form, and with packets of version 4 where anybody speaks ISO 20022.
    What a connector's own table says counts before it, but not before the form that the run was `told`."""
    forms = {each.id: each.api for each in participants}
    version = {"ilp_version": "4"} if "iso20022" in forms.values() else {}
    made: Instances = {}
    for name, (kind, settings) in connectors.items():
        form = forms.get(str(settings.get(_SERVES.get(kind, ""))))
        known = {"api_type": form} if form else {}
        more = version if kind == "mojaloop_connector" else {}
        overriding = known if told else {}
        made[name] = kind, {**known, **more, **settings, **overriding}
    return made
