"""The constraint engine: hand-computed optima feature by feature, and brute force on random problems."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError
from hanse.model.check import check
from hanse.model.objective import Objective
from hanse.model.problem import Job, Problem, ProcessPlan, Transport
from hanse.planning import Result, solve
from hanse.units import MILLION
from tests.model.build import job, machine, operation, shops
from tests.planning import brute
from tests.strategies import problems

OBJECTIVES = ("makespan", "cost", "tardiness", "energy", "cost + 3 makespan + 2 tardiness", "2 tardiness + energy")


def plan(problem: Problem, objective: str = "makespan") -> Result:
    return solve(problem, objective, method="cpsat", time_limit=20, threads=1)


def best(problem: Problem, objective: str = "makespan") -> float:
    result = plan(problem, objective)
    assert result.plan is not None
    assert result.status == "optimal"
    return result.plan.value / MILLION


def test_two_jobs_share_one_machine() -> None:
    one = operation("O1", ("M1", 3))
    assert best(shops(machine("M1"), jobs=[job("J1", one), job("J2", one)])) == 6


def test_a_machine_of_capacity_two_runs_two_at_once() -> None:
    one = operation("O1", ("M1", 3))
    three = [job(f"J{i}", one) for i in range(3)]
    assert best(shops(machine("M1", capacity=2), jobs=three)) == 6
    assert best(shops(machine("M1", capacity=3), jobs=three)) == 3
    assert best(shops(machine("M1", capacity=None), jobs=three)) == 3


def test_an_operation_waits_for_a_window_that_holds_it_whole() -> None:
    shop = shops(machine("M1", available=((0, 2), (2, 4), (5, 9))), jobs=[job("J", operation("O1", ("M1", 3)))])
    assert best(shop) == 8  # [0, 2) and [2, 4) touch, yet neither holds 3


def test_an_instant_may_happen_at_the_end_of_a_window_and_between_two_operations_but_not_inside_one() -> None:
    instant = operation("O1", ("M1", 0))
    assert best(shops(machine("M1", available=((4, 6),)), jobs=[job("J", instant, release=6)])) == 6
    busy = job("B", operation("O1", ("M1", 4)), due=4, weight=10 * MILLION)
    late = job("J", instant, release=1, due=1)
    # B must run [0, 4) (each unit late costs 10); the instant then waits from 1 to 4, or happens at 1 and B ends at 5.
    assert best(shops(machine("M1"), jobs=[busy, late]), "tardiness") == 3
    assert best(shops(machine("M1", capacity=2), jobs=[busy, late]), "tardiness") == 0


def test_legs_take_time_from_the_origin_between_sites_and_to_the_destination() -> None:
    steps = (operation("O1", ("M1", 2)), operation("O2", ("M2", 3), after=["O1"]))
    away = job("J", *steps, origin="M2", destination="M1", release=1)
    assert best(shops(machine("M1"), machine("M2"), jobs=[away], leg=(0, 5))) == 1 + 5 + 2 + 5 + 3 + 5


def test_legs_cost_money_and_a_nearer_dearer_machine_can_win() -> None:
    steps = (operation("O1", ("M1", 1, 5)), operation("O2", ("M1", 1, 9), ("M2", 1, 3), after=["O1"]))
    assert best(shops(machine("M1"), machine("M2"), jobs=[job("J", *steps)], leg=(7, 0)), "cost") == 14
    assert best(shops(machine("M1"), machine("M2"), jobs=[job("J", *steps)], leg=(5, 0)), "cost") == 13


def test_a_leg_within_a_site_counts_if_the_matrix_says_so() -> None:
    steps = (operation("O1", ("M1", 1)), operation("O2", ("M1", 1), after=["O1"]))
    shop = shops(machine("M1"), jobs=[job("J", *steps)])
    within = Problem(shop.name, shop.sites, shop.enterprises, shop.jobs, transport=Transport(((2,),), ((3,),)))
    assert best(within) == 5
    assert best(within, "cost") == 2


def test_the_shorter_of_two_plans_is_taken_and_shared_operations_count_once() -> None:
    shared = operation("O1", ("M1", 2))
    slow = ProcessPlan("slow", (shared, operation("O2", ("M1", 9), after=["O1"])))
    quick = ProcessPlan("quick", (shared, operation("O3", ("M1", 1), after=["O1"]), operation("O4", ("M1", 1))))
    result = plan(shops(machine("M1"), jobs=[Job("J", (slow, quick))]))
    assert result.plan is not None
    assert {at.plan for at in result.plan.assignments} == {"quick"}
    assert result.plan.measures.makespan == 4


def test_a_single_workpiece_is_on_one_machine_at_a_time() -> None:
    both = (operation("O1", ("M1", 3)), operation("O2", ("M2", 4)))
    two = machine("M1"), machine("M2")
    assert best(shops(*two, jobs=[job("J", *both)])) == 4
    assert best(shops(*two, jobs=[job("J", *both, single_workpiece=True)])) == 7


def test_precedence_may_be_any_graph() -> None:
    diamond = (
        operation("O1", ("M1", 1)),
        operation("O2", ("M1", 2), after=["O1"]),
        operation("O3", ("M2", 5), after=["O1"]),
        operation("O4", ("M1", 1), after=["O2", "O3"]),
    )
    assert best(shops(machine("M1"), machine("M2"), jobs=[job("J", *diamond)])) == 1 + 5 + 1


def test_a_job_stays_within_its_budget_legs_included() -> None:
    one = operation("O1", ("M1", 9, 2), ("M2", 1, 6))
    assert best(shops(machine("M1"), machine("M2"), jobs=[job("J", one, budget=6)])) == 1
    assert best(shops(machine("M1"), machine("M2"), jobs=[job("J", one, budget=5)])) == 9
    assert best(shops(machine("M1"), machine("M2"), jobs=[job("J", one, budget=6, origin="M1")], leg=(1, 0))) == 9


def test_a_machine_stays_within_its_budget_of_time() -> None:
    one = operation("O1", ("M1", 2), ("M2", 7))
    jobs = [job("J1", one), job("J2", one)]
    assert best(shops(machine("M1"), machine("M2"), jobs=jobs)) == 4
    assert best(shops(machine("M1", budget=3), machine("M2"), jobs=jobs)) == 7


def test_the_mean_quality_reaches_the_least() -> None:
    poor, good = ("M1", 1, 0, 0, 400_000), ("M2", 5, 0, 0, 800_000)
    steps = (operation("O1", poor, good), operation("O2", poor, good, after=["O1"]))
    for least, expected in ((400_000, 2), (600_000, 6), (600_001, 10), (800_000, 10)):
        assert best(shops(machine("M1"), machine("M2"), jobs=[job("J", *steps, min_quality=least)])) == expected


def test_weighted_tardiness_puts_the_important_job_first() -> None:
    one = operation("O1", ("M1", 2))
    light = job("light", one, due=2, weight=MILLION // 2)
    heavy = job("heavy", one, due=2, weight=3 * MILLION)
    result = plan(shops(machine("M1"), jobs=[light, heavy]), "tardiness")
    assert result.plan is not None
    assert result.plan.value == 2 * MILLION // 2
    assert result.status == "optimal"


def test_a_sum_of_measures_weighs_them_as_asked() -> None:
    one = operation("O1", ("M1", 5, 1), ("M2", 1, 5))
    shop = shops(machine("M1"), machine("M2"), jobs=[job("J", one)])
    assert best(shop, "2 makespan + cost") == 7  # M2: 2·1 + 5, M1: 2·5 + 1 = 11
    assert best(shop, "makespan + 2 cost") == 7  # M1: 5 + 2·1


def test_plans_are_shifted_left_even_if_time_costs_nothing() -> None:
    steps = (operation("O1", ("M1", 2, 1)), operation("O2", ("M1", 3, 1), after=["O1"]))
    result = plan(shops(machine("M1"), jobs=[job("J", *steps)]), "cost")
    assert result.plan is not None
    assert [at.start for at in result.plan.assignments] == [0, 2]


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=4, max_operations=4, max_modes=3), st.sampled_from(OBJECTIVES), st.integers(0, 2**40))
def test_every_plan_passes_the_judge_and_its_bound_holds(problem: Problem, objective: str, seed: int) -> None:
    try:
        result = solve(problem, objective, method="cpsat", time_limit=20, threads=1, seed=seed)
    except InfeasibleError:
        return
    assert result.plan is not None
    assert check(problem, result.plan).valid
    assert result.lower_bound is not None
    assert result.lower_bound <= result.plan.value
    assert result.status == "optimal"


def agrees_with_brute_force(problem: Problem, objective: str) -> None:
    expected = brute.best(problem, Objective.parse(objective))
    try:
        result = plan(problem, objective)
    except InfeasibleError:
        assert expected is None
        return
    assert result.plan is not None
    assert (result.status, result.plan.value) == ("optimal", expected)


@settings(max_examples=150, deadline=None)
@given(problems(max_jobs=2, max_operations=2), st.sampled_from(OBJECTIVES))
def test_two_jobs_of_two_operations_are_solved_as_by_brute_force(problem: Problem, objective: str) -> None:
    agrees_with_brute_force(problem, objective)


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=1, max_operations=4), st.sampled_from(OBJECTIVES))
def test_one_job_of_four_operations_is_solved_as_by_brute_force(problem: Problem, objective: str) -> None:
    agrees_with_brute_force(problem, objective)


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=4, max_operations=1, max_machines=2), st.sampled_from(OBJECTIVES))
def test_four_jobs_of_one_operation_are_solved_as_by_brute_force(problem: Problem, objective: str) -> None:
    agrees_with_brute_force(problem, objective)


@settings(max_examples=15, deadline=None)
@given(problems(max_jobs=3, limits=False, finite=False), st.integers(0, 99))
def test_the_same_seed_with_one_thread_gives_the_same_plan(problem: Problem, seed: int) -> None:
    runs = [solve(problem, "makespan + cost", time_limit=20, threads=1, seed=seed) for _ in range(2)]
    assert runs[0].plan is not None
    assert runs[1].plan is not None
    assert runs[0].plan.assignments == runs[1].plan.assignments
