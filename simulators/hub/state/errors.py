"""What can go wrong at the hub, in its own terms. Which code and which HTTP status that is, stands in `wire.errors`.

LoopyardError
    HubError                    str() is the detail that a description carries, empty when it carries none
        PrepareRefused          a prepare breaks a rule of the scheme
        InsufficientLiquidity   the prefunding does not cover it
        NetDebitCapExceeded     the net debit cap does not allow it
        ModifiedRequest         an id is used again for something else
        Expired                 the transfer's time is over
        TransferNotFound        asked for, but not there
        BulkTransferNotFound    asked for or answered, but not there
        BulkPayerNotFound       a bulk from somebody who is no active participant
        BulkPayeeNotFound       a bulk to somebody who is no active participant
        NothingToFulfil         answered, but not there
        FulfilRefused           an answer that cannot commit, and aborts
        NotReserved             an answer to what is not reserved
        NotAParty               a stranger asks
        NotImplementedByHub     payee-side conversion
        UndefinedCode           the payee's error code is of no family that the hub relays
        PayeeRejected           the payee said ABORTED without an error
        RequesterNotFound       the requester is no participant
        NoOracle                no oracle serves this type of id
        PartyNotFound           the directory does not know the party
        PartyRegistered         the directory knows the party already
        RegistrationFailed      an oracle elsewhere has not confirmed a registration
        BadIdentifier           an identifier that no party can have
        DeletionRefused         not the owner's to delete
        UnknownSource           FSPIOP-Source is no participant
        UnsupportedParticipant  a quote for or from somebody who is none, or not active
        NoEndpoint              no address is known for a message
        DestinationUnknown      FSPIOP-Destination is no participant
        AcceptOnCallback        a callback with an Accept header
        Undeliverable           the receiver could not be reached, or refused
        ResourceNotFound        an administrative object does not exist
        ClientFault             the operator asks for what cannot be
        ProvisioningRefused     an account or a participant that cannot be added
        SettlementRefused       a window or a settlement that is not there, or cannot do what is asked
        InternalFault           what a real hub answers with an internal error
    (and, with their nouns: NoSuchParticipant, OracleExists, NoSuchOracle, PartyAbsent, OnlyOtherSubIds, ModelRefused, ...)
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError


class HubError(LoopyardError):
    """Root of the hub's domain errors; the message is the detail of the description, in the hub's words."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)


class PrepareRefused(HubError):
    """A prepare breaks a rule of the scheme."""


class InsufficientLiquidity(HubError):
    """The prefunding does not cover the position that would result."""


class NetDebitCapExceeded(HubError):
    """The net debit cap does not allow the position that would result."""


class ModifiedRequest(HubError):
    """An id is used again with another body."""


class Expired(HubError):
    """The transfer's time is over."""


class TransferNotFound(HubError):
    """No transfer or conversion has this id."""


class BulkTransferNotFound(HubError):
    """The hub knows no bulk transfer of this id."""


class BulkPayerNotFound(HubError):
    """The payer of a bulk is no participant, or not active."""


class BulkPayeeNotFound(HubError):
    """The payee of a bulk is no participant, or not active."""


class NothingToFulfil(HubError):
    """The answer is to a transfer that the hub does not know."""


class FulfilRefused(HubError):
    """An answer that cannot commit: wrong party, wrong fulfilment. It aborts what is reserved."""


class NotReserved(HubError):
    """An answer to what is not, or no longer, reserved."""


class NotAParty(HubError):
    """Who asks is neither payer nor payee."""


class NotImplementedByHub(HubError):
    """Payee-side conversion."""


class UndefinedCode(HubError):
    """The payee's error code is of no family that the hub relays."""


class PayeeRejected(HubError):
    """The payee answered ABORTED and gave no error."""


class RequesterNotFound(HubError):
    """The requester is no participant."""


class NoOracle(HubError):
    """No oracle serves this type of id."""


class PartyNotFound(HubError):
    """The directory does not know the party."""


class PartyRegistered(HubError):
    """The directory knows the party already."""


class RegistrationFailed(HubError):
    """An oracle elsewhere has not confirmed a registration."""


class BadIdentifier(HubError):
    """An identifier that no party can have."""


class DeletionRefused(HubError):
    """The party is absent, or another participant's."""


class UnknownSource(HubError):
    """FSPIOP-Source is no participant."""


class UnsupportedParticipant(HubError):
    """A quote for or from somebody who is no active participant. `role` is destination, payer or other."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__(f"Unsupported participant '{name}'")
        self.role = role


class NoEndpoint(HubError):
    """No address is known for a message."""


class DestinationUnknown(HubError):
    """FSPIOP-Destination is no participant."""


class AcceptOnCallback(HubError):
    """A callback with an Accept header."""


class Undeliverable(HubError):
    """The receiver refused (`status` is its HTTP status) or could not be reached (None)."""

    def __init__(self, detail: str, status: int | None) -> None:
        super().__init__(detail)
        self.status = status


class ResourceNotFound(HubError):
    """An administrative object does not exist."""


class ClientFault(HubError):
    """The operator asks for what cannot be."""


class ProvisioningRefused(HubError):
    """An account or a participant that cannot be added."""


class SettlementRefused(HubError):
    """A window or a settlement that is not there, or cannot do what is asked."""


class InternalFault(HubError):
    """What a real hub answers with an internal error; `system` is the component that it names."""

    def __init__(self, detail: str, system: str | None = None) -> None:
        super().__init__(detail)
        self.system = system
