"""Comparing variants and advising one: from runs that are made up, so that what must come out is known."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hanse.app.lab import document, lying
from hanse.app.lab.advising import proposal
from hanse.app.lab.comparing import ALL, MEASURES, lines
from hanse.app.lab.season import Season
from hanse.app.reproduce.sheet import markdown, page
from hanse.errors import EvidenceError, InputError
from hanse.lab.fork import Fork
from hanse.lab.incentives import Lie
from hanse.lab.paired import Difference
from hanse.lab.rules import PRESENT
from hanse.lab.study import BASE, Run, Scenario, Study, World

FORK = Fork(Path("fork"), 4219, "0x" + "1" * 40, 7, "0x" + "2" * 64, 0, None, True)
USUAL = Season(
    orders=4, agreed=4, refused=0, undone=0, on_time=500_000, lateness=10, cost=10_000, energy=500, income=30_000,
    spread=200_000, utility=600_000, gas=5_000_000, rewards=10, struck=0, silent=0, believed=0, stays=0,
)  # fmt: skip
VARIANTS = {
    BASE: PRESENT,
    "good": PRESENT.changed({"settlement.cap": 300_000, "sharing.method": "greedy"}),
    "noisy": PRESENT.changed({"settlement.fee": 0}),
}
STUDY = Study("made up", range(10), World(), {"calm": Scenario(), "storm": Scenario()}, VARIANTS, b"text")


def made_up() -> dict[Run, Season | None]:
    """`good` is always better for customers, and dearer in gas; `noisy` is now better and now worse."""
    runs: dict[Run, Season | None] = {}
    for run in STUDY.runs():
        own = replace(USUAL, utility=USUAL.utility + 1_000 * run.seed, gas=USUAL.gas + run.seed)
        if run.variant == "good":
            own = replace(own, utility=own.utility + 20_000 + 500 * run.seed, gas=own.gas + 1_000 * (1 + run.seed))
        if run.variant == "noisy":
            own = replace(own, utility=own.utility + (30_000 if run.seed % 2 else -30_000))
        runs[run] = own
    return runs


def test_every_variant_is_compared_in_every_scenario_by_every_measure_and_over_all() -> None:
    found = list(lines(STUDY, made_up()))
    assert len(found) == 2 * 3 * len(MEASURES)
    good = {line.measure.name: line for line in found if line.variant == "good" and line.scenario == ALL}
    assert good["utility"].good == 1
    assert good["utility"].difference.pairs == 20
    assert good["gas"].good == -1  # more of it is worse
    assert good["cost"].good == 0


def test_a_run_without_a_plan_takes_its_pair_away() -> None:
    runs = made_up() | {Run("calm", "good", 0): None}
    found = [line for line in lines(STUDY, runs) if line.variant == "good" and line.measure.name == "utility"]
    assert {line.scenario: line.difference.pairs for line in found} == {"calm": 9, "storm": 10, ALL: 19}


def test_the_report_says_what_is_better_what_is_worse_and_what_is_not_sure() -> None:
    runs = made_up()
    drawn = document.sheet(STUDY, runs, tuple(lines(STUDY, runs)), FORK)
    told = {verdict.claim: verdict.verdict for verdict in drawn.verdicts}
    assert told == {
        "“good” is better than the present rules.": "mixed",
        "“noisy” is better than the present rules.": "no difference is sure",
    }
    assert "settlement.cap | 200000 | 300000" in markdown(drawn)
    html = page(drawn)
    assert re.search(r"(src|href)=.?https?:", html) is None
    assert html == page(document.sheet(STUDY, runs, tuple(lines(STUDY, runs)), FORK))


def test_the_best_variant_becomes_a_proposal_that_tells_what_gets_worse() -> None:
    advised = proposal(STUDY, made_up(), FORK, "utility", "0xevidence")
    assert advised["format"] == "hanse-proposal/1"
    assert advised["parameters"] == [
        {"name": "settlement.cap", "old": 200_000, "new": 300_000},
        {"name": "sharing.method", "old": "none", "new": "greedy"},
    ]
    assert advised["evidence"] == "0xevidence"
    judged = {one["measure"]: one["judged"] for one in advised["expected"]}
    assert (judged["utility"], judged["gas"], judged["cost"]) == ("better", "worse", "unsure")
    effect = next(one for one in advised["expected"] if one["measure"] == "utility")
    assert effect["low"] <= effect["effect"] <= effect["high"]
    assert advised["confidence"] == pytest.approx(0.975)  # two variants were tried


def test_nothing_is_proposed_that_is_not_surely_better() -> None:
    with pytest.raises(EvidenceError, match="no variant is surely better"):
        proposal(STUDY, made_up(), FORK, "cost", "0x")
    with pytest.raises(EvidenceError):
        proposal(STUDY, made_up(), FORK, "gas", "0x")


def test_nothing_is_proposed_from_a_part_of_a_study_or_by_a_measure_there_is_not() -> None:
    runs = made_up()
    del runs[Run("calm", "good", 0)]
    with pytest.raises(InputError, match="1 runs are missing"):
        proposal(STUDY, runs, FORK, "utility", "0x")
    with pytest.raises(InputError, match="no measure"):
        proposal(STUDY, made_up(), FORK, "luck", "0x")


def lie(role: str, name: str, low: float, mean: float, high: float) -> Lie:
    """What a lie brought, made up."""
    return Lie(role, name, Difference(9, 0, mean, mean, low, high, 1.0, 0.99), 0.5, 10, "cents", "a cure")


def test_a_role_is_told_apart_by_what_its_lies_bring_and_what_they_take() -> None:
    told = {
        "a lie pays": [lie("provider", "ask 10 % more", 1, 2, 3)],
        "not sure": [lie("provider", "ask 10 % more", -1, 2, 3)],
        "none pays": [lie("provider", "ask 10 % more", -3, -2, -1)],
        "only unwatched": [lie("solver", "claim it where nobody watches", 1, 2, 3)],
        "only allowed": [lie("solver", "one claim for each order", 1, 2, 3)],
    }
    verdicts = {name: lying.verdicts(lies)[0] for name, lies in told.items()}
    assert {name: one.verdict for name, one in verdicts.items()} == {
        "a lie pays": "false",
        "not sure": "not sure",
        "none pays": "no lie tried here pays",
        "only unwatched": "no lie tried here pays, as long as one honest watcher looks",
        "only allowed": "no lie tried here pays",
    }
    assert "a cure" in verdicts["a lie pays"].why
    assert "which is allowed" in verdicts["only allowed"].why
