"""The sequence diagram for a terminal: arrows from sender to receiver, in order, on one page's width if asked."""

from __future__ import annotations

from evidence_samples import exchange

from loopyard.testing.evidence.lanes import sequence_text


def told(*arrows: tuple[str, str]) -> list[str]:
    return sequence_text(
        [exchange(number, sender=sender, receiver=receiver) for number, (sender, receiver) in enumerate(arrows, 1)],
        order=("bank", "hub", "wallet"),
    ).splitlines()


def test_an_arrow_goes_from_its_sender_to_its_receiver() -> None:
    head, there, back, across, itself = told(("bank", "hub"), ("hub", "bank"), ("wallet", "bank"), ("hub", "hub"))
    bank, hub, wallet = (there.index("├"), there.index("▶") + 1, there.rindex("│"))
    assert (back.index("◀"), back.index("┤")) == (bank + 1, hub)
    assert (across.index("◀"), across.index("┤")) == (bank + 1, wallet)
    assert itself.index("├─╮") == hub
    for name, at in (("bank", bank), ("hub", hub), ("wallet", wallet)):
        assert abs(head.index(name) + len(name) // 2 - at) <= 1


def test_lanes_stand_in_order_and_who_says_nothing_has_none() -> None:
    assert told(("wallet", "bank"))[0].split() == ["bank", "wallet"]


def test_an_exchange_says_what_came_of_it() -> None:
    refused = exchange(1, status=400, answer={"errorInformation": {"errorCode": "3100", "errorDescription": "no"}})
    lost = exchange(2, status=None, outcome="lost", fault="lost", attempt=2, after=1.5)
    _, first, gap, second = sequence_text([lost, refused]).splitlines()
    assert first.endswith("POST /transfers → 400  3100 no")
    assert "… 1.5 s later" in gap
    assert second.startswith("    +1.500 s")
    assert second.endswith("POST /transfers → lost  fault: lost  attempt 2")


def test_labels_end_at_the_width_of_the_terminal() -> None:
    long = exchange(1, url="/" + "/".join(["segment"] * 40))
    assert max(map(len, sequence_text([long], width=100).splitlines())) <= 100
    assert max(map(len, sequence_text([long]).splitlines())) > 100


def test_nothing_said_is_said() -> None:
    assert sequence_text([]) == "No interaction took place."
