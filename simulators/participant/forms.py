"""In which form participants write: FSPIOP's JSON, or ISO 20022. What they read is FSPIOP for whoever handles it, whatever was
written. Source: docs/sources/iso20022.md."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, Literal

from loopyard.engine.call import Call
from loopyard.engine.operations import Message
from loopyard.engine.plan import Api
from loopyard.engine.site import Site
from loopyard.protocols import ilp
from loopyard.protocols.fspiop import dates
from loopyard.protocols.iso20022.contexts import Contexts
from loopyard.protocols.iso20022.messages import is_iso_media
from loopyard.protocols.iso20022.notation import Written, written
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Envelope, Profile

ProfileName = Literal["strict", "like_sdk"]
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({"strict": STRICT, "like_sdk": LIKE_SDK})


class Forms:
    """The forms of the participants of one simulator, and what those in ISO 20022 build their messages on."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._iso = {each.id for each in site.plan.participants if each.api == "iso20022"}
        self._mixed = False
        self._profiles: dict[str, Profile] = {}
        self._contexts: dict[str, Contexts] = {}

    def add(self, member: str, profile: ProfileName) -> None:
        """A participant that is played here, and how it writes ISO 20022 if that is its form."""
        # Who pays without terms, because a scenario wants it, builds on nothing: the library's testing mode shows how.
        self._profiles[member] = replace(PROFILES[profile], testing_mode=True)
        self._contexts[member] = Contexts()

    def packet_version(self, wanted: str) -> ilp.Version:
        """Of ILP packets: as a setting has it, else 4 where anybody speaks ISO 20022, who reads no other."""
        needed = self._mixed or self._site.plan.has_iso
        return "v4" if wanted == "4" or (not wanted and needed) else "v1"

    def speak(self, member: str, api: Api) -> None:
        """Write in this form from now on, in a scheme where others write in the other."""
        self._mixed = True
        (self._iso.add if api == "iso20022" else self._iso.discard)(member)

    def speaks_iso(self, member: str, resource: str) -> bool:
        """Whether a participant names the ISO 20022 media type for a resource."""
        return member in self._iso and is_iso_media(resource)

    def note(self, member: str, call: Call) -> None:
        """Keep of a message that came what later ones are built on."""
        form = call.interaction.notation
        if isinstance(form, Written) and member in self._contexts:
            self._contexts[member].note(form.key, call.params.get("ID", ""), call.written)

    def body(self, member: str, message: Message, to: str | None, params: Mapping[str, str], body: Any) -> Any:
        """A body as the participant writes it. Raises NoIsoForm for one that has no ISO 20022 form."""
        found = written(message.contract_key) if member in self._iso else None
        if found is None or body is None:
            return body
        contexts, id_ = self._contexts[member], params.get("ID", "")
        ids, now = self._site.ids, self._site.clock.now()
        answers = contexts.answers(found.key, id_, body)
        envelope = Envelope(ids.ulid(now), dates.to_iso(now), member, to or "", id_, ids.ulid(now), answers)
        made = found.message.to_iso(_packed(body), envelope, self._profiles[member])
        contexts.note(found.key, id_, made)
        return made

    def forget(self, references: Collection[str]) -> None:
        """Keep nothing of these transactions."""
        for contexts in self._contexts.values():
            contexts.forget(references)


def _packed(body: Any) -> Any:
    """A body whose packet says its condition, as ISO 20022 needs it: who misbehaves with another condition says it there."""
    if "ilpPacket" not in body or "condition" not in body:
        return body
    packet = ilp.decode(body["ilpPacket"])
    if packet.version == "v1" or packet.condition == body["condition"]:
        return body
    return {**body, "ilpPacket": ilp.encode(replace(packet, condition=body["condition"]))}
