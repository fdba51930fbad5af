"""Steps that set the home DFSP's connectors up in another way than the world file has it, or make them forget."""

from __future__ import annotations

from typing import Any, Final

from pytest_bdd import given

from loopyard.kernel.money import Money
from loopyard.testing.observation import Observation
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

WRONG_FULFILMENT: Final = "bm90IHRoZSBwcmVpbWFnZSB0aGF0IGlzIGFza2VkIGY"


@given(phrase("{bank:Name}'s core connector runs with {settings}"))
def core_connector_runs_with(world: World, bank: str, settings: str) -> None:
    world.configure("core_connector", **parsed(settings))


@given(phrase("{bank:Name} consents by itself, to fees of up to {limit:Money}"))
def consents_by_itself(world: World, bank: str, limit: Money) -> None:
    world.configure("core_connector", pattern="single", max_fee={limit.currency.code: str(limit)})


@given(phrase("{bank:Name} consents by itself, to payees at {other:Name} only"))
def consents_to_payees(world: World, cast: Cast, bank: str, other: str) -> None:
    world.configure("core_connector", pattern="single", payee_fsps=[cast.banks[other]])


@given(phrase("{bank:Name}'s Mojaloop connector knows no FX provider"))
def knows_no_provider(world: World, bank: str) -> None:
    world.configure("mojaloop_connector", get_services_fxp_response=[])


@given(phrase("{bank:Name}'s Mojaloop connector runs with {settings}"))
def mojaloop_connector_runs_with(world: World, bank: str, settings: str) -> None:
    world.configure("mojaloop_connector", **parsed(settings))


@given(phrase("{bank:Name}'s Mojaloop connector has forgotten everything"))
def mojaloop_connector_forgets(world: World, bank: str) -> None:
    world.configure("mojaloop_connector")


@given(phrase("{bank:Name}'s core connector supplies a fulfilment that answers no condition"))
def supplies_wrong_fulfilment(world: World, bank: str) -> None:
    world.configure("core_connector", like_others={"fulfilment": WRONG_FULFILMENT})


@given(phrase("{bank:Name}'s core connector names the code of an error {member}"))
def names_code_otherwise(world: World, bank: str, member: str) -> None:
    world.configure("core_connector", like_others={"error_body": member})


@given(phrase("{bank:Name}'s core connector answers with {what} where it should answer with an error"))
def answers_otherwise(world: World, bank: str, what: str) -> None:
    form = {"an error without a word": "none", "an empty success": "empty-success"}[what]
    world.configure("core_connector", like_others={"error_body": form})


def parsed(settings: str) -> dict[str, Any]:
    """`a = 1 and b.c = true and d = text` as settings; texts stand without quotes, in quotes numbers are texts too."""
    found: dict[str, Any] = {}
    for pair in settings.split(" and "):
        name, text = pair.split(" = ")
        table, _, key = name.rpartition(".")
        (found.setdefault(table, {}) if table else found)[key] = _value(text)
    return found


def _value(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdecimal() else text.strip('"')


@given("the hub holds no fulfilment against its condition")
def hub_checks_nothing(watch: Observation) -> None:
    watch.world.configure_simulator("hub", checks_fulfilments=False)
    watch.begin()


@given("the hub relays requests for terms and remembers none")
def hub_routes_simply(watch: Observation) -> None:
    watch.world.configure_simulator("hub", simple_routing=True)
    watch.begin()


@given("the hub pays liquidity out without a look at open positions")
def hub_ignores_positions(watch: Observation) -> None:
    watch.world.configure_simulator("hub", funds_out_ignores_positions=True)
    watch.begin()


@given(phrase("{bank:Name}'s core reserves once more whenever it is asked again"))
def core_reserves_twice(watch: Observation, cast: Cast, bank: str) -> None:
    watch.world.configure_simulator(cast.banks[bank], duplicate_reserve="second-hold")
    watch.begin()
