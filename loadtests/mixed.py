"""Mixed: what a day brings. Of sixteen journeys six are payments out, three payments in, one goes abroad, one asks for money,
one pays what it was asked for, and four look somebody up."""

from __future__ import annotations

import _run  # noqa: F401  begins and ends the run
import discovery
import fxp
import inbound
import outbound
import request_to_pay
from _hub_payer import HubPayer
from _requesters import Requester
from _shapes import Chosen

__all__ = ["Chosen", "Mixed"]


class Mixed(Requester, HubPayer):
    """A customer who does each as often as its weight says."""

    calls = (*Requester.calls, *HubPayer.calls)
    abroad = (False, True)
    tasks = {  # type: ignore[assignment]  # noqa: RUF012  Locust's own form
        outbound.Outbound.send_money: 6,
        inbound.Inbound.receive_money: 3,
        fxp.Fxp.send_abroad: 1,
        request_to_pay.RequestToPay.ask_for_money: 1,
        request_to_pay.RequestToPay.pay_request: 1,
        discovery.Discovery.look_somebody_up: 4,
    }
