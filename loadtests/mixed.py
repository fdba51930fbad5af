"""Mixed: what a day brings, six payments out and three in for one that goes abroad."""

from __future__ import annotations

import _run  # noqa: F401  begins and ends the run
import fxp
import inbound
import outbound
from _payers import Counterparty, Payer
from _shapes import Chosen

__all__ = ["Chosen", "Mixed"]


class Mixed(Payer, Counterparty):
    """A customer who does each as often as its weight says."""

    calls = (*Payer.calls, *Counterparty.calls)
    abroad = (False, True)
    tasks = {  # type: ignore[assignment]  # noqa: RUF012  Locust's own form
        outbound.Outbound.send_money: 6,
        inbound.Inbound.receive_money: 3,
        fxp.Fxp.send_abroad: 1,
    }
