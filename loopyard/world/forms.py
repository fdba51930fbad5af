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
_TENANTS = "dfsps"
"""The table of those that name several."""


def speaking(connectors: Instances, participants: Iterable[Participant], *, told: str | None) -> Instances:
    """The connectors with `api_type` as their participant's form, and with packets of version 4 where anybody speaks ISO 20022.
    What a connector's own table says counts before it, but not before the form that the run was `told`."""
    forms = {each.id: each.api for each in participants}

    def with_form(settings: Mapping[str, Any], participant: object) -> Mapping[str, Any]:
        form = forms.get(str(participant))
        known = {"api_type": form} if form else {}
        return {**known, **settings, **(known if told else {})}

    version = {"ilp_version": "4"} if "iso20022" in forms.values() else {}
    made: Instances = {}
    for name, (kind, own) in connectors.items():
        settings = with_form({**(version if kind == "mojaloop_connector" else {}), **own}, own.get(_SERVES.get(kind, "")))
        if isinstance(tenants := own.get(_TENANTS), Mapping):
            tables = {id_: with_form(table, id_) if isinstance(table, Mapping) else table for id_, table in tenants.items()}
            settings = {**settings, _TENANTS: tables}
        made[name] = kind, settings
    return made
