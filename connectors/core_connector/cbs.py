"""The port to core banking: what a bank is asked, and what it can. Dialects stand in `drivers`, caution in `teller`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from connectors.core_connector.outcomes import Outcome
from loopyard.kernel.money import Money

Side = Literal["payer", "payee"]
HoldState = Literal["RESERVED", "COMMITTED", "RELEASED", "FAILED"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose account: an identifier of the scheme (MSISDN, ACCOUNT_ID, IBAN, ALIAS) or of the bank."""

    id_type: str
    id_value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What the bank says of an account. `currency` is its ISO 4217 code."""

    name: str
    currency: str
    active: bool


@dataclass(frozen=True, slots=True)
class Fee:
    """What the bank charges, and under which quote of its own it has said so (empty where it keeps none)."""

    money: Money
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A wish to hold money for a transfer. `reference` is the transfer's id, the bank's key together with `side`.

    `quote` is the bank's own, whose fee it shall charge; `commission` is what the other institution asks of this one, the
    customer does not pay it.
    """

    reference: str
    side: Side
    holder: Holder
    amount: Money
    home_id: str
    quote: str = ""
    commission: Money | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Money that the bank holds for a transfer. `fee` is the bank's own, None when it does not say."""

    reserve_id: str
    state: HoldState
    fee: Money | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the bank says of a one-time password that a customer gave; `left` is how often another may be given."""

    right: bool
    left: int


class CoreBanking(Protocol):
    """A bank. Every answer is an outcome: no exception says that a bank did not do what it was asked."""

    can_query: bool
    """Whether it can be asked what became of a reference."""
    repeat_is_safe: bool
    """Whether a repeated reserve with the same reference is the same reserve."""
    sends_passwords: bool
    """Whether it can send its customers one-time passwords and check them."""
    holds_payers: bool
    """Whether it can hold a payer's money. If not, the channel has debited before it accepts, and `refund` undoes that."""

    async def healthy(self) -> Outcome[None]: ...

    async def account(self, holder: Holder) -> Outcome[Account]: ...

    async def payer_fee(self, holder: Holder, amount: Money) -> Outcome[Fee]:
        """What the bank charges a payer on top of `amount`."""

    async def payee_fee(self, holder: Holder, amount: Money) -> Outcome[Fee]:
        """What the bank takes from `amount` before it credits a payee; a refusal when it would not credit at all."""

    async def reserve(self, order: Order) -> Outcome[Hold]: ...

    async def commit(self, reserve_id: str) -> Outcome[None]: ...

    async def release(self, reserve_id: str, reason: str) -> Outcome[None]: ...

    async def query(self, reference: str, side: Side) -> Outcome[Hold | None]:
        """The latest hold of a reference, None when the bank explicitly knows of none."""

    async def send_password(self, reference: str, holder: Holder) -> Outcome[None]:
        """Send the customer a one-time password; the same reference again is the same password."""

    async def check_password(self, reference: str, value: str) -> Outcome[Checked]:
        """Check what came back for a reference."""

    async def refund(self, home_id: str) -> Outcome[None]:
        """Give back what the channel debited. Repeating it is safe."""
