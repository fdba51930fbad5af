"""One-time passwords that the bank sends its customers, and checks. What they open is decided elsewhere; no money is here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loopyard.engine.site import Site
from loopyard.kernel.lifecycle import Lifecycle
from simulators.cbs.engine import checks
from simulators.cbs.engine.accounts import BankAccount
from simulators.cbs.mojaloop_reference.state.errors import DuplicateAuthentication, UnknownAuthentication

PASSWORD: Final = Lifecycle(
    "one-time password",
    initial="SENT",
    final={"VERIFIED", "LOCKED"},
    transitions={
        ("SENT", "verify"): "VERIFIED",
        ("SENT", "lock"): "LOCKED",  # wrong too often
    },
)


@dataclass(slots=True, eq=False)
class Password:
    """A password on its way to a customer. `left` is how often it may still be given."""

    id: str
    account: BankAccount
    value: str
    left: int
    sent_at: datetime
    state: str = PASSWORD.initial


class Passwords:
    """The one-time passwords of one bank, by the reference that they were asked for with."""

    def __init__(self, site: Site, tries: int) -> None:
        self._site = site
        self._tries = tries
        self._by_id: dict[str, Password] = {}

    def send(self, id_: str, account: BankAccount) -> Password:
        """Send the customer a password; the same reference again is the same password.

        Raises Refusal for an account that may not pay, DuplicateAuthentication for the reference of another account."""
        earlier = self._by_id.get(id_)
        if earlier is not None:
            if earlier.account is not account:
                raise DuplicateAuthentication(f"authentication {id_} is another customer's; take another id")
            return earlier
        checks.usable(account, "debit")
        made = Password(id_, account, self._site.ids.digits(6), self._tries, self._site.clock.now())
        self._by_id[id_] = made
        return made

    def verify(self, id_: str, value: str) -> str:
        """VERIFIED, WRONG while it may be tried again, LOCKED when it may not. Raises UnknownAuthentication."""
        found = self._by_id.get(id_)
        if found is None:
            raise UnknownAuthentication(f"no password was sent for {id_}; ask for one first")
        if found.state != "SENT":
            return found.state if found.state == "LOCKED" or found.value == value else "WRONG"
        found.left -= 1
        if found.value == value:
            found.state = PASSWORD.next(found.state, "verify")
        elif not found.left:
            found.state = PASSWORD.next(found.state, "lock")
        return found.state if found.state != "SENT" else "WRONG"

    def left(self, id_: str) -> int:
        return self._by_id[id_].left

    def sent_to(self, account: BankAccount) -> list[Password]:
        """What the customer has got, oldest first."""
        return [each for each in self._by_id.values() if each.account is account]

    def forget(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            self._by_id.pop(id_, None)
