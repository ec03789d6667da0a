"""Every method against the exhaustive twin, under a judge that asks the members; and the attacks on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.model.preferences import Place
from hanse.model.problem import Operation
from hanse.planning.preferences import Consumer, Member, Question, ask, kernels, solve
from hanse.planning.preferences.agree import agree
from hanse.planning.preferences.bound import upper_bound
from hanse.planning.preferences.choices import choices_of
from hanse.planning.preferences.exact import prove
from hanse.planning.preferences.generate import league
from hanse.planning.preferences.judge import judge
from hanse.planning.preferences.memetic import Kind, Parameters, evolve
from hanse.planning.preferences.prices import priced_bound
from hanse.planning.preferences.recreate import recreate
from hanse.planning.preferences.tables import assignments_of, keeps, tables_of
from tests.model.build import job, machine, operation, shops
from tests.planning.preferences.leagues import all_plans, best_value, plannable, provider, questions, schedule

Asked = tuple[Question, dict[str, Member]]

SHORT = Parameters(population=8, generations=20, improved=2, tries=5)


@given(questions())
@settings(max_examples=60)
def test_the_exact_optimum_is_that_of_trying_everything(asked: Asked) -> None:
    question, members = asked
    expected = best_value(question, members)
    try:
        proof = prove(question, 60.0)
    except InfeasibleError:
        assert expected is None
        return
    assert (proof.value, proof.bound) == (expected, expected)
    assert proof.assignments is not None
    judgement = judge(question, proof.assignments, members)
    assert judgement.valid
    assert judgement.value == expected


@given(questions(), st.integers(0, 3))
@settings(max_examples=40)
def test_every_search_is_judged_as_it_believes_and_never_above_bound_or_optimum(asked: Asked, seed: int) -> None:
    question, members = asked
    expected = best_value(question, members)
    assume(expected is not None)
    assert expected is not None
    tables, bound = tables_of(question), upper_bound(question)
    assert bound >= expected
    for known in (0, expected // 2, expected, 2 * expected):  # wherever prices are sought, what they say holds
        priced = priced_bound(question, tables, known)
        assert priced is not None
        assert priced >= expected
    found = []
    for kind in ("GA", "GA-HC", "MA"):
        evolution = evolve(tables, kind, SHORT, np.random.default_rng(seed))
        found.append((evolution.allocation, evolution.start, evolution.worth))
    shares = iter([*np.linspace(0, 0.9, 8), 1.0])
    recreated = recreate(tables, np.random.default_rng(seed), lambda *_: float(next(shares)), ruin=2)
    found.append((recreated.allocation, recreated.start, recreated.worth))
    for allocation, start, worth in found:
        judgement = judge(question, assignments_of(question, allocation, start), members)
        assert judgement.valid == keeps(tables, allocation, start)
        if judgement.valid:
            assert judgement.value == worth <= expected
    assert recreated.worth > 0.999 * expected  # such small questions are its home


@given(questions())
@settings(max_examples=60)
def test_providers_agree_exactly_if_some_choice_holds_no_refused_pair(asked: Asked) -> None:
    question, _ = asked
    assume(plannable(question))
    peaceful = set()
    for selections in product(*question.selections):
        held = {
            Place(job.id, o.id, o.modes[k].machine)
            for job, selection in zip(question.problem.jobs, selections, strict=True)
            for o, k in zip(job.plans[0].operations, selection.modes, strict=True)
        }
        if not any(set(pair) <= held for pair in question.avoidable):
            peaceful.add(tuple(k for selection in selections for k in selection.modes))
    try:
        chosen = agree(question, 20.0)
    except InfeasibleError:
        assert not peaceful
        return
    assert chosen is not None
    assert tuple(chosen.tolist()) in peaceful


@pytest.mark.parametrize("method", ["recreate", "exact"])
def test_refusals_that_cannot_be_kept_together_are_named(method: Literal["recreate", "exact"]) -> None:
    question, members = two_prints()
    both = tuple(replace(j, budget=150) for j in question.problem.jobs)  # only P1 is cheap enough
    forced = ask(replace(question.problem, jobs=both), question.consumers, question.reputations, members)
    assert solve(forced, members, method, time_limit=1.0).status != "unknown"  # unavoidable: promoted, not refused
    third = replace(question.problem.jobs[1], id="C", budget=None)
    third = replace(third, plans=(replace(third.plans[0], operations=(
        operation("O", ("P1", 5, 100, 0, 10**6), ("P1b", 5, 100, 0, 10**6)),)),))  # fmt: skip
    shop = question.problem.enterprises[0]
    two = replace(shop, machines=(*shop.machines, machine("P1b")))
    crowded = replace(question.problem, enterprises=(two, question.problem.enterprises[1]), jobs=(both[0], third))
    consumers = dict.fromkeys("AC", question.consumers["A"])
    asked = ask(crowded, consumers, {"A": 10**6, "C": 300_000}, members)
    with pytest.raises(InfeasibleError, match="without work that a member refuses") as raised:
        solve(asked, members, method, time_limit=60.0)  # it has the time to be sure, and does not need it
    assert raised.value.where == "the refusals of P1"


@given(questions(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_compiled_decoder_is_its_plain_twin(asked: Asked, random: object) -> None:
    question, members = asked
    assume(plannable(question))
    tables, chance = tables_of(question), np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    sequences = np.empty((1, len(tables.radix)), dtype=np.int64)
    allocations, worth, start = np.empty_like(sequences), np.empty(1, dtype=np.int64), np.empty_like(sequences[0])
    kernels.draw(tables, sequences, allocations, worth, chance)
    assert kernels.decode(tables, sequences[0], allocations[0], start) == worth[0]
    places = [(j, n) for j, job in enumerate(question.problem.jobs) for n in range(len(job.plans[0].operations))]
    picked = {
        (j, n): question.problem.jobs[j].plans[0].operations[n].modes[int(k)].machine
        for (j, n), k in zip(places, allocations[0], strict=True)
    }
    twin = schedule(question.problem, sequences[0].tolist(), picked)
    assert sorted(twin) == sorted(assignments_of(question, allocations[0], start))
    judgement = judge(question, twin, members)
    assert judgement.valid == keeps(tables, allocations[0], start)
    if judgement.valid:
        assert judgement.value == worth[0]
    else:
        assert worth[0] < judgement.value


@given(st.integers(0, 2**32))
def test_crossover_keeps_every_job_as_often_as_it_has_operations(seed: int) -> None:
    chance = np.random.default_rng(seed)
    tables = tables_of(league(6, 5, 0)[0])
    sequences = np.empty((2, len(tables.radix)), dtype=np.int64)
    allocations, worth = np.empty_like(sequences), np.empty(2, dtype=np.int64)
    kernels.draw(tables, sequences, allocations, worth, chance)
    child, mixed = np.empty_like(sequences[0]), np.empty_like(sequences[0])
    kernels.pox(tables, sequences[0], sequences[1], child, chance)
    kernels.multipoint(allocations[0], allocations[1], mixed, chance)
    kernels.reassign(tables, mixed, chance)
    for move in (kernels.swap, kernels.reverse, kernels.insert):
        assert sorted(child) == sorted(sequences[0])
        move(child, chance)
    assert sorted(child) == sorted(sequences[0])
    assert (mixed >= 0).all()
    assert (mixed < np.diff(tables.modes)).all()


@pytest.mark.parametrize("kind", ["GA", "GA-HC", "MA"])
def test_the_same_generator_gives_the_same_evolution_that_only_improves(kind: Kind) -> None:
    tables = tables_of(league(8, 6, 1)[0])
    first, again, other = (evolve(tables, kind, SHORT, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.trajectory == again.trajectory != other.trajectory
    assert list(first.trajectory) == sorted(first.trajectory)
    assert first.decoded == SHORT.decoded(kind)
    assert first.worth == first.trajectory[-1]


@pytest.mark.parametrize("method", ["exact", "recreate", "MA", "auto"])
def test_the_front_door_gives_a_judged_plan_with_a_bound(method: Literal["exact", "recreate", "MA", "auto"]) -> None:
    question, members = two_prints()
    found = solve(question, members, method, time_limit=1.0)
    assert found.plan is not None
    assert found.value == best_value(question, members)
    assert found.value is not None
    assert found.value <= found.upper_bound
    assert found.status == "optimal" or found.bound_kind == "certified"


def two_prints(threshold: int = 820_000, members_asked: bool = True) -> Asked:
    """A short good job and a long one that P1 declines beside it; P2 takes anything but costs more."""
    jobs = [
        job("A", operation("O", ("P1", 1, 100, 0, 10**6), ("P2", 1, 400, 0, 10**6)), due=30),
        job("B", operation("O", ("P1", 5, 100, 0, 10**6), ("P2", 5, 400, 0, 10**6)), due=30),
    ]
    problem = shops(machine("P1"), machine("P2"), jobs=jobs)
    members = {"P1": Member("P1", provider(threshold=threshold)), "P2": Member("P2", provider(threshold=0))}
    consumers = {name: Consumer(Decimal("0.001"), Decimal("0.1")) for name in "AB"}
    asked = ask(problem, consumers, {"A": 10**6, "B": 300_000}, members if members_asked else {})
    return asked, members


def test_work_a_member_would_decline_goes_elsewhere() -> None:
    proud, meek = two_prints(), two_prints(threshold=0)
    where = []
    for question, members in (proud, meek):
        found = solve(question, members, "exact", time_limit=20.0)
        assert found.plan is not None
        assert found.status == "optimal"
        assert found.judgement is not None
        assert not found.judgement.declined
        where.append({a.job: a.machine for a in found.plan.assignments})
    assert len(proud[0].refusals) == 1
    assert where[0]["A"] != where[0]["B"]
    assert not meek[0].refusals


def test_two_works_of_one_job_that_its_member_would_not_hold_together_are_divided() -> None:
    both = [("P1", 100), ("P2", 400)]
    first = operation("O", *((name, 1, cost, 0, 10**6) for name, cost in both))
    second = operation("P", *((name, 9, cost, 0, 10**6) for name, cost in both), after=["O"])
    problem = shops(machine("P1"), machine("P2"), jobs=[job("A", first, second, due=30)])
    members = {"P1": Member("P1", provider()), "P2": Member("P2", provider(threshold=0))}
    question = ask(problem, {"A": Consumer(Decimal("0.001"), Decimal("0.1"))}, {"A": 300_000}, members)
    assert {place.job for pair in question.avoidable for place in pair} == {"A"}
    expected = best_value(question, members)
    proof = prove(question, 60.0)
    assert (proof.value, proof.bound) == (expected, expected)
    assert proof.assignments is not None
    assert {a.machine for a in proof.assignments} == {"P1", "P2"}


def test_a_plan_made_without_asking_is_stopped_by_the_judge() -> None:
    question, members = two_prints(members_asked=False)
    asked, _ = two_prints()
    stopped = 0
    for plan in all_plans(question.problem):
        valid, informed = judge(question, plan, {}).valid, judge(asked, plan, members)
        together = len({a.machine for a in plan}) == 1 and plan[0].machine == "P1"
        assert valid
        assert informed.valid == (not together)
        stopped += together
    assert stopped


def test_members_other_than_those_asked_expose_the_plan() -> None:
    question, _ = two_prints(threshold=0)
    question = replace(question, consumers={name: Consumer(Decimal("0.01"), Decimal("0.0001")) for name in "AB"})
    proud = {"P1": Member("P1", provider(threshold=999_999)), "P2": Member("P2", provider(threshold=999_999))}
    with pytest.raises(HanseError, match="declines it"):
        solve(question, proud, "exact", time_limit=20.0)


def test_a_question_that_cannot_be_planned_says_why() -> None:
    question, members = two_prints()
    late = [replace(j, due=5) for j in question.problem.jobs]
    one = [replace(j, plans=(replace(j.plans[0], operations=only_first(j.plans[0].operations)),)) for j in late]
    crowded = ask(replace(question.problem, jobs=tuple(one)), question.consumers, question.reputations, {})
    with pytest.raises(InfeasibleError, match="no plan keeps"):
        solve(crowded, {}, "exact", time_limit=20.0)
    assert solve(crowded, {}, "recreate", time_limit=0.05).status == "unknown"
    poor = replace(question.problem, jobs=tuple(replace(j, budget=50) for j in question.problem.jobs))
    with pytest.raises(InfeasibleError, match="budget"):
        solve(ask(poor, question.consumers, question.reputations, members), members, "recreate", time_limit=0.05)


def only_first(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    return tuple(replace(o, modes=o.modes[:1]) for o in operations)


def test_what_preferences_cannot_plan_is_refused_with_the_reason() -> None:
    question, members = two_prints()
    problem, jobs = question.problem, question.problem.jobs
    attacks = {
        "due date": replace(problem, jobs=(replace(jobs[0], due=None), jobs[1])),
        "not a machine": replace(
            problem,
            enterprises=(
                replace(problem.enterprises[0], machines=(machine("P1", capacity=2),)),
                problem.enterprises[1],
            ),
        ),
    }
    for said, wrong in attacks.items():
        with pytest.raises(InputError, match=said):
            ask(wrong, question.consumers, question.reputations, members)
    with pytest.raises(InputError, match="consumer"):
        ask(problem, {}, question.reputations, members)
    with pytest.raises(InputError, match="reputation"):
        ask(problem, question.consumers, {}, members)
    with pytest.raises(InputError, match="not a method"):
        solve(question, members, "luck")  # type: ignore[arg-type]
    many = operation("O", *((f"M{i}", 1, 1, 0, 1) for i in range(200)))
    with pytest.raises(InputError, match="ways"):
        choices_of(
            job("J", many, replace(many, id="P", after=("O",)), replace(many, id="Q", after=("P",))),
            question.consumers["A"],
        )


@pytest.mark.parametrize("values", [{"population": 1}, {"crossing": 1.1}, {"heat": 1.0, "cold": 2.0}, {"tries": -1}])
def test_parameters_that_cannot_be_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Parameters(**values)  # type: ignore[arg-type]
