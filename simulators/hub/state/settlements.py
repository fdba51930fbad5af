"""Net settlements: what participants owe and are owed over some windows, taken step by step from recorded to settled. An
account goes on by itself; the settlement follows when its last account has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from simulators.hub.state.entries import SettlementEntries
from simulators.hub.state.errors import SettlementRefused
from simulators.hub.state.models import NoSuchModel, SettlementModel, SettlementModels
from simulators.hub.state.participants import SETTLEABLE, Account, Participants
from simulators.hub.state.settlement_records import (
    COMMITTED,
    NEXT,
    PENDING,
    RESERVED,
    SETTLEMENT_ACCOUNT,
    Advance,
    Answer,
    Settlement,
    SettlementAccount,
    Wish,
)
from simulators.hub.state.windows import Content, Window, Windows


class Settlements:
    """The settlements of one hub."""

    def __init__(
        self, windows: Windows, models: SettlementModels, participants: Participants, entries: SettlementEntries,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._windows = windows
        self._models = models
        self._participants = participants
        self._entries = entries
        self._now = now
        self._settlements: list[Settlement] = []

    def __iter__(self) -> Iterator[Settlement]:
        return iter(self._settlements)

    def find(self, id_: int) -> Settlement | None:
        return self._settlements[id_ - 1] if 0 < id_ <= len(self._settlements) else None

    def get(self, id_: int) -> Settlement:
        """Raises SettlementRefused, in the words of a question."""
        found = self.find(id_)
        if found is None:
            raise SettlementRefused(f"Settlement with ID '{id_}' not found")
        return found

    def accounts_of(self, settlement: Settlement, participant_id: int) -> list[SettlementAccount]:
        """One participant's share. Raises SettlementRefused."""
        found = [each for each in settlement.accounts if each.participant_id == participant_id]
        if not found:
            raise SettlementRefused(f"Participant with ID '{participant_id}' is not part of settlement '{settlement.id}'")
        return found

    def account_of(self, settlement: Settlement, participant_id: int, account_id: int) -> SettlementAccount:
        """One account's share. Raises SettlementRefused."""
        for each in self.accounts_of(settlement, participant_id):
            if each.account.id == account_id:
                return each
        who = next(each for each in self._participants if each.id == participant_id)
        if any(each.id == account_id and each.type in SETTLEABLE for each in who.accounts):
            raise SettlementRefused(f"Account ID '{account_id}' is not part of settlement '{settlement.id}'")
        raise SettlementRefused(
            f"Provided account ID '{account_id}' does not match any position account for participant '{participant_id}' in "
            f"settlement '{settlement.id}'"
        )

    def contents_for(self, model: SettlementModel, window: Window) -> list[Content]:
        """What a window holds for a model, and no settlement has taken yet."""
        if window.state not in ("CLOSED", "ABORTED", PENDING):
            return []
        return [
            each
            for each in window.contents
            if each.state == "CLOSED" and self._models.net_model(each.account_type, each.currency) is model
        ]

    def create(self, model_name: str, reason: str, window_ids: Sequence[int]) -> Settlement:
        """Take what these windows hold for a model, all or nothing. Raises SettlementRefused."""
        model = self._net_model(model_name)
        taken = self._take(model, window_ids)
        now = self._now()
        settlement = Settlement(len(self._settlements) + 1, model, reason, now, now, taken, self._accounts(taken, reason))
        self._settlements.append(settlement)
        for content in taken:
            content.step("settle", now)
            content.settlement_id = settlement.id
        for window in settlement.windows:
            window.step("settle", now, reason)
        return settlement

    def _net_model(self, name: str) -> SettlementModel:
        try:
            model = self._models.get(name)
        except NoSuchModel as cause:
            raise SettlementRefused(f"Settlement model not found: {name}") from cause
        if not model.is_active:
            raise SettlementRefused(f"Settlement model not found: {name}")
        if model.granularity == "GROSS" or model.delay == "IMMEDIATE":
            raise SettlementRefused("Settlement can not be created for GROSS or IMMEDIATE models")
        return model

    def _take(self, model: SettlementModel, window_ids: Sequence[int]) -> list[Content]:
        taken, inapplicable = [], []
        for id_ in window_ids:
            window = self._windows.find(id_)
            found = self.contents_for(model, window) if window is not None else []
            taken += found
            if not found:
                inapplicable.append(id_)
        if inapplicable:
            raise SettlementRefused(f"Inapplicable windows {', '.join(map(str, inapplicable))}")
        return taken

    def _accounts(self, contents: Sequence[Content], reason: str) -> list[SettlementAccount]:
        made: dict[Account, SettlementAccount] = {}
        for content in contents:
            for account, net in content.nets.items():
                if account in made:
                    made[account].net += net
                    made[account].contents.append(content)
                else:
                    who = self._participants.get(account.book.holder)
                    made[account] = SettlementAccount(who.id, account, net, [content], reason, self._now())
        return sorted(made.values(), key=lambda each: (each.participant_id, each.account.id))

    # -- going on -----------------------------------------------------------------------------------------------------

    def advance(self, id_: int, wishes: Sequence[Wish]) -> Advance:
        """Let accounts go one step on. What is refused is answered and changes nothing. Raises SettlementRefused."""
        settlement = self.find(id_)
        if settlement is None:
            raise SettlementRefused("Settlement not found")
        begin, moved, processed = settlement.state, list[SettlementAccount](), set[SettlementAccount]()
        answers = []
        for wish in wishes:
            answer = self._wished(settlement, begin, wish, processed)
            answers.append(answer)
            if answer.fresh and answer.found is not None:
                moved.append(answer.found)
        went_on = self._follow(settlement)
        self._windows.settled(_settled_contents(settlement))
        windows = list(dict.fromkeys(content.window for each in moved for content in each.contents))
        return Advance(settlement, answers, windows, went_on)

    def _wished(self, settlement: Settlement, begin: str, wish: Wish, processed: set[SettlementAccount]) -> Answer:
        found = next((each for each in settlement.accounts if each.account.id == wish.account_id), None)
        if found is None:
            return Answer(wish, None, "Account not found")
        if found.participant_id != wish.participant_id:
            return Answer(wish, None, "Participant and account mismatch")
        if found in processed:
            return Answer(wish, found, "Account already processed once")
        processed.add(found)
        same = wish.state == found.state
        target, event = NEXT.get(begin, ("", ""))
        if not same and (wish.state != target or (found.state, event) not in SETTLEMENT_ACCOUNT.transitions):
            return Answer(wish, found, "State change not allowed")
        if not same:
            found.step(event)
            self._entries.post(settlement.model, settlement.reference, found.account, found.net, event)
        found.reason = wish.reason if wish.reason is not None else found.reason
        found.external_reference, found.changed = wish.external_reference, self._now()
        return Answer(wish, found, fresh=not same)

    def _follow(self, settlement: Settlement) -> bool:
        """Let the settlement go where all of its accounts are; contents and windows follow theirs."""
        states = {each.state for each in settlement.accounts}
        if settlement.state not in NEXT or not states:
            return False
        target, event = NEXT[settlement.state]
        if event != "settle" and settlement.state not in states:
            settlement.step(event, self._now(), f"All settlement accounts are {target}")
        elif event == "settle" and states == {"SETTLED"}:
            settlement.step("settle all", self._now(), "All settlement accounts are SETTLED")
        elif event == "settle" and settlement.state == COMMITTED and "SETTLED" in states:
            settlement.step("settle some", self._now(), "Some settlement accounts are SETTLED")
        else:
            return False
        return True

    def abortable(self, id_: int) -> bool:
        """Whether an abort would change something. Raises SettlementRefused where none is allowed, or none is there."""
        settlement = self.get(id_)
        if settlement.state in (COMMITTED, "SETTLING", "SETTLED"):
            raise SettlementRefused(f"State change is not allowed for settlement '{id_}' in state '{settlement.state}'")
        if any(each.state == COMMITTED for each in settlement.accounts):
            raise SettlementRefused(
                f"At least one settlement transfer is committed for settlement '{id_}'. Aborting is not allowed."
            )
        return settlement.state != "ABORTED"

    def abort(self, id_: int, reason: str) -> Settlement:
        """Give a settlement up, and undo what it reserved; once more is no error. Raises SettlementRefused."""
        settlement = self.get(id_)
        if not self.abortable(id_):
            return settlement
        for each in settlement.accounts:
            if each.state == RESERVED:
                self._entries.post(settlement.model, settlement.reference, each.account, each.net, "abort")
            each.step("abort")
            each.reason, each.changed = reason, self._now()
        for window in settlement.windows:  # their contents stay as they are, as in the real service
            window.step("abort", self._now(), reason)
        settlement.step("abort", self._now(), reason)
        return settlement


def _settled_contents(settlement: Settlement) -> list[Content]:
    """Contents of which every account is settled now."""
    open_ = {content for each in settlement.accounts if each.state != "SETTLED" for content in each.contents}
    return [each for each in settlement.contents if each.state == PENDING and each not in open_]
