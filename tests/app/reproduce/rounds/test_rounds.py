"""The study of rounds: verdicts that follow the figures, news dealt with in two steps, and a whole small study."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from hanse.app.reproduce.rounds import compete, write
from hanse.app.reproduce.rounds.arrivals import (
    CHANGED,
    Arrivals,
    Course,
    Planner,
    Step,
    central,
    in_two_steps,
    news,
    rest,
)
from hanse.app.reproduce.rounds.contest import (
    MIXED,
    REGIONS,
    RIVALS,
    STRONG,
    WEAK,
    Central,
    Comparison,
    Contest,
    Entry,
    line_up,
)
from hanse.app.reproduce.rounds.document import Findings, as_json, sheet
from hanse.app.reproduce.rounds.run import Setting
from hanse.app.reproduce.rounds.verdict import span, verdicts
from hanse.app.reproduce.sheet import markdown, page
from hanse.app.story import Story
from hanse.errors import InfeasibleError, InputError
from hanse.model.problem import Problem
from tests.app.cli import hanse

SIZES = (5, 12, 3, 30)


def entry(solver: str, status: str = "accepted", cost: int = 500) -> Entry:
    return Entry(solver, status, 1.0, cost, cost - 10, 30)


def contest(kind: str, solvers: int, cost: int, *statuses: str, method: str = STRONG) -> Contest:
    given = statuses or ("accepted",) * solvers
    entries = tuple(entry(f"{'all' if kind == RIVALS else f'region:{k}/{solvers}'}, m", s) for k, s in enumerate(given))
    return Contest(f"{solvers} {kind}, {method}", kind, method, entries, cost, 950, 10, 0, 60, 4.0, 1.0)


ALONE = (
    Central(STRONG, 1, 5.0, 1000, 980),
    Central(STRONG, 2, 5.0, 990, 985),
    Central(WEAK, 2, 5.0, 1400, None),
)
MIX = replace(
    contest(MIXED, 3, 995),
    entries=(entry("all, a"), Entry("all, cpsat", "no claim"), entry("region:1/1, m", "skipped")),
)
COMPARED = Comparison(
    "1",
    25,
    10,
    ALONE,
    (
        contest(RIVALS, 1, 1000),
        contest(REGIONS, 2, 1040),
        contest(RIVALS, 2, 990),
        contest(REGIONS, 2, 1200, method=WEAK),
        MIX,
    ),
)
NEWS = Arrivals(
    "1", 25, 10, 5, 1, 900, Course("central, knowing all", 0, 1000, (5.0,)),
    (Course("central, two steps", 0, 1010, (5.0, 5.0)), Course("central, two steps", 50, 1005, (5.0, 5.0)),
     Course("rounds, 2 by region", 0, 1060, (6.0, 7.0)), Course("rounds, 2 by region", 50, 1030, (6.0, 7.0))),
)  # fmt: skip
FOUND = Findings((COMPARED,), (NEWS,), verdicts((COMPARED,), (NEWS,)), 5.0, 0, "a test")


def verdict_of(claim: str, compared: Comparison = COMPARED, told: Arrivals = NEWS) -> str:
    return next(found.verdict for found in verdicts((compared,), (told,)) if found.claim.startswith(claim))


def with_costs(kind: str, change: Callable[[int], int]) -> Comparison:
    """The comparison with other costs of the contests of a kind that have two solvers or more."""
    contests = tuple(
        replace(one, cost=change(one.cost or 0))
        if (one.kind, one.method) == (kind, STRONG) and one.solvers > 1
        else one
        for one in COMPARED.contests
    )
    return replace(COMPARED, contests=contests)


def test_a_round_is_compared_with_the_central_solver_of_as_many_cores() -> None:
    one, two, *_ = COMPARED.contests
    assert (COMPARED.rival(one).threads, COMPARED.rival(two).threads) == (1, 2)
    assert COMPARED.rival(COMPARED.contests[3]).cost == 1400
    assert COMPARED.best_bound == 985


def test_a_weak_method_is_compared_with_itself_and_judged_apart() -> None:
    assert verdict_of("Splitting the map") == "false"
    assert verdict_of("The same, with solvers far") == "true"
    dear = tuple(replace(one, cost=1500) if one.method == WEAK else one for one in COMPARED.contests)
    assert verdict_of("The same, with solvers far", replace(COMPARED, contests=dear)) == "false"


def test_rounds_whose_parts_do_not_make_a_whole_are_counted() -> None:
    clash = replace(COMPARED, contests=(contest(REGIONS, 2, 1040, "accepted", "skipped"),))
    why = [found.why for found in verdicts((clash,), (NEWS,))]
    assert "In 1 of them parts overbooked" in why[0]


@pytest.mark.parametrize(
    ("cost", "said"), [(1040, "false"), (900, "true"), (990, "no difference worth naming")]
)  # fmt: skip
def test_splitting_is_judged_by_what_it_costs(cost: int, said: str) -> None:
    assert verdict_of("Splitting the map", with_costs(REGIONS, lambda _: cost)) == said


def test_more_solvers_are_judged_step_by_step_from_the_one_alone() -> None:
    assert verdict_of("The more solvers") == "false"
    assert verdict_of("The more solvers", with_costs(REGIONS, lambda cost: cost // 2)) == "true"


def test_a_part_that_wins_beside_rivals_changes_the_verdict_on_the_award() -> None:
    assert verdict_of("The award") == "whole plans win, always"
    parts = replace(MIX, entries=(entry("all, a", "skipped"), entry("region:1/1, m")))
    assert verdict_of("The award", replace(COMPARED, contests=(*COMPARED.contests[:-1], parts))) == "parts win as well"


def test_work_that_takes_longer_to_settle_than_to_plan_is_not_called_cheap() -> None:
    assert verdict_of("Doing without") == "true of the work"
    slow = replace(COMPARED, contests=tuple(replace(one, settling=9.0) for one in COMPARED.contests))
    assert verdict_of("Doing without", slow).startswith("not seen")


def test_demands_that_were_never_planned_make_the_claim_of_news_false() -> None:
    assert verdict_of("Demands may arrive").startswith("true")
    lost = tuple(replace(course, cost=None) for course in NEWS.courses)
    assert verdict_of("Demands may arrive", told=replace(NEWS, courses=lost)) == "false in these runs"
    half = (*NEWS.courses[:-1], replace(NEWS.courses[-1], cost=None))
    assert verdict_of("Demands may arrive", told=replace(NEWS, courses=half)) == "true of some courses only"


def test_the_price_of_not_knowing_is_named_and_so_is_what_lessens_it() -> None:
    assert verdict_of("And nothing is lost") == "false: not knowing has a price, less if hours are kept back"
    free = tuple(replace(course, cost=1000) for course in NEWS.courses)
    assert verdict_of("And nothing is lost", told=replace(NEWS, courses=free)) == "true in these runs"


def test_what_was_not_measured_is_not_judged() -> None:
    alone = replace(COMPARED, contests=COMPARED.contests[:1])
    claims = {found.claim.split()[0] for found in verdicts((alone,), (NEWS,))}
    assert not claims & {"Splitting", "The", "Solvers"}


def test_spans_say_one_figure_where_both_ends_are_the_same() -> None:
    assert (span([0.01, 0.0101]), span([0.01, 0.05]), span([])) == ("1.0 %", "1.0 to 5.0 %", "(nothing measured)")


def test_documents_hold_every_plan_and_ask_nothing_of_any_network(tmp_path: Path) -> None:
    files = write(FOUND, tmp_path)
    text, drawn = page(sheet(FOUND)), files.figures[0].read_text()
    assert "<script" not in text
    ElementTree.fromstring(drawn)
    for name in ("central × 1", "central × 2", *(one.line_up for one in COMPARED.contests)):
        assert (f">{name}<" in drawn) == (WEAK not in name)
        assert name in text
    assert json.loads(files.data.read_text()) == json.loads(json.dumps(as_json(FOUND)))
    for block in markdown(sheet(FOUND)).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, block


def test_a_round_without_a_plan_is_shown_as_one(tmp_path: Path) -> None:
    lost = replace(COMPARED, contests=tuple(replace(one, cost=None, bound=None) for one in COMPARED.contests))
    found = replace(FOUND, compared=(lost,), verdicts=verdicts((lost,), (NEWS,)))
    assert "no plan" in write(found, tmp_path).figures[0].read_text()
    assert "| none |" in markdown(sheet(found))


@pytest.mark.parametrize("solvers", [2, 3, 4])
def test_solvers_of_regions_get_twice_the_seconds_and_every_region_once(solvers: int) -> None:
    made = line_up(REGIONS, solvers, 5.0)
    assert [choice.part for choice in made.choices] == [f"region:{k}/{solvers}" for k in range(1, solvers + 1)]
    assert {choice.seconds for choice in made.choices} == {10.0}
    assert line_up(RIVALS, 1, 5.0).name == "1 alone"


def test_rivals_differ_in_seed_method_or_part() -> None:
    mixed = line_up(MIXED, 4, 5.0).choices
    assert len(set(mixed)) == 4
    assert {choice.method for choice in mixed} == {"lagrangian", "cpsat"}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), slack=st.sampled_from([0, 10, 50]))
def test_news_change_only_what_they_say(seed: int, slack: int) -> None:
    told = news(SIZES, slack, seed)
    before, after = ({job.id: job for job in problem.jobs} for problem in (told.first, told.final))
    assert len(after) == SIZES[1]
    assert len(before) == SIZES[1] // 2
    assert len(told.changed) == -(-len(before) // CHANGED)
    for name, job in before.items():
        assert (after[name] == job) == (name in told.settled)
    assert told.first.machines == told.final.machines


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 50), kept_back=st.sampled_from([0, 30, 50]))
def test_two_steps_keep_the_hours_together_and_never_beat_the_bound(seed: int, kept_back: int) -> None:
    told = news(SIZES, 20, seed)
    course = in_two_steps(told, greedy, "greedy", kept_back)
    assert course.note == ""
    assert course.cost is not None
    assert course.cost >= _bound(told.final)


def test_hours_that_settled_demands_use_are_gone_for_the_news() -> None:
    told = news(SIZES, 20, 1)
    kept = tuple(at for at in greedy(told.first).assignments if at.job in told.settled)
    left = rest(told, kept)
    assert {job.id for job in left.jobs} == {job.id for job in told.final.jobs} - told.settled
    for name, machine in left.machines.items():
        used = sum(at.end - at.start for at in kept if at.machine == name)
        assert machine.budget == (told.final.machines[name].budget or 0) - used


def test_a_step_that_uses_more_hours_than_are_left_is_caught_when_the_steps_are_put_together() -> None:
    told = news(SIZES, 0, 3)
    course = in_two_steps(told, lambda problem: greedy(problem, heed=False), "careless", 0)
    assert course.cost is None
    assert "conflicts" in course.note


def test_a_planner_that_gives_up_leaves_a_course_without_a_plan() -> None:
    def never(problem: Problem) -> Step:
        raise InfeasibleError("too few hours", where=problem.name)

    course = in_two_steps(news(SIZES, 20, 1), never, "never", 0)
    assert (course.cost, course.note) == (None, "too few hours")


def test_waiting_counts_from_the_middle_of_the_first_step() -> None:
    assert Course("two", 0, 1, (4.0, 5.0)).waited == 7.0
    assert Course("one", 0, 1, (4.0,)).waited == 4.0


def test_the_central_solver_plans_both_steps() -> None:
    planner: Planner = central(0.5, 1, 0)
    course = in_two_steps(news(SIZES, 25, 0), planner, "central", 50)
    assert course.cost is not None
    assert len(course.steps) == 2


def greedy(problem: Problem, heed: bool = True) -> Step:
    """Every task at the cheapest provider that has hours left; if it heeds none, at the cheapest."""
    from hanse.model.plan import Assignment

    left = {name: machine.budget or 0 for name, machine in problem.machines.items()}
    made = []
    for job in problem.jobs:
        now = 0
        for operation in job.plans[0].operations:
            open_ = [mode for mode in operation.modes if left[mode.machine] >= mode.duration or not heed]
            mode = min(open_, key=lambda mode: mode.cost)
            left[mode.machine] -= mode.duration
            made.append(Assignment(job.id, job.plans[0].id, operation.id, mode.machine, now, now + mode.duration))
            now += mode.duration
    return Step(tuple(made), 0.0)


def _bound(problem: Problem) -> int:
    from hanse.model.bound import job_bounds

    return sum(job_bounds(problem.facts, None, 1).tolist())


def test_only_the_paper_that_was_studied_is_taken() -> None:
    with pytest.raises(InputError):
        compete("zhang2019", Story(Console(quiet=True)))
    hanse("reproduce", "zhang2019", "--rounds").failed(2, "radmanesh2021")


@pytest.mark.slow
def test_the_quick_study_of_the_command_line_judges_and_writes_everything(tmp_path: Path) -> None:
    run = hanse("reproduce", "radmanesh2021", "--rounds", "--quick", "--json", "--out", tmp_path)
    assert run.code == 0, run.err
    assert run.json == json.loads((tmp_path / "reproduce-radmanesh2021-rounds.json").read_text())
    assert len(run.json["verdicts"]) >= 6
    assert all(course["cost"] for course in run.json["news"][0]["courses"])


@pytest.mark.slow
def test_a_whole_small_study_from_processes_to_documents(tmp_path: Path) -> None:
    setting = Setting({"tiny": (6, 8, 3, 30)}, (30,), 0.5, (2,), (), ())
    found = compete("radmanesh2021", Story(Console(quiet=True)), setting=setting)
    (one,), (told,) = found.compared, found.news
    (round_,) = one.contests
    assert {entry.status for entry in round_.entries} <= {"accepted", "skipped", "no claim"}
    assert any(entry.status == "accepted" and entry.reward > 0 for entry in round_.entries)
    assert round_.cost is not None
    assert round_.cost >= one.best_bound
    assert sum(entry.reward for entry in round_.entries) <= round_.pot
    for course in (told.clairvoyant, *told.courses):
        assert course.cost is not None, course.note
        assert course.cost >= told.bound
    files = write(found, tmp_path)
    document: dict[str, Any] = json.loads(files.data.read_text())
    assert [row["line_up"] for row in document["comparisons"][0]["contests"]] == ["2 by region"]
