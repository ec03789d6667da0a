"""A recorded plan verified step by step: what is true is shown, every lie is found at its step, and what is somebody's
word is called that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import hanse
from hanse.app.verifying import STEPS, Recorded, Step, seal, verify, whole
from hanse.instances import hanse_json
from hanse.ledger.league import NOTHING, AcceptedPlan
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from tests.app.api.house import question

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
ASKED = {
    "customer": "Ada", "release": 0, "due": None, "weight": 1_000_000, "budget": None, "min_quality": None,
    "origin": None,
}  # fmt: skip


def planned(objective: str = "cost") -> tuple[Problem, Plan]:
    problem = question({"J1": ("Ada", None), "J2": ("Ada", None)})
    plan = hanse.solve(problem, objective, time_limit=5, threads=1).plan
    assert plan is not None
    return problem, plan


def recorded(of: Plan, **other: Any) -> Recorded:
    accepted = AcceptedPlan.of(of, previous=NOTHING, evidence="0x" + "5e" * 32, solver=CONTRACT)
    block = Recorded(1, "", NOTHING, replace(accepted, **other), (7, 8), 4219, CONTRACT)
    return replace(block, hash=seal(block))


def steps(block: Recorded, problem: Problem, plan: Plan, jobs: tuple[str, ...] = ("J1", "J2")) -> dict[str, Step]:
    files = hanse_json.write_problem(problem), hanse_json.write_plan(plan)
    return {step.what: step for step in verify(block, *files, dict.fromkeys(jobs, ASKED))}


def test_everything_is_shown_of_a_true_block() -> None:
    problem, plan = planned()
    found = steps(recorded(plan), problem, plan)
    assert tuple(found) == STEPS
    assert {step.found for step in found.values()} == {"shown"}
    assert whole(list(found.values())) == "shown"


@pytest.mark.parametrize(
    ("other", "step"),
    [
        ({"problem": "0x" + "11" * 32}, "problem"),
        ({"plan": "0x" + "11" * 32}, "plan"),
        ({"cost": 1}, "sums"),
        ({"makespan": 1}, "sums"),
        ({"bound": 1}, "bound"),
        ({"previous": "0x" + "11" * 32}, "chain"),
    ],
)
def test_a_lie_in_the_block_is_found_at_its_step_and_nowhere_else(other: dict[str, Any], step: str) -> None:
    problem, plan = planned()
    found = steps(recorded(plan, **other), problem, plan)
    assert [name for name, one in found.items() if one.found == "wrong"] == [step]
    assert whole(list(found.values())) == "wrong"


def test_a_seal_over_something_else_is_found() -> None:
    problem, plan = planned()
    for other in ({"number": 2}, {"orders": (7, 9)}, {"chain_id": 1}, {"hash": "0x" + "00" * 32}):
        found = steps(replace(recorded(plan), **other), problem, plan)
        assert found["seal"].found == "wrong"


def test_a_plan_that_breaks_a_rule_is_found_whatever_its_block_says() -> None:
    problem, plan = planned()
    first = plan.assignments[0]
    shifted = replace(plan, assignments=(first._replace(end=first.end + 5), *plan.assignments[1:]))
    found = steps(recorded(shifted), problem, shifted)
    assert found["rules"].found == "wrong"
    assert found["plan"].found == "shown"


def test_a_bound_that_claims_more_than_can_be_proved_is_wrong_and_one_that_only_says_so_is_a_word() -> None:
    problem, plan = planned()
    claimed = replace(plan, lower_bound=plan.value + 1)
    assert steps(recorded(claimed), problem, claimed)["bound"].found == "wrong"
    said = replace(plan, bound_kind="attested", lower_bound=plan.value)
    found = steps(recorded(said), problem, said)
    assert found["bound"].found == "word"
    assert whole(list(found.values())) == "word"


def test_an_order_that_asked_for_something_else_is_found_and_those_one_may_not_see_are_counted() -> None:
    problem, plan = planned()
    block, files = recorded(plan), (hanse_json.write_problem(problem), hanse_json.write_plan(plan))
    other = [*verify(block, *files, {"J1": {**ASKED, "due": 5}, "J2": ASKED})][-1]
    assert (other.what, other.found, other.recorded) == ("orders", "wrong", "5")
    assert steps(block, problem, plan, ("J1",))["orders"].found == "word"
    stranger = [*verify(block, *files, {"J9": ASKED})][-1]
    assert stranger.found == "wrong"


@pytest.mark.parametrize("broken", ["problem", "plan"])
def test_files_that_are_none_end_it(broken: str) -> None:
    problem, plan = planned()
    files = {"problem": hanse_json.write_problem(problem), "plan": hanse_json.write_plan(plan), broken: b"{}"}
    last = [*verify(recorded(plan), files["problem"], files["plan"], {})][-1]
    assert (last.what, last.found) == (broken, "wrong")
