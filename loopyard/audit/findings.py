"""What an audit can say: kinds of findings, open items, and the verdict that holds them. How they are found is not here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

Level = Literal["break", "breach", "deviation", "note"]

BREAK: Final = "break"
"""Two books that must agree do not, or one book does not agree with itself."""
DUPLICATE: Final = "duplicate"
"""One business reference moved, or holds, money more than once."""
CREDITED_BEFORE_COMMIT: Final = "credited before commit"
"""The payee's customer was credited before the hub had committed."""
CREDITED_WITHOUT_COMMIT: Final = "credited without commit"
"""A customer gained money for a transfer that the hub did not commit."""
DEBITED_WITHOUT_COMMIT: Final = "debited without commit"
"""A customer lost money for a transfer that the hub did not commit."""
CUSTOMER_NETS_DIFFER: Final = "customer nets differ"
"""What customers paid and received is not what the banks passed on, or not what the quote promised."""
WRONG_CUSTOMER: Final = "wrong customer"
"""Another account was moved than that of the party whom the quote names."""
REFUND_DIFFERS: Final = "refund differs"
"""More was given back than was paid, or to another than who has paid, or of a payment that was never made."""
ORPHAN_HOLD: Final = "orphan hold"
"""Money is held that no unfinished transfer explains."""
UNEXPLAINED_OPEN_ITEM: Final = "unexplained open item"
"""The hub is final, a bank has not booked or has parked the money, and nobody reports the transfer as unfinished."""
UNLINKED_POSTING: Final = "unlinked posting"
"""Money moved under a reference that no message and no record of the hub knows."""
CONTRACT_BREACH: Final = "contract breach"
CONTRACT_DEVIATION: Final = "contract deviation"
CONTRACT_NOTE: Final = "contract note"
REFUSED_CALLBACK: Final = "refused callback"
"""A callback was answered with anything but 2xx."""

KINDS: Final = (
    BREAK, DUPLICATE, CREDITED_BEFORE_COMMIT, CREDITED_WITHOUT_COMMIT, DEBITED_WITHOUT_COMMIT, CUSTOMER_NETS_DIFFER,
    WRONG_CUSTOMER, REFUND_DIFFERS, ORPHAN_HOLD, UNEXPLAINED_OPEN_ITEM, UNLINKED_POSTING, CONTRACT_BREACH, CONTRACT_DEVIATION,
    CONTRACT_NOTE, REFUSED_CALLBACK,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, at which business reference, in whose books or by whose message.

    `party` is a participant, "hub", or the sender of a message; `holder` the customer it concerns ("MSISDN:26599...").
    A finding of level "deviation" or "note" is reported and fails nothing.
    """

    kind: str
    level: Level
    text: str
    reference: str = ""
    party: str = ""
    holder: str = ""
    at: datetime | None = None

    @property
    def fails(self) -> bool:
        return self.level in ("break", "breach")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something unfinished, with the differences that it explains in full; listed, not failed."""

    text: str
    reference: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit found, the first in time first. `not_observed` are participants whose books nobody could read."""

    findings: tuple[Finding, ...] = ()
    open_items: tuple[OpenItem, ...] = ()
    not_observed: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing fails; open items, deviations and notes do not."""
        return not any(finding.fails for finding in self.findings)

    def consume(self, kind: str, who: str = "") -> Verdict:
        """This verdict without its first finding of a kind about `who`, a party or a holder ("" for anyone).

        Without such a finding the verdict is returned as it is. The second of a kind stays: it was not expected.
        """
        for index, found in enumerate(self.findings):
            if found.kind == kind and who in ("", found.party, found.holder):
                return replace(self, findings=self.findings[:index] + self.findings[index + 1 :])
        return self

    def summary(self) -> str:
        """One line for each kind and party: how many references, and the first of them. For runs with very many."""
        alike: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.findings:
            alike.setdefault((finding.kind, finding.party), []).append(finding)
        lines = [f"{kind}: {len(rows)} at {party or 'nobody in particular'}, first: {rows[0].text}"
                 for (kind, party), rows in alike.items()]  # fmt: skip
        lines += [f"open: {item.text}" for item in self.open_items]
        lines += [f"not observed: {party}" for party in self.not_observed]
        return "\n".join(lines or ["The books agree."])
