"""The words of the report: distances from the best possible, amounts, the first screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.record import Voyage
from hanse.app.report import words
from hanse.app.report.data import data
from hanse.app.report.drawing import draw
from hanse.model.plan import Plan
from hanse.units import Units
from tests.app.report import voyages


def _plan(value: int, bound: int | None) -> Plan:
    plan = voyages.small().parts[0].plan
    return replace(plan, value=value, lower_bound=bound, bound_kind="none" if bound is None else "attested")


def _cards(voyage: Voyage) -> dict[str, tuple[str, str]]:
    return {card["title"]: (card["value"], card["state"]) for card in data(voyage)["summary"]["cards"]}


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.00391, "0.4 %"), (0.004, "0.4 %"), (0.00041, "0.05 %"), (0.5, "50 %"), (0.1111, "11.2 %")]
)
def test_a_share_is_short_and_rounded_up(ratio: float, text: str) -> None:
    assert words.percent(ratio).replace("\u00a0", " ") == text


@given(st.floats(1e-7, 50))
def test_at_most_stays_true(ratio: float) -> None:
    assert float(words.percent(ratio).removesuffix("\u00a0%")) >= ratio * 100 - 1e-8


@pytest.mark.parametrize(
    ("value", "bound", "sentence"),
    [
        (100, 100, "the best possible"),
        (100, 96, "at most 4.2\u00a0% above the best possible"),
        (100, 50, "at most 100\u00a0% above the best possible"),
        (100, 0, "not known how far from the best possible"),
        (0, 0, "the best possible"),
        (100, None, "not known how far from the best possible"),
    ],
)
def test_the_gap_is_a_sentence(value: int, bound: int | None, sentence: str) -> None:
    assert words.goodness([_plan(value, bound)]) == sentence


def test_the_worst_of_several_plans_speaks_for_all() -> None:
    assert words.goodness([_plan(100, 100), _plan(100, 80)]) == "at most 25\u00a0% above the best possible"
    assert "1 plan without proof" in words.goodness([_plan(100, 100), _plan(100, None)])


def test_amounts_have_narrow_spaces_and_never_break() -> None:
    assert words.money(1234567890, Units(money="cent")) == "12\u202f345\u202f678.90"
    assert words.time(135, Units(time="minute")) == "2\u00a0h\u00a015\u00a0min"
    assert words.time(1234567, Units()) == "1\u202f234\u202f567"


def test_the_first_screen_of_a_good_voyage() -> None:
    facts = data(voyages.small())["summary"]
    assert facts["agreed"].startswith("15 orders agreed, made by 11 members of 11 in ")
    assert _cards(voyages.small())["On time"] == ("All 15 orders on time", "good")
    assert _cards(voyages.small())["Within limits"] == ("Every limit kept", "good")
    assert _cards(voyages.small())["How good"] == ("The best possible", "good")
    assert sum(share["part"] for share in facts["shares"]) == pytest.approx(1, abs=1e-4)


def test_the_first_screen_of_a_bad_week() -> None:
    cards = _cards(voyages.late())
    assert cards["On time"] == ("4 of 12 orders late", "bad")
    assert cards["Within limits"] == ("2 over budget", "bad")
    assert cards["How good"] == ("At most 11.2\u00a0% above the best possible", "plain")


def test_a_voyage_without_parts_still_says_something() -> None:
    facts = data(replace(voyages.small(), parts=()))["summary"]
    assert facts["open"] == "15 orders not planned"


@pytest.mark.parametrize("make", [voyages.small, voyages.big, voyages.late, voyages.hostile, voyages.abstract])
def test_bars_and_legs_cost_what_the_plan_says(make: Callable[[], Voyage]) -> None:
    for part in make().parts:
        drawing = draw(part.problem, part.plan.assignments)
        assert len(drawing.bars) == len(part.plan.assignments)
        assert drawing.work + drawing.transport == part.plan.measures.cost


@pytest.mark.parametrize("make", [voyages.small, voyages.big, voyages.late, voyages.hostile])
def test_all_sums_of_money_agree(make: Callable[[], Voyage]) -> None:
    checks = data(make())["sums"]["checks"]
    assert len(checks) == 4
    for left, right, one, two, _ in checks:
        assert one == two, f"{left} is not {right}"


def test_a_wrong_sum_is_shown_as_wrong() -> None:
    voyage = voyages.small()
    flows = (replace(voyage.flows[-1], amount=voyage.flows[-1].amount + 1), *voyage.flows[:-1])
    wrong = [row for row in data(replace(voyage, flows=flows))["sums"]["checks"] if row[2] != row[3]]
    assert [row[0] for row in wrong] == ["promised payments"]


def test_of_agreements_what_came_is_what_went() -> None:
    checks = data(voyages.agreed())["sums"]["checks"]
    assert [row[0] for row in checks[2:]] == ["deposits, escrow and subsidies", "payments made", "prices agreed"]
    for left, right, one, two, _ in checks:
        assert one == two, f"{left} is not {right}"


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"reward": 1}, ["deposits, escrow and subsidies", "payments made"]),
        ({"back": 1}, ["deposits, escrow and subsidies"]),
        ({"locked": 1}, ["payments held", "deposits, escrow and subsidies"]),
    ],
)
def test_a_cent_too_much_in_an_agreement_is_shown(change: dict[str, int], broken: list[str]) -> None:
    voyage = voyages.agreed()
    (part,) = voyage.parts
    first, *others = part.agreements
    (name, more), *_ = change.items()
    wrong = replace(part, agreements=(replace(first, **{name: getattr(first, name) + more}), *others))
    found = data(replace(voyage, parts=(wrong,)))["sums"]["checks"]
    assert [row[0] for row in found if row[2] != row[3]] == broken


def test_the_first_screen_says_who_was_paid_and_who_declined() -> None:
    first = data(voyages.agreed())["summary"]
    assert first["agreed"].startswith("14 orders agreed")
    card = first["cards"][-1]
    assert (card["title"], card["value"], card["state"]) == ("Agreed and paid", "14 settled and 1 declined", "bad")
    assert "8.00 of it compensation" in card["more"].replace("\u00a0", " ")


def test_energy_and_carbon_of_all_orders_stand_on_the_first_screen_by_the_stated_factor() -> None:
    voyage = replace(voyages.small(), grid=100)
    told = data(voyage)
    (card,) = [card for card in told["summary"]["cards"] if card["title"] == "Energy"]
    energy = sum(outcome.energy for part in voyage.parts for outcome in part.outcomes)
    assert card["value"].replace("\u202f", "").replace("\u00a0", " ") == f"{energy} Wh"
    assert "at 100" in card["more"]
    outcomes = [job["outcome"] for part in told["parts"] for job in part["jobs"]]
    assert all(outcome["carbon"] == round(outcome["energy"] / 10) for outcome in outcomes)


def test_without_energy_there_is_no_card_about_it() -> None:
    assert "Energy" not in {card["title"] for card in data(voyages.abstract())["summary"]["cards"]}
