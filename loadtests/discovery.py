"""Discovery: an institution elsewhere looks customers of the one under test up, over the hub, and pays nobody."""

from __future__ import annotations

import _run  # noqa: F401  begins and ends the run
from _hub_payer import HubPayer
from _shapes import Chosen
from _users import Failed
from locust import task

__all__ = ["Chosen", "Discovery"]


class Discovery(HubPayer):
    """An institution that asks who somebody is; the one under test must know her."""

    @task
    def look_somebody_up(self) -> None:
        who, _ = self.session.crowd.pair(self.chance)
        with self.journey("discovery, to the answer"):
            found = self.look_up(who)["partyIdInfo"]
            if (found["fspId"], found["partyIdentifier"]) != (who.dfsp, who.id_value):
                raise Failed("somebody else was found")
