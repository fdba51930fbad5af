"""The operations of the face `core`. Source of all: docs/sources/mojaloop_reference.md."""

from __future__ import annotations

from loopyard.engine.call import Call
from loopyard.engine.operations import Message, Operation, operation
from loopyard.transport.messages import Reply
from simulators.cbs.mojaloop_reference.state import Bank
from simulators.cbs.mojaloop_reference.wire import build, parse


@operation("mojaloop_reference.health.get", "GET", "/health")
async def get_health(bank: Bank, call: Call) -> Reply:
    """UP, MAINTENANCE, or DOWN with 503."""
    return build.health(bank)


@operation("mojaloop_reference.accounts.get", "GET", "/accounts/{partyIdType}/{partyIdentifier}")
async def get_account(bank: Bank, call: Call) -> Reply:
    """Who an identifier belongs to, and whether the account is in use."""
    party = parse.party_of_path(call)
    return build.account(bank, party, bank.book.register.one(party.id_type, party.id_value))


@operation("mojaloop_reference.quotes.create", "POST", "/quotes")
async def create_quote(bank: Bank, call: Call) -> Reply:
    """What receiving costs, or sending where `payer` is named. Refusals of the account are 403."""
    return build.quote(bank, bank.quotes.give(parse.quote(bank, parse.body(call))))


@operation("mojaloop_reference.agreements.screen", "POST", "/agreements/due-diligence")
async def screen(bank: Bank, call: Call) -> Reply:
    """Whether a transfer may proceed; a refusal is an answer, not an error."""
    return build.screening(bank.compliance.screen(parse.screening(bank, parse.body(call))))


@operation("mojaloop_reference.funds.reserve", "POST", "/funds/reserve", refs=("transferId", "homeTransactionId"))
async def reserve(bank: Bank, call: Call) -> Reply:
    """Set money aside. FAILED comes with 200."""
    return build.reserved(bank, bank.reserves.reserve(parse.reserve(bank, parse.body(call))))


@operation("mojaloop_reference.funds.commit", "POST", "/funds/commit", refs=("reserveId",))
async def commit(bank: Bank, call: Call) -> Reply:
    """Post a reserve. FAILED comes with 200."""
    return build.committed(bank, bank.reserves.commit(parse.text(parse.body(call), "reserveId")))


@operation("mojaloop_reference.funds.unreserve", "POST", "/funds/unreserve", refs=("reserveId",))
async def unreserve(bank: Bank, call: Call) -> Reply:
    """Release a reserve. FAILED comes with 200."""
    return build.released(bank, bank.reserves.release(parse.text(parse.body(call), "reserveId")))


@operation("mojaloop_reference.funds.refund", "POST", "/funds/refund", refs=("homeTransactionId",))
async def refund(bank: Bank, call: Call) -> Reply:
    """Give back what the channel debited for a transfer that did not happen."""
    return build.refunded(bank, bank.home.refund(parse.refund(parse.body(call))))


@operation("mojaloop_reference.funds.get", "GET", "/funds/{transferId}", refs=("{transferId}",))
async def get_funds(bank: Bank, call: Call) -> Reply:
    """Where the reserves of a transfer stand. Extended profile only."""
    bank.require_extended("query by transfer")
    return build.transfer(bank, bank.reserves.of_transfer(call.params["transferId"]))


@operation("mojaloop_reference.authentications.send", "POST", "/authentications", refs=("authenticationId",))
async def send_password(bank: Bank, call: Call) -> Reply:
    """Send a customer a one-time password. Extended profile only."""
    bank.require_extended("one-time passwords")
    content = parse.body(call)
    party = parse.party(content, "payer")
    account = bank.book.register.one(party.id_type, party.id_value)
    sent = bank.passwords.send(parse.text(content, "authenticationId"), account)
    return build.authentication(sent.id, sent.state, sent.left)


@operation(
    "mojaloop_reference.authentications.verify", "POST", "/authentications/{id}/verify", refs=("{id}",)
)  # fmt: skip
async def verify_password(bank: Bank, call: Call) -> Reply:
    """Check what a customer has given. Wrong comes with 200. Extended profile only."""
    bank.require_extended("one-time passwords")
    id_ = call.params["id"]
    status = bank.passwords.verify(id_, parse.text(parse.body(call), "otpValue"))
    return build.authentication(id_, status, bank.passwords.left(id_))


OPERATIONS: tuple[Operation, ...] = (
    get_health,
    get_account,
    create_quote,
    screen,
    reserve,
    commit,
    unreserve,
    refund,
    get_funds,
    send_password,
    verify_password,
)
MESSAGES: tuple[Message, ...] = ()
