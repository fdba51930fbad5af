"""Which names of fields and headers carry secrets or personal data, and how such a value is masked. Where they stand
in a message is known in `redaction`."""

from __future__ import annotations

import re
from enum import Enum

REDACTED = "[redacted]"
DOTS = "•••"
_LENGTH = re.compile(r"\[\d+ characters\]")


class Kind(Enum):
    """How a value is treated: secrets vanish, bulk leaves its length, personal data keeps a recognisable rest."""

    SECRET = "secret"
    BULK = "bulk"
    BIRTH = "birth"
    NAME = "name"
    IDENTIFIER = "identifier"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET_PARTS = re.compile("passw(or)?d|userpwd|secret|token|(api|private|signing|access)key")
_SEPARATORS = str.maketrans("", "", "_-. []")
_SECRETS = _words(
    "authorization proxyauthorization authenticationcode cookie setcookie verifhash pin otp cvv cvc cvc2 "
    "encryptionkey mackey hmackey otpvalue authenticationvalue loginsessionid realuserloginsessionid "
    "passphrase jwt assertion clientassertion"
)
_NOT_SECRET = _words("tokentype tokenexpiry tokenexpiresin tokenurl tokenendpoint")
# These carry whole messages in base64url, people's names and numbers included.
_BULK = _words("ilppacket ilpv4prepacket ilpv4preppacket fspiopsignature protectedheader fspiopuri")
_BIRTH = _words("dateofbirth dob birthdate birthdt birthday placeofbirth cityofbirth")
_NAMES = _words(
    "name nm firstname middlename lastname surname othernames displayname fullname accountname acctname customername "
    "accountholdername beneficiaryname payeename payername merchantname holder maidenname "
    "address addressline adrline streetname strtnm line1 line2"
)
_IDENTIFIERS = _words(
    "partyidentifier idvalue msisdn phone phonenumber phonenb phnenb mobile mobilenumber mobnb mobileno tel telephone "
    "email emailaddress emailadr customeremail bvn nin nationalid taxid iban nuban accountnumber acctid "
    "accountno acctno cardnumber pan kycinformation payerid payeeid"
)
# A bare "name" may be a book account or a bank: it is masked where it stands, but not hunted for in other texts.
AMBIGUOUS = frozenset(("name", "nm", "address", "line1", "line2", "holder"))
PERSON = frozenset(("personalinfo", "complexname"))
PERSON_ACCOUNT = frozenset(("prvtid", "cdtracct", "dbtracct", "ctctdtls"))
ID_TYPES = "MSISDN|EMAIL|PERSONAL_ID|ACCOUNT_ID|IBAN|ALIAS|CONSENT|NATIONAL_ID|TAX_ID|PASSPORT|DEVICE"


def normal(key: str) -> str:
    """A field's name without case, prefix and separators, so that every vendor's spelling falls together."""
    return key.rpartition(":")[2].lower().translate(_SEPARATORS)


def kind_of(key: str, ancestors: tuple[str, ...] = ()) -> Kind | None:
    """What the field `key` holds; `ancestors` are the normalised names of the objects it stands in."""
    name = normal(key).removeprefix("x") if key.lower().startswith("x-") else normal(key)
    if name in _SECRETS or (name not in _NOT_SECRET and _SECRET_PARTS.search(name)):
        return Kind.SECRET
    if name in _BULK:
        return Kind.BULK
    if name in _BIRTH:
        return Kind.BIRTH
    if name in _NAMES:
        return Kind.NAME
    if name in _IDENTIFIERS or (name == "id" and PERSON_ACCOUNT.intersection(ancestors)):
        return Kind.IDENTIFIER
    return Kind.NAME if PERSON.intersection(ancestors) else None


def mask(kind: Kind, value: str) -> str:
    """The form of `value` that may be shown. Masking twice changes nothing."""
    if not value:
        return value
    if kind is Kind.SECRET:
        return REDACTED
    if kind is Kind.BULK:
        return value if _LENGTH.fullmatch(value) else f"[{len(value)} characters]"
    if DOTS in value:
        return value
    if kind is Kind.BIRTH:
        return DOTS
    digits = re.sub(r"\D", "", value)
    if len(digits) > 3:
        return DOTS + digits[-3:]
    if "@" in value:
        return f"{value[0]}{DOTS}@{DOTS}"
    return " ".join(word[0] + DOTS for word in value.split()) if kind is Kind.NAME else DOTS
