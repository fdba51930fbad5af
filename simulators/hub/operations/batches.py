"""POST /participants: many parties at once, each accepted or refused by itself, each type at the oracle that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.operations.participants import require_requester
from simulators.hub.state import Hub
from simulators.hub.state.directory import Oracle
from simulators.hub.state.errors import HubError, PartyNotFound, RegistrationFailed
from simulators.hub.webhooks import messages, oracles
from simulators.hub.webhooks.sending import reporting, say
from simulators.hub.wire import parties as wire
from simulators.hub.wire.fspiop import ACCEPTED

Party = dict[str, Any]


@operation("hub.participants.register-batch", "POST", "/participants")
async def register(hub: Hub, call: Call) -> Reply:
    """Add many parties. What an oracle elsewhere refuses as a whole, ends the batch with an error."""
    body, source = call.body, call.header("fspiop-source") or ""
    id_, currency = {"id": body["requestId"]}, body.get("currency")

    def refuse(error: FspiopError) -> None:
        say(hub, call, messages.BATCH_ERROR, source, id_, error.body)

    with reporting(refuse):
        require_requester(hub, call)
        refused, by_type = _sorted(hub, body["partyList"], source)

        async def work() -> None:
            done: list[Any] = []
            try:
                for oracle, parties in by_type.values():
                    done += await _registered(hub, call, oracle, parties, refused)
            except FspiopError as fault:
                refuse(fault)
                return
            say(hub, call, messages.BATCH, source, id_, wire.batch_result([*refused, *done], currency))

        hub.site.crew.spawn(work(), f"{messages.BATCH.message.name} to {source}")
    return ACCEPTED


def _sorted(hub: Hub, entries: list[Any], source: str) -> tuple[list[Any], dict[str, tuple[Oracle, list[Party]]]]:
    """What is refused at sight, and the others with their oracles, by type in order of first occurrence."""
    refused: list[Any] = []
    by_type: dict[str, tuple[Oracle, list[Party]]] = {}
    for party in map(wire.party_in, entries):
        try:
            if party.get("fspId") != source:
                raise PartyNotFound
            wire.key_in(party).check()
            kind = party["partyIdType"]
            if kind not in by_type:
                by_type[kind] = hub.directory.choose(wire.key_in(party)), []
            by_type[kind][1].append(party)
        except HubError as error:
            refused.append(wire.refused_entry(party, error))
    return refused, by_type


async def _registered(hub: Hub, call: Call, oracle: Oracle, parties: list[Party], refused: list[Any]) -> list[Any]:
    """The entries of one type as its oracle answers them; `refused` gets those of the hub's own. Raises FspiopError."""
    if not oracle.is_own:
        answered = await oracles.register_all(hub, call, oracle, parties)
        return answered or [wire.refused_entry(party, RegistrationFailed()) for party in parties]
    done: list[Mapping[str, Any]] = []
    for party in parties:
        try:
            hub.parties.register(wire.key_in(party), party["fspId"], call.body.get("currency"))
            done.append({"partyId": party})
        except HubError as error:
            refused.append(wire.refused_entry(party, error))
    return done


OPERATIONS: Final = (register,)
