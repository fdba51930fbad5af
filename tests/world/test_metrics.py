"""The metrics of a world, as Prometheus reads them, against what the world's own log and books say."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from loopyard.engine.traffic import Interaction
from loopyard.kernel.clock import RealClock
from loopyard.kernel.ids import Ids
from loopyard.testing.lab import Lab
from loopyard.transport.client import Answer, Client
from loopyard.world.composition import Composition
from loopyard.world.defaults import default_world
from loopyard.world.door import Door
from loopyard.world.file import load
from loopyard.world.metrics import CONTENT_TYPE, exposition

PAYER, PAYEE = "265881000201", "265991000101"
PAY = {"fsp": "blue-wallet", "payer": {"id_value": PAYER}, "payee": {"id_value": PAYEE}, "amount": "10"}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(load(default_world())) as lab:
        yield lab


class Scrape:
    """One scrape: samples by name and labels."""

    def __init__(self, lab: Lab) -> None:
        self.text = lab.look(exposition).decode()
        self.families = list(text_string_to_metric_families(self.text))
        self.samples = [each for family in self.families for each in family.samples]

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of the samples of a name whose labels are these, among others."""
        return sum(
            each.value for each in self.samples if each.name == f"loopyard_{name}" and labels.items() <= each.labels.items()
        )

    def has(self, name: str) -> bool:
        return any(each.name == f"loopyard_{name}" for each in self.samples)

    def by(self, name: str, *labels: str) -> Counter[tuple[str, ...]]:
        found: Counter[tuple[str, ...]] = Counter()
        for each in self.samples:
            if each.name == f"loopyard_{name}" and each.value:
                found[tuple(each.labels[label] for label in labels)] += int(each.value)
        return found


def pay(lab: Lab) -> str:
    """Send 10 MWK to the home institution; the transfer's id."""
    sent = lab.world.control("dfsp.send", **PAY)
    lab.world.settle()
    return str(sent["transferId"])


def log(lab: Lab) -> list[Interaction]:
    return lab.look(lambda world: list(world.traffic))


def test_interactions_are_those_of_the_log(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab)
    pay(lab)
    after = Scrape(lab)
    rows = log(lab)
    labels = ("operation", "outcome", "status")
    grown = after.by("interactions_total", *labels) - before.by("interactions_total", *labels)
    assert grown == Counter((row.operation, row.outcome, str(row.status)) for row in rows)
    assert len(rows) > 15
    lasted = after.by("interaction_duration_seconds_count", "operation") - before.by(
        "interaction_duration_seconds_count", "operation"
    )
    assert lasted == Counter((row.operation,) for row in rows)
    assert after("interactions_open") == 0


def test_callbacks_are_what_simulators_send_and_not_what_they_are_asked(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab)
    pay(lab)
    after = Scrape(lab)
    grown = after.by("callback_attempts_total", "operation", "outcome") - before.by(
        "callback_attempts_total", "operation", "outcome"
    )
    own = [row for row in log(lab) if row.sender in ("hub", "blue-wallet")]
    assert grown == Counter((row.operation, row.outcome) for row in own)
    assert ("hub.transfers.fulfil-notice", "answered") in grown
    assert not after("callback_attempts_total", operation="green-bank.funds.reserve")


def test_a_refused_callback_counts_by_its_status(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab)
    lab.world.control("dfsp.raw", fsp="blue-wallet", method="POST", path="/quotes", body={"nothing": "of a quote"})
    lab.world.settle()
    refused = Scrape(lab).by("callbacks_refused_total", "operation", "status") - before.by(
        "callbacks_refused_total", "operation", "status"
    )
    assert refused[("dfsp.raw.send", "400")] == 1


def test_durations_go_by_the_worlds_clock(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab)
    lab.world.control("faults.add", kind="latency", on="green-bank.quotes.create", seconds=3)
    lab.world.control("dfsp.send", **PAY)
    lab.world.control("clock.advance", seconds=10)
    after = Scrape(lab)

    def grown(name: str, **labels: str) -> float:
        return after(name, operation="green-bank.quotes.create", **labels) - before(
            name, operation="green-bank.quotes.create", **labels
        )

    assert grown("interaction_duration_seconds_sum") == pytest.approx(3.0, abs=0.01)
    assert (grown("interaction_duration_seconds_bucket", le="2.5"), grown("interaction_duration_seconds_bucket", le="5.0")) == (
        0,
        1,
    )
    assert grown("interaction_duration_seconds_bucket", le="+Inf") == grown("interaction_duration_seconds_count") == 1


def test_faults_count_when_they_strike_and_stay_counted_when_they_are_disarmed(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab).by("faults_total", "kind", "operation")
    lab.world.control("faults.add", kind="latency", on="hub.quotes.*", seconds=0.5, times=1)
    lab.world.control("faults.add", kind="duplicated", on="hub.transfers.patch-notice")
    lab.world.control("dfsp.send", **PAY)
    lab.world.control("clock.advance", seconds=5)
    lab.world.control("faults.clear")
    lab.world.reset("b")
    grown = Scrape(lab).by("faults_total", "kind", "operation") - before
    assert grown == {("latency", "hub.quotes.request"): 1, ("duplicated", "hub.transfers.patch-notice"): 1}


def test_positions_and_transfers_are_the_hubs_and_go_back_with_a_reset(lab: Lab) -> None:
    lab.world.reset("a")
    pay(lab)
    lab.world.control("dfsp.send", **PAY | {"amount": "2.5"})
    lab.world.settle()
    after = Scrape(lab)
    assert after("hub_position", participant="blue-wallet", currency="MWK") == 12.5
    assert after("hub_position", participant="green-bank", currency="MWK") == -12.5
    assert after("hub_net_debit_cap", participant="green-bank", currency="MWK") == 1_000_000
    assert after("hub_settlement_balance", participant="green-bank", currency="MWK") == -1_000_000
    assert after.by("hub_transfers", "kind", "state") == {("transfer", "COMMITTED"): 2}
    lab.world.reset("b")
    again = Scrape(lab)
    assert again("hub_position", participant="blue-wallet") == 0
    assert not again.has("hub_transfers")


def test_books_are_summed_by_role_and_show_what_is_held(lab: Lab) -> None:
    lab.world.reset("a")
    lab.world.control("faults.add", kind="lost", on="hub.transfers.patch-notice")
    pay(lab)
    after = Scrape(lab)
    for owner, role in (("green-bank", "customer"), ("blue-wallet", "customer"), ("hub", "in-flight")):
        accounts = lab.world.control("ledger.accounts", owner=owner, role=role)
        assert after("ledger_balance", owner=owner, role=role) == sum(float(each["balance"]) for each in accounts)
    held = [each for each in lab.world.control("ledger.accounts", owner="green-bank") if float(each["held"])]
    assert after("ledger_held", owner="green-bank") == sum(float(each["held"]) for each in held)


def test_the_last_audit_shows_until_a_reset_and_its_count_goes_on(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab)
    assert not before.has("audit_findings")
    pay(lab)
    lab.world.control("clock.advance", seconds=60)
    assert lab.world.control("audit.run")["clean"]
    clean = Scrape(lab)
    assert clean("audit_findings") == 0
    assert clean.has("audit_open_items")
    assert clean("audit_timestamp_seconds") == clean("world_timestamp_seconds")
    assert clean("audits_total", result="clean") == before("audits_total", result="clean") + 1
    lab.world.reset("b")
    again = Scrape(lab)
    assert not again.has("audit_findings")
    assert again("audits_total", result="clean") == clean("audits_total", result="clean")
    assert again("world_resets_total") == clean("world_resets_total") + 1


def test_what_an_audit_found_counts_by_kind(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab)
    lab.world.control("faults.add", kind="lost", on="hub.transfers.patch-notice")
    pay(lab)
    verdict = lab.world.control("audit.run")
    after = Scrape(lab)
    assert verdict["findings"]
    assert after.by("audit_findings", "kind") == Counter((each["kind"],) for each in verdict["findings"])
    assert after("audit_open_items") == len(verdict["open_items"])
    assert after("audits_total", result="broken") == before("audits_total", result="broken") + 1


def test_contract_findings_count_by_who_formed_the_message_and_strangers_share_a_name(lab: Lab) -> None:
    lab.world.reset("a")
    before = Scrape(lab).by("contract_findings_total", "level", "party", "injected")
    headers = {
        "Content-Type": "application/vnd.interoperability.quotes+json;version=1.1", "Date": "Mon, 02 Mar 2026 08:00:00 GMT",
        "Accept": "application/vnd.interoperability.quotes+json;version=1.1", "FSPIOP-Source": "mallory-7",
    }  # fmt: skip
    lab.world.control("channel.call", face="hub.fspiop", method="POST", path="/quotes", body="{}", headers=headers)
    lab.world.control(
        "channel.call",
        face="hub.fspiop",
        method="POST",
        path="/quotes",
        body="{}",
        headers=headers | {"FSPIOP-Source": "green-bank"},
    )
    after = Scrape(lab)
    found = lab.world.control("contract.findings")
    assert {each["party"] for each in found} == {"mallory-7", "green-bank"}
    told = Counter(
        (each["level"], "other" if each["party"] == "mallory-7" else each["party"], str(each["injected"]).lower())
        for each in found
    )
    assert after.by("contract_findings_total", "level", "party", "injected") - before == told
    assert "mallory" not in after.text


def test_counters_never_go_back(lab: Lab) -> None:
    pay(lab)
    before = Scrape(lab)
    lab.world.reset("c")
    after = Scrape(lab)
    counters = [each for family in before.families if family.type in ("counter", "histogram") for each in family.samples]
    assert len(counters) > 100
    now = {(each.name, frozenset(each.labels.items())): each.value for each in after.samples}
    assert not [each for each in counters if now.get((each.name, frozenset(each.labels.items())), -1) < each.value]


def test_no_id_and_no_person_becomes_a_label(lab: Lab) -> None:
    lab.world.reset("a")
    transfer = pay(lab)
    for path in (f"/accounts/MSISDN/{PAYER}", f"/accounts/{PAYEE}/balance", f"/transfers/{transfer}", "/amina/x?secret=y"):
        lab.world.control("channel.call", face="core_connector.dfsp", method="GET", path=path)
    text = Scrape(lab).text
    for told in (transfer, PAYER, PAYEE, "secret", "MSISDN"):
        assert told not in text
    assert 'operation="channel.accounts"' in text


def test_every_metric_is_named_and_explained_as_the_field_does(lab: Lab) -> None:
    scrape = Scrape(lab)
    assert len({family.name for family in scrape.families}) == len(scrape.families) > 15
    for family in scrape.families:
        assert family.name.startswith("loopyard_")
        assert family.documentation.endswith(".")
        assert f"# TYPE {family.name}{'_total' if family.type == 'counter' else ''} {family.type}\n" in scrape.text


def test_worlds_share_no_counter_and_the_process_none_with_them(lab: Lab) -> None:
    pay(lab)
    with Lab(load(default_world(), "another")) as other:
        assert not Scrape(other).has("interactions_total")
        assert Scrape(other)("world_info", seed="another", clock="virtual", world="default") == 1
    assert b"loopyard" not in prometheus_client.generate_latest()


def test_the_door_of_a_world_answers_a_scrape() -> None:
    async def scraped() -> tuple[Answer, Answer, bytes]:
        world = Composition(load(default_world()))
        door = Door(world, token="t0ken")
        await world.start()
        try:
            await door.open()
            async with Client(RealClock(), Ids("scraper")) as client:
                refused = await client.call("GET", f"{door.url}/metrics")
                answer = await client.call("GET", f"{door.url}/metrics", headers={"Authorization": "Bearer t0ken"})
            return refused, answer, exposition(world)
        finally:
            await door.close()
            await world.stop()

    refused, answer, direct = asyncio.run(scraped())
    assert refused.status == 401
    assert (answer.status, answer.header("Content-Type")) == (200, CONTENT_TYPE)
    assert answer.body.splitlines()[:3] == direct.splitlines()[:3]
