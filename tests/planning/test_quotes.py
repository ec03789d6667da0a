"""Quotes: what is promised never moves, what a customer chooses from is best in what it is called, and a quote that
lost its place is not kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hanse
from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.model.check import check, measure
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.pareto.front import judged
from hanse.planning.quotes import BALANCED, Busy, beside, clash, kept, quotes, scaled
from tests.strategies import problems

EVERYBODY = ("E0", "E1", "E2")


def shop(
    capacity: int | None = 1, budget: int | None = None, windows: tuple[tuple[int, int], ...] | None = None
) -> Problem:
    """One job on three machines: A is cheap and slow, B dear and quick, C frugal."""
    machines = [Machine(name, frozenset({"mill"}), capacity, budget, 0, windows) for name in "ABC"]
    houses = tuple(Enterprise(f"E{i}", "S", (one,), 900_000) for i, one in enumerate(machines))
    modes = Mode("A", 10, 100, 50), Mode("B", 2, 400, 60), Mode("C", 8, 300, 10)
    job = Job("J", (ProcessPlan("P", (Operation("O", "mill", modes),)),))
    return Problem("shop", (Site("S"),), houses, (job,))


def asked(problem: Problem, *busy: Busy, members: tuple[str, ...] = EVERYBODY) -> Problem:
    return beside(problem, problem.jobs[0], busy, members, "quotes")


def where(problem: Problem) -> dict[str, tuple[str, int, int]]:
    """By name of the quote, machine, start and end of its first operation."""
    found: dict[str, tuple[str, int, int]] = {}
    for one in quotes(problem, 2):
        at = one.plan.assignments[0]
        found |= dict.fromkeys(one.names, (at.machine, at.start, at.end))
    return found


def test_the_cheapest_the_soonest_and_the_greenest_are_what_they_are_called_and_proved() -> None:
    found = quotes(asked(shop()), 2)
    by_name = {name: one for one in found for name in one.names}
    assert {name: one.plan.assignments[0].machine for name, one in by_name.items() if name != BALANCED} == {
        "cheapest": "A", "soonest": "B", "greenest": "C",
    }  # fmt: skip
    assert all(set(one.proved) == set(one.names) - {BALANCED} for one in found)
    assert [one.plan.measures.cost for one in found] == sorted(one.plan.measures.cost for one in found)


def test_a_balanced_one_is_offered_where_it_is_another() -> None:
    problem = shop()
    middle = Mode("A", 4, 150, 20)  # nearly as cheap, nearly as soon, nearly as green
    modes = Mode("B", 2, 400, 60), Mode("C", 8, 300, 10), middle
    machines = (Machine("D", frozenset({"mill"})),)
    job = replace(
        problem.jobs[0], plans=(ProcessPlan("P", (Operation("O", "mill", (*modes, Mode("D", 20, 100, 90))),)),)
    )
    houses = (*problem.enterprises, Enterprise("E3", "S", machines))
    found = where(beside(replace(problem, enterprises=houses, jobs=(job,)), job, (), (*EVERYBODY, "E3"), "q"))
    assert found[BALANCED][0] == "A"
    assert found["cheapest"][0] == "D"


def test_energy_nobody_knows_makes_no_quote_green() -> None:
    problem = shop()
    modes = tuple(mode._replace(energy=0) for mode in problem.jobs[0].plans[0].operations[0].modes)
    job = replace(problem.jobs[0], plans=(ProcessPlan("P", (Operation("O", "mill", modes),)),))
    assert "greenest" not in where(asked(replace(problem, jobs=(job,))))


def test_promised_work_stays_and_the_job_goes_round_it() -> None:
    found = where(asked(shop(), Busy("E1", "B", 1, 5), Busy("E0", "A", 4, 30)))
    assert found["soonest"] == ("B", 5, 7)
    assert found["cheapest"] == ("A", 30, 40)


def test_work_of_a_namesake_elsewhere_and_work_that_is_over_is_in_nobodys_way() -> None:
    assert where(asked(shop(), Busy("E2", "B", 0, 50), Busy("E1", "B", -9, 0)))["soonest"] == ("B", 0, 2)


def test_a_machine_for_two_is_closed_only_where_both_places_are_taken() -> None:
    found = where(asked(shop(capacity=2), Busy("E1", "B", 0, 6), Busy("E1", "B", 0, 3)))
    assert found["soonest"] == ("B", 3, 5)


def test_free_time_is_within_opening_hours() -> None:
    found = where(asked(shop(windows=((0, 5), (20, 60))), Busy("E1", "B", 0, 4)))
    assert found["soonest"] == ("B", 20, 22)


def test_a_spent_budget_closes_a_machine() -> None:
    found = where(asked(shop(budget=12), Busy("E1", "B", 0, 11), Busy("E0", "A", 0, 1)))
    assert found["cheapest"][0] == "A"
    assert found["soonest"][0] == "C"


def test_on_a_line_on_which_nothing_overtakes_the_new_job_goes_last() -> None:
    problem = shop()
    houses = tuple(replace(house, permutation=True) for house in problem.enterprises)
    assert where(asked(replace(problem, enterprises=houses), Busy("E1", "B", 40, 44)))["soonest"] != ("B", 0, 2)


def test_only_members_that_may_work_for_it_are_asked() -> None:
    assert {at[0] for at in where(asked(shop(), members=("E2",))).values()} == {"C"}
    with pytest.raises(InfeasibleError, match="nobody who may work for it"):
        asked(shop(), members=())


def test_a_quote_that_lost_its_place_is_not_kept() -> None:
    problem = shop()
    first = next(one for one in quotes(asked(problem), 2) if "soonest" in one.names)
    assert kept(asked(problem, Busy("E1", "B", 2, 9)), first.plan).assignments == first.plan.assignments
    with pytest.raises(InputError, match="no plan to start from"):
        kept(asked(problem, Busy("E1", "B", 1, 3)), first.plan)
    with pytest.raises(HanseError):
        kept(asked(problem, members=("E2",)), first.plan)


def test_other_quantities_are_reckoned_by_the_rule_of_three_rounded_up() -> None:
    job = shop().jobs[0]
    assert scaled(job, 5, 5) is job
    assert scaled(job, 3, 4).plans[0].operations[0].modes[1] == Mode("B", 3, 534, 80)


def test_quotes_are_of_one_job() -> None:
    problem = shop()
    with pytest.raises(InputError, match="of one job"):
        quotes(replace(problem, jobs=(*problem.jobs, replace(problem.jobs[0], id="K"))), 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(problems(max_jobs=3, max_operations=2), st.integers(0, 2))
def test_the_judge_finds_promises_and_quote_together_valid(problem: Problem, seed: int) -> None:
    """The property that matters: whatever is promised, a quote beside it is a plan of all together."""
    first, new = replace(problem, jobs=problem.jobs[:-1] or problem.jobs), problem.jobs[-1]
    alone = len(problem.jobs) == 1
    promised = _plan(first) if not alone else None
    if not alone and promised is None:
        return
    given_ = () if promised is None else promised.assignments
    busy = [Busy(problem.owner[a.machine].id, a.machine, a.start, a.end) for a in given_]
    try:
        question = beside(problem, new, busy, [house.id for house in problem.enterprises], "quotes")
        found = quotes(question, 0.4, seed=seed)
    except HanseError:
        return
    for one in found:
        whole = (*given_, *one.plan.assignments)
        assert check(problem, judged_of(problem, whole)).valid
        assert one.plan.measures == measure(question, one.plan.assignments)


def judged_of(problem: Problem, assignments: tuple[hanse.model.plan.Assignment, ...]) -> Plan:
    return judged(problem, assignments, ("cost",), "test")


def _plan(problem: Problem) -> Plan | None:
    try:
        return hanse.solve(problem, "cost", time_limit=1).plan
    except HanseError:
        return None


# --- plans that others made -------------------------------------------------------------------------------------

_spans = st.tuples(st.integers(0, 12), st.integers(1, 6))


def works(spans: list[tuple[int, int]]) -> list[Assignment]:
    """What machine A does at these times, and how long each takes."""
    return [Assignment(f"J{i}", "P", "O", "A", start, start + length) for i, (start, length) in enumerate(spans)]


@given(st.none() | st.integers(1, 3), st.lists(_spans, min_size=1, max_size=4), st.lists(_spans, max_size=4))
def test_a_plan_clashes_where_more_works_run_than_the_machine_has_room_for(
    capacity: int | None, mine: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    busy = [Busy("E0", "A", start, start + length) for start, length in theirs]

    def level(moment: int, spans: list[tuple[int, int]]) -> int:
        return sum(start <= moment < start + length for start, length in spans)

    over = capacity is not None and any(
        level(t, mine) and level(t, theirs) and level(t, mine + theirs) > capacity for t in range(20)
    )
    found = clash(shop(capacity), works(mine), busy)
    assert (found is not None) == over
    if found is not None:
        at, other = found
        assert at.start < other.end
        assert other.start < at.end


def test_work_of_others_at_another_machine_or_of_another_member_is_in_nobodys_way() -> None:
    problem, mine = shop(1), works([(0, 5)])
    assert clash(problem, mine, [Busy("E0", "B", 0, 5), Busy("E1", "A", 0, 5), Busy("E0", "A", 5, 9)]) is None
    assert clash(problem, mine, [Busy("E0", "A", -3, 1)]) is not None
