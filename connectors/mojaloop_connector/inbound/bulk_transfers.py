"""Bulk transfers to us as payee: each transfer is checked and reserved as a single one would be, and its end is heard and told
by the same `Notifier`; only the messages from and to the hub carry them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.mojaloop_connector.errors import BackendFailure, BackendRefused, information, of_body
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.inbound.notifier import ENDED, Notifier
from connectors.mojaloop_connector.inbound.reservations import Reservations
from connectors.mojaloop_connector.inbound.transfers import TransferFlavour
from connectors.mojaloop_connector.inbound.translation import bulk_prepare_to_backend, part_as_prepare
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.store import Row
from connectors.mojaloop_connector.waiting import Callback
from loopyard.protocols.fspiop.errors import FspiopError

Data = dict[str, Any]

KIND: Final = "inbound_bulk"
_CALLBACK: Final = "_callback"
_BULK: Final = "_bulk"
_RECEIVED, _ANSWERED = "RECEIVED", "ANSWERED"


class InboundBulkTransfers:
    """Answers POST /bulkTransfers, and hears how they ended."""

    def __init__(self, kit: Kit, flavour: TransferFlavour, single: Reservations, notifier: Notifier) -> None:
        self._kit = kit
        self._flavour = flavour
        self._single = single
        self._notifier = notifier

    async def prepare(self, message: Inbound) -> None:
        """POST. The same again gets the stored callback and never reaches the backend; another one with its id 3106."""
        id_ = message.body["bulkTransferId"]
        row = self._kit.store.get(KIND, id_)
        if row is None:
            row = Row(KIND, id_, _RECEIVED, {"prepare": message.stored})
            self._kit.store.put(row)
            self._kit.boundary("inbound.bulk-transfers.stored")
            await self._work(row)
        elif row.data["prepare"]["body"] != message.body:
            await reply_error(self._kit, "bulkTransfers", (id_,), information("3106"), message.source)
        elif _CALLBACK in row.data:
            await self._send(row)

    async def resume(self) -> None:
        """After a restart: bulks that had reached the store but not the hub."""
        for row in self._kit.store.in_state(KIND, _RECEIVED):
            self._kit.crew.spawn(self._work(row, again=True), f"resume bulk {row.id}")

    async def _work(self, row: Row, *, again: bool = False) -> None:
        """Check and reserve. Done `again`, the backend may have reserved before, and must hear of what is refused now."""
        message = row.data["prepare"]
        bulk, headers = message["body"], message["headers"]
        errors: dict[str, Any] = {}
        taken: list[tuple[Data, Data]] = []
        for part in bulk["individualTransfers"]:
            single = part_as_prepare(part, bulk)
            try:
                taken.append((single, self._checked(single, headers, row.id)))
            except FspiopError as refused:
                errors[part["transferId"]] = information(refused.code, refused.detail)
                if again and refused.code != "3106":
                    await self._withdraw(single, headers, row.id, errors[part["transferId"]])
        if self.refuses_all(errors):
            await self._refuse(row, next(iter(errors.values())))
            return
        answer: Data = {}
        if taken:
            try:
                answer = await self._kit.backend.ask("POST", "bulkTransfers", body=bulk_prepare_to_backend(bulk, taken))
            except BackendFailure as failure:
                told = failure  # the name of an exception ends with its block
                await self._single.surely(lambda: self._backend_failed(row, taken, told))
                return
        self._kit.boundary("inbound.bulk-transfers.reserved")
        await self._single.surely(lambda: self._answer(row, taken, answer, errors))

    def refuses_all(self, errors: Mapping[str, Any]) -> bool:
        """Whether what is wrong with some transfers refuses the whole bulk."""
        return bool(errors) and self._kit.settings.like_sdk.bulk_refused_for_one_condition

    def _checked(self, single: Data, headers: Any, bulk_id: str) -> Data:
        """The beginning of a transfer's row. Raises FspiopError for one that must not reach the backend."""
        earlier = self._kit.store.get(self._flavour.kind, single["transferId"])
        if earlier is not None and "prepare" in earlier.data and earlier.data.get(_BULK) != bulk_id:
            raise FspiopError("3106")
        self._single.check(single, self._flavour.terms(single))
        return self._begun(single, headers, bulk_id)

    def _begun(self, single: Data, headers: Any, bulk_id: str) -> Data:
        data = self._flavour.terms(single) or self._flavour.unknown(single)
        return data | {"prepare": {"body": single, "headers": headers}, _BULK: bulk_id}

    async def _withdraw(self, single: Data, headers: Any, bulk_id: str, error: Any) -> None:
        ended = {"finalNotification": self._flavour.aborted(self._kit.now_text()), "lastError": {"mojaloopError": error}}
        self._keep(self._begun(single, headers, bulk_id), ENDED["ERROR"], **ended)
        self._notifier.owe(single["transferId"])
        await self._notifier.deliver(single["transferId"])

    async def _answer(self, row: Row, taken: list[tuple[Data, Data]], answer: Data, errors: dict[str, Any]) -> None:
        """Keep each transfer, and say what became of it."""
        listed = answer.get("individualTransferResults") or []
        said = {each.get("transferId"): each for each in listed if isinstance(each, dict)}
        home, results = answer.get("homeTransactionId"), []
        for single, data in taken:
            id_ = single["transferId"]
            if "errorResponse" in said.get(id_, {}):
                errors[id_] = of_body(said[id_]["errorResponse"])
                self._keep(data, ENDED["ERROR"], lastError={"mojaloopError": errors[id_]})
            else:
                # Whatever the backend means by its answer, the hub has still to commit.
                fulfil = self._flavour.fulfil({"homeTransactionId": home, "transferState": "RESERVED"}, data)
                self._keep(data, "RESERVED", fulfil={"headers": {}, "body": fulfil})
                results.append({"transferId": id_, "fulfilment": fulfil["fulfilment"]})
        results += [{"transferId": id_, **error} for id_, error in errors.items()]
        order = {part["transferId"]: at for at, part in enumerate(row.data["prepare"]["body"]["individualTransfers"])}
        results.sort(key=lambda each: order[each["transferId"]])
        body = {
            "completedTimestamp": self._kit.now_text(),
            "bulkTransferState": "COMPLETED",
            "individualTransferResults": results,
        }
        row.data[_CALLBACK] = {"body": body}
        self._kit.store.put(Row(KIND, row.id, _ANSWERED, row.data))
        self._kit.boundary("inbound.bulk-transfers.fulfil.stored")
        await self._send(row)
        self._kit.boundary("inbound.bulk-transfers.fulfil.sent")

    def _keep(self, data: Data, state: str, **changes: Any) -> None:
        data |= {"currentState": state, **changes}
        id_ = data["prepare"]["body"]["transferId"]
        self._kit.store.put(Row(self._flavour.kind, id_, state, data))
        if state == "RESERVED":
            self._notifier.watch(id_)

    async def _backend_failed(self, row: Row, taken: list[tuple[Data, Data]], failure: BackendFailure) -> None:
        """Refuse the whole. What may have been reserved must hear of the end."""
        error = self._kit.error_of(failure)
        if error is None:
            return
        certain = isinstance(failure, BackendRefused) and failure.status < 500
        for single, data in taken:
            ended = {} if certain else {"finalNotification": self._flavour.aborted(self._kit.now_text())}
            self._keep(data, ENDED["ERROR"], lastError={"originalError": str(failure), "mojaloopError": error}, **ended)
            if not certain:
                self._notifier.owe(single["transferId"])
        await self._refuse(row, error)
        if not certain:
            for single, _ in taken:
                await self._notifier.deliver(single["transferId"])

    async def _refuse(self, row: Row, error: Any) -> None:
        row.data[_CALLBACK] = {"error": error}
        self._kit.store.put(Row(KIND, row.id, _ANSWERED, row.data))
        await self._send(row)

    async def _send(self, row: Row) -> None:
        given, source = row.data[_CALLBACK], row.data["prepare"]["headers"]["fspiop-source"]
        if "error" in given:
            named = "undefined" if self._kit.settings.like_sdk.bulk_error_without_id else row.id
            await reply_error(self._kit, "bulkTransfers", (named,), given["error"], source)
        else:
            callback = self._kit.hub.callback("PUT", "bulkTransfers", row.id, body=given["body"], destination=source)
            await reply(self._kit, callback)

    # -- how they ended -------------------------------------------------------------------------------------------------

    async def ended(self, id_: str, answer: Callback) -> None:
        """PUT /bulkTransfers/{ID} of the hub to us as payee. One that only says that all has ended makes us ask how."""
        row = self._kit.store.get(KIND, id_)
        if row is None or (not answer.is_error and answer.body.get("bulkTransferState") not in ("COMPLETED", "REJECTED")):
            return
        results = {} if answer.is_error else _by_id(answer)
        if not results:
            results = await self._asked(id_)
        for part in row.data["prepare"]["body"]["individualTransfers"]:
            result = results.get(part["transferId"])
            if result is None:
                continue
            state = "COMMITTED" if "fulfilment" in result else "ABORTED"
            at = answer.body.get("completedTimestamp") or self._kit.now_text()
            await self._notifier.final(part["transferId"], {"transferState": state, "completedTimestamp": at})

    async def _asked(self, id_: str) -> dict[str, Data]:
        """The hub's results; none when it does not say: then each transfer is asked for when its grace time is over."""
        message = self._kit.hub.request("GET", "bulkTransfers", id_)
        with self._kit.waiting.expect(f"bulkTransfers/{id_}") as expectation:
            await reply(self._kit, message)
            answer = await expectation.next(self._kit.settings.patch_notification_grace_time_ms / 1000)
        return _by_id(answer) if answer is not None and not answer.is_error else {}


def _by_id(answer: Callback) -> dict[str, Data]:
    return {each["transferId"]: each for each in answer.body.get("individualTransferResults", ())}
