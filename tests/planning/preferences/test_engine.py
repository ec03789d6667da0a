"""The objective `utility` through the general door: from a file that carries preferences to a judged plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from hanse.errors import InfeasibleError, InputError
from hanse.instances import hanse_json
from hanse.model.check import check, measure
from hanse.model.objective import Objective
from hanse.model.plan import Plan
from hanse.model.preferences import Place
from hanse.planning import solve
from hanse.planning.decomposition import by_product, decompose
from hanse.planning.preferences import Member, Question
from hanse.planning.preferences.judge import judge
from hanse.units import MILLION
from tests.planning.preferences.leagues import all_plans, best_value, plannable, questions
from tests.planning.preferences.test_search import two_prints

Asked = tuple[Question, dict[str, Member]]


def planned(question: Question, assignments: object) -> Plan:
    """Any assignments as a plan for utility that measures itself truthfully."""
    problem = question.carried
    measures = measure(problem, assignments)  # type: ignore[arg-type]
    value = Objective.parse("utility").value(measures, len(problem.jobs))
    return Plan(
        problem.root, tuple(assignments), measures, "utility", value, None, "none", "feasible", "by hand", 0.0,  # type: ignore[arg-type]
    )  # fmt: skip


@given(questions())
@settings(max_examples=25, deadline=None)
def test_solving_a_file_finds_what_trying_everything_finds(asked: Asked) -> None:
    question, members = asked
    assume(plannable(question))
    expected = best_value(question, members)
    problem = hanse_json.read_problem(hanse_json.write_problem(question.carried))
    assert problem == question.carried
    assert problem.root == question.carried.root != question.problem.root
    try:
        result = solve(problem, "utility", time_limit=5.0)
    except InfeasibleError:
        assert expected is None
        return
    assert result.plan is not None
    assert result.measures is not None
    assert result.measures.utility == expected
    assert result.status == "optimal"
    assert result.plan.value == len(problem.jobs) * MILLION - (expected or 0)
    assert hanse_json.read_plan(hanse_json.write_plan(result.plan)) == result.plan


@given(questions())
@settings(max_examples=25, deadline=None)
def test_the_general_judge_agrees_with_the_one_that_asks_the_members(asked: Asked) -> None:
    question, members = asked
    assume(plannable(question))
    for assignments in list(all_plans(question.problem))[:40]:
        plan = planned(question, assignments)
        asking, general = judge(question, assignments, members), check(question.carried, plan)
        assert general.valid == asking.valid
        assert plan.measures.utility == asking.value


def test_a_lie_about_utility_and_a_refused_pair_are_found() -> None:
    question, _ = two_prints()
    for assignments in all_plans(question.problem):
        plan = planned(question, assignments)
        assert plan.measures.utility is not None
        lie = replace(plan, measures=replace(plan.measures, utility=plan.measures.utility + 1))
        assert any(v.where == "measures.utility" for v in check(question.carried, lie).violations)
        together = {a.machine for a in assignments} == {"P1"}
        refused = [v for v in check(question.carried, plan).violations if v.rule == "satisfaction"]
        assert bool(refused) == together
        assert not any(
            v.rule == "satisfaction" for v in check(question.carried, replace(plan, objective="cost")).violations
        )


def test_utility_without_preferences_or_beside_something_else_is_refused_with_the_cure() -> None:
    question, _ = two_prints()
    with pytest.raises(InputError, match="no preferences") as raised:
        solve(question.problem, "utility")
    assert "docs/preferences.md" in raised.value.hint
    for mixed in ("cost + utility", "2 utility"):
        with pytest.raises(InputError, match="stands alone"):
            solve(question.carried, mixed)
    with pytest.raises(InputError, match="cpsat"):
        solve(question.carried, "utility", "cpsat")
    with pytest.raises(InputError, match="preferences"):
        solve(question.carried, "cost", "preferences")
    plan = planned(question, next(all_plans(question.problem)))
    bare = replace(plan, problem=question.problem.root, measures=replace(plan.measures, utility=None))
    assert [v.where for v in check(question.problem, bare).violations] == ["objective"]


def test_names_the_problem_does_not_know_and_pairs_nobody_can_avoid_are_refused() -> None:
    question, _ = two_prints()
    known = question.carried.preferences
    assert known is not None
    strange = frozenset({(Place("A", "O", "P9"), Place("B", "O", "P1"))})
    with pytest.raises(InputError, match="no such work"):
        replace(question.carried, preferences=replace(known, refusals=strange))
    with pytest.raises(InputError, match="missing"):
        replace(question.carried, preferences=replace(known, consumers={}))
    with pytest.raises(InputError, match="reputation"):
        replace(known, reputations={"A": MILLION + 1, "B": 0})
    poor = tuple(replace(j, budget=150) for j in question.problem.jobs)  # only P1 is cheap enough
    with pytest.raises(InfeasibleError, match="one possible machine"):
        solve(replace(question.carried, jobs=poor), "utility")


def test_parts_are_not_planned_apart_for_utility() -> None:
    question, _ = two_prints()
    with pytest.raises(InputError, match="planned whole"):
        decompose(question.carried, by_product(question.carried, 1), "utility")
