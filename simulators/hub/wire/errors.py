"""The hub's domain errors in the scheme's codes. Which message carries them is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loopyard.protocols.fspiop.errors import LONGEST_TEXT, UNDEFINED_CODE, FspiopError
from simulators.hub.state import directory, errors, models, participants, parties, schemes
from simulators.hub.state.errors import HubError

_CODES: Final[Mapping[type[HubError], str]] = MappingProxyType(
    {
        errors.PrepareRefused: "3100",
        errors.InsufficientLiquidity: "4001",
        errors.NetDebitCapExceeded: "4200",
        errors.ModifiedRequest: "3106",
        errors.Expired: "3303",
        errors.TransferNotFound: "3208",
        errors.BulkTransferNotFound: "3210",
        errors.BulkPayerNotFound: "3202",
        errors.BulkPayeeNotFound: "3203",
        errors.NothingToFulfil: "2001",
        errors.FulfilRefused: "3100",
        errors.NotReserved: "3100",
        errors.NotAParty: "3000",
        errors.NotImplementedByHub: "2002",
        errors.PayeeRejected: "5100",
        errors.RequesterNotFound: "3200",
        errors.NoOracle: "3003",
        errors.PartyNotFound: "3204",
        errors.PartyRegistered: "3003",
        errors.RegistrationFailed: "3003",
        errors.BadIdentifier: "3101",
        errors.DeletionRefused: "3040",
        errors.UnknownSource: "3101",
        errors.NoEndpoint: "3201",
        errors.DestinationUnknown: "3201",
        errors.AcceptOnCallback: "3100",
        errors.ResourceNotFound: "3200",
        errors.ClientFault: "3000",
        errors.ProvisioningRefused: "3003",
        errors.SettlementRefused: "3100",
        directory.OnlyOtherSubIds: "3200",
        schemes.NoProxyAnswers: "3200",
        schemes.DiscoveryExpired: "3300",
        schemes.StaleMapping: "2006",
        parties.PartyAbsent: "3200",
        directory.NoSuchOracle: "3003",
        models.ModelRefused: "3000",
        models.AccountTypeUnknown: "3003",
    }
)
_ROLES: Final[Mapping[str, str]] = MappingProxyType({"destination": "3201", "payer": "3202", "other": "3100"})
_SETTLEMENT: Final = "Generic Settlement Error"


def as_fspiop(error: HubError) -> FspiopError:
    """The scheme's error of a domain error. KeyError for one that has no code: a defect of this table."""
    detail = str(error) or None
    match error:
        case errors.UnsupportedParticipant():
            return FspiopError(_ROLES[error.role], detail)
        case errors.Undeliverable():
            return _undeliverable(error)
        case errors.UndefinedCode():
            return FspiopError("3100", UNDEFINED_CODE)
        case errors.InternalFault():
            return FspiopError("2001", detail, [("system", f'["{error.system}"]')] if error.system else ())
        case directory.OracleExists() | models.NoSuchModel():
            return FspiopError("2001", detail)
        case models.NoModelForCurrency():
            return FspiopError("6000", description=f"{_SETTLEMENT} - {detail}"[:LONGEST_TEXT])
        case participants.NoSuchParticipant():
            return FspiopError("3200", "participant not found")
        case _:
            return FspiopError(_CODES[type(error)], detail)


def _undeliverable(error: errors.Undeliverable) -> FspiopError:
    if error.status is not None and 400 <= error.status < 500:
        return FspiopError("3000", "Client error")
    status = [("status", str(error.status))] if error.status is not None else []
    return FspiopError("1001", "Failed to send HTTP request to host", status)
